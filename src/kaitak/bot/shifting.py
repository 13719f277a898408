"""Owns days told by how far they lie from the one spoken of: 推後一日, 提早兩日, a week later. Pure."""

import re
from datetime import date, timedelta

_NUMBERS = {
    "一": 1, "1": 1, "a": 1, "one": 1, "another": 1, "二": 2, "两": 2, "2": 2, "two": 2, "三": 3, "3": 3, "three": 3,
    "四": 4, "4": 4, "four": 4, "五": 5, "5": 5, "five": 5, "六": 6, "6": 6, "七": 7, "7": 7, "十": 10, "10": 10,
}  # fmt: skip
_MANY = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_LATER, _EARLIER = r"推后|推迟|延后|延迟|延期|押后|顺延|迟多|迟|晚|后", r"提早|提前|早多|早|推前"
# 遲咗兩日, 遲三日先到 tell of what has been; only what is to be counts.
_BEFORE = re.compile(
    rf"(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER}))(?:多|返|到|再)?(?P<many>{_MANY})(?:个)?(?P<unit>日|天|星期|礼拜|周)"
    r"(?!前|之前|都|仲|还)"
)
_AFTER = re.compile(
    rf"(?<![a-z0-9])(?P<many>{_MANY}) ?(?P<unit>day|week)s? (?:(?P<later>later|after)|(?P<earlier>earlier|sooner))"
    r"(?! than)"
    rf"|(?<![a-z])(?:(?P<back>push|move|put|delay|postpone)|(?P<forward>bring))[a-z ]{{0,12}}(?:back|forward|by|out)"
    rf"(?: by)? (?P<by>{_MANY}) ?(?P<of>day|week)s?"
)


def is_step(simple: str) -> bool:
    """Whether words say by how much a day is moved, and nothing else."""
    return _BEFORE.fullmatch(simple) is not None


def shifted(simple: str, day: str) -> str | None:
    """The day that a message means which moves the one spoken of; None if it moves none."""
    match = _BEFORE.search(simple) or _AFTER.search(simple)
    if match is None:
        return None
    found = {name: value for name, value in match.groupdict().items() if value}
    many = _NUMBERS[found.get("many") or found["by"]]
    unit = found.get("unit") or found["of"]
    days = many * (1 if unit in ("日", "天", "day") else 7)
    is_earlier = "earlier" in found or "forward" in found
    try:
        return (date.fromisoformat(day) + timedelta(days=-days if is_earlier else days)).isoformat()
    except (ValueError, OverflowError):
        return None
