"""Owns the expressions of flows: CEL texts, checked against the names they may read, compiled once. Pure.

CEL has no loops but its macros over lists, whose work the library limits; it reads nothing but the values it is given.
What goes wrong while one is evaluated (null compared, a field that is not there) is null, and null is not true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from cel_expr_python import cel  # type: ignore[import-untyped]
from pydantic import JsonValue

from kaitak.bot.business_facts import Shape

MAX_TEXT = 2_000  # characters of an expression's own result
_STRING = re.compile(r"""(?:r|b|rb|br)?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w.\])])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*|\[[^\[\]]*\])*(?!\w)")
_PART = re.compile(r"[A-Za-z_]\w*|\[[^\[\]]*\]")
_MACRO = re.compile(r"([A-Za-z_][\w.]*)\.(?:all|exists|exists_one|filter|map)\(\s*([A-Za-z_]\w*)\s*,", re.ASCII)
_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_CHOSEN = re.compile(r"\s*([A-Za-z_][\w.]*)\.filter\(.*\)\s*(\[\d+\])?\s*", re.DOTALL)
_LITERALS = frozenset({"true", "false", "null", "in"})
_MOST_MACROS = 2
_today: ContextVar[date] = ContextVar("today", default=date.min)


class ExpressionError(ValueError):
    """An expression that cannot be used; the message says why."""


class Scope:
    """The values that expressions read at one point of a flow; they are handed to the library once."""

    def __init__(self, values: Mapping[str, object], today: date) -> None:
        self.values = values
        self.today = today
        names = frozenset(values)
        self._names = names
        self._activation = _environment(names).Activation(values)

    def evaluate(self, text: str) -> JsonValue:
        """The value of an expression; None for whatever cannot be computed from these values."""
        program = compiled(text, self._names)
        token = _today.set(self.today)
        try:
            found = program.eval(self._activation)
            return None if found.type().name() == "ERROR" else _plain(found.plain_value())
        except (RuntimeError, ValueError, TypeError):  # what the library raises for values it cannot hold
            return None
        finally:
            _today.reset(token)


@lru_cache(maxsize=8_192)
def compiled(text: str, names: frozenset[str]) -> cel.Expression:
    """The program of an expression over these names; raises ExpressionError."""
    try:
        return _environment(names).compile(text)
    except RuntimeError as exc:
        raise ExpressionError(_reason(str(exc))) from exc


def check(text: str, shapes: Mapping[str, Shape]) -> None:
    """Raise ExpressionError unless the expression can be compiled and every path in it leads somewhere."""
    bare = _STRING.sub("''", text)
    if len(_MACRO.findall(bare)) > _MOST_MACROS:
        raise ExpressionError(f"more than {_MOST_MACROS} walks over lists")
    compiled(text, frozenset(shapes))
    known = dict(shapes)
    for listed, row in _MACRO.findall(bare):
        over = shape_at(listed, shapes)
        known[row] = over[0] if isinstance(over, list) else None
    loose = {row for _, row in _MACRO.findall(bare)}
    for path in paths_in(text):
        check_path(path, known, loose)


def paths_in(text: str) -> list[str]:
    """The paths that an expression reads, such as order.status."""
    bare = _STRING.sub("''", text)
    found: list[str] = []
    for match in _PATH.finditer(bare):
        is_call = bare[match.end() :].lstrip().startswith("(")
        path = match.group().rpartition(".")[0] if is_call else match.group()
        if path and _PART.findall(path)[0] not in _LITERALS:
            found.append(path)
    return found


@lru_cache(maxsize=1_024)
def names_in(text: str) -> frozenset[str]:
    """The names that an expression's paths begin with."""
    return frozenset(_PART.findall(path)[0] for path in paths_in(text))


def check_path(path: str, shapes: Mapping[str, Shape], loose: set[str] | None = None) -> None:
    """Raise ExpressionError where a path names what is not there; `loose` names may hold anything."""
    parts = _PART.findall(path)
    first = parts[0]
    if first not in shapes:
        raise ExpressionError(f"there is no {first}; there are: {', '.join(sorted(shapes))}")
    shape = shapes[first]
    if shape is None and first in (loose or ()):
        return
    walked = first
    for part in parts[1:]:
        if part.startswith("["):
            shape = shape[0] if isinstance(shape, list) else None
            continue
        if not isinstance(shape, dict) or part not in shape:
            fields = f"; it has: {', '.join(shape)}" if isinstance(shape, dict) and shape else ""
            raise ExpressionError(f"{walked} has no {part}{fields}")
        shape = shape[part]
        walked = f"{walked}.{part}"


def shape_at(path: str, shapes: Mapping[str, Shape]) -> Shape:
    """The shape at the end of a path, or of rows filtered from one; None where it leads nowhere or to a plain value."""
    chosen = _CHOSEN.fullmatch(path)
    if chosen is not None:
        rows = shape_at(chosen[1], shapes)
        return rows[0] if chosen[2] and isinstance(rows, list) else rows
    parts = _PART.findall(path)
    shape = shapes.get(parts[0]) if parts else None
    for part in parts[1:]:
        if part.startswith("["):
            shape = shape[0] if isinstance(shape, list) else None
        else:
            shape = shape.get(part) if isinstance(shape, dict) else None
    return shape


@lru_cache(maxsize=512)
def _environment(names: frozenset[str]) -> cel.Env:
    text, null = cel.Type.STRING, cel.Type.NULL
    functions = [
        cel.FunctionDecl(
            name,
            [
                cel.Overload(f"{name}_text", return_type=cel.Type.DYN, parameters=[text], impl=impl),
                cel.Overload(f"{name}_null", return_type=cel.Type.DYN, parameters=[null], impl=_nothing),
            ],
        )
        for name, impl in (("days_until", _days_until), ("days_since", _days_since))
    ]
    return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN), functions=functions)


def _days_until(day: str) -> int | None:
    try:
        return (date.fromisoformat(day[:10]) - _today.get()).days
    except ValueError:
        return None


def _days_since(day: str) -> int | None:
    days = _days_until(day)
    return None if days is None else -days


def _nothing(_: None) -> None:
    return None


def _plain(value: object) -> JsonValue:
    """What JSON can hold; text is cut to its greatest length."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return str(value)[:MAX_TEXT]


def _reason(message: str) -> str:
    """The first line of what the library says, without its decoration."""
    found = re.search(r"ERROR: <input>:\d+:(\d+): (.*)", message)
    if found is None:
        return message.split("\n", 1)[0][:200]
    problem = re.sub(r" \(in container ''\)", "", found[2])
    return f"at character {found[1]}: {problem.split(' expecting ')[0][:200]}"
