"""The pages of docs/reference, written from the code: settings, API, errors, events, commands; a stale page fails.

A page exists as soon as the code holds what it describes.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.core import TyperArgument, TyperOption

from kaitak.accounts import policy
from kaitak.bot import packs
from tools import inventory
from tools.build_web import ROOT

FOLDER = ROOT / "docs" / "reference"
FLOW_SCHEMA = "flow.schema.json"
WRITTEN = "<!-- Written by `./run reference` from the code. Change the code, not this page. -->\n"


def settings_page() -> str:
    """Each setting with its variable, type, default and meaning."""
    rows = [
        (f"`{variable}`", _type_of(field), _default_of(field), field.description or "")
        for variable, field in sorted(inventory.settings().items())
    ]
    text = (
        "Settings are environment variables, read once at start. An unknown variable that begins with `KAITAK_`, or a "
        "value that cannot be accepted, stops the program with an error that names it.\n\n"
        "Durations are written as seconds (`15`) or ISO 8601 (`PT15S`); lists are separated by commas."
    )
    return _page("Settings", text, ("Variable", "Type", "Default", "Meaning"), rows)


def errors_page() -> str:
    """Each error code with its HTTP status and meaning."""
    rows = [(f"`{error.code}`", str(error.status), _first_sentence(error)) for error in inventory.errors()]
    text = "A refused request is answered with problem JSON. Branch on its `code`; the text beside it is for people."
    return _page("Error codes", text, ("Code", "HTTP status", "Meaning"), rows)


def events_page() -> str:
    """Each event class with its slice, fields and meaning."""
    rows = [
        (f"`{event.__name__}`", event.__module__.split(".")[1], _fields_of(event), _first_sentence(event))
        for event in inventory.events()
    ]
    text = "An event is emitted in the transaction of the change that it tells of: either both are stored or neither."
    return _page("Events", text, ("Event", "Slice", "Fields", "Meaning"), rows)


def commands_page() -> str:
    """Each command of `kaitak` with its options."""
    found = sorted(inventory.commands().items())
    if not found:
        return ""
    parts = [f"{WRITTEN}\n# Commands\n\n`kaitak COMMAND --help` says the same.\n"]
    for path, command in found:
        parts.append(f"\n## `{path}`\n\n{inspect.cleandoc(command.help or '').strip()}\n")
        rows = [_option_row(item) for item in command.params if isinstance(item, TyperOption | TyperArgument)]
        if rows:
            parts.append("\n" + _table(("Option", "Default", "Meaning"), rows))
    return "".join(parts)


def api_page() -> str:
    """Each path of the HTTP API."""
    paths = inventory.openapi().get("paths")
    rows = [
        (f"`{method.upper()}`", f"`{path}`", str(operation.get("summary", "")))
        for path, operations in sorted(paths.items() if isinstance(paths, dict) else ())
        if isinstance(operations, dict)
        for method, operation in sorted(operations.items())
        if isinstance(operation, dict)
    ]
    text = "The whole description is [openapi.json](openapi.json); a running Kaitak serves it at `/openapi.json`."
    return _page("HTTP API", text, ("Method", "Path", "What it does"), rows)


def permissions_page() -> str:
    """Each permission with the roles that hold it."""
    rows = [
        (f"`{permission}`", *("yes" if role in holders else "–" for role in policy.Role))
        for permission, holders in policy.HOLDERS.items()
    ]
    text = (
        "Every route under `/api/v1/accounts/{account_id}` declares one of these; a test fails for a route that "
        "declares none, and calls each route as each role.\n\n"
        "What a role may do still stops at what it may see: an agent reaches only conversations of the inboxes they "
        "are a member of, unless they hold `all_conversations`. "
        "What may not be seen is answered like what does not exist."
    )
    return _page("Permissions", text, ("Permission", *policy.Role), rows)


PAGES: dict[str, Callable[[], str]] = {
    "api": api_page,
    "settings": settings_page,
    "errors": errors_page,
    "events": events_page,
    "commands": commands_page,
    "permissions": permissions_page,
}


def pages() -> dict[str, str]:
    """Every page that the code fills, under its file name, and the index of them."""
    written = {f"{name}.md": text for name, page in PAGES.items() if (text := page())}
    entries = "".join(
        f"- [{text.split('# ', 1)[1].splitlines()[0]}]({name})\n" for name, text in sorted(written.items())
    )
    entries += f"- [JSON Schema of flow files]({FLOW_SCHEMA})\n"
    written["README.md"] = f"{WRITTEN}\n# Reference\n\n{entries}"
    written[FLOW_SCHEMA] = json.dumps(packs.json_schemas()["flow"], ensure_ascii=False, indent=2) + "\n"
    return written


def stale_pages() -> list[str]:
    """The pages that are not what would be written."""
    wanted = pages()
    files = [path for pattern in ("*.md", FLOW_SCHEMA) for path in FOLDER.glob(pattern)]
    found = {path.name: path.read_text(encoding="utf-8") for path in files}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main(word: str) -> int:
    """`write` the pages, or `check` them; 1 when one is stale."""
    if word != "write":
        stale = stale_pages()
        print("\n".join(f"docs/reference/{name} is stale: ./run reference" for name in stale))
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


def _page(title: str, text: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f"{WRITTEN}\n# {title}\n\n{text}\n\n{_table(heads, rows)}" if rows else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines
    )


def _type_of(field: FieldInfo) -> str:
    name = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(field.annotation).removeprefix("<class '").removesuffix("'>"))
    bounds = [f"{word} {limit}" for item in field.metadata for word, limit in _bounds(item)]
    return f"`{name}`" + (f", {' and '.join(bounds)}" if bounds else "")


def _bounds(item: object) -> list[tuple[str, object]]:
    names = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return [(word, value) for name, word in names.items() if (value := getattr(item, name, None)) is not None]


def _default_of(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "depends on the system"
    if field.default is PydanticUndefined:
        return "required"
    if isinstance(field.default, timedelta):
        return f"`{field.default.total_seconds():g}` s"
    return (
        ""
        if field.default in (None, "", ())
        else f"`{str(field.default).lower() if field.default in (True, False) else field.default}`"
    )


def _fields_of(event: type) -> str:
    return ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))


def _first_sentence(thing: type) -> str:
    return inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _option_row(item: TyperOption | TyperArgument) -> tuple[str, str, str]:
    words = (*item.opts, *item.secondary_opts) if isinstance(item, TyperOption) else ((item.name or "").upper(),)
    default = "" if item.default in (None, (), []) or callable(item.default) else f"`{item.default}`"
    return " / ".join(f"`{word}`" for word in words), "required" if item.required else default, item.help or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
