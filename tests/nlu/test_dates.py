"""Days as Hong Kong says them, from a Wednesday, 19 November 2025."""

from datetime import UTC, datetime

import pytest

from kaitak.nlu import dates, normalising

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8月尾話覆我", ["2025-08-31"]),
        ("上個月中交咗", ["2025-10-15"]),
        ("出月三號", ["2025-12-03"]),
        ("出年年頭", ["2026-01-01"]),
        ("明年三月五號", ["2026-03-05"]),
        ("聽晏送", ["2025-11-20"]),
        ("嚟緊星期五", ["2025-11-21"]),
        ("二零二四年六月七號", ["2024-06-07"]),
        ("born 3 Nov 2024", ["2024-11-03"]),
        ("end of next month", ["2025-12-31"]),
        ("December the 5th", ["2025-12-05"]),
        ("on Sat please", ["2025-11-22"]),
        ("年初三開唔開", ["2026-02-19"]),
        ("中秋之前", ["2026-09-25"]),
        ("復活節", ["2026-04-05"]),
        ("出年母親節", ["2026-05-10"]),
        ("聖誕禮盒", []),
        ("逢星期六", []),
        ("有冇星期日開", []),
        ("星期一至五", []),
        ("every Monday", []),
        ("八號風球", []),
        ("I sat down with a sun hat", []),
    ],
)
def test_a_day_is_read(text: str, expected: list[str]) -> None:
    assert [found.day.isoformat() for found in dates.find_dates(normalising.fold(text).text, NOW)] == expected
