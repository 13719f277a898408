"""Owns the turn: claims due conversations, understands, decides, asks business systems, commits if still the bot's.

Turns that ask nobody else are committed as one group; those that ask a business system or the language model each when
their answer has come, so nobody waits for somebody else's slow system. Nothing is open in the database meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from kaitak.bot import (
    agent_notes,
    choosing,
    decision,
    dialogue,
    engine,
    fitting,
    packet,
    proof_desk,
    reading,
    reading_ahead,
    silence,
    turn_rows,
    unheard,
)
from kaitak.bot.arbiter import Arbiter, Question
from kaitak.bot.business_calls import Calls
from kaitak.bot.choosing import Choice
from kaitak.bot.decision import ActionResult, Final, NeedsAction, TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.knowledge_calls import KnowledgePort
from kaitak.bot.pack_shelf import PackShelf, ReadyPack
from kaitak.bot.packs import Pack
from kaitak.bot.proof_desk import ProofDesk
from kaitak.bot.rescue import rescued
from kaitak.business.gateway import Gateway
from kaitak.channels import registry
from kaitak.contacts import codes
from kaitak.conversations import proven_senders, unsent
from kaitak.conversations.delivery import Deliverer
from kaitak.conversations.loop import Loop
from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import ClaimedTurn, FinishedTurn, HandOver, Json
from kaitak.core import metrics
from kaitak.core.clock import Clock
from kaitak.core.errors import KaitakError
from kaitak.core.records import replace
from kaitak.db.session import DatabaseUnavailableError
from kaitak.nlu.engine import Opened
from kaitak.nlu.understanding import Understanding
from kaitak.realtime.signals import Signals, Topic

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
RETRY = timedelta(seconds=2)
MAX_TRIES = 3
MAX_CLAIMS = 10  # a turn that ends its process each time never says so: it only keeps being claimed
MAX_BUSINESS_CALLS = 8
MAX_SLOW = 200
MAX_COMMITTING = 2
TOGETHER = timedelta(milliseconds=20)  # of deciding, then what is decided is committed: nobody waits for a long batch
_PRIORITY = {"high": "urgent", "normal": None, "low": None}


@dataclass(frozen=True, slots=True)
class _Read:
    """A turn that has been understood."""

    turn: ClaimedTurn
    ready: ReadyPack
    state: DialogueState
    understanding: Understanding
    context: TurnContext
    choice: Choice | None = None  # the language model's, where it was asked and answered

    def decide(self, results: Sequence[ActionResult] = ()) -> NeedsAction | FinishedTurn:
        """The decision of the turn as far as it can be made with these results."""
        understanding = choosing.applied(self.understanding, self.choice)
        decided = engine.decide(self.ready.pack, self.state, understanding, self.context, results)
        return decided if isinstance(decided, NeedsAction) else _finished(self, understanding, decided)


class Turner:
    """The turn loop of one process."""

    def __init__(
        self,
        road: Road,
        signals: Signals,
        shelf: PackShelf,
        gateway: Gateway,
        *,
        clock: Clock,
        deliverer: Deliverer,
        batch: int,
        name: str,
        arbiter: Arbiter | None = None,
        knowledge: KnowledgePort | None = None,
        proof: ProofDesk | None = None,
    ) -> None:
        self._road = road
        self._signals = signals
        self._shelf = shelf
        self._calls = Calls(gateway, knowledge, proof)
        self._proof = proof
        self._arbiter = arbiter
        self._clock = clock
        self._deliverer = deliverer
        self._batch = batch
        self._name = name
        self._claims = 0
        self._slow: set[asyncio.Task[None]] = set()
        self._committing: set[asyncio.Task[None]] = set()

    def loop(self, poll: timedelta) -> Loop:
        """The loop that takes turns until it is stopped."""
        event = self._signals.event(Topic.TURN)
        return Loop("turn", self.begin, self._road.next_turn_due, event, poll, batch=self._batch)

    async def drain(self) -> None:
        """Wait for the turns that are being committed or are waiting for another system."""
        while self._committing or self._slow:
            await asyncio.wait(self._committing | self._slow)

    async def step(self) -> int:
        """Claim one batch and commit its quick turns; the slow ones finish by themselves."""
        begun = await self.begin()
        if self._committing:
            await asyncio.wait(self._committing)
        return begun

    async def begin(self) -> int:
        """Claim one batch and decide it; while it is being committed, the next may begin."""
        while len(self._committing) >= MAX_COMMITTING:
            await asyncio.wait(self._committing, return_when=asyncio.FIRST_COMPLETED)
        self._claims += 1
        begun = monotonic()
        turns = await self._road.claim_turns(self._batch, f"{self._name}:{self._claims}", LEASE)
        if not turns:
            return 0
        finished: list[FinishedTurn] = []
        failed: list[ClaimedTurn] = []
        since = begun
        for turn, opened in reading_ahead.opened(turns, self._shelf):
            if monotonic() - since > TOGETHER.total_seconds():
                self._conclude_soon(finished, failed, begun)
                finished, failed, since = [], [], monotonic()
            try:
                is_lost = turn.attempts > MAX_CLAIMS
                result = _rescued(turn, self._clock.now()) if is_lost else await self._begin(turn, opened)
            except Exception:
                metrics.ERRORS.labels("turn").inc()
                _log.exception("a turn failed", extra=_ids(turn))
                failed.append(turn)
                continue
            if result is not None:
                finished.append(result)
            await asyncio.sleep(0)
        self._conclude_soon(finished, failed, begun)
        return len(turns)

    def _conclude_soon(self, finished: list[FinishedTurn], failed: list[ClaimedTurn], begun: float) -> None:
        """Commit while the next turns are being decided."""
        if not finished and not failed:
            return
        task = asyncio.create_task(self._conclude(finished, failed, begun))
        self._committing.add(task)
        task.add_done_callback(self._committing.discard)

    async def _conclude(self, finished: list[FinishedTurn], failed: list[ClaimedTurn], begun: float) -> None:
        """Commit what was decided; if even that fails, the turns are taken again when their lease ends."""
        try:
            await self._commit(finished)
            await self._give_up(failed)
        except Exception:
            metrics.ERRORS.labels("turn").inc()
            _log.exception("turns could not be committed; they are taken again when their lease ends")
        metrics.TURN_SECONDS.observe(monotonic() - begun)

    async def _begin(self, turn: ClaimedTurn, opened: Opened | None = None) -> FinishedTurn | None:
        """Decide a turn at once if it can be; else a task asks whom it must and finishes it."""
        wanted = reading_ahead.wanted_for(turn)
        ready = self._shelf.find_wanted(wanted) or await self._shelf.get_wanted(wanted)
        turn = unheard.as_unanswered(turn)
        if not turn.lines:
            return _silent(turn, ready.pack, self._clock.now())
        if self._proof is not None and any(codes.DOTS in line.content for line in turn.lines):
            await self._finish_slowly(self._hear_and_finish(turn, ready, self._proof))
            return None
        read = self._read(turn, ready, opened)
        question = self._question(read)
        decided = read.decide()
        if isinstance(decided, FinishedTurn) and question is None:
            return decided
        await self._finish_slowly(self._ask_and_finish(read, question))
        return None

    async def _finish_slowly(self, finishing: Coroutine[object, object, None]) -> None:
        """Let a task of its own finish a turn that has to ask somebody."""
        while len(self._slow) >= MAX_SLOW:
            await asyncio.wait(self._slow, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(finishing)
        self._slow.add(task)
        task.add_done_callback(self._slow.discard)

    async def _hear_and_finish(self, turn: ClaimedTurn, ready: ReadyPack, proof: ProofDesk) -> None:
        """A turn in whose messages digits are hidden: those that no code can be are read as they were written."""
        try:
            turn = await proof.heard(turn)
            read = self._read(turn, ready)
            question = self._question(read)
        except DatabaseUnavailableError:
            _log.warning("no database; the turn is taken again when its lease ends", extra=_ids(turn))
        except Exception:
            metrics.ERRORS.labels("turn").inc()
            _log.exception("a turn failed", extra=_ids(turn))
            await self._give_up([turn])
        else:
            await self._ask_and_finish(read, question)

    def _read(self, turn: ClaimedTurn, ready: ReadyPack, opened: Opened | None = None) -> _Read:
        state = dialogue.from_json(turn.bot_state.get("dialogue"))  # type: ignore[arg-type]
        chosen = turn.lines[-1].attributes.get("submitted_value")
        is_verified = bool(turn.contact.get("verified"))
        takes = unheard.taken(turn, self._clock.now())
        identifier = turn.contact.get("identifier")
        context = TurnContext(
            now=self._clock.now().astimezone(ZoneInfo(turn.timezone)),
            locale=str(turn.contact.get("locale") or turn.locale),
            staff_locale=turn.locale,
            chosen=chosen if isinstance(chosen, str) else None,
            customer_ref=identifier if is_verified and isinstance(identifier, str) else None,
            is_verified=is_verified,
            channel=turn.channel,
            reply_by=takes.person_until,
            unheard=takes.refused,
            may_announce=takes.announcement,
            is_sender_proven=all(line.attributes.get(proven_senders.ATTRIBUTE) for line in turn.lines),
        )
        if turn.bot_state.get("given_back"):
            note = str(turn.bot_state.get("agent_note") or "")
            state = agent_notes.given_back(ready.pack, ready.model, state, note, context)
        text = reading_ahead.text_of(turn)
        understanding = reading.understand(ready.pack, ready.model, text, state, context, opened=opened)
        return _Read(turn, ready, state, understanding, context)

    def _question(self, read: _Read) -> Question | None:
        """What the language model is asked in this turn; nothing in most."""
        if self._arbiter is None or read.context.unheard is not None:
            return None
        turn, seen = read.turn, (read.state, read.understanding, read.context)
        return self._arbiter.question(turn.account_id, turn.timezone, read.ready.pack, seen)

    async def _choose(self, read: _Read, question: Question | None) -> _Read:
        """The turn with the language model's choice; without one, for whatever reason, as it was."""
        if self._arbiter is None or question is None:
            return read
        try:
            return replace(read, choice=await self._arbiter.choose(question))
        except Exception:
            metrics.ERRORS.labels("language_model").inc()
            _log.exception("the language model could not be asked", extra=_ids(read.turn))
            return read

    async def _ask_and_finish(self, read: _Read, question: Question | None) -> None:
        results: list[ActionResult] = []
        try:
            read = await self._choose(read, question)
            decided = read.decide()
            while isinstance(decided, NeedsAction):
                if len(results) >= MAX_BUSINESS_CALLS:
                    raise RuntimeError("the turn asks business systems without end")
                results.append(await self._calls.make(read.turn, decided.arguments, read.context.now))
                read = replace(read, turn=proof_desk.verified(read.turn, results[-1]))
                decided = read.decide(results)
            await self._commit([decided])
        except DatabaseUnavailableError:
            _log.warning("no database; the turn is taken again when its lease ends", extra=_ids(read.turn))
        except Exception:
            metrics.ERRORS.labels("turn").inc()
            _log.exception("a turn failed", extra=_ids(read.turn))
            await self._give_up([read.turn])

    async def _commit(self, finished: list[FinishedTurn]) -> None:
        """Commit turns together; if the group fails, one by one, so that one bad turn fails alone."""
        if not finished:
            return
        try:
            done = await self._road.finish_turns(finished, self._deliverer.room())
        except KaitakError:
            raise
        except Exception:
            if len(finished) == 1:
                _log.exception("a turn could not be committed", extra=_ids(finished[0].turn))
                await self._give_up([finished[0].turn])
                return
            for one in finished:
                await self._commit([one])
            return
        self._deliverer.take(done.deliveries)
        disturbed = [one.turn for one in finished if one.only_if_quiet and one.turn.conversation_id not in done.counted]
        if disturbed:  # the customer wrote while a reminder was being made: what they wrote is answered
            await self._road.release_turns(disturbed, timedelta(0))
        for one in finished:
            outcome = one.outcome if one.turn.conversation_id in done.counted else "superseded"
            metrics.TURNS.labels(outcome).inc()
            if one.hand_over is not None and outcome != "superseded":
                metrics.HANDOVERS.labels(one.hand_over.reason).inc()
        said = sum(message["type"] == "outgoing" for one in finished for message in one.messages)
        self._signals.mark(*([Topic.DELIVERY] if said > len(done.deliveries) else []), Topic.STREAM)

    async def _give_up(self, failed: list[ClaimedTurn]) -> None:
        """Try failed turns again soon; after some tries a person takes over, so that no customer waits for ever."""
        again = [turn for turn in failed if turn.attempts < MAX_TRIES]
        if again:
            await self._road.release_turns(again, RETRY)
        for turn in failed:
            if turn.attempts >= MAX_TRIES:
                await self._road.finish_turns([_rescued(turn, self._clock.now())])
                metrics.HANDOVERS.labels("bot_failed").inc()
                self._signals.mark(Topic.DELIVERY, Topic.STREAM)


