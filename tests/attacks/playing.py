"""Plays lines through the real turn: a pack's model, the engine, and the gateway to a running demo ERP."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kaitak.bot import dialogue, engine, reading
from kaitak.bot.business_calls import Calls
from kaitak.bot.decision import ActionResult, Final, TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.conversations.road_rows import ClaimedTurn
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId
from tests.factories.models import ready

MAX_CALLS = 10


@dataclass
class Talk:
    """One conversation of an attacker."""

    pack: str
    account_id: AccountId
    number: int
    customer_ref: str | None
    calls: Calls
    said: list[str] = field(default_factory=list)

    async def play(self, texts: list[str]) -> None:
        """All the lines, until a person has the conversation."""
        state, titles = DialogueState(), dict[str, str]()
        now = datetime.now(UTC)
        for text in texts:
            now += timedelta(seconds=20)
            made = await self._turn(state, text, titles.get(text), now)
            self.said += [reply.text for reply in made.replies]
            self.said += [quick.title for reply in made.replies for quick in reply.quick_replies]
            if made.handover is not None:
                return
            state = dialogue.from_json(dialogue.to_json(made.state))
            titles = {quick.title: quick.value for reply in made.replies for quick in reply.quick_replies}

    async def _turn(self, state: DialogueState, text: str, chosen: str | None, now: datetime) -> Final:
        read, turn = ready(self.pack), self._claimed()
        ref = self.customer_ref
        context = TurnContext(now=now, customer_ref=ref, is_verified=ref is not None, chosen=chosen, channel="api")
        understanding = reading.understand(read.pack, read.model, text, state, context)
        results: list[ActionResult] = []
        for _ in range(MAX_CALLS):
            made = engine.decide(read.pack, state, understanding, context, results)
            if isinstance(made, Final):
                return made
            results.append(await self.calls.make(turn, made.arguments, now))
        raise AssertionError("the engine asks for ever")

    def _claimed(self) -> ClaimedTurn:
        """What the road would hand to the turn of this conversation."""
        given = {
            "account_id": self.account_id,
            "conversation_id": ConversationId(self.number),
            "display_id": DisplayId(self.number),
            "inbox_id": InboxId(1),
            "contact_id": ContactId(self.number),
            "timezone": "Asia/Hong_Kong",
            "locale": "zh-HK",
            "pack": self.pack,
            "contact": {"identifier": self.customer_ref, "verified": self.customer_ref is not None},
            "lines": (),
            "bot_state": {},
        }
        rest = {
            one.name: "" if one.type == "str" else 0
            for one in dataclasses.fields(ClaimedTurn)
            if one.default is dataclasses.MISSING
        }
        return ClaimedTurn(**{**rest, **given})  # type: ignore[arg-type]  # each field has its own type
