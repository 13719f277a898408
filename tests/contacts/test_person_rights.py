"""A person's rights: consent that is heeded, an export of all that is kept, an erasure that leaves only counts."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text

from kaitak.business.gateway import Gateway
from kaitak.contacts import consent
from kaitak.conversations import persons
from tests.factories import accounts
from tests.factories.stage import Stage

NAME, PHONE, MAIL, SAID = "陳小刪", "+85269990001", "erase.me@x.example", "我住喺海壇街七號"
# What an erasure may touch; audit lines and looks at business data name no one.
TABLES = (
    "contact", "contact_inbox", "contact_evidence", "contact_merge", "contact_pair", "contact_consent",
    "contact_verification", "contact_field", "conversation", "message", "message_text", "inbound_event", "attachment",
    "delivery", "turn", "handoff_packet", "csat_survey_response", "draft", "hidden_text", "person_request",
    "business_cache", "stream_event", "audit_log", "webhook_call",
)  # fmt: skip


async def _dump(stage: Stage) -> str:
    async with stage.database.transaction(stage.account_id) as session:
        found = [
            str(row[0])
            for table in TABLES
            for row in await session.execute(text(f"select to_jsonb(t)::text from {table} t"))
        ]
    return "\n".join(found)


async def _run(stage: Stage, request: int, kind: str) -> None:
    """As the job does it."""
    if kind == "export":
        await persons.export(stage.database, stage.store, stage.account_id, request)
    else:
        http = stage.deps
        gateway = Gateway(stage.database, http.keyring, None)  # type: ignore[arg-type]
        await persons.erase(stage.database, stage.store, gateway, stage.account_id, request)


async def _person(stage: Stage) -> tuple[int, int]:
    """Somebody with a profile, who wrote, sent a file and was answered: the contact and the conversation."""
    customer, number = await stage.conversation(SAID)
    contact = int(str((await stage.view(number))["contact"]["id"]))  # type: ignore[index,call-overload]
    body = {"name": NAME, "phone_number": PHONE, "email": MAIL}
    assert (await stage.admin.patch(stage.path(f"/contacts/{contact}"), json=body)).status_code == 200
    sent = await stage.public.post(
        "/public/api/v1/widget/attachments",
        files={"file": ("海壇街.txt", b"what was sent", "text/plain")},
        headers=customer.headers,
    )
    assert sent.status_code in (200, 201), sent.text
    await customer.say("呢個", attachment_ids=[sent.json()["id"]])
    assert (await stage.act(number, "messages", content=f"多謝{NAME}")).status_code == 200
    note = {"purpose": "marketing", "state": "given", "evidence": f"{NAME} 喺門市填表"}
    assert (await stage.admin.post(stage.path(f"/contacts/{contact}/consents"), json=note)).status_code == 201
    return contact, number


async def test_a_person_is_exported_and_erased_and_only_counts_remain(stage: Stage) -> None:
    contact, number = await _person(stage)
    base = stage.path(f"/contacts/{contact}/person_requests")
    assert (await stage.agent_http.get(base)).status_code == 403
    asked = await stage.admin.post(base, json={"kind": "export", "note": f"{NAME} 來信要求"})
    assert asked.status_code == 201, asked.text
    await _run(stage, asked.json()["id"], "export")
    file = await stage.admin.get(f"{base}/{asked.json()['id']}/file")
    archive = zipfile.ZipFile(io.BytesIO(file.content))
    profile = orjson.loads(archive.read("profile.json"))
    assert [(each["name"], each["phone_number"]) for each in profile] == [(NAME, PHONE)]
    [talk] = [name for name in archive.namelist() if name.startswith("conversations/")]
    said = [each["content"] for each in orjson.loads(archive.read(talk))["messages"] if each["content"]]
    assert said[:2] == [SAID, "呢個"]
    [sent] = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(sent) == b"what was sent"

    planned = (await stage.admin.post(base, json={"kind": "erasure"})).json()
    assert planned["state"] == "planned"
    assert (planned["counts"]["messages"], planned["counts"]["files"]) == (3, 1)
    assert "ratings" in planned["kept"]
    confirm = f"{base}/{planned['id']}/confirm"
    assert (await stage.admin.post(confirm, json={"confirm": "999999"})).json()["code"] == "person_request_state"
    assert (await stage.admin.post(confirm, json={"confirm": str(contact)})).json()["state"] == "running"
    assert NAME in await _dump(stage)  # not before the job
    await _run(stage, planned["id"], "erasure")
    left = await _dump(stage)
    assert [each for each in (NAME, PHONE, MAIL, SAID, "海壇街", "門市") if each in left] == []
    assert not [path for path in stage.store.folder.rglob("*") if path.is_file()]
    thread = await stage.thread(number)
    assert len([each for each in thread if each["message_type"] != "activity"]) == 3
    assert (await stage.view(number))["status"] == "resolved"
    assert (await stage.admin.get(f"{base}/{asked.json()['id']}/file")).status_code == 404
    assert (await stage.admin.post(base, json={"kind": "export"})).json()["code"] == "contact_erased"
    actions = await _audited(stage)
    assert {
        "contacts.export_asked",
        "contacts.export_fetched",
        "contacts.erasure_confirmed",
        "contacts.erased",
    } <= actions


async def _audited(stage: Stage) -> set[str]:
    async with stage.database.transaction(stage.account_id) as session:
        return set(await session.scalars(text("select action from audit_log")))


async def test_rights_of_a_person_are_for_supervisors_of_the_own_account(stage: Stage) -> None:
    contact, _ = await _person(stage)
    other = await accounts.make_account(stage.database, "Other")
    stranger = await accounts.make_member(stage.database, other)
    async with accounts.signed_in(stage.app, stranger) as http:
        for path in ("person_requests", "consents"):
            there = f"/api/v1/accounts/{other}/contacts/{contact}/{path}"
            assert (await http.get(there)).status_code in (403, 404)
            assert (await http.get(stage.path(f"/contacts/{contact}/{path}"))).status_code in (401, 403, 404)
    planned = (
        await stage.admin.post(stage.path(f"/contacts/{contact}/person_requests"), json={"kind": "erasure"})
    ).json()
    stage.deps.clock.pass_by(timedelta(minutes=31))  # type: ignore[attr-defined]
    late = stage.path(f"/contacts/{contact}/person_requests/{planned['id']}/confirm")
    assert (await stage.admin.post(late, json={"confirm": str(contact)})).status_code == 409


async def test_a_send_that_consent_forbids_is_refused_with_its_reason(stage: Stage) -> None:
    customer, number = await stage.conversation("你好")
    contact = int(str((await stage.view(number))["contact"]["id"]))  # type: ignore[index,call-overload]
    advertising = {"content": "全場八折", "content_attributes": {"purpose": "marketing"}}
    refused = await stage.act(number, "messages", **advertising)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["code"], refused.json()["why"]) == (
        409,
        "consent_withdrawn",
        "never_given",
    )
    consents = stage.path(f"/contacts/{contact}/consents")
    await stage.admin.post(consents, json={"purpose": "marketing", "state": "given", "evidence": "網頁表格"})
    assert (await stage.act(number, "messages", **advertising)).status_code == 200  # type: ignore[arg-type]
    await customer.say("唔好再send廣告")
    listed = (await stage.admin.get(consents)).json()
    assert [(each["source"], each["state"], each["evidence"]) for each in listed["payload"]] == [
        ("message", "withdrawn", "唔好再send廣告"),
        ("member", "given", "網頁表格"),
    ]
    assert (await stage.act(number, "messages", **advertising)).json()["why"] == "withdrawn"  # type: ignore[arg-type]
    await stage.admin.post(consents, json={"purpose": "service", "state": "withdrawn"})
    assert (await stage.act(number, "messages", content="你張單到咗")).json()["code"] == "consent_withdrawn"
    assert (await stage.act(number, "messages", content="同事：佢話唔想再收", private=True)).status_code == 200
    await customer.say("想問返張單")
    assert (await stage.act(number, "messages", content="你張單到咗")).status_code == 200  # asked, and answered


@pytest.mark.parametrize("said", ["STOP", "unsubscribe.", "退訂", "取消订阅！", "唔好再send廣告", "不要再發優惠訊息"])
def test_words_that_end_advertising(said: str) -> None:
    assert consent.ends_advertising(said)


@pytest.mark.parametrize("said", ["stop by my house", "點樣取消訂閱", "我想退訂單", "唔好再send錯貨", "don't stop"])
def test_words_that_say_something_else(said: str) -> None:
    assert not consent.ends_advertising(said)