def _finished(read: _Read, understanding: Understanding, final: Final) -> FinishedTurn:
    turn, choice = read.turn, read.choice
    replies = fitting.fitted(turn, final.replies, hands_over=final.handover is not None)
    messages: list[Json] = [turn_rows.message_of(reply) for reply in replies]
    hand_over = None
    if final.handover is not None:
        request = final.handover
        messages.append(turn_rows.handed_over(request.reason, request.team))
        hand_over = HandOver(
            reason=request.reason,
            team=request.team,
            priority=_PRIORITY.get(understanding.mood.urgency),
            packet=packet.to_json(request.packet),
        )
    outcome = "handed_over" if hand_over else "clarified" if understanding.band == "clarify" else "answered"
    return FinishedTurn(
        turn=turn,
        state={**_kept(turn.bot_state), "dialogue": dialogue.to_json(final.state)},
        messages=messages,
        understanding=turn_rows.predicted(read.ready.pack, final, understanding)
        | ({"language_model": choice.to_json()} if choice else {}),
        trace=[{"step": step.step, "detail": step.detail} for step in (*_asked(choice), *final.trace)],
        outcome=outcome,
        hand_over=hand_over,
        look_at=silence.next_look(read.ready.pack, final.state),
    )


def _kept(state: Json) -> Json:
    """What the conversation's state keeps beside the dialogue; what a person gave back has been read by now."""
    return {name: value for name, value in state.items() if name not in ("given_back", "agent_note", unsent.UNSENT)}


