"""The engine's rules that one conversation sample cannot show: purity, packets, old states, stale options."""

from dataclasses import replace
from datetime import UTC, datetime

from kaitak.bot import dialogue, engine, packet, packs
from kaitak.bot.decision import ActionResult, BusinessRead, Final, NeedsAction, ProofWays, TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.nlu import engine as understanding
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Understanding
from tests.factories import models

CONTEXT = TurnContext(now=datetime(2025, 11, 19, 6, 30, tzinfo=UTC))


def order(number: str) -> BusinessRead:
    return BusinessRead("get_order", (("order_no", number),))


def retail() -> tuple[packs.Pack, Model]:
    ready = models.ready("retail")
    return ready.pack, ready.model


def read(state: DialogueState, text: str, context: TurnContext = CONTEXT) -> Understanding:
    pack, model = retail()
    return understanding.understand(model, text, engine.nlu_context(pack, state, context))


def final(state: DialogueState, text: str, context: TurnContext = CONTEXT) -> Final:
    no_way = ActionResult(arguments=ProofWays())  # nobody can be sent a code
    made = engine.decide(retail()[0], state, read(state, text, context), context, [no_way])
    assert isinstance(made, Final)
    return made


def test_business_call_is_asked_for_with_its_arguments() -> None:
    state = DialogueState()
    made = engine.decide(retail()[0], state, read(state, "查HK25-100234"), CONTEXT)
    assert made == NeedsAction(arguments=order("HK25-100234"))


def test_visitor_without_proof_is_not_offered_a_list_of_orders() -> None:
    claimed = replace(CONTEXT, customer_ref="C-1", is_verified=False)
    made = engine.decide(retail()[0], DialogueState(), read(DialogueState(), "查單"), claimed)
    assert isinstance(made, Final)


def test_packet_holds_all_that_was_said() -> None:
    pack, _ = retail()
    state = DialogueState()
    missing = ActionResult(arguments=order("HK25-100234"), failure="not_found")
    first = engine.decide(pack, state, read(state, "查HK25-100234"), CONTEXT, [missing])
    assert isinstance(first, Final)
    second = final(first.state, "你哋搞乜鬼，離譜")
    assert second.handover is not None
    data = second.handover.packet
    assert (data.reason, data.team, data.intent) == ("anger", "complaints_vip", "order_status")
    assert [(s.name, s.value) for s in data.slots] == [("order_no", "HK25-100234")]
    assert [n.said for n in data.asked_and_answered] == ["查HK25-100234", "你哋搞乜鬼，離譜"]
    assert [m.emotion for m in data.mood_course] == ["calm", "angry"]
    assert "HK25-100234" in data.summary
    assert data.suggested_replies
    assert packet.to_json(data)["reason"] == "anger"


def test_corrected_value_is_kept_withdrawn_in_the_packet() -> None:
    pack, _ = retail()
    state = DialogueState()
    missing = ActionResult(arguments=order("HK25-100234"), failure="not_found")
    first = engine.decide(pack, state, read(state, "查HK25-100234"), CONTEXT, [missing])
    assert isinstance(first, Final)
    again = ActionResult(arguments=order("HK25-100235"), failure="unavailable")
    corrected = engine.decide(pack, first.state, read(first.state, "打錯咗係HK25-100235"), CONTEXT, [again])
    assert isinstance(corrected, Final)
    assert corrected.handover is not None
    assert [(s.value, s.withdrawn) for s in corrected.handover.packet.slots] == [
        ("HK25-100234", True),
        ("HK25-100235", False),
    ]


def test_option_that_was_never_offered_fills_nothing() -> None:
    forged = replace(CONTEXT, chosen="slot:order_no:HK25-999999")
    assert final(DialogueState(), "你好", forged).replies[0].text.startswith("你好")


def test_tapped_option_starts_its_intent() -> None:
    tapped = replace(CONTEXT, chosen="intent:refund_status")
    made = final(DialogueState(), "查詢退款進度", tapped)
    assert made.state.request == "refund_status"


def test_state_of_another_version_starts_afresh() -> None:
    assert dialogue.from_json({"version": 99, "turns": 4}) == DialogueState()
    assert dialogue.from_json({"version": 1, "stack": "nonsense"}) == DialogueState()
    assert dialogue.from_json(None) == DialogueState()


def test_frame_of_a_step_that_the_pack_lost_is_dropped() -> None:
    asked = final(DialogueState(), "查單").state
    assert asked.top is not None
    lost = replace(asked, stack=(replace(asked.top, step="gone"),))
    assert final(lost, "你好").handover is None


def test_long_conversation_keeps_a_bounded_state() -> None:
    state = DialogueState()
    for number in range(60):
        state = final(state, f"你好 {number} " + "呀" * 400).state if number % 2 else final(state, "唔該晒").state
    assert len(state.notes) <= dialogue.MAX_NOTES
    assert all(len(note.said) <= dialogue.MAX_NOTE_CHARACTERS for note in state.notes)


def test_predictions_name_model_and_evidence() -> None:
    made = final(DialogueState(), "退款幾時到")
    intent = next(p for p in made.predictions if p.kind == "intent")
    assert intent.value == "refund_status"
    assert intent.model_version == retail()[1].version
    assert intent.evidence
