"""Owns `kaitak eval kb`: measuring answers from a folder of articles, in a database that is thrown away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kaitak import schema
from kaitak.commands import postgres
from kaitak.commands.eval import eval_commands
from kaitak.core import settings as configuration
from kaitak.db import migrate
from kaitak.db.embedded import EmbeddedPostgres
from kaitak.db.session import Database
from kaitak.rollout import knowledge
from kaitak.rollout.knowledge import Judged, Question

LISTED_WRONG = 40


@eval_commands.command()
def kb(
    articles: Annotated[Path, typer.Option(exists=True, file_okay=False, help="folder of articles to import")],
    data: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: text, tenant, kind, asked_at, expect")
    ],
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and row here")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="take the first N rows")] = None,
) -> None:
    """How often questions are answered right from articles, left unanswered when they must be, and nothing leaks."""
    judged = _measured(articles, knowledge.read_questions(data, limit))
    if json_file is not None:
        knowledge.write(judged, json_file)
    for name, value in knowledge.figures(judged).items():
        typer.echo(f"{name:28} {f'{value:.1%}' if isinstance(value, float) and value <= 1 else value}")
    for each in [one for one in judged if not one.is_correct][:LISTED_WRONG]:
        typer.echo(f"  {each.answer.behaviour}: {each.question.text}  {' / '.join(each.answer.text.splitlines())[:80]}")


def _measured(folder: Path, rows: Sequence[Question]) -> list[Judged]:
    settings, files = configuration.load_settings(), knowledge.read_articles(folder)
    with tempfile.TemporaryDirectory(prefix="kaitak-kb-", dir="/tmp") as place:
        Path(place).chmod(0o755)
        embedded = EmbeddedPostgres(Path(place) / "pg", allow_root=settings.db.allow_root, tell=postgres.tell)
        try:
            server = embedded.start()
            migrate.upgrade(server.admin_url or "", server.url, schema.metadata)
            return asyncio.run(_ask(server.url, files, rows))
        finally:
            embedded.stop()


async def _ask(url: str, files: Mapping[str, bytes], rows: Sequence[Question]) -> list[Judged]:
    async with Database.connect(url, pool_size=2) as database:
        return await knowledge.measure(database, files, rows)
