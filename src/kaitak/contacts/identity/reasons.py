"""Owns the reasons that the policy gives: rules that join, evidence that is too weak, contradictions."""

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    "signed_token",
    "same_key",
    "same_file",
    "same_phone",
    "same_email",
    "knowledge_check",
]
Contradiction = Literal[
    "birth_dates_differ",
    "hkid_tails_differ",
    "names_contradict",
    "number_recycled",
    "acting_for",
]
Weakness = Literal[
    "phone_unverified",
    "email_unverified",
    "phone_shared",
    "email_shared",
    "number_quoted",
    "name_only",
    "number_passed_on",
    "contradiction_between",
]


@dataclass(frozen=True, slots=True, order=True)
class Join:
    """Two records (ids in order) that a rule makes one person; `value` is what they share."""

    left: str
    right: str
    rule: Rule
    value: str
    strength: int


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Two records that share something and are not joined; `value` is what they share or differ in."""

    left: str
    right: str
    reason: Contradiction | Weakness
    value: str = ""
