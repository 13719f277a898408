"""Two contacts become one on a person's word or on proof, and two again, with everything said on either side."""

from __future__ import annotations

import hashlib
import hmac
from typing import cast

from pydantic import JsonValue
from sqlalchemy import text

from kaitak.contacts.identity import normal_forms
from tests.factories.stage import Customer, Stage

PHONE = "+85261230001"


async def _customer(stage: Stage, name: str, **profile: JsonValue) -> tuple[Customer, int, int]:
    """A customer who wrote: the browser, the conversation's number and the contact."""
    customer, number = await stage.conversation()
    contact = int(str((await stage.view(number))["contact"]["id"]))  # type: ignore[index,call-overload]
    answer = await stage.admin.patch(stage.path(f"/contacts/{contact}"), json={"name": name, **profile})
    assert answer.status_code == 200, answer.text
    return customer, number, contact


async def _conversations(stage: Stage, contact: int) -> list[int]:
    answer = await stage.admin.get(stage.path(f"/contacts/{contact}/conversations"))
    return sorted(each["id"] for each in answer.json()["payload"])


async def _suggested(stage: Stage, contact: int) -> list[dict[str, JsonValue]]:
    answer = await stage.admin.get(stage.path(f"/contacts/{contact}/suggestions"))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, JsonValue]] = answer.json()["payload"]
    return found


async def _verify(stage: Stage, contact: int, value: str) -> dict[str, JsonValue]:
    body = {"kind": "phone", "value": value, "verified_by": "otp"}
    answer = await stage.admin.post(stage.path(f"/contacts/{contact}/evidence"), json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, JsonValue] = answer.json()
    return found


async def test_wrong_merge_is_undone_with_what_was_said_since(stage: Stage) -> None:
    _, first, kept = await _customer(stage, "陳大文", phone_number=PHONE)
    writer, second, other = await _customer(stage, "Chan Tai Man", phone_number=PHONE, email="tm@x.example")
    [suggestion] = await _suggested(stage, kept)
    assert suggestion["proven"] is False
    assert suggestion["reasons"] == [
        {"code": "name_only", "value": ""},
        {"code": "phone_unverified", "value": PHONE},
    ]
    answer = await stage.admin.post(stage.path(f"/contacts/{kept}/merges"), json={"contact_id": other})
    assert answer.status_code == 201, answer.text
    [merge] = answer.json()["merges"]
    assert answer.json()["contact"]["email"] == "tm@x.example"
    assert await _conversations(stage, kept) == [first, second]
    listed = (await stage.admin.get(stage.path("/contacts"))).json()["payload"]
    assert [each["id"] for each in listed] == [kept]
    await stage.act(second, "toggle_status", status="resolved")
    later = int(str((await writer.say("again"))["conversation"]["id"]))  # type: ignore[index,call-overload]
    assert await _conversations(stage, kept) == [first, second, later]
    shown = (await stage.admin.get(stage.path(f"/contacts/{kept}/identities"))).json()
    assert [(each["contact_id"], each["reason"]) for each in shown["merges"]] == [(other, "member")]
    assert len(shown["addresses"]) == 2
    assert {(each["kind"], each["verified_by"]) for each in shown["evidence"]} == {("phone", None), ("email", None)}

    await _reads_the_timeline(stage, kept, [first, second, later])

    undone = await stage.admin.post(stage.path(f"/contacts/{kept}/merges/{merge['id']}/undo"))
    assert undone.status_code == 200, undone.text
    assert undone.json()["contact"]["email"] is None
    assert await _conversations(stage, kept) == [first]
    assert await _conversations(stage, other) == [second, later]
    async with stage.database.transaction(stage.account_id) as session:
        senders = await session.execute(
            text(
                "select distinct m.sender_id, c.display_id from message m join conversation c on c.account_id = "
                "m.account_id and c.id = m.conversation_id where m.sender_type = 'contact' order by 2"
            )
        )
        assert [tuple(row) for row in senders] == [(kept, first), (other, second), (other, later)]
        actions = await session.scalars(text("select action from audit_log where action like 'contacts.%' order by id"))
        assert list(actions) == ["contacts.merged", "contacts.split"]
    assert await _suggested(stage, kept) == []
    again = await stage.admin.post(stage.path(f"/contacts/{kept}/merges/{merge['id']}/undo"))
    assert (again.status_code, again.json()["code"]) == (404, "contact_merge_not_found")


