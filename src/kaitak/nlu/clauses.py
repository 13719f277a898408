"""Owns denial and self-correction inside a message: which clause counts, which values are withdrawn."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kaitak.nlu.understanding import Entity

_TURN = re.compile(
    r"(?:其實|其实|反而|我(?:係|是)想|我想問嘅係|我想问的是|應該(?:係|是)|应该是|我意思係|actually,?|"
    r"i meant?,?|what i want is)"
)
_TAKEN_BACK = re.compile(
    r"(?:講|打|寫|说|說|写|搞|弄|俾|畀|輸|输)(?:咗|左|了)?[錯错](?:咗|左|了)?|[錯错](?:咗|左|了)|上(?:條|"
    r"个|個|一條|一条)(?:訊息|信息|message)?|唔使(?:查|理|搞)?(?:喇|啦)|等陣|等等|咪住|算喇|算啦|wrong|"
    r"never ?mind|ignore"
)
_DENIED = re.compile(
    r"(?:我)?(?:唔係|唔系|不是|並非|并非|唔想|不想|not)(?:話|说|說)?(?:想|要|問|问|"
    r"要求)[^,，。;；!！?？]{1,16}[,，。;；\s]+(?=(?:而?係|而?是|我|只|淨係|凈係|想|but|i ))"
)
_BETWEEN = re.compile(
    r"[錯错]|唔(?:係|系|啱|對)|不(?:是|对|對)|等等|等陣|咪住|應該|应该|更正|改(?:為|为|做|返)|no[,， ]|"
    r"wait|sorry|i mean|correction|wrong|actually|rather"
)
_DENIES_NEXT = re.compile(r"(?:唔係|唔系|不是|並非|not|唔好用|唔要)(?:呢張|嗰張|個|张|張)?\s*$")


def kept_part(folded: str) -> str:
    """The part of the message that states the request in force: after a taken-back clause, without denied clauses."""
    text = _DENIED.sub("", folded)
    taken_back = _TAKEN_BACK.search(text)
    if taken_back is not None:
        turn = _TURN.search(text, taken_back.end())
        rest = text[turn.end() if turn else taken_back.end() :].strip(" ,，。.!！…呀啊添咗喇啦")
        if len(rest) >= 3:
            return rest
    return text if len(text.strip()) >= 2 else folded


def mark_withdrawn(entities: Sequence[Entity], original: str) -> tuple[Entity, ...]:
    """Entities with the withdrawn ones marked: denied outright, or followed by a correction and another of the kind."""
    lowered = original.lower()
    marked: list[Entity] = []
    for index, entity in enumerate(entities):
        denied = _DENIES_NEXT.search(lowered[max(0, entity.start - 8) : entity.start]) is not None
        successor = next((e for e in entities[index + 1 :] if e.kind == entity.kind), None)
        replaced = successor is not None and _is_replaced(lowered, entity, successor)
        others = any(e.kind == entity.kind and e.value != entity.value for e in entities)
        marked.append(replace(entity, withdrawn=others and (denied or replaced)))
    return tuple(marked)


def _is_replaced(lowered: str, entity: Entity, successor: Entity) -> bool:
    between = lowered[entity.end : successor.start]
    if _BETWEEN.search(between) is None:
        return False
    return _DENIES_NEXT.search(between) is None
