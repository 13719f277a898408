"""The house rules refuse what they should, and only that."""

from __future__ import annotations

import ast

import pytest

from tools import check_code


def faults(source: str, name: str = "conversations/actions.py") -> list[str]:
    return [what for _, what in check_code.faults_of_source(ast.parse(source), name)]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("async def act(session):\n    await session.commit()", "commit"),
        ("def act(cursor, name):\n    cursor.execute(f'select {name}')", "f-string"),
        ("class MessageManager: ...", "says nothing"),
        ("def act(a, b, c, d, e, f): ...", "keyword-only"),
        ("def act(**rest):\n    other(**rest)", "spell"),
        ("from kaitak.core import settings", "settings"),
        ("from kaitak.core.settings import Settings", "settings"),
        ("import kaitak.core.settings", "settings"),
        ("def act(session, data: dict[str, Any]) -> None: ...", "border"),
    ],
)
def test_fault_is_found(source: str, word: str) -> None:
    assert [word for what in faults(source) if word in what] == [word]


@pytest.mark.parametrize(
    "source",
    [
        "async def act(session):\n    await session.flush()",
        "def act(cursor, name):\n    cursor.execute('select %s', (name,))",
        "def act(self, a, b, c, d, e): ...",
        "def act(a, b, c, d, e, *, f): ...",
        "class MessageHandlerError(Exception): ...",
        "class Broken(Exception):\n    def __init__(self, **fields: str):\n        super().__init__(**fields)",
        "def _act(data: dict[str, Any]) -> None: ...",
    ],
)
def test_good_code_passes(source: str) -> None:
    assert faults(source) == []


def test_only_the_session_module_commits() -> None:
    source = "async def act(session):\n    await session.commit()"
    assert faults(source, "db/session.py") == []
    assert faults(source, "db/other.py") != []


def test_composition_root_reads_settings() -> None:
    assert faults("from kaitak.core import settings", "cli.py") == []
    assert faults("from kaitak.core import settings", "commands/serve.py") == []


def test_channel_name_is_never_compared() -> None:
    names = check_code.connector_names()
    assert names, "there is at least one connector"
    source = f"def act(inbox):\n    return inbox.channel == {min(names)!r}"
    assert "channel's name" in faults(source)[0]
    assert faults(source, f"channels/connectors/{min(names)}/wire.py") == []


def test_skipped_test_and_patch_are_found() -> None:
    patterns = {"skip": check_code.SKIPS, "patch": check_code.PATCHES}
    text = (
        "@PYTEST.MARK.SKIP\ndef test_x():\n    MONKEYPATCH.SETATTR(x, 'y', 1)\n    monkeypatch.setenv('A', 'b')".lower()
    )
    assert list(check_code.faults_of_text(text, patterns)) == [(1, "skip"), (3, "patch")]


def test_long_function_is_reported() -> None:
    text = "def act():\n" + "    x = 1\n" * check_code.FUNCTION_LINES
    assert "act()" in next(iter(check_code.sizes_of_python(ast.parse(text), text)))[1]
