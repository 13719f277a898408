"""Furnishing the demo account: complete, repeatable, and never somebody else's account."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from kaitak.accounts import actions as accounts
from kaitak.accounts.audit import Actor
from kaitak.accounts.policy import Role
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls
from kaitak.demo import articles, seed, talks
from kaitak.demo.tenants import INSURER, SHOP

PLACES = seed.Places("http://127.0.0.1:8801", "http://127.0.0.1:8802", "key-of-the-demo-erp-1234")
KEYRING = Keyring("a test's own secret key, long enough 0123456789")
COUNTED = ("account", "users", "account_user", "team", "inbox", "contact", "conversation", "message", "label")
MORE = ("delivery", "inbound_event", "canned_response", "business_connection", "handoff_packet", "csat_survey_response")


async def test_account_is_furnished_once_and_again_changes_nothing(
    fresh_database: Database, fresh_urls: ServerUrls
) -> None:
    now = datetime.now(UTC)
    first = await seed.furnish(fresh_database, KEYRING, PLACES, now)
    counts = _counts(fresh_urls)
    again = await seed.furnish(fresh_database, KEYRING, PLACES, now)
    assert again == first
    assert _counts(fresh_urls) == counts
    assert counts["conversation"] == len(talks.read()) == 26
    assert counts["canned_response"] == 15
    assert counts["account_user"] == 4


async def test_past_conversations_are_in_every_state_and_the_ledger_balances(
    fresh_database: Database, fresh_urls: ServerUrls
) -> None:
    await seed.furnish(fresh_database, KEYRING, PLACES, datetime.now(UTC))
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        rows = connection.execute("select distinct status || '/' || owner from conversation").fetchall()
        assert {row[0] for row in rows} == {"resolved/bot", "open/human", "open/queued", "snoozed/human", "pending/bot"}
        holes = connection.execute(
            """select c.id from conversation c left join message m on m.conversation_id = c.id
               group by c.id, c.last_seq having count(*) <> c.last_seq or max(m.seq) <> c.last_seq"""
        ).fetchall()
        assert holes == []
        unmatched = connection.execute(
            """select count(*) from message m where
               (m.message_type = 'incoming' and not exists
                   (select from inbound_event e where e.id = m.inbound_event_id))
               or (m.message_type in ('outgoing', 'template') and not m.private
                   and not exists (select from delivery d where d.message_id = m.id and d.status = 'sent'))"""
        ).fetchone()
        assert unmatched == (0,)
        due = connection.execute("select count(*) from conversation where turn_due_at is not null").fetchone()
        assert due == (0,)
        late = connection.execute("select count(*) from message where created_at > now()").fetchone()
        assert late == (0,)


async def test_both_tenants_live_side_by_side_each_with_its_pack_and_its_articles(
    fresh_database: Database, fresh_urls: ServerUrls
) -> None:
    now, brought = datetime.now(UTC), list[int]()
    for tenant in (SHOP, INSURER, INSURER):
        made = await seed.furnish(fresh_database, KEYRING, PLACES, now, tenant)
        brought.append(await articles.bring_in(fresh_database, made.account_id, tenant.pack))
    assert brought[2] == 0
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        rows = connection.execute(
            """select a.name, a.pack, count(distinct k.locale), count(*) from account a
               join article k on k.account_id = a.id group by 1, 2 order by 2"""
        ).fetchall()
    assert [row[:2] for row in rows] == [(INSURER.account_name, "insurance"), (SHOP.account_name, "retail")]
    assert all(languages == 3 and articles >= 25 for *_, languages, articles in rows)


async def test_other_addresses_reach_the_inbox_and_the_connection(
    fresh_database: Database, fresh_urls: ServerUrls
) -> None:
    await seed.furnish(fresh_database, KEYRING, PLACES, datetime.now(UTC))
    moved = seed.Places("http://127.0.0.1:9901", "http://127.0.0.1:9902", PLACES.erp_key)
    await seed.furnish(fresh_database, KEYRING, moved, datetime.now(UTC))
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        row = connection.execute("select settings from inbox where name = %s", (SHOP.widget_inbox,)).fetchone()
        assert row is not None
        assert row[0]["allowed_origins"] == ["http://127.0.0.1:9901"]
        assert connection.execute("select version from business_connection").fetchall() == [(2,)]


async def test_account_that_the_demo_did_not_make_is_refused_and_stays_as_it_is(
    fresh_database: Database, fresh_urls: ServerUrls
) -> None:
    async with fresh_database.transaction() as session:
        account = await accounts.create_account(session, "A real shop")
        user = await accounts.create_user(session, email=SHOP.members[0].email, name="Somebody")
        assert user is not None
        by = Actor(AccountId(account.id), None, None)
        await accounts.add_member(session, by, UserId(user.id), Role.ADMINISTRATOR)
    before = _counts(fresh_urls)
    with pytest.raises(seed.NotDemoAccountError):
        await seed.furnish(fresh_database, KEYRING, PLACES, datetime.now(UTC))
    assert _counts(fresh_urls) == before


async def test_each_run_gives_new_links_and_ends_the_old_ones(fresh_database: Database, fresh_urls: ServerUrls) -> None:
    now = datetime.now(UTC)
    furnished = await seed.furnish(fresh_database, KEYRING, PLACES, now)
    first = await seed.sign_in_links(fresh_database, furnished, "http://x", now)
    second = await seed.sign_in_links(fresh_database, furnished, "http://x", now)
    assert set(first) == {member.email for member in SHOP.members}
    assert not set(first.values()) & set(second.values())
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        assert connection.execute("select count(*) from sign_in_token").fetchone() == (4,)


def _counts(urls: ServerUrls) -> dict[str, int]:
    with psycopg.connect(urls.superuser_url or "") as connection:
        counts = {}
        for table in (*COUNTED, *MORE):
            query = psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(table))
            row = connection.execute(query).fetchone()
            assert row is not None
            counts[table] = row[0]
        return counts
