"""What a flow asks of a turn's calls, against the demo ERP: plain facts by right, the buyer's check, one deed."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg

from kaitak.bot.business_calls import Calls
from kaitak.bot.decision import Arguments, BusinessDeed, BusinessRead, KnowledgeQuestion, OrderCheck
from kaitak.business.deeds import CancelOrder
from kaitak.business.gateway import Gateway
from kaitak.conversations.road_rows import ClaimedTurn
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId
from kaitak.demo.erp.world import MEI_LING
from tests.business.unruly import Unruly
from tests.demo.erp_server import RunningErp

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
READ = BusinessRead("get_order", (("order_no", "HK25-100235"),))
CANCEL = BusinessDeed(CancelOrder(order_no="HK25-100235", reason="customer"), "1:act:abc")


def turn(account_id: AccountId, *, is_owner: bool, conversation: int = 9) -> ClaimedTurn:
    return ClaimedTurn(
        account_id=account_id,
        conversation_id=ConversationId(conversation),
        display_id=DisplayId(1),
        inbox_id=InboxId(1),
        contact_id=ContactId(1),
        owner_token=1,
        answered_seq=0,
        last_seq=1,
        attempts=1,
        bot_state={},
        pack="retail",
        timezone="Asia/Hong_Kong",
        locale="zh-HK",
        contact={"identifier": MEI_LING, "verified": True} if is_owner else {},
        lines=(),
        claim="test",
        channel="api",
        inbox_version=1,
        inbox_name="",
        source_id="",
    )


async def test_facts_come_plain_and_as_far_as_the_customer_may_see(gateway: Gateway, account_id: AccountId) -> None:
    calls = Calls(gateway)
    owner, stranger = turn(account_id, is_owner=True), turn(account_id, is_owner=False, conversation=12)

    async def row(who: ClaimedTurn, arguments: Arguments) -> dict[str, object]:
        (found,) = (await calls.make(who, arguments, NOW)).rows
        return dict(found)

    seen = await row(owner, READ)
    assert isinstance(seen["total"], float)
    assert str(seen["placed_at"]).count("-") == 2
    assert seen["customer_ref"] == MEI_LING
    assert (await calls.make(stranger, READ, NOW)).failure == "not_permitted"
    assert (await calls.make(stranger, BusinessRead("list_orders"), NOW)).failure == "not_permitted"
    assert len((await calls.make(owner, BusinessRead("list_orders"), NOW)).rows) > 1
    assert (await calls.make(owner, BusinessRead("list_points"), NOW)).failure is None
    assert (await calls.make(owner, KnowledgeQuestion("x", "en"), NOW)).answer is None
    wrong = await calls.make(stranger, OrderCheck("HK25-100234", "9999"), NOW)
    assert (wrong.rows, wrong.failure) == ((), None)
    assert (await calls.make(stranger, OrderCheck("HK25-100234", "1234"), NOW)).rows[0]["total"] == 1575.0


async def test_deed_whose_answer_was_lost_is_found_done_and_never_done_twice(
    gateway: Gateway, account_id: AccountId, erp: RunningErp, relay: Unruly
) -> None:
    with psycopg.connect(erp.dsn) as connection:
        connection.execute("delete from deeds")
        connection.execute("update orders set status = 'packing' where order_no = 'HK25-100235'")
    calls = Calls(gateway)
    assert (await calls.make(turn(account_id, is_owner=False), CANCEL, NOW)).failure == "not_permitted"
    relay.mood = "lose_answer"
    done = await calls.make(turn(account_id, is_owner=True), CANCEL, NOW)
    assert (done.outcome, done.failure) == ("done", None)
    relay.mood = "well"
    again = await calls.make(turn(account_id, is_owner=True), CANCEL, NOW)
    assert again.outcome == "done"
    assert relay.deeds == 1
    elsewhere = await calls.make(turn(account_id, is_owner=True, conversation=10), CANCEL, NOW)
    assert elsewhere.outcome == "refused", "another conversation is another deed, and the order is cancelled"
