"""Owns `kaitak eval`: measuring the product on labelled data, for people as a table and for machines as JSON."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, cast

import typer
from pydantic import JsonValue

from kaitak.bot import pack_models, packs
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.core import clock, resources
from kaitak.core import settings as configuration
from kaitak.rollout import dialogues as replays
from kaitak.rollout import evaluation, moods
from kaitak.rollout import identity as persons

commands = typer.Typer()
eval_commands = typer.Typer(help="Measure the product on labelled data.", no_args_is_help=True)
commands.add_typer(eval_commands, name="eval")

LISTED_WRONG = 40


@eval_commands.callback()
def _area() -> None:
    """Measure the product on labelled data."""


@eval_commands.command()
def nlu(
    data: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: text, intent[, lang, channel, hard]")
    ],
    pack: Annotated[str, typer.Option(help="name of a pack")] = "retail",
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and row here")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="take the first N rows")] = None,
) -> None:
    """How often the right intent is read, and how far the confidence can be trusted."""
    loaded = packs.load(resources.pack_folder(pack))
    model = pack_models.load_or_train(loaded, configuration.load_settings().data_dir / "models")
    judged = evaluation.judge(model, evaluation.read_rows(data, limit), clock.now())
    report = evaluation.report(judged)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    show(cast("dict[str, JsonValue]", report["figures"]))
    for one in [j for j in judged if not j.is_right][:LISTED_WRONG]:
        guess, sureness = one.understanding.intent, one.understanding.confidence
        typer.echo(f"  wrong: {one.row.text}  {one.row.intent} read as {guess} ({sureness:.2f})")


@eval_commands.command()
def dialogues(
    data: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: id, tenant, now, turns")],
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and row here")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="take the first N dialogues")] = None,
) -> None:
    """Whether requests and values stay in force, are corrected and referred to, turn by turn through the engine."""
    replayed = replays.replay(replays.read_dialogues(data, limit), _ready)
    report = replays.report(replayed)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    show(cast("dict[str, JsonValue]", report["figures"]))
    for line in replays.wrong_turns(replayed)[:LISTED_WRONG]:
        typer.echo(f"  wrong: {line}")


@eval_commands.command()
def sentiment(
    data: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="JSON Lines: text, sentiment, emotion, urgency, escalate[, lang, group]"
        ),
    ],
    pack: Annotated[str, typer.Option(help="name of a pack")] = "retail",
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and row here")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="take the first N rows")] = None,
) -> None:
    """How often feeling and urgency are read right, and whether a person is brought in when one must be."""
    rows = moods.read_rows(data, limit)
    judged = moods.judge(_ready(pack).model, rows, clock.now())
    report = moods.report(judged)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    for line in moods.table(judged):
        typer.echo(line)
    for one in [j for j in judged if not j.is_right][:LISTED_WRONG]:
        typer.echo(f"  wrong: {one.row.text}  {moods.wrong_parts(one)}")


@eval_commands.command()
def identity(
    data: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="JSON Lines: records, expect.clusters[, id, kind]")
    ],
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and row here")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="take the first N cases")] = None,
    today: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="the day on which the cases are judged")
    ] = persons.TODAY_AT,
) -> None:
    """How often records are put together as the persons they are, and whether two persons are ever taken for one."""
    judged = persons.judge(persons.read_cases(data, limit), today.date())
    report = persons.report(judged)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    show(cast("dict[str, JsonValue]", report["figures"]))
    for one in [j for j in judged if not j.is_right][:LISTED_WRONG]:
        typer.echo(f"  wrong: {one.case.id} {one.case.kind}")
        for line in persons.reasons(one):
            typer.echo(f"    {line}")


@cache
def _ready(pack: str) -> ReadyPack:
    """A pack and its model, made ready once."""
    loaded = packs.load(resources.pack_folder(pack))
    return ReadyPack(loaded, pack_models.load_or_train(loaded, configuration.load_settings().data_dir / "models"))


def show(figures: dict[str, JsonValue]) -> None:
    """Print figures, one a line; groups of them as tables."""
    for name, value in figures.items():
        if isinstance(value, dict) and name.startswith("by_"):
            typer.echo(name.replace("_", " "))
            for group, share in value.items():
                if isinstance(share, dict):
                    typer.echo(f"  {group:28} {share['rows']:>6} {float(cast('float', share['accuracy'])):8.1%}")
        else:
            typer.echo(f"{name:20} {value}")
