"""Owns whether a message asks for something of its own, beside what the open flow asks or serves. Pure."""

import re

from kaitak.bot import slot_reading, turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Understanding

FILLER = re.compile(
    r"[\s\W_]+|(?:係|是|系|我|張|单|單|號|号|order|no|number|is|it's|its|嘅|呀|啦|喇|應該|应该|打錯|打错|講錯|说错|咗|了|錯|错|咁|呢|the|唔|不)",
    re.IGNORECASE,
)
SUBSTANCE = 4
VERB, _SURE = 2, 0.9  # 取消 beside a number asks for something, where the classifier is sure of it
_MUCH = 6
# An assent that stands apart from what follows it.
_ASSENT = re.compile(
    r"^(?:ok|okay|oki|好[的啦呀吧嘅]?|收到|明白[了晒]?|知道了?|得[喇啦]?|係|系|嗯|哦|噢|right|fine|sure)[\s,，。.!~、]+"
)


def is_request(pack: Pack, intent: str | None) -> bool:
    """Whether an intent of this pack asks for something, and is no small talk or mere answer."""
    known = pack.intents.get(intent or "")
    return known is not None and known.kind == "request"


def substance(understanding: Understanding) -> int:
    """How many characters a message holds beside its values and filler words; who only hurries says nothing."""
    if turn_words.HURRY.fullmatch(slot_reading.fold(understanding.text).strip()):
        return 0
    return len(FILLER.sub("", beside_values(understanding)))


def has_words(understanding: Understanding) -> bool:
    """Whether a message holds words of its own beside its values, enough to tell its language."""
    return sum(character.isalpha() for character in beside_values(understanding)) >= 2


def beside_values(understanding: Understanding, keep: str = "") -> str:
    """The text without its values, but for those of one kind."""
    text = understanding.text
    for entity in reversed([e for e in understanding.entities if e.kind != keep]):
        text = text[: entity.start] + " " + text[entity.end :]
    return text


def own_intents(pack: Pack, state: DialogueState) -> frozenset[str]:
    """The requests that the open flow serves, with those of the flows that it is a part of."""
    found: set[str] = set()
    for frame in reversed(state.stack):
        flow = pack.flows.get(frame.flow)
        found.update(flow.intents if flow is not None else ())
        if not frame.is_part:
            break
    return frozenset(found)


def is_other_wish(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message asks for something else than the open flow does."""
    folded = slot_reading.fold(understanding.text)
    says_other = turn_words.SWITCH.search(folded) is not None
    is_wish = says_other or turn_words.WISH.search(folded) is not None
    if not is_wish and (_asks_for_text(pack, state) or _names_what_is_asked(pack, state, understanding)):
        return False
    says_other = says_other or (is_wish and _ASSENT.match(folded) is not None)
    is_sure = understanding.band == "answer" or (
        understanding.band == "clarify" and says_other and substance(understanding) >= _MUCH
    )
    return (
        is_sure
        and understanding.act not in ("affirm", "deny", "no_value")
        and understanding.intent not in own_intents(pack, state)
        and is_request(pack, understanding.intent)
        and substance(understanding) >= (VERB if understanding.confidence >= _SURE else SUBSTANCE)
    )


def assents_and_goes_on(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message only takes note of what was said and asks for something else: ok。屋企嗰份就幫我續保."""
    rest = _ASSENT.sub("", understanding.text.strip().lower())
    is_short = len(FILLER.sub("", rest)) < _MUCH
    return rest != understanding.text.strip().lower() and not is_short and is_other_wish(pack, state, understanding)


def _asks_for_text(pack: Pack, state: DialogueState) -> bool:
    """Whether the open question takes the whole next message: what went wrong is no new request."""
    flow = pack.flows.get(state.top.flow) if state.top else None
    slot = flow.slots.get(state.question.slot or "") if flow and state.question else None
    return slot is not None and slot.text


def _names_what_is_asked(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message that asks nothing holds what the bot asked for, or puts right a value of the open flow."""
    flow, question = pack.flows.get(state.top.flow) if state.top else None, state.question
    if flow is None or question is None or turn_words.QUESTION.search(slot_reading.fold(understanding.text).strip()):
        return False
    slot = flow.slots.get(question.slot or "")
    if slot is not None and slot.words and slot_reading.words_in(slot, understanding.text):
        return True
    is_choice = bool(question.options) and question.kind == "slot"
    if is_choice and slot_reading.option_in(question.options, understanding.text, pack.names):
        return True
    is_check = question.kind == "check"
    if is_check and slot_reading.phone_tail(beside_values(understanding, keep="phone")) is not None:
        return True
    held = [state.top.value(name) or "" for name, each in flow.slots.items() if each.text] if state.top else []
    if question.kind == "confirm" and any(slot_reading.denies(text, understanding.text) for text in held):
        return True
    holds_value = any(each.entity and understanding.values(each.entity) for each in flow.slots.values())
    return holds_value and (understanding.is_correction or is_check)
