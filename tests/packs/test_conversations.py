"""Plays the sample conversations that a pack carries through understanding and the engine."""

from datetime import UTC, datetime
from functools import cache

import pytest
import yaml

from kaitak.bot import decision, dialogue, engine, pack_models, packs
from kaitak.bot.business_facts import Row
from kaitak.bot.decision import ActionResult, BusinessRead, Final, NeedsAction, TurnContext
from kaitak.core import resources
from kaitak.nlu import engine as understanding
from kaitak.nlu.model import Model
from tests.factories.models import MODELS

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
FILE = resources.pack_folder("retail") / "tests" / "conversations.yaml"
CONTENT = yaml.safe_load(FILE.read_text(encoding="utf-8"))


ORDERS: dict[str, Row] = {
    number: {
        "order_no": number,
        "status": row["status"],
        "shipment": {"carrier": row["carrier"], "eta": row["eta"]} if "carrier" in row else None,
        "customer_ref": row.get("owner"),
    }
    for number, row in CONTENT["orders"].items()
}


@cache
def retail() -> tuple[packs.Pack, Model]:
    pack = packs.load(resources.pack_folder("retail"))
    return pack, pack_models.load_or_train(pack, MODELS)


def answer(needs: NeedsAction, context: TurnContext, *, is_down: bool) -> ActionResult:
    arguments = needs.arguments
    if is_down:
        return ActionResult(arguments=arguments, failure="unavailable")
    assert isinstance(arguments, BusinessRead)
    if arguments.name == "list_orders":
        rows = tuple(row for row in ORDERS.values() if row["customer_ref"] == context.customer_ref)
        return ActionResult(arguments=arguments, rows=rows)
    row = ORDERS.get(arguments.argument("order_no"))
    return ActionResult(arguments=arguments, rows=(row,) if row else (), failure=None if row else "not_found")


def play(state: dialogue.DialogueState, text: str, context: TurnContext, *, is_down: bool = False) -> Final:
    pack, model = retail()
    read = understanding.understand(model, text, engine.nlu_context(pack, state, context))
    results: list[ActionResult] = []
    for _ in range(5):
        made = engine.decide(pack, state, read, context, results)
        if isinstance(made, decision.Final):
            assert engine.decide(pack, state, read, context, results) == made
            return made
        results.append(answer(made, context, is_down=is_down))
    raise AssertionError("the engine asks for ever")


@pytest.mark.parametrize("talk", CONTENT["conversations"], ids=lambda talk: talk["name"])
def test_sample_conversation(talk: dict[str, object]) -> None:
    customer = talk.get("customer")
    context = TurnContext(now=NOW, customer_ref=str(customer) if customer else None, is_verified=bool(customer))
    state = dialogue.DialogueState()
    turns = talk["turns"]
    assert isinstance(turns, list)
    for turn in turns:
        made = play(state, turn["say"], context, is_down=bool(talk.get("is_down")))
        said = "\n".join(reply.text for reply in made.replies)
        offered = [quick.title for reply in made.replies for quick in reply.quick_replies]
        assert made.replies, turn
        for part in turn.get("reply", []):
            assert part in said, (turn, said)
        for part in turn.get("never", []):
            assert part not in said
        assert set(turn.get("options", [])) <= set(offered), (turn, offered)
        if turn.get("options_some"):
            assert offered
        assert (made.handover.reason if made.handover else None) == turn.get("hand_over"), (turn, made.trace)
        if made.handover and "team" in turn:
            assert made.handover.team == turn["team"]
        assert made.trace
        stored = dialogue.from_json(dialogue.to_json(made.state))
        assert stored == made.state
        state = stored
