"""Owns a second look at a message that the classifier is unsure of: its words beside assent and numbers."""

import re

from kaitak.nlu import normalising
from kaitak.nlu.understanding import Entity, RankedIntent

_ASSENT = re.compile(
    r"^(?:(?:ok|okay|oki|okie|好[的啦呀吧嘅]?|收到|明白[了晒]?|知道了?|得[喇啦]?|係|系|嗯|哦|噢"
    r"|well|right|fine|alright|got it|i see|sure)"
    r"[\s,，。.!！~～、]+)+"
)
# What is settled comes first and the request after it: OTP嚟咗喇。咁我件parcel去咗邊
_SETTLED = re.compile(
    r"^[^,，。!！?？\n]{0,10}(?:嚟|来|到|得|入|收|搵|揾|找|搞掂|搞定|解決|解决|好返|弄好)(?:到|返|咗)?(?:咗)?[喇啦了嘞][,，。!！\s]+(?=.{4,})"
)
_LABEL = re.compile(
    r"(?:(?:我|呢|嗰)?(?:張|张|份|個|个)?(?:訂單|订单|單|单|保單|保单|order|policy|claim|索償|索偿|賠案|tracking)?"
    r"(?: ?(?:number|no\.?)|號碼|号码|編號|编号|號|号)?(?:係|是|:|：| is|#)?)\s*$"
)
# Where a further request begins in the same breath: 同埋想問…, 另外…, and also …, or another line.
_FURTHER = re.compile(
    r"\n+|[,，。;；!！?？ ]+(?:同埋|仲有|另外|順便|顺便|順手|顺手|还有|還有|再者|and also"
    r"|also|plus|and can (?:i|you)|btw|by the way)"
    r"(?![嗰果那]|[一二兩两]?[個个張张份])[,， ]*|[?？]+ *(?=.{4,})"
)
_MOST_PARTS = 4
_CODES = frozenset({"phone", "email"})
_FEWEST = 4


def is_settled(folded: str) -> bool:
    """Whether a message opens with something that is settled."""
    return _SETTLED.match(folded) is not None


def parts(folded: str) -> list[str]:
    """The pieces of a message that may each ask for something; none where it holds but one."""
    pieces = [piece.strip(" ,，。") for piece in _FURTHER.split(folded)]
    found = [piece for piece in pieces if len(piece) >= _FEWEST][:_MOST_PARTS]
    return found if len(found) > 1 else []


def bare_part(folded: normalising.Folded, kept: str, found: list[Entity]) -> str | None:
    """What a message says beside an assent in front and the numbers it gives; None when that is all or nothing."""
    text = folded.text
    places = {place: index for index, place in reversed(list(enumerate(folded.offsets)))}
    for entity in reversed(found):
        start, end = places.get(entity.start), places.get(entity.end, len(text))
        is_code = entity.kind in _CODES or sum(c.isdigit() for c in entity.value) >= _FEWEST
        if start is None or not is_code or entity.kind in ("date", "amount"):
            continue
        text = _LABEL.sub("", text[:start]) + " " + text[end:]
    rest = _SETTLED.sub("", _ASSENT.sub("", text if text != folded.text else kept)).strip(" ,，。.:：")
    return rest if len(rest) >= _FEWEST and rest != kept else None


def middle(first: tuple[RankedIntent, ...], second: tuple[RankedIntent, ...]) -> tuple[RankedIntent, ...]:
    """Both readings weighed alike."""
    shares: dict[str, float] = {}
    for one in (*first, *second):
        shares[one.name] = shares.get(one.name, 0.0) + one.confidence / 2
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    return tuple(RankedIntent(name, round(share, 4)) for name, share in ranked)
