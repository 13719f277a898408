"""Owns the checks of a pack's wording: in every language, with placeholders and filters that something fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from kaitak.bot import flow_checks, flows, templates
from kaitak.bot.flows import Flow
from kaitak.bot.pack_files import PackFile

Locale = TypeVar("Locale", bound=str)


class Wording(Protocol):
    """What the bot says in one language, as far as it is checked."""

    @property
    def wording(self) -> Mapping[str, object]: ...
    @property
    def values(self) -> Mapping[str, Mapping[str, str]]: ...

    def variants(self, key: str) -> list[str]:
        """The texts of a key."""
        ...


def check(
    files: Mapping[Locale, tuple[Wording, PackFile]],
    flow_files: Sequence[tuple[Flow, PackFile]],
    engine: frozenset[str],
) -> None:
    """Raise the first fault of the wording: missing in a language, or a placeholder that nothing fills."""
    first = next(iter(files.values()))[0]
    filters = templates.FILTERS | {name for content, _ in files.values() for name in content.values}
    for content, at in files.values():
        _check_keys(content, at, first, engine)
        for flow, flow_at in flow_files:
            for loc, key, step in spoken(flow):
                if key not in content.wording:
                    raise flow_at.fault(loc, f"there is no wording {key}", "add it to every file of wording/")
                shapes = flow_checks.said_shapes(flow, step)
                again = [f"{key}_again"] if f"{key}_again" in content.wording else []
                for text in [text for each in (key, *again) for text in content.variants(each)]:
                    problem = flow_checks.check_text(text, shapes, filters)
                    if problem is not None:
                        remedy = f"flow {flow.flow} says it: give it under `with`, or correct the placeholder"
                        raise at.fault(("wording", key), problem, remedy)
    for flow, flow_at in flow_files:
        _check_titles(flow, flow_at, filters)


def _check_titles(flow: Flow, at: PackFile, filters: frozenset[str]) -> None:
    """The texts of quick replies read the fields of a row."""
    for name, step in flow.steps.items():
        if isinstance(step, flows.Choose) and step.title is not None:
            problem = flow_checks.check_text(step.title, flow_checks.row_shape(flow, step), filters)
            if problem is not None:
                raise at.fault(("steps", name, "title"), problem, "name a field of the row")


def _check_keys(content: Wording, at: PackFile, first: Wording, engine: frozenset[str]) -> None:
    for key in sorted(engine - set(content.wording)):
        raise at.fault(("wording",), f"wording {key} is missing", "add it: the engine says it")
    for key in sorted(set(first.wording) ^ set(content.wording)):
        raise at.fault(("wording", key), f"wording {key} is not in every language", "write it in every language")
    for key in content.wording:
        if key in engine and _paths(content, key) - _paths(first, key):
            raise at.fault(("wording", key), "a placeholder that the first language lacks", "use the same ones")


def _paths(content: Wording, key: str) -> set[str]:
    return {placeholder.path for text in content.variants(key) for placeholder in templates.placeholders(text)}


def spoken(flow: Flow) -> list[tuple[flows.Loc, str, flows.Step | None]]:
    """Where a flow names wording, which, and the step that says it; None: wherever a slot is asked for."""
    asked: list[tuple[flows.Loc, str, flows.Step | None]] = [
        (("slots", name, "ask"), slot.ask, None) for name, slot in flow.slots.items()
    ]
    for name, step in flow.steps.items():
        asked += [(("steps", name, *loc), key, step) for loc, key in flows.wordings(step)]
    return asked
