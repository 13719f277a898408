"""Makes small packs of one flow, read from files as any pack is, and drafts to run them without a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from kaitak.bot import packs, phrasing, runner
from kaitak.bot.decision import ActionResult, Final, Reply, TurnContext
from kaitak.bot.dialogue import DialogueState, SlotValue
from kaitak.bot.drafting import Draft
from kaitak.bot.packs import LOCALES, Pack
from tests.factories import mini_pack

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
CONTEXT = TurnContext(now=NOW)
OWNER = replace(CONTEXT, customer_ref="C-1", is_verified=True)


def write(folder: Path, flow: str, wording: Mapping[str, str | Sequence[str]] | None = None) -> Path:
    """A pack whose flow `order_status` is this YAML, with this wording beside the engine's own."""
    root = mini_pack.write(folder / "retail")
    (root / "flows" / "order_status.yaml").write_text(flow, encoding="utf-8")
    said = {**{key: key for key in packs.ENGINE_WORDINGS}, **(wording or {})}
    for locale in LOCALES:
        content = {"wording": said, "values": {"status": {"paid": "PAID"}}}
        (root / "wording" / f"{locale}.yaml").write_text(json.dumps(content), encoding="utf-8")
    return root


def load(folder: Path, flow: str, wording: Mapping[str, str | Sequence[str]] | None = None) -> Pack:
    """The same, read and checked."""
    return packs.load(write(folder, flow, wording))


def begin(pack: Pack, context: TurnContext = CONTEXT, **slots: str) -> DialogueState:
    """A state with the flow at its start and these slots filled."""
    draft = _draft(pack, DialogueState(turns=1), context, ())
    frame = runner.begin_frame(draft, "order_status")
    for name, value in slots.items():
        frame = frame.with_value(name, SlotValue(value=value, turn=1, provenance="said"))
    return replace(draft.state, stack=(frame,))


def run(
    pack: Pack,
    state: DialogueState,
    *,
    context: TurnContext = CONTEXT,
    answer: str | None = None,
    resumed: bool = False,
    results: Sequence[ActionResult] = (),
    text: str = "",
) -> Draft:
    """Run the top flow of a state as one turn would."""
    draft = _draft(pack, state, context, tuple(results))
    draft.text, draft.answer = text, answer
    runner.run(draft, resumed=resumed)
    return draft


def fill(state: DialogueState, slot: str, value: str) -> DialogueState:
    """The state with a slot of the top flow filled."""
    assert state.top is not None
    return state.with_top(state.top.with_value(slot, SlotValue(value=value, turn=2, provenance="said")))


def said(draft: Draft) -> list[str]:
    """What the bot said."""
    return [reply.text for reply in draft.replies]


def order(number: str = "HK100234", **fields: JsonValue) -> dict[str, JsonValue]:
    """A plain row of an order."""
    return {"order_no": number, "status": "paid", "total": 1280.0, "currency": "HKD", "customer_ref": "C-1", **fields}


def _draft(pack: Pack, state: DialogueState, context: TurnContext, results: tuple[ActionResult, ...]) -> Draft:
    voice = phrasing.voice_for(pack, "yue")
    return Draft(pack=pack, state=state, voice=voice, context=context, results=results)


def final(state: DialogueState, replies: Sequence[Reply]) -> Final:
    """A decision that says this and no more."""
    return Final(state=state, replies=tuple(replies), handover=None, labels=(), trace=(), predictions=())
