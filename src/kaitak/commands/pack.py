"""Owns `kaitak pack`: check, test, show and describe a pack's files, by its name or its folder."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer

from kaitak.bot import pack_check, pack_drawing, pack_models, pack_tests, packs
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.commands.root import read_settings
from kaitak.core import resources
from kaitak.core.errors import InvalidError, NotFoundError

commands = typer.Typer()
pack = typer.Typer(help="Check, test and show packs: what the bot understands, does and says.", no_args_is_help=True)
commands.add_typer(pack, name="pack")

PackOrFolder = Annotated[str, typer.Argument(help="a pack's name, or the folder that holds its files")]


@pack.command()
def check(which: PackOrFolder) -> None:
    """Tell every fault of a pack's files with its line; fails if there is one."""
    root = _root(which)
    faults = pack_check.find_faults(root)
    for fault in faults:
        typer.echo(fault.message)
    if faults:
        raise InvalidError(f"{len(faults)} faults in {root.name}")
    loaded = packs.load(root)
    typer.echo(f"{root.name}: {len(loaded.intents)} intents, {len(loaded.flows)} flows, no fault")


@pack.command(name="test")
def play_tests(
    which: PackOrFolder,
    named: Annotated[str, typer.Option("-k", help="only conversations whose name holds this")] = "",
) -> None:
    """Play the conversations of a pack's tests; fails if one goes otherwise than it says."""
    root = _root(which)
    cases = [case for case in pack_tests.read(root) if named in case.name]
    if not cases:
        raise InvalidError(f"{root.name} has no such conversation under tests/")
    loaded = packs.load(root)
    ready = ReadyPack(loaded, pack_models.load_or_train(loaded, read_settings().data_dir / "models"))
    began = perf_counter()
    failures = [failure for case in cases if (failure := pack_tests.play(ready, case)) is not None]
    for failure in failures:
        typer.echo(str(failure))
    passed = len(cases) - len(failures)
    typer.echo(f"{root.name}: {passed} of {len(cases)} conversations as written ({perf_counter() - began:.1f} s)")
    if failures:
        raise InvalidError(f"{len(failures)} conversations went otherwise")


@pack.command()
def show(
    which: PackOrFolder,
    flow: Annotated[str | None, typer.Argument(help="a flow; without it the list of flows")] = None,
    form: Annotated[Literal["text", "mermaid"], typer.Option("--format", help="text, or a Mermaid diagram")] = "text",
) -> None:
    """Show a flow's steps and ways, or the list of a pack's flows."""
    loaded = packs.load(_root(which))
    if flow is None:
        for each in loaded.flows.values():
            typer.echo(f"{each.flow}: {len(each.steps)} steps, started by {', '.join(each.intents) or 'other flows'}")
        return
    if flow not in loaded.flows:
        raise NotFoundError(f"there is no flow {flow}; there are: {', '.join(loaded.flows)}")
    found = loaded.flows[flow]
    typer.echo(pack_drawing.as_mermaid(found) if form == "mermaid" else pack_drawing.as_text(found))


@pack.command()
def schema(
    kind: Annotated[
        str, typer.Argument(help="flow, intents, wording, entities, routing, utterances, pack, tests")
    ] = "flow",
) -> None:
    """Print the JSON Schema of one kind of pack file, for editors."""
    schemas = {**packs.json_schemas(), "tests": pack_tests.TestFile.model_json_schema(by_alias=True)}
    if kind not in schemas:
        raise NotFoundError(f"there is no kind of file {kind}; there are: {', '.join(schemas)}")
    typer.echo(json.dumps(schemas[kind], ensure_ascii=False, indent=2))


def _root(which: str) -> Path:
    """The folder of a pack, given by itself or by the pack's name."""
    path = Path(which)
    if (path / "pack.yaml").is_file():
        return path.resolve()
    return resources.pack_folder(which)
