"""House rules that ruff and mypy do not know, read from the syntax tree: faults fail, sizes only warn.

The rules are those of CONTRIBUTING.md; each is one small function here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.build_web import ROOT

SRC = ROOT / "src" / "kaitak"
TESTS = ROOT / "tests"
MAY_COMMIT = {"db/session.py"}  # and the road's raw transaction blocks, which psycopg ends itself
ORDINARY_WORDS = frozenset({"email", "line"})  # that are also names of channels
MAY_READ_SETTINGS = {"app.py", "worker.py", "process.py", "cli.py", "core/settings.py"}
BANNED_ENDINGS = ("Manager", "Handler", "Processor", "Service", "Repository", "Helper", "Helpers", "Util", "Utils")
RUNS_SQL = {"execute", "executemany", "text", "exec_driver_sql"}
POSITIONAL_ARGUMENTS = 5
PYTHON_LINES, FUNCTION_LINES, TYPESCRIPT_LINES = 400, 40, 250
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
SKIPS = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b")
PATCHES = re.compile(r"monkeypatch\.(?:setattr|delattr)\(|\bunittest\.mock\b|\bmocker\b")

Fault = tuple[int, str]


def faults_of_source(tree: ast.Module, name: str) -> Iterator[Fault]:
    """Every fault in one file of `src/kaitak`; the name is relative to it."""
    for rule in (
        commits,
        sql_from_fstrings,
        long_positional_lists,
        settings_imports,
        channel_switches,
        untyped_borders,
    ):
        yield from rule(tree, name)
    yield from vague_class_names(tree)
    yield from keyword_passing(tree)


def commits(tree: ast.Module, name: str) -> Iterator[Fault]:
    """One file commits; everything else runs inside its transaction."""
    if name in MAY_COMMIT:
        return
    for call in _calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield call.lineno, ".commit() belongs to db/session.py"


def sql_from_fstrings(tree: ast.Module, name: str) -> Iterator[Fault]:
    """SQL is a constant with parameters, or composed by psycopg.sql or SQLAlchemy."""
    if name.startswith("db/migrations/"):
        return
    for call in _calls(tree):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in RUNS_SQL and call.args and isinstance(call.args[0], ast.JoinedStr):
            yield call.lineno, f"{called}() of an f-string: use parameters, or psycopg.sql for names"


def vague_class_names(tree: ast.Module) -> Iterator[Fault]:
    """A class name says what the thing is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED_ENDINGS):
            yield node.lineno, f"class {node.name}: a name that says nothing"


def long_positional_lists(tree: ast.Module, name: str) -> Iterator[Fault]:
    """More than five arguments are given by name."""
    if name.endswith("endpoints.py") or name.startswith("commands/") or name == "cli.py":
        return  # FastAPI and Typer call these by name
    for function in _functions(tree):
        given = [*function.args.posonlyargs, *function.args.args]
        if given and given[0].arg in {"self", "cls"}:
            given = given[1:]
        if len(given) > POSITIONAL_ARGUMENTS:
            yield (
                function.lineno,
                f"{function.name}() has {len(given)} positional arguments: make the rest keyword-only",
            )


def keyword_passing(tree: ast.Module) -> Iterator[Fault]:
    """Arguments are spelt out, not handed on as **kwargs of any type; a mapping of one named type may be."""
    for function in _functions(tree):
        rest = function.args.kwarg
        if rest is None or (rest.annotation is not None and ast.unparse(rest.annotation) not in {"Any", "object"}):
            continue
        for call in _calls(function):
            if any(word.arg is None and ast.unparse(word.value) == rest.arg for word in call.keywords):
                yield call.lineno, f"{function.name}() hands on **{rest.arg}: spell the arguments out"