def _rescued(turn: ClaimedTurn, now: datetime) -> FinishedTurn:
    """The end of a turn that cannot be made; the apology goes only where the channel takes it."""
    found = rescued(turn)
    if fitting.taken(turn, now).announcement:
        return found
    return replace(found, messages=[message for message in found.messages if message["type"] != "outgoing"])


def _asked(choice: Choice | None) -> tuple[decision.TraceStep, ...]:
    """The step of the trace that says what the language model answered."""
    return (decision.TraceStep("language model", str(choice)),) if choice else ()


def _silent(turn: ClaimedTurn, pack: Pack, now: datetime) -> FinishedTurn:
    """A turn that finds nothing unanswered: a reminder or the end of a request that waits; else all stays as it is."""
    state = engine.fitting(pack, dialogue.from_json(turn.bot_state.get("dialogue")))  # type: ignore[arg-type]
    connector = registry.CONNECTORS.get(turn.channel)
    can = connector.capabilities if connector is not None else None
    looked = silence.look(pack, state, can, now, turn.heard_at)
    kept = turn.bot_state if looked.state == state else {**turn.bot_state, "dialogue": dialogue.to_json(looked.state)}
    return FinishedTurn(
        turn=replace(turn, answered_seq=turn.last_seq),
        state=kept,
        messages=[turn_rows.message_of(reply) for reply in looked.replies],
        understanding={},
        trace=[{"step": step.step, "detail": step.detail} for step in looked.trace],
        outcome=looked.outcome,
        look_at=silence.next_look(pack, looked.state),
        only_if_quiet=True,
    )


def _ids(turn: ClaimedTurn) -> dict[str, int]:
    return {"account_id": turn.account_id, "conversation_id": turn.display_id, "attempt": turn.attempts}