async def _reads_the_timeline(stage: Stage, contact: int, numbers: list[int]) -> None:
    """Page by page and at once it is the same stream, newest first; a kind alone can be asked for."""
    path = stage.path(f"/contacts/{contact}/timeline")
    whole = (await stage.admin.get(path)).json()["payload"]
    assert {each["kind"] for each in whole} == {"message", "conversation", "merge"}
    assert sorted({each["conversation_id"] for each in whole} - {None}) == numbers
    assert [each["at"] for each in whole] == sorted((each["at"] for each in whole), reverse=True)
    paged: list[JsonValue] = []
    cursor: str | None = None
    while True:
        page = (await stage.admin.get(path, params={"limit": "2", **({"cursor": cursor} if cursor else {})})).json()
        paged += page["payload"]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert [each["words"] for each in whole if each["kind"] == "merge"] == ["Chan Tai Man"]
    reached: list[JsonValue] = []  # whom it is about is said by what is known: never an empty line
    for forgotten in ("name = ''", "phone_number = null", "email = null"):
        async with stage.database.transaction(stage.account_id) as session:
            await session.execute(text(f"update contact set {forgotten} where merged_into_id = {contact}"))
        merges = (await stage.admin.get(path, params={"kind": "merge"})).json()["payload"]
        reached += [each["words"] for each in merges]
    assert reached == [PHONE, "tm@x.example", "Shop"]  # the inbox
    words = (await stage.admin.get(path, params={"kind": "message"})).json()["payload"]
    assert [each["words"] for each in words if each["actor"] == "contact"] == ["again", "你好", "你好"]
    assert (await stage.agent_http.get(path)).status_code == 404


async def test_proof_joins_at_once_and_what_was_set_apart_stays_apart(stage: Stage) -> None:
    _, _, one = await _customer(stage, "陳大文")
    _, _, other = await _customer(stage, "Tai Man Chan")
    _, _, third = await _customer(stage, "李美玲")
    assert (await _verify(stage, one, "6123 0001"))["merges"] == []
    joined = await _verify(stage, other, "+852 6123-0001")
    [merge] = cast("list[dict[str, JsonValue]]", joined["merges"])
    assert (merge["reason"], merge["by"]) == ("same_phone", None)
    assert (await _verify(stage, third, PHONE))["merges"] == []  # another name

    root = joined["contact"]["id"]  # type: ignore[index,call-overload]
    undone = await stage.admin.post(stage.path(f"/contacts/{root}/merges/{merge['id']}/undo"))
    assert undone.status_code == 200, undone.text
    assert (await _verify(stage, one, PHONE))["merges"] == []


async def test_signed_identity_finds_its_person_through_a_merge(stage: Stage) -> None:
    _, first, anonymous = await _customer(stage, "")
    writer, second, named = await _customer(stage, "")
    secret = stage.inbox.secrets["identity_secret"].encode()
    proof = {"identifier": "C-9", "identifier_hash": hmac.new(secret, b"C-9", hashlib.sha256).hexdigest()}
    assert (await writer.post("identify", **proof)).status_code == 200
    answer = await stage.admin.post(stage.path(f"/contacts/{anonymous}/merges"), json={"contact_id": named})
    assert answer.json()["contact"]["id"] == named  # who has a verified customer number is kept
    assert await _conversations(stage, named) == [first, second]
    assert (await writer.post("identify", **proof)).status_code == 200
    assert await _conversations(stage, named) == [first, second]
    late, _, stranger = await _customer(stage, "")
    proof = {"identifier": "C-10", "identifier_hash": hmac.new(secret, b"C-10", hashlib.sha256).hexdigest()}
    assert (await late.post("identify", **proof)).status_code == 200
    refused = await stage.admin.post(stage.path(f"/contacts/{named}/merges"), json={"contact_id": stranger})
    assert (refused.status_code, refused.json()["code"]) == (409, "contact_customer_numbers_differ")


async def test_agent_suggests_and_a_supervisor_decides(stage: Stage) -> None:
    _, _, one = await _customer(stage, "陳大文")
    _, _, other = await _customer(stage, "王小明")
    merge = await stage.agent_http.post(stage.path(f"/contacts/{one}/merges"), json={"contact_id": other})
    assert merge.status_code in (403, 404)
    body = {"contact_id": other, "note": "Same voice"}
    assert (await stage.admin.post(stage.path(f"/contacts/{one}/suggestions"), json=body)).status_code == 204
    assert await _suggested(stage, one) == []  # their names contradict
    await stage.admin.patch(stage.path(f"/contacts/{other}"), json={"name": "文"})
    [suggestion] = await _suggested(stage, one)
    assert (suggestion["note"], suggestion["reasons"]) == ("Same voice", [])
    dismissed = await stage.admin.post(stage.path(f"/contacts/{one}/suggestions/{other}/dismiss"))
    assert dismissed.status_code == 204, dismissed.text
    assert await _suggested(stage, one) == []
    same = await stage.admin.post(stage.path(f"/contacts/{one}/merges"), json={"contact_id": one})
    assert (same.status_code, same.json()["code"]) == (422, "contact_same")


async def test_database_and_policy_have_one_form_of_an_address(stage: Stage) -> None:
    given = ["A.b+c@GoogleMail.com", " x.y+z@Outlook.com ", "x+y@firm.example", "P@iCloud.com", "q+r@hotmail.com"]
    async with stage.database.transaction(stage.account_id) as session:
        found = await session.scalars(
            text("select normal_email(a) from unnest(cast(:given as text[])) a"), {"given": given}
        )
        assert list(found) == [normal_forms.email(address) for address in given]
