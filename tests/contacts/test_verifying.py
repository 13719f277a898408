"""Codes against whoever guesses, repeats, takes them elsewhere, pours them out or tries many at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kaitak.contacts import proving, verifying
from kaitak.contacts.codes import OneTimeCodes
from kaitak.contacts.models import Contact
from kaitak.contacts.proof_models import ContactVerification
from kaitak.contacts.verifying import Asker
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from tests.factories import accounts

CODES = OneTimeCodes(Keyring("a-key-of-these-tests-0123456789abcdef"))
NOW = datetime.now(UTC)
PHONE = "+85260001234"


@dataclass
class Desk:
    """An account in which people ask for codes."""

    database: Database
    account_id: AccountId
    contact_id: int

    async def begin(self, talk: int = 1, value: str = PHONE, ref: str | None = "C-1", at: datetime = NOW) -> str | None:
        """Ask for a code, and read it as its receiver would; None: too many lately."""
        asker = Asker(account_id=self.account_id, contact_id=self.contact_id, contact_inbox_id=1, conversation_id=talk)
        async with self.database.transaction(self.account_id) as session:
            row = await verifying.begin(session, asker, "phone", value, customer_ref=ref, now=at)
            return CODES.code_of(self.account_id, row.id, row.salt) if row is not None else None

    async def check(self, digits: str, talk: int = 1, at: datetime = NOW) -> str:
        async with self.database.transaction(self.account_id) as session:
            return (await verifying.check(session, CODES, self.account_id, talk, digits, now=at)).checked


@pytest.fixture
async def desk(fresh_database: Database) -> Desk:
    account_id = await accounts.make_account(fresh_database)
    async with fresh_database.transaction(account_id) as session:
        contact = Contact(account_id=account_id)
        session.add(contact)
        await session.flush()
        return Desk(fresh_database, account_id, contact.id)


def _others(code: str, count: int) -> list[str]:
    return [f"{(int(code) + n) % 10**6:06}" for n in range(1, count + 1)]


async def test_a_code_counts_once_in_its_own_conversation_for_minutes(desk: Desk) -> None:
    code = await desk.begin(1)
    assert code is not None
    await desk.begin(2, "+85298765432", None)
    assert await desk.check(code, talk=2) == "wrong"  # of another conversation
    assert await desk.check(code) == "verified"
    assert await desk.check(code) == "expired"  # used before
    later = NOW + timedelta(minutes=20)
    fresh = await desk.begin(1, at=later)
    assert fresh not in (None, code)
    assert await desk.check(str(fresh), at=later + verifying.GOOD_FOR) == "expired"
    nobodys = await desk.begin(3, "+85291112222", None)
    assert await desk.check(str(nobodys), talk=3) == "wrong"  # nobody's address: not even its own code is right


async def test_tries_are_counted_though_they_come_at_once(desk: Desk) -> None:
    code = str(await desk.begin())
    found = await asyncio.gather(*(desk.check(each) for each in _others(code, 8)))
    assert sorted(found) == ["exhausted"] + ["expired"] * 3 + ["wrong"] * 4
    assert await desk.check(code) == "expired"


async def test_guessing_over_many_codes_and_conversations_comes_to_an_end(desk: Desk) -> None:
    at, outcomes = NOW, []
    for talk in range(1, 7):
        at += timedelta(minutes=16)
        code = await desk.begin(talk, at=at)
        if code is not None:
            outcomes += [await desk.check(each, talk=talk, at=at) for each in _others(code, 4)]
    assert outcomes.count("wrong") == verifying.WRONG_OF_ADDRESS[0]
    assert "exhausted" in outcomes


async def test_codes_are_not_poured_out_to_an_address_nor_from_a_conversation(desk: Desk) -> None:
    sent = [await desk.begin(talk) is not None for talk in range(1, 6)]
    assert sent == [True, True, True, False, False]
    numbers = [f"+8526000{n:04}" for n in range(6)]
    assert [await desk.begin(9, number) is not None for number in numbers] == [True] * 4 + [False] * 2
    other = Asker(account_id=desk.account_id, contact_id=desk.contact_id, contact_inbox_id=1, conversation_id=20)
    async with desk.database.transaction(desk.account_id) as session:
        for n in range(verifying.OF_ACCOUNT[0][0]):
            session.add(
                ContactVerification(
                    account_id=desk.account_id, contact_id=desk.contact_id, contact_inbox_id=1, conversation_id=100 + n,
                    medium="email", value=f"{n}@x.example", customer_ref="C", salt=b"s", created_at=NOW,
                    expires_at=NOW, state="failed",
                )
            )  # fmt: skip
        await session.flush()
        assert await verifying.begin(session, other, "phone", "+85261110000", customer_ref="C", now=NOW) is None


async def test_who_knows_the_buyers_number_is_joined_with_the_one_on_file_and_not_verified(desk: Desk) -> None:
    async with desk.database.transaction(desk.account_id) as session:
        on_file = Contact(account_id=desk.account_id, identifier="KT9", name="陳大文")
        session.add(on_file)
        await session.flush()
        await proving.note_knowledge(session, desk.account_id, desk.contact_id, "HK25-100235", "KT9")
        present = await session.get_one(Contact, (desk.account_id, desk.contact_id), populate_existing=True)
        assert present.merged_into_id == on_file.id
        other = Contact(account_id=desk.account_id, name="李小明")
        session.add(other)
        await session.flush()
        await proving.note_knowledge(session, desk.account_id, other.id, "HK25-100236", "KT9")
        await session.refresh(other)
        assert other.merged_into_id is None  # another name in full contradicts
