"""Owns figures that follow from a stated rule: so much for every full N hours, up to a limit. Pure."""

from __future__ import annotations

import re

from kaitak.knowledge import terms
from kaitak.nlu import numerals

_RULE = re.compile(r"[每满滿]+(?P<hours>\d+)小[时時]\s*\$(?P<each>[\d,]+)(?:[^$;；]{0,4}上限\s*\$(?P<most>[\d,]+))?")
_HOURS = re.compile(rf"(\d+|{numerals.NUMERAL}+)(?:个|個)?(?:钟头|小时|钟|hours?)")


def for_hours(question: str, text: str) -> str:
    """What the one rule of a text gives for the hours that the question names; empty when there is none or several."""
    rules = list(_RULE.finditer(text))
    asked = _HOURS.search(terms.views(question)[1])
    if len(rules) != 1 or asked is None:
        return ""
    hours = numerals.read_number(asked.group(1)) if not asked.group(1).isdecimal() else int(asked.group(1))
    rule = rules[0]
    step = int(rule["hours"])
    if hours is None or step == 0:
        return ""
    amount = hours // step * _amount(rule["each"])
    if rule["most"]:
        amount = min(amount, _amount(rule["most"]))
    return f"{hours}小時 = ${amount:,}"


def _amount(text: str) -> int:
    return int(text.replace(",", ""))
