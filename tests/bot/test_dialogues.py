"""What a whole conversation needs of the engine, beyond one flow: order of values, returns, time-outs, packets."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kaitak.bot import agent_notes, dialogue, pack_tests
from kaitak.bot.decision import Final, TurnContext
from kaitak.bot.dialogue import DialogueState, Option, Question
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.bot.pack_world import CUSTOMER, Article, Business, World
from kaitak.bot.packet import HandoffPacketData
from tests.factories import models

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=ZoneInfo("Asia/Hong_Kong"))
POLICY = {"product": "家居保險", "currency": "HKD", "sum_insured": 800000, "payment_method": "fps"}


def insurer() -> ReadyPack:
    return models.ready("insurance")


class Talk:
    """A proven customer's conversation with the insurer; it keeps what was decided last."""

    made: Final

    def __init__(self) -> None:
        policies = [
            {"policy_no": f"KP-8800{n}", "status": "in_force", "ends_on": f"2026-0{n}-15", "starts_on": "2025-02-15"}
            for n in (1, 2)
        ]
        business = Business(reads={"list_policies": [{**POLICY, **policy} for policy in policies], "list_claims": []})
        covered = {"水浸": Article(answer="水浸受保，自負額二千元。", title="家居保險", about=["水浸"])}
        self.world = World(business, covered, CUSTOMER)
        self.state, self.now = DialogueState(), NOW

    def say(self, text: str, *, after: timedelta = timedelta(minutes=1), chosen: str | None = None) -> str:
        self.now += after
        context = TurnContext(now=self.now, customer_ref=CUSTOMER, is_verified=True, chosen=chosen, channel="web")
        self.made = pack_tests.decide(insurer(), self.state, text, context, self.world)
        self.state = dialogue.from_json(dialogue.to_json(self.made.state))
        return "\n".join(reply.text for reply in self.made.replies)

    @property
    def done(self) -> list[str]:
        return [name for name, _ in self.world.did]


def asked_to_confirm() -> Talk:
    talk = Talk()
    assert "啱唔啱" in talk.say("KP-88001我想轉用轉數快交保費")
    return talk


def test_question_in_the_middle_is_answered_and_the_open_one_asked_again_once_in_other_words() -> None:
    talk = asked_to_confirm()
    said = talk.say("家居保險水浸有冇得賠")
    assert "自負額二千元" in said
    assert "照做好唔好" in said
    assert "啱唔啱" not in said
    assert "照做好唔好" not in talk.say("家居保險水浸有冇得賠")
    talk.say("係呀")
    assert talk.done == ["change_payment_method"]


def test_question_that_was_unclear_is_answered_after_its_reading_is_chosen() -> None:
    talk = Talk()
    talk.say("家居保險水浸有冇得賠")
    offered = Question(kind="clarify", wording="clarify", options=(Option("查詢保障範圍", "intent:coverage_question"),))
    talk.state = replace(talk.state, question=offered)
    assert "自負額二千元" in talk.say("查詢保障範圍", chosen="intent:coverage_question")
    talk.state = replace(talk.state, question=offered, notes=talk.state.notes[:1])
    assert "自負額二千元" in talk.say("係呀")


def test_value_corrected_at_the_confirm_is_told_and_used_and_the_old_one_never() -> None:
    talk = asked_to_confirm()
    said = talk.say("等等，打錯咗，係KP-88002")
    assert "改返做 KP-88002" in said
    assert "KP-88001" not in said
    talk.say("啱")
    assert [dict(arguments)["policy_no"] for _, arguments in talk.world.did] == ["KP-88002"]
    packet = handed_over(talk)
    marked = {slot.value: slot.withdrawn for slot in packet.slots}
    assert (marked["KP-88001"], marked["KP-88002"]) == (True, False)
    assert "KP-88001" not in packet.summary


def test_second_request_suspends_the_first_which_is_returned_to() -> None:
    talk = asked_to_confirm()
    said = talk.say("我份保單KP-88002幾時到期")
    assert "2026年2月15日" in said
    assert "更改繳費方式" in said  # 返返去頭先嘅…
    assert "啱唔啱" in said


def test_two_requests_of_one_message_are_both_served() -> None:
    said = Talk().say("KP-88001份保單幾時到期，另外我想問家居保險水浸有冇得賠")
    assert "2026年1月15日" in said
    assert "自負額二千元" in said


