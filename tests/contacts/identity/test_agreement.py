"""Names in two scripts and many spellings: agreeing, compatible, saying nothing, contradicting."""

from __future__ import annotations

import pytest

from kaitak.contacts.identity import names
from kaitak.contacts.identity.agreement import Agreement, compare

FULL, PART, SURNAME = Agreement.FULL, Agreement.PART, Agreement.SURNAME
UNKNOWN, CONTRADICTED = Agreement.UNKNOWN, Agreement.CONTRADICTED
PAIRS = [
    ("區詠詩", "区泳诗", CONTRADICTED),  # another character, if of one sound
    ("鍾偉強", "锺伟强", FULL),
    ("馮曉嵐", "Fung Hiu Laam", FULL),
    ("馮曉嵐", "FUNG, Hiu-lam Joyce", FULL),
    ("馮曉嵐", "Joyce Fung", PART),
    ("馮曉嵐", "Feng Xiaolan", FULL),
    ("馮曉嵐", "Fung Hiu Tung", CONTRADICTED),
    ("馮曉嵐", "Joyce Tung", CONTRADICTED),
    ("馮曉嵐", "曉嵐", PART),
    ("馮曉嵐", "馮小姐", SURNAME),
    ("馮曉嵐", "Miss Fung", SURNAME),
    ("馮曉嵐", "H. L. Fung", PART),
    ("馮曉嵐", "K. W. Fung", SURNAME),
    ("馮曉嵐", "Mrs Fung", UNKNOWN),
    ("馮曉嵐", "Joyce", UNKNOWN),
    ("馮曉嵐", "嵐嵐媽媽", UNKNOWN),
    ("謝馮曉嵐", "馮曉嵐", FULL),
    ("謝馮曉嵐", "Tse Fung Hiu Lam", FULL),
    ("Fung Hiu Lam", "Feng Xiaolan", PART),
    ("Fung Hiu Lam", "Fung Hiu Laam", FULL),
    ("Fung Hiulam", "Hiu Lam Fung", FULL),
    ("Fung Hiu Lam", "Joyce Fung", PART),
    ("Alice Fung", "Joyce Fung", CONTRADICTED),
    ("Bob Hart", "Robert Hart", FULL),
    ("Ana Maria Cruz", "Ana Cruz", FULL),
    ("Ana Cruz", "Rosa Cruz", CONTRADICTED),
    ("Ana", "Ana Cruz", PART),
    ("司徒家俊", "Szeto Ka Chun", FULL),
    ("司徒家俊", "Alvin Szeto", PART),
    ("Peony Garden Shop", "Ana Cruz", UNKNOWN),
    ("", "Ana Cruz", UNKNOWN),
]


@pytest.mark.parametrize(("left", "right", "expected"), PAIRS)
def test_two_names_agree_as_far_as_they_do(left: str, right: str, expected: Agreement) -> None:
    assert compare(names.read(display=left), names.read(display=right)) is expected
    assert compare(names.read(display=right), names.read(display=left)) is expected


def test_a_name_in_both_scripts_is_held_against_both() -> None:
    both = names.read("彭柏年", "Chris Parker")
    assert compare(both, names.read("Chris Parker")) is FULL
    assert compare(both, names.read("Pang Pak Nin")) is CONTRADICTED  # of two Latin names in full, one is another's


def test_a_rare_surname_is_one_on_file() -> None:
    assert compare(names.read("佴曉嵐"), names.read("佴曉晴")) is CONTRADICTED
    assert compare(names.read("佴曉嵐"), names.read(display="佴晓岚")) is FULL
