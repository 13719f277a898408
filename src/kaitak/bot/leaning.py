"""Owns messages that ask nothing by themselves and stay with the matter in hand, by their words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kaitak.bot import focusing, matters, references, returning, turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Understanding

_SURE = 0.9
_SHORT, _BARE = 4, 2
# When somebody can be reached: 朝早打嚟就得, call me after six.
_CALL = re.compile(
    r"(?<![人佢])打(?:俾|畀|比|给|返|嚟|来|电话|过来|过嚟)|(?:覆|复|回|联络|联系|搵|揾|找)(?:返|番|复|覆)?我|回电|来电|致电"
    r"|(?<![a-z])(?:call|ring|phone|text|reach|contact|whatsapp|message)(?: me)?(?![a-z])"
)
_WHEN = re.compile(
    r"朝早|朝头|早上|上昼|上午|中午|晏昼|下昼|下午|夜晚|晚上|夜啲|放工|收工|下班|返工|上班|放学|午饭|平日|周末|周[一二三四五六日]|星期|礼拜"
    r"|[0-9一二三四五六七八九十两](?:点|时)|之后|以后|之前|随时|几时都|任何时"
    r"|(?<![a-z])(?:any ?time|after|before|until|mornings?|afternoons?|evenings?|week(?:day|end)s?|between|o'clock"
    r"|noon|lunch(?:time)?|whenever)(?![a-z])|\d ?[ap]\.?m"
)
_OTHER_DEED = re.compile(
    r"送|寄|派|收货|收件|有人|自称|话系|声称|登入|密码|顾问|经纪|经理|主管|deliver|adviser|advisor|manager|someone"
    r"|claiming|courier"
)
# What has been moved already, and not by the one who asks: 醫院改咗廿五號, the appointment has been moved.
_MOVED = re.compile(
    r"(?:改|推|移|延|调|押|转|换)(?:迟|后|前|早)?(?:咗|了|左)(?:期|去|到|做|成|为)?|(?:迟|早|押后|推迟|延迟|延后|延期|顺延|提前|提早)(?:咗|了|左)"
    r"|(?:延迟|延期|顺延|押后|推迟|提前|改期)(?:至|到|为|咗|了)"
    r"|(?<![a-z])(?:(?:has|have|had|was|were|been|got|they've|they have|he's|she's) (?:now )?(?:been )?"
    r"(?:moved|pushed|brought|changed|rescheduled|postponed|delayed)|is now(?: on)?|now falls on)(?![a-z])"
)


def stays(pack: Pack, state: DialogueState, understanding: Understanding, simple: str) -> bool:
    """Whether a message asks nothing that is not of the request in force."""
    if not state.topics:
        return False
    is_asking = turn_words.QUESTION.search(simple) is not None or turn_words.WISH.search(simple) is not None
    if not is_asking and _picks_person(pack, state, simple):
        return True
    if returning.leaves(simple):
        return False
    if not is_asking and _says_when_to_call(simple):
        return True
    if understanding.intent == state.topics[-1].intent or understanding.confidence >= _SURE:
        return False
    return (not is_asking and _moves_day(pack, state, understanding, simple)) or _is_of_thing_in_hand(
        pack, state, understanding, simple
    )


def _says_when_to_call(simple: str) -> bool:
    is_told = _CALL.search(simple) is not None and _WHEN.search(simple) is not None
    return is_told and _OTHER_DEED.search(simple) is None and turn_words.ASKS_PERSON.search(simple) is None


def _picks_person(pack: Pack, state: DialogueState, simple: str) -> bool:
    """Whether of several people of the request one is picked: just him then; 淨係她就得."""
    kinds = (kind for kind, rule in pack.entities.items() if rule.reads == "people")
    return any(references.one_of_several(simple, state, kind) is not None for kind in kinds)


def _moves_day(pack: Pack, state: DialogueState, understanding: Understanding, simple: str) -> bool:
    """Whether the day of the request in force has become another: 頭先醫院話改咗廿五號."""
    current = state.topics[-1]
    known, rule = dict(current.values).get("date", ()), pack.entities.get("date")
    said = [e.value for e in understanding.entities if e.kind == "date" and not e.withdrawn]
    is_needed = rule is not None and current.intent in rule.intents
    return is_needed and bool(known) and any(v not in known for v in said) and _MOVED.search(simple) is not None


def _is_of_thing_in_hand(pack: Pack, state: DialogueState, understanding: Understanding, simple: str) -> bool:
    """Whether the deed that is asked for is spoken of again, of the very thing: 我想直接把它拿去門市退."""
    current, own = state.topics[-1], understanding.intent or ""
    deeds = {deed for deed in focusing.deeds_in(understanding.text) if deed in current.intent and deed in own}
    if not deeds or not current.values:
        return False
    known = dict(current.values)
    things = (rule for kind, rule in pack.entities.items() if rule.reads == "things" and kind in known)
    return any(references.points_at(rule, simple) for rule in things)


Values = Mapping[str, tuple[str, ...]]


def only_corrects(pack: Pack, state: DialogueState, understanding: Understanding, stated: Values, size: int) -> bool:
    """Whether a message takes something back and says little else; `size` counts the characters beside its values."""
    is_short = size <= _SHORT and not (stated and size <= _BARE)
    return understanding.act == "correct" and is_short and not _asks_anew(pack, state, understanding, stated)


def _asks_anew(pack: Pack, state: DialogueState, understanding: Understanding, stated: Values) -> bool:
    """Whether a message that takes something back has values for another request, and none that could be put right."""
    own, known = understanding.intent or "", dict(state.topics[-1].values) if state.topics else {}
    intent = pack.intents.get(own)
    if not stated or understanding.confidence < _SURE or intent is None or intent.kind != "request":
        return False
    return all(kind not in known and (kind not in pack.entities or _needs(pack, kind, own)) for kind in stated)


def changes(pack: Pack, state: DialogueState, understanding: Understanding, simple: str, stated: Values) -> bool:
    """Whether a message alters a wish that has no number yet, and is read as one about a numbered thing: 改做150個."""
    own, current = understanding.intent or "", state.topics[-1].intent if state.topics else None
    if current is None or own == current or pack.intents[current].hand_over is not None:
        return False
    if matters.ALTERS.search(simple) is None or returning.leaves(simple):
        return False
    numbers = [r for r in pack.entities.values() if r.carried == "across_requests" and own in r.intents]
    known = {kind for kind, _ in state.said} | set(stated)
    return bool(numbers) and not any(rule.kind in known for rule in numbers)


# What goes on with the wish before it, apart from its words: 仲有 隻色轉軍綠.
_GOES_ON = re.compile(r"^(?:仲有|还有|同埋|连埋|另外|(?:and )?also)(?:呀|啊)?[,，:： ]+")


def adds(pack: Pack, state: DialogueState, simple: str, stated: Values) -> bool:
    """Whether a message adds to the request in force what it may hold: another look, another thing."""
    if not stated or not state.topics or _GOES_ON.search(simple) is None:
        return False
    if turn_words.QUESTION.search(simple) is not None or returning.leaves(simple):
        return False
    return all(_needs(pack, kind, state.topics[-1].intent) for kind in stated)


def _needs(pack: Pack, kind: str, intent: str) -> bool:
    rule = pack.entities.get(kind)
    return rule is not None and intent in rule.intents
