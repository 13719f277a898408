"""Owns `kaitak nlu`: audit, train, evaluate, promote and roll back, for a pack's files or for an account."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, TypeVar

import typer

from kaitak.accounts import operator
from kaitak.accounts.audit import Actor
from kaitak.accounts.errors import AccountNameUnknownError
from kaitak.bot import pack_models, packs
from kaitak.bot.models import NluModel
from kaitak.bot.pack_shelf import PackShelf, ReadyPack
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.core import clock, resources
from kaitak.core.clock import SystemClock
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.jobs.queue import JobDeps
from kaitak.learning import actions, auditing, csv_reading, judging, lines, queries, training_run
from kaitak.learning.example_schemas import AuditView
from kaitak.learning.judging import Taught
from kaitak.learning.models import NluJob
from kaitak.learning.schemas import FiguresView, GateView
from kaitak.nlu.audit import Line

commands = typer.Typer()
nlu = typer.Typer(help="Train, audit and exchange the models that understand messages.", no_args_is_help=True)
commands.add_typer(nlu, name="nlu")

AllowRoot = Annotated[bool, ROOT_OPTION]
PackOption = Annotated[str, typer.Option(help="name of a pack")]
AccountOption = Annotated[
    str | None, typer.Option(help="the account's name or number; without it the pack's files alone")
]
AccountNeeded = Annotated[str, typer.Option(help="the account's name or number")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write everything that was found here")]
T = TypeVar("T")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Office:
    """What a command works with."""

    database: Database
    shelf: PackShelf
    account_id: AccountId

    @property
    def operator(self) -> Actor:
        """Who acts, for the audit log."""
        return Actor(self.account_id, None, None)

    @property
    def deps(self) -> JobDeps:
        """What a training may use."""
        return JobDeps(database=self.database, clock=SystemClock(), attached={PackShelf: self.shelf})


@nlu.command()
def audit(  # noqa: PLR0917 (Typer calls it by name)
    pack: PackOption = "retail",
    account: AccountOption = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="CSV text,intent: look at these lines too")
    ] = None,
    json_file: JsonOption = None,
    quick: Annotated[bool, typer.Option("--quick", help="without cross-validation: no doubtful labels")] = False,
    allow_root: AllowRoot = False,
) -> None:
    """Show conflicts, near-duplicates, real variety, starved intents and doubtful labels of training lines."""
    ready, found = _lines(pack, account, allow_root=allow_root)
    if file is not None:
        found += _file_lines(file, ready)
    read = [] if quick else _taught(ready, found).judged
    view = auditing.examine(ready.pack, found, read=read, model=ready.model, now=clock.now())
    if json_file is not None:
        json_file.write_text(view.model_dump_json(indent=1), encoding="utf-8")
    _print_audit(view)


@nlu.command()
def train(pack: PackOption = "retail", account: AccountOption = None, allow_root: AllowRoot = False) -> None:
    """Train a version for an account as a draft; without an account, the pack's own model into the cache."""
    if account is None:
        ready, found = _lines(pack, None, allow_root=allow_root)
        began = perf_counter()
        taught = _taught(ready, found)
        held_out = judging.judge(taught.model, lines.held_out(_shelf(None).folder_of(pack)), clock.now())
        _print_figures(judging.figures(taught.judged, held_out, taught.model, began))
        typer.echo(f"the pack's own model is {ready.model.version}")
        return
    job, model = _in_office(account, _train(lines.known_pack(pack)), allow_root=allow_root)
    if job.status == "cancelled":
        raise InvalidError(f"training {job.id} was cancelled; nothing was kept")
    if model is None:
        error = job.error or {"code": "unknown", "detail": ""}
        raise InvalidError(f"training {job.id} failed: {error['detail']} ({error['code']})")
    _print_figures(FiguresView.model_validate(model.figures["figures"]))
    _print_gate(GateView.model_validate(model.figures["gate"]))
    typer.echo(f"version {model.number} is a draft; let it answer with: kaitak nlu promote --number {model.number}")


@nlu.command()
def cancel(account: AccountNeeded, allow_root: AllowRoot = False) -> None:
    """End the account's training that waits or runs; no version comes of it, and the one that answers stays."""

    async def work(office: Office) -> NluJob | None:
        async with office.database.transaction(office.account_id) as session:
            job = await queries.find_job_at_work(session, office.account_id)
            return job and await actions.cancel_training(session, office.operator, job.id, at=clock.now())

    job = _in_office(account, work, allow_root=allow_root)
    typer.echo(f"training {job.id} of {job.pack} is cancelled" if job is not None else "no training waits or runs")


