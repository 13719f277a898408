"""Tests what is read about proof: digits of a telephone told at once, no telephone at hand, another way."""

import pytest

from kaitak.bot import proof_reading


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("HK25-100234去到邊，電話尾四位1234", "1234"),
        ("HK25-100234 where is it? phone ends 1234", "1234"),
        ("我電話61231234", "1234"),
        ("張單尾四位0234", None),
        ("HK25-100234去到邊", None),
        ("KP-88002", None),
    ],
)
def test_digits_of_a_telephone_told_at_once_are_no_others(text: str, tail: str | None) -> None:
    found = proof_reading.phone_tail_told(text)
    assert (found[0] if found else None) == tail
