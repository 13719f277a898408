"""Owns the calls that prove who a customer is: their channel's own proof, codes sent, codes read and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.bot import elsewhere, queries
from kaitak.bot.business_facts import Row
from kaitak.bot.decision import ActionResult, CodeRequest, CodeTry, Proof, ProofWays, SaidElsewhere
from kaitak.business.contract import Access, CustomerProfile
from kaitak.business.gateway import Gateway
from kaitak.channels.models import Inbox
from kaitak.contacts import codes, families, proving, verifying
from kaitak.contacts.codes import OneTimeCodes, Reading
from kaitak.contacts.errors import ConsentWithdrawnError
from kaitak.contacts.identity import normal_forms
from kaitak.contacts.identity.records import Medium
from kaitak.contacts.models import ContactEvidence, ContactInbox
from kaitak.contacts.proof_models import ContactVerification, HiddenText
from kaitak.contacts.proving import How, OnFile
from kaitak.contacts.verifying import Asker
from kaitak.conversations import code_posting, proven_senders
from kaitak.conversations.code_posting import Holder
from kaitak.conversations.models import Message
from kaitak.conversations.road_rows import ClaimedTurn
from kaitak.core.clock import Clock
from kaitak.core.ids import ContactId
from kaitak.db.session import Database
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_MEDIA: Final[tuple[Medium, ...]] = ("phone", "email")


@dataclass(frozen=True, slots=True)
class ProofDesk:
    """Opens short transactions of its own, none while the business system is asked."""

    database: Database
    gateway: Gateway
    codes: OneTimeCodes
    clock: Clock

    async def make(self, turn: ClaimedTurn, asked: Proof | SaidElsewhere, access: Access) -> ActionResult:
        """Make one call."""
        match asked:
            case ProofWays():
                return await self._ways(turn, asked, access)
            case CodeRequest():
                try:
                    return await self._send(turn, asked, access)
                except ConsentWithdrawnError:  # whoever holds the address wants nothing sent to it
                    return ActionResult(arguments=asked, failure="unavailable")
            case CodeTry():
                return await self._try(turn, asked, access)
            case SaidElsewhere():
                return await self._recall(turn, asked)

    async def heard(self, turn: ClaimedTurn) -> ClaimedTurn:
        """The turn with what was hidden in vain: digits that no code can be are shown again, to everybody."""
        if not any(codes.DOTS in line.content for line in turn.lines):
            return turn
        shown: dict[int, str] = {}
        async with self.database.transaction(turn.account_id) as session:
            for row in await session.scalars(_hidden_of(turn)):
                if codes.read(row.said) is Reading.NOTHING_LIKE_IT:
                    shown[row.seq] = row.said
                    await _show(session, turn, row)
        lines = [replace(line, content=shown.get(line.seq, line.content)) for line in turn.lines]
        return replace(turn, lines=tuple(lines))

    async def knew(self, turn: ClaimedTurn, order_no: str, owner: str | None) -> None:
        """Who knew the buyer's number of an order is perhaps its buyer: evidence, and a join where that proves one.

        It opens nothing but this order: whoever wants more proves an address.
        """
        async with self.database.transaction(turn.account_id) as session:
            asker = await _asker(session, turn)
            if asker is not None:
                await proving.note_knowledge(session, turn.account_id, asker.contact_id, order_no, owner)

    async def _recall(self, turn: ClaimedTurn, asked: SaidElsewhere) -> ActionResult:
        """What the same customer spoke of on other channels lately; what of it they may see is the gateway's to say."""
        since = self.clock.now() - elsewhere.KEPT
        async with self.database.transaction(turn.account_id) as session:
            found = await queries.list_talks_of(
                session, turn.account_id, turn.contact_id, since=since, but=turn.conversation_id
            )
        return ActionResult(arguments=asked, rows=elsewhere.rows_of(found))

    async def _ways(self, turn: ClaimedTurn, asked: ProofWays, access: Access) -> ActionResult:
        found_by = await self.gateway.persons.finds_by(turn.account_id, access)
        async with self.database.transaction(turn.account_id) as session:
            await verifying.drop(session, turn.account_id, turn.conversation_id)
            shown = await _shown_by_channel(session, turn)
            reachable = await code_posting.reachable(session, turn.account_id)
        if shown is not None and shown[0] in found_by:
            profile = await self.gateway.persons.find_by_address(turn.account_id, *shown, access)
            if profile is not None:
                proven = await self._prove(turn, shown, profile, "channel")
                if proven is not None:
                    return _done(asked, proven, profile)
        ways = [medium for medium in _MEDIA if medium in reachable and medium in found_by]
        return ActionResult(arguments=asked, rows=tuple({"way": medium} for medium in ways))

    async def _send(self, turn: ClaimedTurn, asked: CodeRequest, access: Access) -> ActionResult:
        """Send a code to an address on file; to the customer it looks the same when it is on nobody's."""
        value = normal_forms.phone(asked.address) if asked.medium == "phone" else normal_forms.email(asked.address)
        if value is None:
            return ActionResult(arguments=asked, outcome="refused", reason="invalid")
        address = value if asked.medium == "phone" else asked.address.strip().lower()
        profile = await self.gateway.persons.find_by_address(turn.account_id, asked.medium, address, access)
        now = self.clock.now()
        async with self.database.transaction(turn.account_id) as session:
            if await _was_just_sent(session, turn, asked.medium, value, now):
                return ActionResult(arguments=asked, outcome="done")
            inbox = (await code_posting.reachable(session, turn.account_id)).get(asked.medium)
            asker = await _asker(session, turn)
            if inbox is None or asker is None:
                return ActionResult(arguments=asked, failure="unavailable")
            ref = profile.customer_ref if profile is not None else None
            row = await verifying.begin(session, asker, asked.medium, value, customer_ref=ref, now=now)
            if row is None:
                return ActionResult(arguments=asked, outcome="refused", reason="throttled")
            if profile is not None:
                await _post(session, inbox, row, (address, profile), asked)
        return ActionResult(arguments=asked, outcome="done")

    async def _try(self, turn: ClaimedTurn, asked: CodeTry, access: Access) -> ActionResult:
        async with self.database.transaction(turn.account_id) as session:
            said = await _take_hidden(session, turn)
            outcome = await verifying.check(
                session, self.codes, turn.account_id, turn.conversation_id, codes.read(said), now=self.clock.now()
            )
            row = outcome.row
            held = (row.medium, row.value, row.customer_ref) if row is not None else None
        if held is None:
            left: Row = {"left": outcome.left}
            return ActionResult(arguments=asked, outcome="refused", reason=outcome.checked, rows=(left,))
        medium: Medium = "phone" if held[0] == "phone" else "email"
        profile = await self.gateway.persons.find_by_address(turn.account_id, medium, held[1], access)
        if profile is None or profile.customer_ref != held[2]:
            return ActionResult(arguments=asked, outcome="refused", reason="refused")
        contact_id = await self._prove(turn, (medium, held[1]), profile, "otp")
        if contact_id is None:
            return ActionResult(arguments=asked, outcome="refused", reason="refused")
        return _done(asked, contact_id, profile)

    async def _prove(
        self, turn: ClaimedTurn, shown: tuple[Medium, str], profile: CustomerProfile, how: How
    ) -> int | None:
        """The contact of the customer on file, which now is this one's too; None where the policy says no."""
        assert profile.customer_ref is not None
        on_file = OnFile(customer_ref=profile.customer_ref, name=profile.name, phone=profile.phone, email=profile.email)
        async with self.database.transaction(turn.account_id) as session:
            asker = await _asker(session, turn)
            if asker is None:
                return None
            proven = await proving.prove(
                session, turn.account_id, asker.contact_inbox_id, shown, on_file, how=how, now=self.clock.now()
            )
            return proven.contact.id if proven.contact is not None else None


