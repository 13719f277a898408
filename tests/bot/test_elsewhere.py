"""What a customer said on another channel: remembered of whoever is proven, of nobody else, and across no tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from kaitak.bot import elsewhere, queries
from kaitak.core.ids import AccountId
from tests.factories import accounts
from tests.factories.road import RoadStage

ORDER, OTHERS = "HK25-100234", "HK25-100198"
POINTS = "我頭先喺另一個渠道問嗰張單，想取消"


async def _is_one(road: RoadStage, source_id: str, *, proven: bool) -> None:
    """The new address is the first customer's, whose number the business knows."""
    await road.rows("update contact set identifier = 'C-1' where id = (select min(id) from contact)")
    moved = "set contact_id = (select min(id) from contact)"
    await road.rows(f"update contact_inbox {moved}, hmac_verified = %s where source_id = %s", proven, source_id)
    await road.rows(
        f"update conversation {moved} where contact_inbox_id = (select id from contact_inbox where source_id = %s)",
        source_id,
    )


async def _recalled(road: RoadStage) -> list[JsonValue]:
    """What the last turn says that it took from elsewhere."""
    return await road.column(
        """select s ->> 'detail' from turn, jsonb_array_elements(trace) s
           where turn.id = (select max(id) from turn) and s ->> 'step' = 'said elsewhere'"""
    )


async def test_what_a_proven_customer_said_on_another_channel_is_known_and_nobody_elses(road: RoadStage) -> None:
    second = await road.make_inbox(name="WhatsApp")
    await road.say("m-1", f"我張單{ORDER}去咗邊呀")
    await road.say("m-2", f"我張單{OTHERS}去咗邊呀", "another")
    await road.take_turns()

    await road.say("m-3", POINTS, "claims", second)
    await _is_one(road, "claims", proven=False)
    await road.take_turns()
    assert await _recalled(road) == []
    await road.say("m-4", POINTS, "stranger", second)  # proven, and another person
    await road.rows("update contact_inbox set hmac_verified = true where source_id = 'stranger'")
    await road.rows("update contact set identifier = 'C-9' where id = (select max(id) from contact)")
    await road.take_turns()
    assert await _recalled(road) == []
    await road.say("m-5", POINTS, "proven", second)
    await _is_one(road, "proven", proven=True)
    await road.take_turns()
    first = await road.one("select min(display_id) from conversation")
    assert await _recalled(road) == [f"order_no={ORDER} (API #{first})"]


async def test_talks_are_read_of_one_contact_of_one_tenant_and_only_lately(road: RoadStage) -> None:
    await road.say("m-1", f"我張單{ORDER}去咗邊呀")
    await road.say("m-2", f"我張單{OTHERS}去咗邊呀", "another")
    await road.take_turns()
    database, since = road.process.deps.database, datetime.now(UTC) - elsewhere.KEPT
    contact = int(str(await road.one("select contact_id from contact_inbox where source_id = 'c-1'")))
    own = int(str(await road.one("select id from conversation where contact_id = %s", contact)))
    foreign = await accounts.make_account(database, "Foreign")

    async def said(scope: AccountId, account_id: AccountId, *, but: int = 0, after: datetime = since) -> set[object]:
        async with database.transaction(scope) as session:
            talks = await queries.list_talks_of(session, account_id, contact, since=after, but=but)
        return {row["value"] for row in elsewhere.rows_of(talks) if row["kind"] == "order_no"}

    assert await said(road.account_id, road.account_id) == {ORDER}
    assert await said(road.account_id, road.account_id, but=own) == set()
    assert await said(road.account_id, road.account_id, after=datetime.now(UTC) + timedelta(days=1)) == set()
    assert await said(foreign, foreign) == set()
    assert await said(foreign, road.account_id) == set()  # a scope is no matter of what is asked for
