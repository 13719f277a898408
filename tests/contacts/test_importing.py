"""A file of contacts over HTTP: checked before anything is written, confirmed, refused lines taken along, undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from kaitak.accounts.policy import Role
from kaitak.contacts import import_tasks
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.factories import accounts
from tests.factories.stage import Stage

FILE = """姓名,電話,電郵,客戶編號,公司,會員級別,備註
陳大文,91234567,chan@acme.com.hk,M1,Acme,gold,=1+1
李小美,12345678,may@acme.com.hk,,Acme,gold,bad phone
何志明,61230009,ho@b.example,,,bronze,bad tier
Chan Tai Man,91234567,,,,,the first again
Amy Wong,61230001,amy@b.example,,新公司,gold,resembles a customer
王大明,61230002,,M7,,,matches a customer number
黃國強,61230003,wong@c.example,,新公司,,new
"""
Json = dict[str, Any]


async def _jobs(stage: Stage) -> None:
    assert import_tasks.run_import.name == "contacts.import"
    deps = JobDeps(database=stage.database, clock=stage.deps.clock)
    await queue.run_until_idle(stage.database.dsn, deps)


async def _contact(stage: Stage, **facts: object) -> int:
    _, number = await stage.conversation()
    contact = int(str((await stage.view(number))["contact"]["id"]))  # type: ignore[index,call-overload]
    answer = await stage.admin.patch(stage.path(f"/contacts/{contact}"), json=facts)
    assert answer.status_code == 200, answer.text
    return contact


async def _upload(stage: Stage, data: bytes, name: str = "客戶.csv") -> Json:
    answer = await stage.admin.post(stage.path("/contact_imports"), files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    await _jobs(stage)
    return await _show(stage, answer.json()["id"])


async def _show(stage: Stage, number: int) -> Json:
    found: Json = (await stage.admin.get(stage.path(f"/contact_imports/{number}"))).json()
    return found


async def _act(stage: Stage, number: int, what: str) -> Json:
    answer = await stage.admin.post(stage.path(f"/contact_imports/{number}/{what}"))
    assert answer.status_code == 200, answer.text
    await _jobs(stage)
    return await _show(stage, number)


async def _names(stage: Stage) -> dict[str, Json]:
    payload = (await stage.admin.get(stage.path("/contacts"))).json()["payload"]
    return {each["name"]: each for each in payload}


async def test_file_is_checked_written_and_taken_back(stage: Stage) -> None:
    field = {"attribute_model": "contact_attribute", "attribute_key": "tier", "attribute_display_name": "會員級別"}
    body = {**field, "attribute_display_type": "list", "attribute_values": ["gold"]}
    await stage.admin.post(stage.path("/custom_attribute_definitions"), json=body)
    amy = await _contact(stage, name="Amy Wong", phone_number="+85261230001")
    known = await _contact(stage, name="王大明")
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update contact set identifier = 'M7' where id = :id"), {"id": known})
    before = await _names(stage)

    checked = await _upload(stage, FILE.encode("cp950"))
    assert (checked["status"], checked["encoding"], checked["rows"]) == ("ready", "big5", 7)
    target = ["name", "phone_number", "email", "identifier", "company", "custom:tier", ""]
    assert checked["mapping"] == target
    assert checked["verdicts"] == {"create": 2, "update": 1, "same": 0, "skip": 1, "refuse": 3}
    rows = (await stage.admin.get(stage.path(f"/contact_imports/{checked['id']}/rows"))).json()["payload"]
    codes = {
        row["line"]: [(each["code"], each["line"], each["contact_id"]) for each in row["problems"]] for row in rows
    }
    assert codes == {
        2: [],
        3: [("bad_phone", None, None)],
        4: [("bad_list", None, None)],
        5: [("duplicate_in_file", 2, None)],
        6: [("resembles", None, amy)],
        7: [],
        8: [],
    }
    assert rows[5]["changes"] == {"phone_number": [None, "+85261230002"]}
    assert await _names(stage) == before

    done = await _act(stage, checked["id"], "confirm")
    assert (done["status"], done["done"]) == ("done", 7)
    assert done["outcomes"] == {"created": 2, "updated": 1, "same": 0, "refused": 4, "undone": 0, "kept": 0}
    after = await _names(stage)
    assert set(after) - set(before) == {"陳大文", "黃國強"}
    chan = after["陳大文"]
    assert (chan["phone_number"], chan["identifier"], chan["company"]["name"]) == ("+85291234567", "M1", "Acme")
    assert (chan["custom_attributes"], after["王大明"]["phone_number"]) == ({"tier": "gold"}, "+85261230002")
    proof = (await stage.admin.get(stage.path(f"/contacts/{chan['id']}/identities"))).json()["evidence"]
    assert {each["kind"]: each["verified_by"] for each in proof} == {"phone": None, "email": None, "crm_id": "document"}
    answer = await stage.admin.get(stage.path(f"/contact_imports/{checked['id']}/refused"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["姓名", "李小美", "何志明", "Chan Tai Man", "Amy Wong"]
    assert lines[1].endswith("3,bad_phone phone_number 12345678")

    await stage.admin.patch(stage.path(f"/contacts/{after['黃國強']['id']}"), json={"locale": "en"})
    undone = await _act(stage, checked["id"], "undo")
    assert (undone["status"], undone["outcomes"]["undone"], undone["outcomes"]["kept"]) == ("undone", 2, 1)
    left = await _names(stage)
    assert set(left) - set(before) == {"黃國強"}
    assert left["王大明"]["phone_number"] is None
    companies = (await stage.admin.get(stage.path("/companies"))).json()["payload"]
    assert [each["name"] for each in companies] == ["新公司"]


async def test_lines_on_a_likeness_alone_update_when_told_and_never_get_a_number(stage: Stage) -> None:
    amy = await _contact(stage, name="Amy Wong", phone_number="+85261230001")
    checked = await _upload(stage, b"Name,Mobile,Customer ID,Email\nAmy,6123 0001,M9,amy@b.example\n")
    assert checked["verdicts"]["skip"] == 1
    path = stage.path(f"/contact_imports/{checked['id']}")
    body = {"mapping": ["name", "phone_number", "identifier", "email"], "on_resembling": "update"}
    assert (await stage.admin.patch(path, json=body)).json()["status"] == "checking"
    await _jobs(stage)
    [row] = (await stage.admin.get(f"{path}/rows")).json()["payload"]
    assert (row["verdict"], row["contact_id"]) == ("update", amy)
    assert row["changes"] == {"name": ["Amy Wong", "Amy"], "email": [None, "amy@b.example"]}
    await _act(stage, checked["id"], "confirm")
    assert (await stage.admin.get(stage.path(f"/contacts/{amy}"))).json()["identifier"] is None


async def test_cancelled_file_writes_nothing_and_other_tenants_see_nothing(stage: Stage) -> None:
    answer = await stage.admin.post(stage.path("/contact_imports"), files={"file": ("a.csv", b"name\nAmy\n")})
    number = answer.json()["id"]
    assert (await stage.admin.post(stage.path(f"/contact_imports/{number}/confirm"))).status_code == 409
    cancelled = await _act(stage, number, "cancel")
    assert (cancelled["status"], await _names(stage)) == ("cancelled", {})
    assert (await stage.admin.post(stage.path(f"/contact_imports/{number}/undo"))).status_code == 409
    assert (await stage.agent_http.get(stage.path("/contact_imports"))).status_code == 403
    other = await accounts.make_account(stage.database, "Other")
    stranger = await accounts.make_member(stage.database, other, Role.ADMINISTRATOR, email="a@other.example")
    async with accounts.signed_in(stage.app, stranger) as client:
        for rest in ("", "/rows", "/refused"):
            assert (await client.get(accounts.path(stranger, f"/contact_imports/{number}{rest}"))).status_code == 404
    wrong = await stage.admin.post(stage.path("/contact_imports"), files={"file": ("a.csv", b"\x00\x01")})
    assert wrong.json()["code"] == "contact_import_unreadable"
