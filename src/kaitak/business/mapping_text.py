"""Owns the reading of mapping files: YAML, checked against a model, every fault with its line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

MAX_CHARACTERS = 64 * 1024
_MOST_FAULTS = 5
M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]


class MappingError(ValueError):
    """What is wrong, with the file's name and the line."""


class MappingFile:
    """The text of a mapping and where everything stands in it."""

    def __init__(self, text: str, name: str = "mapping") -> None:
        self._name = name
        if len(text) > MAX_CHARACTERS:
            raise MappingError(f"{name}: more than {MAX_CHARACTERS} characters")
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                if isinstance(event, yaml.AliasEvent):
                    raise MappingError(f"{name} line {_line(event.start_mark)}: references (*name) are not allowed")
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.content: object = yaml.safe_load(text)
        except yaml.MarkedYAMLError as exc:
            raise MappingError(f"{name} line {_line(exc.problem_mark)}: {exc.problem or 'this is not YAML'}") from None
        except (yaml.YAMLError, RecursionError, ValueError) as exc:
            if isinstance(exc, MappingError):
                raise
            raise MappingError(f"{name} line 1: this is not YAML") from None

    def read(self, kind: type[M]) -> M:
        """The content as this model."""
        try:
            return kind.model_validate(self.content)
        except ValidationError as exc:
            raise self.refusal((tuple(error["loc"]), error["msg"]) for error in exc.errors()) from None

    def refusal(self, faults: Iterable[tuple[Place, str]]) -> MappingError:
        """These faults as one error, each with its line."""
        told = [f"{self._name} line {self.line_of(place)}: {self._path(place)}{words}" for place, words in faults]
        return MappingError("; ".join(told[:_MOST_FAULTS]))

    def line_of(self, place: Sequence[str | int]) -> int:
        """The line of a place, or of the nearest thing around it."""
        node, line = self._root, 1
        for part in place:
            found = _step(node, part)
            if found is None:
                continue  # pydantic names the member of a union too
            line, node = found
        return line

    @staticmethod
    def _path(place: Place) -> str:
        return f"{'.'.join(str(part) for part in place)}: " if place else ""


def _step(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None


def _line(mark: object) -> int:
    line = getattr(mark, "line", 0)  # PyYAML has two classes of marks
    return line + 1 if isinstance(line, int) else 1
