"""Contacts over HTTP: found by a part of the name, changed, and seen only through one's own inboxes."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.factories import accounts
from tests.factories.stage import Stage


async def _name(stage: Stage, number: int, name: str) -> int:
    contact = (await stage.view(number))["contact"]["id"]  # type: ignore[index,call-overload]
    answer = await stage.admin.patch(stage.path(f"/contacts/{contact}"), json={"name": name})
    assert answer.status_code == 200, answer.text
    return int(str(contact))


@pytest.mark.parametrize("q", ["陳", "陳大", "大文", "CHAN", "tai m", "%", "_x", "100%"])
async def test_name_is_found_by_a_part_of_it(stage: Stage, q: str) -> None:
    _, number = await stage.conversation()
    contact = await _name(stage, number, "陳大文 Chan Tai Man 100%_x")
    await stage.conversation()
    found = (await stage.admin.get(stage.path("/contacts"), params={"q": q})).json()["payload"]
    listed = (await stage.admin.get(stage.path("/conversations"), params={"q": q})).json()["data"]["payload"]
    if len(q) == 1 and q != "陳":
        assert found == []
    else:
        assert [each["id"] for each in found] == [contact]
        assert [each["id"] for each in listed] == [number]


async def test_wrong_fields_are_refused(stage: Stage) -> None:
    _, number = await stage.conversation()
    contact = (await stage.view(number))["contact"]["id"]  # type: ignore[index,call-overload]
    for body in ({"email": "no"}, {"phone_number": "123"}, {"identifier": "stolen"}, {"name": "x" * 201}):
        answer = await stage.admin.patch(stage.path(f"/contacts/{contact}"), json=body)
        assert answer.status_code == 422


async def test_contact_of_unseen_inboxes_is_not_found(stage: Stage) -> None:
    _, number = await stage.conversation()
    contact = (await stage.view(number))["contact"]["id"]  # type: ignore[index,call-overload]
    for path in (f"/contacts/{contact}", f"/contacts/{contact}/conversations"):
        answer = await stage.agent_http.get(stage.path(path))
        assert (answer.status_code, answer.json()["code"]) == (404, "contact_not_found")
    assert (await stage.agent_http.get(stage.path("/contacts"))).json()["payload"] == []


async def test_search_stays_within_the_account(stage: Stage) -> None:
    _, number = await stage.conversation()
    await _name(stage, number, "Harbour Wong")
    other = await accounts.make_account(stage.database, "Other")
    async with stage.database.transaction(other) as session:
        assert (await session.execute(text("select count(*) from search_contacts('harbour', 10)"))).scalar_one() == 0


async def test_conversations_of_a_contact_are_listed(stage: Stage) -> None:
    customer, number = await stage.conversation()
    contact = (await stage.view(number))["contact"]["id"]  # type: ignore[index,call-overload]
    await stage.act(number, "toggle_status", status="resolved")
    await customer.say("again")
    found = (await stage.admin.get(stage.path(f"/contacts/{contact}/conversations"))).json()["payload"]
    assert [each["id"] for each in found] == [number + 1, number]