def verified(turn: ClaimedTurn, result: ActionResult) -> ClaimedTurn:
    """The turn as it goes on once proof has succeeded: with the customer's own rights."""
    if not isinstance(result.arguments, ProofWays | CodeTry) or result.outcome != "done":
        return turn
    contact = {**turn.contact, "verified": True, "identifier": result.reference}
    contact_id = result.rows[0].get("contact_id") if result.rows else None
    return replace(
        turn, contact=contact, contact_id=ContactId(contact_id) if isinstance(contact_id, int) else turn.contact_id
    )


def _done(asked: Proof, contact_id: int, profile: CustomerProfile) -> ActionResult:
    return ActionResult(
        arguments=asked, outcome="done", reference=profile.customer_ref, rows=({"contact_id": contact_id},)
    )


async def _asker(session: AsyncSession, turn: ClaimedTurn) -> Asker | None:
    """Who writes in this conversation, as it is now; None for a conversation that nobody keeps."""
    found = await session.scalar(
        select(ContactInbox).where(
            ContactInbox.account_id == turn.account_id,
            ContactInbox.inbox_id == turn.inbox_id,
            ContactInbox.source_id == turn.source_id,
        )
    )
    if found is None:
        return None
    return Asker(
        account_id=turn.account_id,
        contact_id=found.contact_id,
        contact_inbox_id=found.id,
        conversation_id=turn.conversation_id,
    )


