"""Owns what the columns of a file of contacts are: guessed from headers in Chinese and English, and from cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from kaitak.contacts import tables
from kaitak.contacts.identity import normal_forms
from kaitak.contacts.record_errors import MappingInvalidError

CUSTOM: Final = "custom:"
TARGETS: Final = ("name", "last_name", "first_name", "phone_number", "email", "identifier", "company", "locale")
_HALF: Final = 0.6  # of the filled cells that must look alike


@cache
def _words() -> Mapping[str, str]:
    """What a header's word stands for."""
    lines = (Path(__file__).parent / "column_words.tsv").read_text(encoding="utf-8").splitlines()
    return {word: target for target, words in (line.split("\t") for line in lines) for word in words.split()}


class Field(Protocol):
    """What is needed of a field's definition to find its column."""

    @property
    def attribute_key(self) -> str: ...
    @property
    def attribute_display_name(self) -> str: ...


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]], fields: Iterable[Field]) -> list[str]:
    """For each column what it seems to be, each thing once; empty where nothing is known."""
    own = {}
    for field in fields:
        own[_folded(field.attribute_key)] = own[_folded(field.attribute_display_name)] = CUSTOM + field.attribute_key
    of_exports = {_folded(word): column for column, words in tables.COLUMNS.items() for word in words.values()}
    found = [own.get(_folded(header)) or _standard(header, of_exports) for header in headers]
    taken: set[str] = set()
    for place, target in enumerate(found):
        found[place] = "" if target in taken else target
        taken.add(target)
    for place, target in enumerate(found):
        looks = "" if target else _by_cells([row[place] for row in rows if row[place]])
        if looks and looks not in taken:
            found[place] = looks
            taken.add(looks)
    if "name" in taken:
        found = ["" if each in ("last_name", "first_name") else each for each in found]
    return found


def _standard(header: str, of_exports: Mapping[str, str]) -> str:
    folded = _folded(header)
    target = _words().get(folded) or of_exports.get(folded, "")
    if not target:
        bare = re.sub(r"[(（\[].*?[)）\]]|\*|[:：]", "", header)
        target = _words().get(_folded(bare), "") if bare != header else ""
    return target if target in TARGETS else ""


def _folded(header: str) -> str:
    plain = unicodedata.normalize("NFKC", header).strip().lower()
    return re.sub(r"[\s\-./_]+", "_", plain).strip("_*:")


def _by_cells(cells: Sequence[str]) -> str:
    """What a column without a telling header is by what stands in it."""
    sample = cells[:200]
    if not sample:
        return ""
    if sum("@" in each and normal_forms.email(each) is not None for each in sample) > _HALF * len(sample):
        return "email"
    phones = sum((normal_forms.phone(each) or "").startswith(("+852", "+853", "+86")) for each in sample)
    return "phone_number" if phones > _HALF * len(sample) else ""


def check(mapping: Sequence[str], width: int, fields: Iterable[Field]) -> None:
    """Raise unless there is one entry for each column, all known, none twice, and one that names a person."""
    known = {"", *TARGETS, *(CUSTOM + field.attribute_key for field in fields)}
    used = [each for each in mapping if each]
    if len(mapping) != width:
        raise MappingInvalidError(reason="width")
    if unknown := set(mapping) - known:
        raise MappingInvalidError(reason="unknown", column=min(unknown))
    if twice := {each for each in used if used.count(each) > 1}:
        raise MappingInvalidError(reason="twice", column=min(twice))
    if not {"name", "last_name", "first_name", "phone_number", "email", "identifier"} & set(used):
        raise MappingInvalidError(reason="nobody")
