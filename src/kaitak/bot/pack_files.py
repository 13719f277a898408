"""Owns reading a pack's YAML: every fault is an error that names the file, the line and the remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kaitak.bot import flows
from kaitak.core import errors

MAX_FILE_BYTES = 2_000_000
Loc = Sequence[str | int]
# libyaml's parser, ten times as fast, where PyYAML was built with it
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Content = TypeVar("Content", bound=BaseModel)

_REMEDIES = {
    "missing": "add this key",
    "extra_forbidden": "remove this key or correct its spelling",
    "string_type": "write text here, in quotes if it looks like a number or like yes/no",
    "union_tag_not_found": f"a step needs exactly one of: {', '.join(flows.KINDS)}",
    "too_short": "add more entries",
    "value_error": "keep to one way of writing it",
    "string_pattern_mismatch": "use lower-case letters, digits and underscores",
}


class PackInvalidError(errors.InvalidError):
    """A pack file cannot be used; the message names file, line and remedy."""

    code = "pack_invalid"

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem}; {remedy}", file=file, line=line, problem=problem, remedy=remedy)
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class PackFile:
    """A parsed file that still knows the line of each of its parts."""

    name: str
    node: yaml.Node

    def line_of(self, loc: Loc) -> int:
        """The line of the part at `loc`, or of the nearest part above it that exists."""
        node, line = self.node, int(self.node.start_mark.line)
        for part in loc:
            below = _child(node, part)
            if below is not None:  # a union's tag and the like are no part of the file
                named_at, node = below
                line = int(named_at.start_mark.line)
        return line + 1

    def fault(self, loc: Loc, problem: str, remedy: str) -> PackInvalidError:
        """An error at a part of this file."""
        return PackInvalidError(self.name, self.line_of(loc), problem, remedy)


def read(path: Path, root: Path, content: type[Content]) -> tuple[Content, PackFile]:
    """Parse and check one file of a pack."""
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        raise PackInvalidError(name, 1, "the file is missing", f"create {name}")
    data = path.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        raise PackInvalidError(name, 1, "the file is too large", f"keep it under {MAX_FILE_BYTES} bytes")
    return parse(data, name, content)


def parse(data: bytes, name: str, content: type[Content]) -> tuple[Content, PackFile]:
    """Parse and check the bytes of one pack file."""
    try:
        text = data.decode("utf-8")
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        raise PackInvalidError(name, line, "not UTF-8 text", "save the file as UTF-8") from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        problem = getattr(exc, "problem", None) or "not YAML"
        raise PackInvalidError(
            name, mark.line + 1 if mark else 1, problem, "correct the indentation or quotes here"
        ) from exc
    if node is None:
        raise PackInvalidError(name, 1, "the file is empty", "fill it or remove it")
    file = PackFile(name, node)
    _refuse_aliases_and_doubles(node, file, set())
    try:
        return content.model_validate(yaml.constructor.SafeConstructor().construct_document(node)), file
    except ValidationError as exc:
        found = exc.errors(include_url=False)
        first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])  # a misspelt key is also missing
        where = ".".join(str(p) for p in first["loc"])
        remedy = _REMEDIES.get(first["type"], "compare with the JSON Schema of pack files")
        raise file.fault(first["loc"], f"{where}: {first['msg'].removeprefix('Value error, ')}", remedy) from exc


def _refuse_aliases_and_doubles(node: yaml.Node, file: PackFile, seen: set[int]) -> None:
    if id(node) in seen:
        raise PackInvalidError(file.name, node.start_mark.line + 1, "YAML alias", "write the value out")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_aliases_and_doubles(item, file, seen)
    elif isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            if key.value in names if isinstance(key, yaml.ScalarNode) else True:
                raise PackInvalidError(
                    file.name, key.start_mark.line + 1, "a key twice or not plain", "keep one plain key"
                )
            names.add(key.value)
            key.tag = "tag:yaml.org,2002:str"  # a key is text, so that `yes:` and `no:` are
            _refuse_aliases_and_doubles(value, file, seen)


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The part below a node: where it is named, and the part itself."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return (node.value[part], node.value[part]) if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                return key, value
    return None