async def _shown_by_channel(session: AsyncSession, turn: ClaimedTurn) -> tuple[Medium, str] | None:
    """The telephone number or mail address that this very conversation comes from, if its channel has proven it.

    What another address of a joined contact has shown says nothing of whoever writes here.
    """
    if not turn.lines or not all(line.attributes.get(proven_senders.ATTRIBUTE) for line in turn.lines):
        return None
    source = turn.source_id
    own = normal_forms.email(source) if "@" in source else normal_forms.phone("+" + source.removeprefix("+"))
    if own is None:
        return None
    members = (await families.members_of(session, turn.account_id, [turn.contact_id])).get(turn.contact_id, [])
    row = ContactEvidence
    kind = await session.scalar(
        select(row.kind).where(
            row.account_id == turn.account_id,
            row.contact_id.in_(members),
            row.kind.in_(_MEDIA),
            row.value == own,
            row.verified_by == "channel",
        )
    )
    return None if kind is None else ("phone" if kind == "phone" else "email", own)


async def _was_just_sent(session: AsyncSession, turn: ClaimedTurn, medium: Medium, value: str, now: datetime) -> bool:
    """Whether the code for this address is on its way already: a turn that is taken again sends no second one."""
    row = ContactVerification
    found = await session.scalar(
        select(row.id).where(
            row.account_id == turn.account_id,
            row.conversation_id == turn.conversation_id,
            row.medium == medium,
            row.value == value,
            row.state == "waiting",
            row.created_at > now - verifying.RESEND_AFTER,
        )
    )
    return found is not None


async def _post(
    session: AsyncSession, inbox: Inbox, row: ContactVerification, to: tuple[str, CustomerProfile], asked: CodeRequest
) -> None:
    address, profile = to
    assert row.customer_ref is not None
    medium: Medium = "phone" if row.medium == "phone" else "email"
    holder = Holder(customer_ref=row.customer_ref, name=profile.name or "", medium=medium, address=address)
    posted = await code_posting.post_code(session, inbox, holder, asked.text, language=asked.language)
    row.message_id = posted.id
    await session.flush()


def _hidden_of(turn: ClaimedTurn) -> Select[HiddenText]:
    return (
        select(HiddenText)
        .where(
            HiddenText.account_id == turn.account_id,
            HiddenText.conversation_id == turn.conversation_id,
            HiddenText.seq > turn.answered_seq,
            HiddenText.seq <= turn.to_seq,
        )
        .order_by(HiddenText.seq)
    )


async def _take_hidden(session: AsyncSession, turn: ClaimedTurn) -> str:
    """What the customer wrote in this turn; nothing hidden is left of the conversation."""
    rows = list(await session.scalars(_hidden_of(turn)))
    await session.execute(
        delete(HiddenText).where(
            HiddenText.account_id == turn.account_id, HiddenText.conversation_id == turn.conversation_id
        )
    )
    return "\n".join(row.said for row in rows)


async def _show(session: AsyncSession, turn: ClaimedTurn, row: HiddenText) -> None:
    """Put a message's words back."""
    message_id = await session.scalar(
        update(Message)
        .where(
            Message.account_id == turn.account_id,
            Message.conversation_id == turn.conversation_id,
            Message.seq == row.seq,
        )
        .values(content=row.said)
        .returning(Message.id)
    )
    await session.delete(row)
    await session.flush()
    await realtime.publish(session, Kind.MESSAGE_UPDATED, conversation_id=turn.conversation_id, message_id=message_id)
