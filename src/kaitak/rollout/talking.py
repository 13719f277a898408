"""Owns a conversation with the bot without a channel: message in, engine and calls, reply out; nothing is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from kaitak.bot import dialogue, engine, reading
from kaitak.bot.decision import ActionResult, Arguments, Decision, Final, NeedsAction, TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.rollout.traffic import Heard, TrafficUnreadableError

MAX_CALLS = 8
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
Ask = Callable[[Arguments], Awaitable[ActionResult]]


@dataclass(slots=True)
class EngineTalk:
    """One customer's conversation; `ask` makes its calls with the customer's own rights."""

    ready: ReadyPack
    ask: Ask
    now: Callable[[], datetime]
    customer_ref: str | None = None
    state: DialogueState = field(default_factory=DialogueState)

    async def tell(self, text: str, chosen: str | None = None) -> Heard:
        """Send a message, or a tapped quick reply with its value."""
        context = TurnContext(
            now=self.now().astimezone(HONG_KONG),
            chosen=chosen,
            customer_ref=self.customer_ref,
            is_verified=self.customer_ref is not None,
        )
        final = await self._decide(text, context)
        self.state = dialogue.from_json(dialogue.to_json(final.state))
        question = self.state.question
        return Heard(
            text="\n".join(reply.text for reply in final.replies),
            asks=question.kind if question else None,
            slot=question.slot if question else None,
            options=tuple((option.title, option.value) for option in question.options) if question else (),
            handed_over=final.handover.reason if final.handover else None,
        )

    async def _decide(self, text: str, context: TurnContext) -> Final:
        pack, model = self.ready.pack, self.ready.model
        understanding = reading.understand(pack, model, text, self.state, context)
        results: list[ActionResult] = []
        for _ in range(MAX_CALLS + 1):
            decided: Decision = engine.decide(pack, self.state, understanding, context, results)
            if isinstance(decided, NeedsAction):
                results.append(await self.ask(decided.arguments))
            else:
                return decided
        raise TrafficUnreadableError(f"the pack {pack.head.name} calls the business system without end")
