"""Every way to quote, to close and to name a device, put together: only the words are left."""

from __future__ import annotations

from pathlib import Path

import yaml

from kaitak.channels.connectors.email import quotes

PARTS = yaml.safe_load((Path(__file__).parent / "mails" / "parts.yaml").read_text(encoding="utf-8"))
NAMES = {"en": "Amy Chan", "zh-HK": "陳大文", "zh-CN": "陈大文"}


def left(language: str, *parts: str) -> str:
    whole = "\n\n".join([PARTS["words"][language], *(part for part in parts if part)])
    return quotes.of_text(whole, name=NAMES[language], address="amy@home.example").text


def test_words_alone_are_left_of_every_quote_close_and_device_line() -> None:
    wrong: list[tuple[str, ...]] = []
    for number, quote in enumerate(PARTS["quotes"]):
        language = quote["language"]
        closes = PARTS["closes"][language]
        own = [d["text"] for d in PARTS["devices"] if (d["client"], d["language"]) == (quote["client"], language)]
        for close, device in (
            ("", ""),
            (closes[number % len(closes)], ""),
            (closes[(number * 7 + 3) % len(closes)], ""),
            ("", own[number % len(own)] if own else ""),
        ):
            if left(language, close, device, quote["text"]) != PARTS["words"][language]:
                wrong.append((quote["client"], language, close[:20], device, quote["text"][:40]))
    wrong += [
        (device["client"], device["language"], "", device["text"], "")
        for device in PARTS["devices"]
        if left(device["language"], device["text"]) != PARTS["words"][device["language"]]
    ]
    assert wrong == []


def test_words_that_look_like_an_end_are_kept() -> None:
    for text in (
        "My details:\n\nAmy Chan\n5555 0101\nFlat 5, 9/F Sample Building",
        "送貨資料:\n\n陳大文\n觀塘樣本街8號\n9123 4567",
        "Thank you so much, it works now.",
        "OK\n\nThanks",
        "Amy Chan",
        "祝你哋生意興隆!",
        "祝你們工作愉快，但我仍要投訴。",
        "注意:個包裝爛咗,請影相。",
        "聲明:我冇收過呢封電郵。",
        "Sent from the shop on Monday, still not here.",
        "從我的角度睇,呢個唔合理。",
        "自我的訂單寄出之後,一直冇消息。",
        "來自你哋公司嘅 app 收咗我兩次錢",
        "Cheers\nmate, it works",
        "I wrote on 2/11/2026 10:21: please cancel.\nWhy no answer?",
        "The contents of this e-mail order are wrong: I got 3 not 5.",
        "Please send it to\nAmy Chan\n22 Sample Road",
        "I want:\n-----\n3 lamps\n-----",
    ):
        name = "陳大文" if "陳大文" in text else "Amy Chan"
        assert quotes.of_text(text, name=name, address="amy@home.example").text == text
