"""Whom a channel itself proves is joined by the policy when they write, can be taken apart, and then stays apart."""

from __future__ import annotations

from datetime import timedelta

from kaitak.contacts import merging
from kaitak.conversations.road_rows import IncomingMessage
from kaitak.core.ids import InboxId
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.factories import accounts
from tests.factories.road import ApiInbox, RoadStage

PHONE = "+85261239876"


async def _writes(road: RoadStage, inbox: ApiInbox, number: int, *, proven: bool = True, again: bool = False) -> int:
    """Somebody new writes by a channel that has proven their telephone number, or only says it; their contact."""
    source = f"{inbox.id}-{number}"
    message = IncomingMessage(
        account_id=road.account_id, inbox_id=InboxId(inbox.id), external_id=f"{source}{again}", source_id=source,
        content="你好", attributes={}, raw={}, settle=timedelta(0), phone_number=PHONE, is_verified=proven,
    )  # fmt: skip
    assert (await road.process.road.place_and_ingest(message)).outcome == "stored"
    deps = road.process.deps
    await queue.run_until_idle(
        road.process.dsn, JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    )
    return await _contact(road, inbox, number)


async def _contact(road: RoadStage, inbox: ApiInbox, number: int) -> int:
    source = f"{inbox.id}-{number}"
    return int(str(await road.one("select contact_id from contact_inbox where source_id = %s", source)))


async def test_proven_senders_are_one_person_until_somebody_takes_them_apart(road: RoadStage) -> None:
    other = await road.make_inbox(name="SMS")
    await _writes(road, road.inbox, 1)
    one = await _writes(road, other, 2)
    assert await _contact(road, road.inbox, 1) == one
    merge = (await road.rows("select id, kept_id, merged_id, reason, user_id from contact_merge"))[0]
    assert (merge["reason"], merge["user_id"]) == ("same_phone", None)
    assert await road.column("select action from audit_log where action = 'contacts.merged'") == ["contacts.merged"]
    assert await _writes(road, other, 3, proven=False) != one  # the number is only claimed

    member = await accounts.make_member(road.process.deps.database, road.account_id)
    async with road.process.deps.database.transaction(road.account_id) as session:
        kept, number = int(str(merge["kept_id"])), int(str(merge["id"]))
        await merging.undo(session, road.account_id, kept, number, user_id=member.user_id)
    assert await _contact(road, road.inbox, 1) != await _contact(road, other, 2)
    await road.rows("update conversation set status = 'resolved'")
    await _writes(road, other, 2, again=True)
    assert await _contact(road, road.inbox, 1) != await _contact(road, other, 2)
