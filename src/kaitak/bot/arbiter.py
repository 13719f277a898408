"""Owns asking the language model: whether an account may, within which time and money, and what becomes of failures.

A failure of any kind is a line in the log and a measurement; the turn goes on as if there were no language model.
Nothing is open in the database while the model is asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from kaitak.bot import actions, choosing, queries
from kaitak.bot.actions import Amount, CallOutcome
from kaitak.bot.choosing import AnswerUnreadableError, Choice
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.models import LanguageModelTerms
from kaitak.bot.packs import Pack
from kaitak.business.breaker import Breaker
from kaitak.core import llm, metrics
from kaitak.core.clock import Clock
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.core.llm import Endpoint, Inquiry, LlmError, LlmTimeoutError, Reply
from kaitak.db.session import Database
from kaitak.nlu.understanding import Understanding

_log = logging.getLogger(__name__)
SYSTEM = "language_model"
SWITCHED_OFF_FOR = timedelta(seconds=5)  # an account that was off is not looked up again for so long
Accept = Callable[[str], str | None]  # the model's words checked: what of them is used, or nothing
FAILURES_TO_REST = 5
REST = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator offers all accounts: the model, its time, and the most of one account in a day."""

    endpoint: Endpoint
    timeout: timedelta = timedelta(seconds=2)
    currency: str = "USD"
    most: Amount
    concurrency: int = 16

    def limit_of(self, terms: LanguageModelTerms | None) -> Amount | None:
        """What an account may use in a day; None: it does not use the model at all."""
        if terms is None or not terms.enabled:
            return None
        said = (terms.daily_tokens, terms.daily_cost_micros)
        tokens, cost = (_smaller(*pair) for pair in zip(said, (self.most.tokens, self.most.cost_micros), strict=True))
        return Amount(tokens=tokens, cost_micros=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the model would be asked in one turn."""

    terms: Terms
    account_id: AccountId
    pack: Pack
    understanding: Understanding
    candidates: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A call that is counted and may be made."""

    question: Question
    inquiry: Inquiry
    reserved: Amount
    begun: float
    left: timedelta


PROBE = Inquiry(
    system="You are being tried out. Answer with the JSON object asked for and nothing else.",
    user='Answer {"label": "none"}.',
    schema={
        "type": "object",
        "properties": {"label": {"type": "string", "enum": ["none"]}},
        "required": ["label"],
        "additionalProperties": False,
    },
    max_tokens=60,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of trying the endpoint out: `answered`, `budget`, or the error's code."""

    outcome: str
    took_ms: int
    tokens: int


class Arbiter:
    """The language model of one process; without terms there is none."""

    def __init__(self, database: Database, http: OutgoingHttp, clock: Clock, terms: Terms | None) -> None:
        self.terms = terms
        self._database = database
        self._http = http
        self._clock = clock
        self._breaker = Breaker(failures_to_open=FAILURES_TO_REST, rest=REST)
        self._off_until: dict[AccountId, datetime] = {}
        self._in_flight: Counter[AccountId] = Counter()

    def question(
        self,
        account_id: AccountId,
        timezone: str,
        pack: Pack,
        read: tuple[DialogueState, Understanding, TurnContext],
    ) -> Question | None:
        """What to ask in a turn, or None where the model has no say or cannot be asked now. Waits for nothing."""
        if self.terms is None or read[1].band != "clarify":
            return None
        now = self._clock.now()
        if now < self._off_until.get(account_id, now):
            return None
        candidates = choosing.candidates(pack, *read)
        if not candidates:
            return None
        mine, all_of_us = self._in_flight[account_id], self._in_flight.total()
        if all_of_us >= self.terms.concurrency or mine >= max(1, self.terms.concurrency // 2):
            _note("busy", account_id)
            return None
        day = now.astimezone(ZoneInfo(timezone)).date()
        return Question(
            terms=self.terms, account_id=account_id, pack=pack, understanding=read[1], candidates=candidates, day=day
        )

    def forget(self, account_id: AccountId) -> None:
        """Look the account's terms up again: they have changed."""
        self._off_until.pop(account_id, None)

    async def choose(self, question: Question) -> Choice | None:
        """Ask, if the account may; None: no choice, for whatever reason."""
        self._in_flight[question.account_id] += 1
        begun = monotonic()
        try:
            asked = await asyncio.wait_for(self._admitted(question, begun), question.terms.timeout.total_seconds())
            return None if asked is None else await self._ask(asked)
        except TimeoutError:
            _note("timeout", question.account_id)
            return None
        finally:
            self._in_flight[question.account_id] -= 1
            if not self._in_flight[question.account_id]:
                del self._in_flight[question.account_id]

    async def try_out(self, account_id: AccountId, timezone: str) -> Attempt:
        """Ask something of no consequence, to see whether the endpoint answers; it counts against the day's limit."""
        terms = self.terms
        assert terms is not None
        tokens_in, tokens_out = llm.most_tokens(terms.endpoint, PROBE)
        most = Amount(tokens=tokens_in + tokens_out, cost_micros=terms.endpoint.cost_micros(tokens_in, tokens_out))
        day = self._clock.now().astimezone(ZoneInfo(timezone)).date()
        async with self._database.transaction(account_id) as session:
            if not await actions.reserve(session, account_id, day, most, terms.most):
                return Attempt("budget", 0, 0)
        begun, used, outcome = monotonic(), most, "answered"
        try:
            reply = await llm.ask(self._http, terms.endpoint, PROBE, within=terms.timeout)
            used = _used(terms.endpoint, reply, most)
        except LlmError as exc:
            used = most if exc.is_charged else Amount(tokens=0, cost_micros=0)
            outcome = exc.code
        took = round((monotonic() - begun) * 1000)
        settled: CallOutcome = "declined" if outcome == "answered" else "failed"
        async with self._database.transaction(account_id) as session:
            await actions.settle(session, account_id, day, reserved=most, used=used, outcome=settled)
        return Attempt(outcome, took, used.tokens)

    async def condense(self, account_id: AccountId, day: date, inquiry: Inquiry, accept: Accept) -> str | None:
        """Have an extract condensed, if the account may; None: what came back was not accepted, or nothing came."""
        now = self._clock.now()
        if self.terms is None or now < self._off_until.get(account_id, now):
            return None
        if self._in_flight.total() >= self.terms.concurrency:
            _note("busy", account_id)
            return None
        self._in_flight[account_id] += 1
        try:
            return await self._condense(self.terms, account_id, day, inquiry, accept)
        finally:
            self._in_flight[account_id] -= 1
            if not self._in_flight[account_id]:
                del self._in_flight[account_id]

    async def _condense(
        self, terms: Terms, account_id: AccountId, day: date, inquiry: Inquiry, accept: Accept
    ) -> str | None:
        async with self._database.transaction(account_id) as session:
            limit = terms.limit_of(await queries.find_terms(session, account_id))
        if limit is None:
            self._off_until[account_id] = self._clock.now() + SWITCHED_OFF_FOR
            return None
        if not self._breaker.admits(self._clock.now()):
            return None
        tokens_in, tokens_out = llm.most_tokens(terms.endpoint, inquiry)
        most = Amount(tokens=tokens_in + tokens_out, cost_micros=terms.endpoint.cost_micros(tokens_in, tokens_out))
        async with self._database.transaction(account_id) as session:
            if not await actions.reserve(session, account_id, day, most, limit):
                return None
        used, found = most, None
        outcome: CallOutcome = "failed"
        try:
            reply = await llm.ask(self._http, terms.endpoint, inquiry, within=terms.timeout)
            self._breaker.note_success()
            used, found = _used(terms.endpoint, reply, most), accept(reply.content)
            outcome = "declined" if found is None else "chosen"
        except LlmError as exc:
            self._breaker.note_failure(self._clock.now())
            used = most if exc.is_charged else Amount(tokens=0, cost_micros=0)
            _note("timeout" if isinstance(exc, LlmTimeoutError) else "failed", account_id, exc)
        finally:
            async with self._database.transaction(account_id) as session:
                await actions.settle(session, account_id, day, reserved=most, used=used, outcome=outcome)
        return found

    async def _admitted(self, question: Question, begun: float) -> _Asked | None:
        """Count the call's largest use; None if it may not be made. No transaction is longer than its statement."""
        account_id, terms = question.account_id, question.terms
        async with self._database.transaction(account_id) as session:
            limit = terms.limit_of(await queries.find_terms(session, account_id))
        if limit is None:
            self._off_until[account_id] = self._clock.now() + SWITCHED_OFF_FOR
            return None
        if not self._breaker.admits(self._clock.now()):
            _note("resting", account_id)
            return None
        parts = (question.pack, question.understanding, question.candidates)
        inquiry = await asyncio.to_thread(choosing.inquiry, *parts)  # it looks through thousands of lines
        tokens_in, tokens_out = llm.most_tokens(terms.endpoint, inquiry)
        cost = terms.endpoint.cost_micros(tokens_in, tokens_out)
        most = Amount(tokens=tokens_in + tokens_out, cost_micros=cost)
        async with self._database.transaction(account_id) as session:
            is_counted = await actions.reserve(session, account_id, question.day, most, limit)
        if not is_counted:
            _note("budget", account_id)
            return None
        left = terms.timeout - timedelta(seconds=monotonic() - begun)
        return _Asked(question=question, inquiry=inquiry, reserved=most, begun=begun, left=left)

    async def _ask(self, asked: _Asked) -> Choice | None:
        """Make the call, and put the count right whatever comes of it."""
        account_id, endpoint = asked.question.account_id, asked.question.terms.endpoint
        used, choice = asked.reserved, None
        outcome: CallOutcome = "failed"
        try:
            reply = await llm.ask(self._http, endpoint, asked.inquiry, within=asked.left)
            self._breaker.note_success()
            used = _used(endpoint, reply, asked.reserved)
            metrics.LANGUAGE_MODEL_TOKENS.inc(used.tokens)
            choice = _choice(endpoint, asked, reply, used)
            outcome = "chosen" if choice.label is not None else "declined"
            _note(choice.outcome, account_id)
        except LlmError as exc:
            self._breaker.note_failure(self._clock.now())
            used = asked.reserved if exc.is_charged else Amount(tokens=0, cost_micros=0)
            _note("timeout" if isinstance(exc, LlmTimeoutError) else "failed", account_id, exc)
        except AnswerUnreadableError as exc:
            _note("unreadable", account_id, exc)
        finally:
            metrics.OUTGOING_SECONDS.labels(SYSTEM).observe(monotonic() - asked.begun)
            await self._settle(asked, used, outcome)
        return choice

    async def _settle(self, asked: _Asked, used: Amount, outcome: CallOutcome) -> None:
        question = asked.question
        async with self._database.transaction(question.account_id) as session:
            await actions.settle(
                session, question.account_id, question.day, reserved=asked.reserved, used=used, outcome=outcome
            )


def _used(endpoint: Endpoint, reply: Reply, reserved: Amount) -> Amount:
    """What the endpoint counted; where it counted nothing, what was reserved."""
    if reply.tokens_in is None or reply.tokens_out is None:
        return reserved
    cost = endpoint.cost_micros(reply.tokens_in, reply.tokens_out)
    return Amount(tokens=reply.tokens_in + reply.tokens_out, cost_micros=cost)


def _choice(endpoint: Endpoint, asked: _Asked, reply: Reply, used: Amount) -> Choice:
    return Choice(
        label=choosing.read_answer(reply.content, asked.question.candidates),
        candidates=asked.question.candidates,
        model=endpoint.model,
        took_ms=round((monotonic() - asked.begun) * 1000),
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        cost_micros=used.cost_micros,
    )


def _smaller(said: int | None, most: int) -> int:
    return most if said is None else min(said, most)


def _note(outcome: str, account_id: AccountId, reason: Exception | None = None) -> None:
    """Measure what came of it; a failure is also a line in the log, without the customer's words or the answer's."""
    metrics.OUTGOING_CALLS.labels(SYSTEM, outcome).inc()
    if outcome not in {"chosen", "none"}:
        level = logging.INFO if reason is None else logging.WARNING
        facts = {"account_id": account_id, "reason": str(reason or "")}
        _log.log(level, "no choice by the language model: %s", outcome, extra=facts)