@nlu.command(name="eval")
def evaluate(
    pack: PackOption = "retail",
    account: AccountOption = None,
    number: Annotated[int | None, typer.Option(min=1, help="a version; default: the one that answers")] = None,
    data: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON Lines of text, intent; default: the pack's")
    ] = None,
    allow_root: AllowRoot = False,
) -> None:
    """How a model reads lines that it was not trained on: the pack's held-out ones, or a file's."""
    if account is None:
        ready = asyncio.run(_shelf(None).get(lines.known_pack(pack)))
    else:
        ready = _in_office(account, _chosen(lines.known_pack(pack), number), allow_root=allow_root)
    folder = _shelf(None).folder_of(pack)
    rows = lines.read_rows(data) if data is not None else lines.held_out(folder)
    if not rows:
        raise InvalidError(f"pack {pack} has no tests/utterances.jsonl; name a file with --data")
    began = perf_counter()
    judged = judging.judge(ready.model, rows, clock.now())
    typer.echo(f"model {ready.model.version}")
    _print_figures(judging.figures(judged, [], ready.model, began))
    for one in [each for each in judged if not each.is_right][:SHOWN]:
        typer.echo(f"  wrong: {one.text}  {one.intent} read as {one.guess} ({one.confidence:.2f})")


@nlu.command()
def promote(
    account: AccountNeeded,
    pack: PackOption = "retail",
    number: Annotated[int | None, typer.Option(min=1, help="the version; default: the newest")] = None,
    force: Annotated[str | None, typer.Option(help="the reason for which a worse version answers all the same")] = None,
    allow_root: AllowRoot = False,
) -> None:
    """Let a version answer the account's customers from their next message on."""

    async def work(office: Office) -> NluModel:
        async with office.database.transaction(office.account_id) as session:
            if number is not None:
                model = await queries.get_model_by_number(session, office.account_id, pack, number)
            else:
                found = await queries.list_models(session, office.account_id, pack)
                if not found:
                    raise InvalidError(f"the account has no version of {pack}; train one with: kaitak nlu train")
                model = found[0]
            return await actions.promote(
                session, office.operator, model.id, force_reason=force, may_force=True, at=clock.now()
            )

    model = _in_office(account, work, allow_root=allow_root)
    typer.echo(f"version {model.number} ({model.version}) answers now")


@nlu.command()
def rollback(account: AccountNeeded, pack: PackOption = "retail", allow_root: AllowRoot = False) -> None:
    """Let the version before the active one answer again, at last the pack's own model."""

    async def work(office: Office) -> NluModel | None:
        async with office.database.transaction(office.account_id) as session:
            return await actions.rollback(session, office.operator, pack=pack)

    model = _in_office(account, work, allow_root=allow_root)
    typer.echo(f"version {model.number} answers now" if model is not None else "the pack's own model answers now")


@nlu.command(name="list")
def list_versions(account: AccountNeeded, pack: PackOption = "retail", allow_root: AllowRoot = False) -> None:
    """The account's versions of a pack, newest first."""

    async def work(office: Office) -> list[NluModel]:
        async with office.database.transaction(office.account_id) as session:
            return list(await queries.list_models(session, office.account_id, pack))

    found = _in_office(account, work, allow_root=allow_root)
    for model in found:
        figures = FiguresView.model_validate(model.figures["figures"])
        verdict = GateView.model_validate(model.figures["gate"]).verdict
        shown = f"{figures.accuracy:.1%} of {figures.lines} lines ({figures.own_lines} own)"
        typer.echo(f"{model.number}\t{model.status}\t{model.version}\t{shown}\t{verdict}\t{model.trained_at:%F %T}")
    if not any(model.status == "active" for model in found):
        typer.echo("the pack's own model answers", err=True)


def _in_office(account: str, work: Callable[[Office], Coroutine[object, object, T]], *, allow_root: bool) -> T:
    """Do something in an account's scope, on the database that the settings name."""
    settings = read_settings(allow_root=allow_root)

    async def opened(dsn: str) -> T:
        async with Database.connect(dsn, pool_size=3) as database:
            async with database.transaction() as session:
                found = await operator.find_account(session, account)
            if found is None:
                raise AccountNameUnknownError(f"there is no account {account}; see: kaitak accounts list")
            return await work(Office(database, _shelf(database), found.id))

    with postgres.opened(settings, is_migrated=True) as server:
        return asyncio.run(opened(server.url))


def _shelf(database: Database | None) -> PackShelf:
    return PackShelf(read_settings().data_dir / "models", database)


def _lines(pack: str, account: str | None, *, allow_root: bool) -> tuple[ReadyPack, list[Line]]:
    """A pack's lines, with an account's if one is named."""
    name = lines.known_pack(pack)
    if account is None:
        ready = asyncio.run(_shelf(None).get(name))
        return ready, lines.everything(ready.pack, ())

    async def work(office: Office) -> tuple[ReadyPack, list[Line]]:
        ready = await office.shelf.get(name)
        async with office.database.transaction(office.account_id) as session:
            own = await queries.list_all_examples(session, office.account_id, name)
        return ready, lines.everything(ready.pack, lines.own_lines(own, ready.pack))

    return _in_office(account, work, allow_root=allow_root)