def settings_imports(tree: ast.Module, name: str) -> Iterator[Fault]:
    """Settings are read once by the composition root and passed on as values."""
    if name in MAY_READ_SETTINGS or name.startswith("commands/"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            taken = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            taken = {alias.name for alias in node.names}
        else:
            continue
        if "kaitak.core.settings" in taken:
            yield node.lineno, "only app.py, worker.py, cli.py and commands/ read the settings"


def _is_meant(name: str, node: ast.Compare) -> bool:
    """Whether a comparison is about channels; some are called by an ordinary word."""
    return name not in ORDINARY_WORDS or "channel" in ast.unparse(node).lower()


def channel_switches(tree: ast.Module, name: str) -> Iterator[Fault]:
    """Channel facts are capabilities; nobody compares a channel's name."""
    if name.startswith("channels/connectors/"):
        return
    names = connector_names()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Constant) and side.value in names and _is_meant(str(side.value), node):
                    yield node.lineno, f"a switch on the channel's name {side.value!r}: ask its capabilities"


def untyped_borders(tree: ast.Module, name: str) -> Iterator[Fault]:
    """What crosses a slice's border is typed."""
    if Path(name).name not in {"actions.py", "queries.py", "policy.py", "events.py"}:
        return
    for function in _functions(tree):
        if function.name.startswith("_"):
            continue
        for annotation in (*(item.annotation for item in _arguments(function)), function.returns):
            if annotation is not None and "dict[str, Any]" in ast.unparse(annotation):
                yield function.lineno, f"{function.name}() passes dict[str, Any] over a slice's border"


def connector_names() -> frozenset[str]:
    """The channels that have a connector folder."""
    folder = SRC / "channels" / "connectors"
    return (
        frozenset(item.name for item in folder.iterdir() if (item / "__init__.py").exists())
        if folder.is_dir()
        else frozenset()
    )


def faults_of_text(text: str, patterns: dict[str, re.Pattern[str]]) -> Iterator[Fault]:
    """Faults that a line of text shows by itself."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in patterns.items():
            if pattern.search(line):
                yield number, what


def sizes_of_python(tree: ast.Module, text: str) -> Iterator[Fault]:
    """Files and functions that have grown past what a reader holds."""
    lines = text.count("\n")
    if lines > PYTHON_LINES:
        yield 1, f"{lines} lines, aim at {PYTHON_LINES}"
    for function in _functions(tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES:
            yield function.lineno, f"{function.name}() has {length} lines, aim at {FUNCTION_LINES}"


def main() -> int:
    """Print `path:line: fault` for each; 1 when there is one. Sizes are warnings."""
    faults: list[str] = []
    warnings: list[str] = []
    unfinished = {"unfinished work belongs in an issue": UNFINISHED}
    in_tests = {
        "a test is never skipped: deselect by marker and say so": SKIPS,
        "a fake belongs at the seam, not patched in": PATCHES,
    }
    for path, text, tree in _python_files(SRC):
        name = path.relative_to(SRC).as_posix()
        faults += _lines(path, faults_of_source(tree, name))
        faults += _lines(path, faults_of_text(text, unfinished))
        if path.name == "__init__.py" and text.strip():
            faults.append(f"{_relative(path)}:1: __init__.py stays empty")
        if "/versions/" not in path.as_posix():
            warnings += _lines(path, sizes_of_python(tree, text))
    for path, text, tree in _python_files(TESTS):
        faults += _lines(path, faults_of_text(text, in_tests))
        warnings += [line for line in _lines(path, sizes_of_python(tree, text)) if "()" not in line]
    for path in _typescript_files():
        text = path.read_text(encoding="utf-8")
        faults += _lines(path, faults_of_text(text, unfinished))
        if text.count("\n") > TYPESCRIPT_LINES:
            warnings.append(f"{_relative(path)}:1: {text.count(chr(10))} lines, aim at {TYPESCRIPT_LINES}")
    print("\n".join([*faults, *(f"warning: {line}" for line in warnings)]))
    return 1 if faults else 0


def _python_files(folder: Path) -> Iterator[tuple[Path, str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield path, text, ast.parse(text, filename=str(path))


def _typescript_files() -> Iterator[Path]:
    for folder in ("web/src", "widget/src", "sdk/src"):
        for path in sorted((ROOT / folder).rglob("*.ts*")):
            if path.suffix in {".ts", ".tsx"} and path.name != "schema.d.ts":
                yield path


def _lines(path: Path, faults: Iterator[Fault]) -> list[str]:
    return [f"{_relative(path)}:{line}: {what}" for line, what in faults]


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


if __name__ == "__main__":
    sys.exit(main())
