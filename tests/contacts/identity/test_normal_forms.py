"""Telephones, mail addresses, dates and numbers as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from kaitak.contacts.identity import normal_forms


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+852 6123 4567", "+85261234567"),
        ("852-6123-4567", "+85261234567"),
        ("００８５２６１２３４５６７", "+85261234567"),
        ("六一二三　四五六七", "+85261234567"),
        ("(0086) 138 0013 8000", "+8613800138000"),
        ("13800138000", "+8613800138000"),
        ("001 1 415 555 0100", "+14155550100"),
        ("0014155550100", "+14155550100"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+39 06 698 1", "+39066981"),
        ("2577 8899 內線 12", "+85225778899;ext=12"),
        ("tel:+85261234567", "+85261234567"),
        ("1234", None),
        ("no number", None),
        ("", None),
    ],
)
def test_telephone_has_one_form(text: str, number: str | None) -> None:
    assert normal_forms.phone(text) == number


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("A.B+x@GoogleMail.com", "ab@gmail.com"),
        (" a.b+x@Outlook.com ", "a.b@outlook.com"),
        ("a.b+x@firm.example", "a.b+x@firm.example"),
        ("+x@gmail.com", None),
        ("Ming <Ming@firm.example>", "ming@firm.example"),
        ("not an address", None),
    ],
)
def test_mail_address_has_one_form(text: str, address: str | None) -> None:
    assert normal_forms.email(text) == address


@pytest.mark.parametrize("text", ["1980-02-03", "1980/2/3", "3/2/1980", "1980年2月3日", "19800203", "１９８０-02-03"])
def test_date_is_read_in_each_form(text: str) -> None:
    assert normal_forms.day(text) == date(1980, 2, 3)


def test_no_date_is_none() -> None:
    assert [normal_forms.day(text) for text in ("1980-02-31", "soon", "")] == [None] * 3
