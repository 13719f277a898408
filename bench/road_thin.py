"""A worker whose bot decides next to nothing: what the road itself carries, for `./run bench road --thin`.

Claims, commits, deliveries and everything stored are those of `kaitak worker`; only the understanding and the decision
of a turn are replaced by a look at a few words and one sentence in answer.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Final

import uvloop

from kaitak import process, worker
from kaitak.bot import reading_ahead
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.turns import Turner
from kaitak.business.gateway import Gateway
from kaitak.commands.root import read_settings
from kaitak.conversations.road_rows import ClaimedTurn, FinishedTurn
from kaitak.core import garbage
from kaitak.core import logging as log
from kaitak.core.settings import Settings
from kaitak.nlu.engine import Opened

THANKS: Final = ("唔該", "多謝", "thank")


class ThinTurner(Turner):
    """The turn loop with the simplest bot there is: it knows thanks, and says what it heard otherwise."""

    async def _begin(self, turn: ClaimedTurn, opened: Opened | None = None) -> FinishedTurn | None:  # noqa: ARG002
        text = reading_ahead.text_of(turn)
        intent = "thanks" if any(word in text for word in THANKS) else "message"
        said = "唔使客氣！" if intent == "thanks" else f"收到：{text[:100]}"
        known = turn.bot_state.get("turns")
        return FinishedTurn(
            turn=turn,
            state={"turns": (known if isinstance(known, int) else 0) + 1, "intent": intent},
            messages=[
                {
                    "type": "outgoing",
                    "sender": "bot",
                    "content": said,
                    "content_type": "text",
                    "attributes": {},
                }
            ],
            understanding={"intent": intent, "intents": [{"name": intent, "confidence": 1.0}]},
            trace=[{"step": "understood", "detail": intent}],
            outcome="answered",
        )


async def run(settings: Settings, dsn: str) -> None:
    """The parts of a worker until a signal, with the thin bot in the place of the real one."""
    stop = worker.Stop()
    stop.listen()
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(process.opened(settings, dsn))
        turner = ThinTurner(
            parts.road,
            parts.signals,
            PackShelf(settings.data_dir / "models"),  # an empty one: no message is read
            parts.deps.get(Gateway),
            clock=parts.deps.clock,
            deliverer=parts.deliverer,
            batch=settings.worker.turn_batch,
            name=f"thin-{os.getpid()}",
        )
        thin = replace(parts, turner=turner)
        await stack.enter_async_context(worker.notifying(thin, stop))
        await stack.enter_async_context(worker.work(thin, stop))
        garbage.keep_what_is_loaded()
        await stop.wait()


def main() -> None:
    """One worker, as the environment sets it."""
    garbage.look_seldom()
    settings = read_settings(allow_root=True)
    log.configure(settings.log.level, settings.log.format)
    assert settings.db.url is not None
    uvloop.run(run(settings, settings.db.url))


if __name__ == "__main__":
    main()
