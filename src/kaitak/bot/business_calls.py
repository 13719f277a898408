"""Owns a turn's calls: through the gateway with the customer's own rights and no more, and to knowledge."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kaitak.bot import business_facts
from kaitak.bot.decision import (
    ActionResult,
    Arguments,
    BusinessDeed,
    BusinessRead,
    CodeRequest,
    CodeTry,
    Failure,
    KnowledgeQuestion,
    OrderCheck,
    Outcome,
    ProofWays,
    SaidElsewhere,
    Source,
)
from kaitak.bot.knowledge_calls import KnowledgePort
from kaitak.bot.proof_desk import ProofDesk
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    CustomerFacts,
)
from kaitak.business.deeds import DeedResult
from kaitak.business.deeds import Outcome as DeedOutcome
from kaitak.business.errors import CheckLimitError, DeedKeyReusedError, DeedUnknownError
from kaitak.business.facts import READS
from kaitak.business.gateway import Gateway
from kaitak.conversations.road_rows import ClaimedTurn

LOOK_UPS = 2  # how often an unanswered deed is looked up before the customer is told that it is not known
LOOK_UP_AFTER = 0.7  # seconds
_OUTCOMES: dict[DeedOutcome, Outcome] = {
    DeedOutcome.DONE: "done",
    DeedOutcome.REFUSED: "refused",
    DeedOutcome.UNKNOWN: "unknown",
}
_KEY_PART = re.compile(r"[^A-Za-z0-9:_-]")


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom a turn may ask."""

    gateway: Gateway
    knowledge: KnowledgePort | None = None
    proof: ProofDesk | None = None

    async def make(self, turn: ClaimedTurn, arguments: Arguments, now: datetime) -> ActionResult:
        """Make one call; a failure is a result that the flow decides about."""
        failure: Failure
        try:
            return await self._make(turn, arguments, now)
        except BusinessNotFoundError:
            failure = "not_found"
        except (BusinessNotPermittedError, CheckLimitError):
            failure = "not_permitted"
        except BusinessUnavailableError:
            failure = "unavailable"
        return ActionResult(arguments=arguments, failure=failure)

    async def _make(self, turn: ClaimedTurn, arguments: Arguments, now: datetime) -> ActionResult:
        match arguments:
            case BusinessRead():
                return await self._read(turn, arguments)
            case OrderCheck():
                return await self._check(turn, arguments)
            case BusinessDeed():
                return await self._do(turn, arguments)
            case KnowledgeQuestion():
                return await self._ask(turn, arguments, now)
            case ProofWays() | CodeRequest() | CodeTry() | SaidElsewhere():
                if self.proof is None or turn.conversation_id <= 0:  # a trial proves nobody
                    return ActionResult(arguments=arguments)
                return await self.proof.make(turn, arguments, access_of(turn))

    async def _read(self, turn: ClaimedTurn, read: BusinessRead) -> ActionResult:
        access, account_id = access_of(turn), turn.account_id
        facts: tuple[object, ...]
        match read.name:
            case "get_order":
                facts = ((await self.gateway.get_order(account_id, read.argument("order_no"), access)).order,)
            case "list_orders":
                facts = (await self.gateway.list_orders(account_id, access)).orders
            case "get_profile":
                facts = ((await self.gateway.get_profile(account_id, access))[0],)
            case name:
                subject = next((value for _, value in read.arguments), "")
                facts = (await self.gateway.facts.read(account_id, READS[name], access, subject=subject)).facts
        return ActionResult(arguments=read, rows=business_facts.rows_of(facts, ZoneInfo(turn.timezone)))

    async def _check(self, turn: ClaimedTurn, asked: OrderCheck) -> ActionResult:
        desk = self.gateway.facts
        found = await desk.check_order(turn.account_id, asked.order_no, asked.phone_tail, access_of(turn))
        if found is not None and self.proof is not None and turn.conversation_id > 0:
            await self.proof.knew(turn, found.order.order_no, found.owner)
        rows = business_facts.rows_of([found.order] if found else [], ZoneInfo(turn.timezone))
        return ActionResult(arguments=asked, rows=rows)

    async def _do(self, turn: ClaimedTurn, asked: BusinessDeed) -> ActionResult:
        access, key = access_of(turn), key_of(turn, asked)
        try:
            result = await self.gateway.deeds.perform(turn.account_id, asked.deed, key, access)
            for _ in range(LOOK_UPS):
                if result.outcome is not DeedOutcome.UNKNOWN:
                    break
                await asyncio.sleep(LOOK_UP_AFTER)
                result = await self.gateway.deeds.check(turn.account_id, key, access)
        except (DeedKeyReusedError, DeedUnknownError):
            result = DeedResult(DeedOutcome.UNKNOWN, "key")
        return ActionResult(
            arguments=asked, outcome=_OUTCOMES[result.outcome], reason=result.reason, reference=result.reference
        )

    async def _ask(self, turn: ClaimedTurn, asked: KnowledgeQuestion, now: datetime) -> ActionResult:
        if self.knowledge is None:
            return ActionResult(arguments=asked)
        found = await self.knowledge.ask(turn.account_id, asked.text, asked.language, now)
        if found is None:
            return ActionResult(arguments=asked)
        sources = tuple(Source(each.title, each.key, each.article_id) for each in found.sources)
        return ActionResult(arguments=asked, answer=found.text, sources=sources)


def access_of(turn: ClaimedTurn) -> Access:
    """The rights of the customer in this conversation: proven, claimed or none."""
    contact = turn.contact
    is_verified = bool(contact.get("verified"))
    facts = CustomerFacts(
        customer_ref=_text(contact.get("identifier")) if is_verified else None,
        email=_text(contact.get("email")),
        phone=_text(contact.get("phone_number")),
        is_verified=is_verified,
    )
    claimed = Audience.VISITOR if facts.is_empty else Audience.CLAIMED
    return Access(
        audience=Audience.VERIFIED if is_verified else claimed,
        facts=facts,
        contact_id=turn.contact_id,
        conversation_id=turn.conversation_id,
    )


def key_of(turn: ClaimedTurn, asked: BusinessDeed) -> str:
    """The key of a deed: the same in every try of the same turn, and in no other conversation."""
    return _KEY_PART.sub("_", f"bot:{turn.conversation_id}:{asked.key}")[:100]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
