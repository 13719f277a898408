"""Owns which values a message names only to take them back: 唔好星期六,星期日; 旺角太遠,沙田; 護髮素唔要喇. Pure."""

import re
from dataclasses import replace

from kaitak.bot.dialogue import DialogueState
from kaitak.nlu import folding
from kaitak.nlu.understanding import Entity, Understanding

_DENIED_BEFORE = re.compile(
    r"(?:唔(?:好|要|系|使|去|会)|不(?:要|是|去|用)|别|非|(?<![a-z])(?:not|no|isn't|instead of|rather than))"
    r"(?:再|话|要|系|on |the |in )?\s*$"
)
_DENIED_AFTER = re.compile(
    r"^(?:嗰(?:件|间|日|个|只|张|份))?(?:就|都|又|已经|而家|好似|嗰日|is |was )*"
    r"(?:太|唔(?:好|得|啱|要|使|去|系|方便|得闲)|不(?:要|行|对|是|方便)|满|冇(?:得|人|货|位|空)|没|卖晒|卖断|去唔到|赶唔切"
    r"|错|too |not |full|won't|doesn't|is wrong)"
)
# What is left as it was: 343435唔取消住, the second one stays.
_LEFT_OUT = re.compile(
    r"^(?:嗰(?:件|张|份|个|支))?(?:就|都)?(?:唔(?:好)?(?:取消|退|改|换|要|使|加|买)|不(?:要|用|取消|退|换)|照旧|照送|留返|stays|keep)"
)
_TOGETHER = re.compile(r"[同及和与或、&]|(?<![a-z])(?:and|or)(?![a-z])")
_NEAR = 12


def without_replaced(state: DialogueState, whole: Understanding) -> Understanding:
    """The message with the values marked that it names to take them back."""
    known = dict(state.topics[-1].values) if state.topics else {}
    marked = tuple(
        replace(entity, withdrawn=True) if _is_taken_back(whole, entity, known) else entity for entity in whole.entities
    )
    return replace(whole, entities=marked) if marked != whole.entities else whole


def _is_taken_back(whole: Understanding, entity: Entity, known: dict[str, tuple[str, ...]]) -> bool:
    if entity.withdrawn:
        return True
    others = [e for e in whole.entities if e.kind == entity.kind and e.value != entity.value and not e.withdrawn]
    values = known.get(entity.kind, ())
    if not others and not (len(values) > 1 and any(v.endswith(entity.value) for v in values)):
        return False
    before, after = folding.plain(whole.text[: entity.start])[-_NEAR:], folding.plain(whole.text[entity.end :])[:_NEAR]
    if not others:  # one of several that were spoken of
        return _LEFT_OUT.match(after) is not None
    later = next((e for e in others if e.start >= entity.end), None)
    if later is not None and _TOGETHER.fullmatch(folding.plain(whole.text[entity.end : later.start]).strip()):
        return False
    is_denied = _DENIED_BEFORE.search(before) is not None
    return is_denied or (later is not None and _DENIED_AFTER.match(after) is not None)
