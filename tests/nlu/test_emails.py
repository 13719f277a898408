"""E-mail addresses as they are written, dictated in Cantonese and in English."""

import pytest

from kaitak.nlu import emails, normalising


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mei.Ho@Example.com.", ["mei.ho@example.com"]),
        ("mei.ho @ example.com", ["mei.ho@example.com"]),
        ("電郵係 ada 下劃線 lee 小老鼠 yahoo 點 com 點 hk", ["ada_lee@yahoo.com.hk"]),
        ("寄去 ricky 底線 my 六八 at hotmail dot com 啦", ["ricky_my68@hotmail.com"]),
        ("大楷K細楷o at outlook dot com", ["ko@outlook.com"]),
        ("b for bravo o for orange 9 at gmail dot com", ["bo9@gmail.com"]),
        ("my email is sam lau eight eight at gmail dot com", ["samlau88@gmail.com"]),
        ("電郵 double n chan at hot mail dot com", ["nnchan@hotmail.com"]),
        ("yan九八 at gmail com", ["yan98@gmail.com"]),
        ("info at sunny dash trade dot com", ["info@sunny-trade.com"]),
        ("admin at shop dot example", ["admin@shop.example"]),
        ("I work at gmail", []),
        ("meet me at yahoo dot com", []),
        ("喺尖沙咀 at 3pm", []),
    ],
)
def test_an_address_is_read_however_it_is_said(text: str, expected: list[str]) -> None:
    assert [found.value for found in emails.find_emails(normalising.fold(text).text)] == expected
