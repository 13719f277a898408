"""Owns a conversation that nobody keeps: a message answered with a draft, business really read, deeds never sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from kaitak.bot import dialogue, engine, reading
from kaitak.bot.business_calls import Calls
from kaitak.bot.decision import (
    ActionResult,
    Arguments,
    BusinessDeed,
    BusinessRead,
    Final,
    KnowledgeQuestion,
    NeedsAction,
    OrderCheck,
    TurnContext,
)
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.conversations.road_rows import ClaimedTurn, CustomerLine, Json
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId
from kaitak.nlu.understanding import Understanding

MAX_CALLS = 8
_NOBODY = 2**31


@dataclass(frozen=True, slots=True)
class Person:
    """Whose rights a trial has."""

    id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    locale: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The account that a trial is in."""

    account_id: AccountId
    pack: str
    locale: str
    timezone: str
    person: Person | None
    now: datetime


@dataclass(slots=True)
class Trial:
    """What came of a message: the decision, and what was asked on the way."""

    final: Final
    understanding: Understanding
    state: Json
    asked: list[tuple[Arguments, ActionResult]] = field(default_factory=list)


async def answer(ready: ReadyPack, calls: Calls, office: Office, said: tuple[str, str | None], state: Json) -> Trial:
    """Decide a turn as the road does, with what was kept of the turns before; `said` is text and a tapped value."""
    text, chosen = said
    turn = _turn(office, text, chosen, _number(state))
    before = dialogue.from_json(_dialogue(state))
    is_verified = bool(turn.contact["verified"])
    identifier = turn.contact["identifier"]
    context = TurnContext(
        now=office.now.astimezone(ZoneInfo(office.timezone)),
        locale=str(turn.contact["locale"] or office.locale),
        staff_locale=office.locale,
        chosen=chosen,
        customer_ref=identifier if is_verified and isinstance(identifier, str) else None,
        is_verified=is_verified,
    )
    understanding = reading.understand(ready.pack, ready.model, text, before, context)
    asked: list[tuple[Arguments, ActionResult]] = []
    while isinstance(
        decided := engine.decide(ready.pack, before, understanding, context, [result for _, result in asked]),
        NeedsAction,
    ):
        if len(asked) >= MAX_CALLS:
            raise RuntimeError("the turn asks business systems without end")
        asked.append((decided.arguments, await _result(calls, turn, decided.arguments, context.now)))
    kept: Json = {"dialogue": dialogue.to_json(decided.state), "number": -turn.conversation_id}
    return Trial(decided, understanding, kept, asked)


async def _result(calls: Calls, turn: ClaimedTurn, arguments: Arguments, now: datetime) -> ActionResult:
    if isinstance(arguments, BusinessDeed):
        return ActionResult(arguments=arguments, outcome="done")
    return await calls.make(turn, arguments, now)


def about(arguments: Arguments) -> tuple[str, dict[str, str]]:
    """The name of a call and its arguments, as people are shown them."""
    match arguments:
        case BusinessRead():
            return arguments.name, dict(arguments.arguments)
        case BusinessDeed():
            given = arguments.deed.model_dump(mode="json", exclude_none=True)
            return str(given.pop("action")), {k: str(v) for k, v in given.items()}
        case OrderCheck():
            return "check_order", {"order_no": arguments.order_no}
        case KnowledgeQuestion():
            return "knowledge", {"text": arguments.text}
        case _:
            return "proof", {}


def _turn(office: Office, text: str, chosen: str | None, number: int) -> ClaimedTurn:
    """A turn of a conversation whose number is below nought: no real one has it."""
    person = office.person
    contact: Json = {
        "name": person.name if person else "",
        "email": person.email if person else None,
        "phone_number": person.phone_number if person else None,
        "identifier": person.identifier if person else None,
        "verified": person is not None and person.identifier is not None,
        "locale": person.locale if person else None,
    }
    attributes: Json = {"submitted_value": chosen} if chosen else {}
    return ClaimedTurn(
        account_id=office.account_id,
        conversation_id=ConversationId(-number),
        display_id=DisplayId(0),
        inbox_id=InboxId(0),
        contact_id=ContactId(person.id if person else 0),
        owner_token=0,
        answered_seq=0,
        last_seq=1,
        attempts=1,
        bot_state={},
        pack=office.pack,
        timezone=office.timezone,
        locale=office.locale,
        contact=contact,
        lines=(CustomerLine(seq=1, content=text, attributes=attributes),),
        claim="trial",
        channel="",
        inbox_version=0,
        inbox_name="",
        source_id="",
    )


def _number(state: Json) -> int:
    """The number of the trial: what the first turn drew, whatever a caller makes of it."""
    number = state.get("number")
    return number if isinstance(number, int) and 0 < number <= _NOBODY else 1 + secrets.randbelow(_NOBODY)


def _dialogue(state: Json) -> dict[str, JsonValue] | None:
    kept = state.get("dialogue")
    return kept if isinstance(kept, dict) else None