def _file_lines(file: Path, ready: ReadyPack) -> list[Line]:
    """The lines of a file that can be taken; what is wrong with the others is told."""
    checked = csv_reading.read(file.read_bytes(), lines.against(ready.pack, ()))
    typer.echo(f"{file}: {checked.encoding}, {len(checked.rows)} of {checked.lines} lines can be taken")
    for fault in checked.faults:
        typer.echo(f"  line {fault.line}: {fault.detail}; {fault.remedy}")
    return [Line(row.text, row.intent, is_own=True) for row in checked.rows]


def _chosen(pack: str, number: int | None) -> Callable[[Office], Coroutine[object, object, ReadyPack]]:
    """The pack with the version of this number, or with the one that answers."""

    async def work(office: Office) -> ReadyPack:
        if number is None:
            return await office.shelf.get_active(pack, office.account_id)
        async with office.database.transaction(office.account_id) as session:
            model = await queries.get_model_by_number(session, office.account_id, pack, number)
        return await office.shelf.get(pack, office.account_id, model.id)

    return work


def _train(pack: str) -> Callable[[Office], Coroutine[object, object, tuple[NluJob, NluModel | None]]]:
    """Train here and now, as a job of this process, telling each step."""

    async def work(office: Office) -> tuple[NluJob, NluModel | None]:
        async with office.database.transaction(office.account_id) as session:
            job = await actions.open_training(session, office.operator, pack=pack, at=clock.now())
        running = asyncio.create_task(training_run.run(office.deps, office.account_id, job.id))
        step = ""
        while not running.done():
            await asyncio.wait([running], timeout=1)
            async with office.database.transaction(office.account_id) as session:
                job = await queries.get_job(session, office.account_id, job.id)
            if job.step != step:
                step = job.step
                typer.echo(f"{job.progress:4.0%} {step}", err=True)
        await running
        async with office.database.transaction(office.account_id) as session:
            job = await queries.get_job(session, office.account_id, job.id)
            if not job.result:
                return job, None
            return job, await queries.get_model(session, office.account_id, int(str(job.result["model_id"])))

    return work


@nlu.command()
def prepare(
    folder: Annotated[Path, typer.Option(file_okay=False, help="leave the models here, for a wheel or an image")],
) -> None:
    """Train the packs' own models beforehand, so that a first start need not."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in resources.pack_names():
            pack = packs.load(resources.pack_folder(name))
            began = perf_counter()
            pack_models.load_or_train(pack, Path(scratch))
            for file in pack_models.kept_names(pack):
                found = next(each / file for each in pack_models.folders_of(Path(scratch)) if (each / file).is_file())
                if found.resolve() != (folder / file).resolve():
                    shutil.copyfile(found, folder / file)
            typer.echo(f"{name}: ready after {perf_counter() - began:.0f} s")


def _taught(ready: ReadyPack, found: list[Line]) -> Taught:
    typer.echo(f"training on {len(found)} lines, each judged by a model that has not seen it …", err=True)
    return judging.teach(
        found,
        seed=ready.pack.head.seed,
        settings=ready.pack.settings(),
        progress=lambda _step, _fraction: None,
    )


def _print_figures(figures: FiguresView) -> None:
    for name, value in json.loads(figures.model_dump_json()).items():
        typer.echo(f"{name:20} {value}")


def _print_gate(gate: GateView) -> None:
    typer.echo(f"gate: {gate.verdict} (margin {gate.margin:.0%})")
    for each in gate.measures:
        typer.echo(f"  {each.measure:18} {each.candidate:.1%} against {each.active:.1%} on {each.lines} lines")


def _print_audit(view: AuditView) -> None:
    typer.echo(f"{view.lines} lines, {view.own_lines} of them the account's")
    typer.echo("intent                         lines skeletons variety")
    for intent in view.intents:
        mark = "  starved" if intent.is_starved else ""
        typer.echo(f"{intent.intent:30} {intent.lines:>5} {intent.skeletons:>9} {intent.variety:7.0%}{mark}")
    typer.echo(f"conflicts: {view.conflicts_total}")
    for conflict in view.conflicts[:SHOWN]:
        typer.echo(f"  {conflict.text}: {', '.join(sorted({line.intent for line in conflict.lines}))}")
    typer.echo(f"nearly the same under different intents: {view.near_across_total}")
    for pair in view.near_across[:SHOWN]:
        first, second = pair.first, pair.second
        typer.echo(f"  {pair.similarity:.2f} {first.text} ({first.intent}) | {second.text} ({second.intent})")
    typer.echo(f"nearly the same under one intent: {view.near_within_total}")
    typer.echo(f"doubtful labels: {view.mislabels_total}")
    for doubt in view.mislabels[:SHOWN]:
        typer.echo(f"  {doubt.line.text}  {doubt.line.intent} read as {doubt.read_as} ({doubt.confidence:.2f})")
    typer.echo("languages: " + ", ".join(f"{each.name} {each.share:.0%}" for each in view.languages))
    typer.echo("styles: " + ", ".join(f"{each.name} {each.share:.0%}" for each in view.styles))