def test_yes_of_the_next_day_does_nothing_before_the_customer_wants_to_go_on() -> None:
    talk = asked_to_confirm()
    said = talk.say("係", after=timedelta(hours=30))
    assert "繼續" in said
    assert talk.done == []
    assert "啱唔啱" in talk.say("好")
    talk.say("係呀")
    assert talk.done == ["change_payment_method"]


def test_customer_who_lets_it_lie_is_let_be() -> None:
    talk = asked_to_confirm()
    talk.say("係", after=timedelta(hours=30))
    talk.say("唔使喇")
    assert (talk.state.stack, talk.done) == ((), [])


def test_flow_of_a_changed_pack_begins_anew_with_what_is_known() -> None:
    talk = asked_to_confirm()
    top = talk.state.top
    assert top is not None
    talk.state = replace(talk.state, pack_version="older", stack=(replace(top, step="gone"),))
    assert "啱唔啱" in talk.say("仲喺度嗎")
    assert talk.state.top is not None
    assert talk.state.top.value("policy_no") == "KP-88001"


def test_thanks_keep_the_open_question() -> None:
    talk = asked_to_confirm()
    talk.say("唔該晒")
    talk.say("係呀")
    assert talk.done == ["change_payment_method"]


def handed_over(talk: Talk) -> HandoffPacketData:
    talk.say("我要搵真人")
    assert talk.made.handover is not None
    return talk.made.handover.packet


def test_packet_says_what_is_open_tried_and_known() -> None:
    talk = asked_to_confirm()
    talk.say("家居保險水浸有冇得賠")
    packet = handed_over(talk)
    assert packet.reason == "customer_asked"
    assert "payment_method_change" in packet.requests
    assert packet.customer["verified"] is True
    assert any("家居保險" in tried for tried in packet.tried)
    assert any("自負額二千元" in reply for reply in packet.suggested_replies)
    assert {"KP-88001", "fps"} <= {slot.value for slot in packet.slots}
    assert "KP-88001" in str(packet.business)


def test_matter_with_a_person_stays_there_until_it_is_given_back() -> None:
    talk = asked_to_confirm()
    handed_over(talk)
    talk.say("保單係KP-88002")
    assert talk.made.handover is not None
    talk.state = dialogue.given_back(talk.state, "客人已核實")
    talk.say("KP-88002份保單幾時到期")
    made = talk.made
    assert (made.handover, "客人已核實" in {step.detail for step in made.trace}) == (None, True)


def test_values_of_a_colleagues_note_are_not_asked_again() -> None:
    talk = Talk()
    talk.say("我要搵真人")
    context = TurnContext(now=NOW, customer_ref=CUSTOMER, is_verified=True)
    note = "已核實，佢份係KP-88002，電話91234567"
    talk.state = agent_notes.given_back(insurer().pack, insurer().model, talk.state, note, context)
    assert "2026年2月15日" in talk.say("我份保單幾時到期")
    assert talk.state.finished is not None
    (value,) = talk.state.finished.slots["policy_no"]
    assert (value.value, value.provenance) == ("KP-88002", "agent")
    packet = handed_over(talk)
    assert ("phone", "agent") in {(slot.name, slot.provenance) for slot in packet.slots}


def test_note_fills_the_flow_that_a_person_interrupted_and_two_numbers_fill_nothing() -> None:
    talk = Talk()
    talk.say("我份保單幾時到期")
    open_flow, context = talk.state, TurnContext(now=NOW, customer_ref=CUSTOMER, is_verified=True)
    both = agent_notes.given_back(insurer().pack, insurer().model, open_flow, "KP-88001 或者 KP-88002", context)
    assert (both.from_agent, both.stack) == ((), open_flow.stack)
    one = agent_notes.given_back(insurer().pack, insurer().model, open_flow, "係KP-88001", context)
    assert [frame.value("policy_no") for frame in one.stack] == ["KP-88001"]


def test_question_about_a_thing_of_their_own_is_no_rest_of_the_question_before() -> None:
    talk = Talk()
    talk.say("家居保險水浸有冇得賠")
    talk.say("我份保單幾時到期")
    assert talk.made.intent == "policy_enquiry"
