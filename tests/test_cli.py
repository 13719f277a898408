"""Each command is found with its own area alone loaded, and no area is forgotten."""

from __future__ import annotations

import typer.main
from typer.testing import CliRunner

from kaitak import cli


def _words(app: typer.Typer) -> set[str]:
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_word_is_known_with_its_area() -> None:
    assert _words(cli.mounted()) == set(cli.AREA_OF)
    for word, area in cli.AREA_OF.items():
        assert word in _words(cli.mounted([area]))


def test_an_area_alone_still_asks_for_its_command() -> None:
    seen = CliRunner().invoke(cli.mounted(["ledger"]), ["--help"])
    assert seen.exit_code == 0
    assert "ledger" in seen.output
