"""Files that git must not hold are named with their line."""

from __future__ import annotations

import pytest

from tools import check_files


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cd /" + "work/main", "somebody's machine"),
        ("path = '/" + "root/.cache/x'", "somebody's machine"),
        ("index = https://py" + "pi.org/simple", "index's host"),
        ("-----BEGIN PRIVATE" + " KEY-----", "private key"),
    ],
)
def test_forbidden_text_is_found(text: str, what: str) -> None:
    assert [name for name, pattern in check_files.FORBIDDEN.items() if pattern.search(text) and what in name]


@pytest.mark.parametrize(
    "text", ["web/work/list.ts", "${ROOT}/root/x", "/home/kaitak/data", "https://example.com/work/1"]
)
def test_ordinary_text_passes(text: str) -> None:
    assert not [name for name, pattern in check_files.FORBIDDEN.items() if pattern.search(text)]


def test_name_that_says_nothing_is_refused() -> None:
    assert check_files.faults_of_name("src/kaitak/db/utils.py")
    assert check_files.faults_of_name("web/src/shared/messageHelpers.ts")
    assert check_files.faults_of_name("src/kaitak/db/base.py") == []
    assert check_files.faults_of_name("src/kaitak/conversations/actions.py") == []
