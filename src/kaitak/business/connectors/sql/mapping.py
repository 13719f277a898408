"""Owns the mapping file of the SQL connector: one parameterised SELECT for each question. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaitak.business import shaping
from kaitak.business.mapping_text import MappingFile, Place

_PARAMETER = re.compile(r"%\(([a-z_]+)\)s")
_KNOWN = frozenset({"subject", "limit"})
_START = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)


class Statement(BaseModel):
    """One question; the columns are called like our fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sql: Annotated[str, StringConstraints(min_length=10, max_length=8000)]
    values: dict[str, dict[str, str]] = {}  # by column: the system's word and ours


class SqlMapping(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    reads: Annotated[dict[str, Statement], Field(min_length=1)]


@lru_cache(maxsize=64)
def read(text: str) -> SqlMapping:
    """The mapping, checked; MappingError names the line."""
    file = MappingFile(text)
    mapping = file.read(SqlMapping)
    faults = list(_faults(mapping))
    if faults:
        raise file.refusal(faults)
    return mapping


def _faults(mapping: SqlMapping) -> Iterator[tuple[Place, str]]:
    for name, one in mapping.reads.items():
        place: Place = ("reads", name)
        if name not in shaping.NAMES:
            yield place, f"there is no such question; known: {', '.join(sorted(shaping.NAMES))}"
            continue
        place = (*place, "sql")
        if not _START.match(one.sql):
            yield place, "a statement begins with SELECT or WITH"
        if ";" in one.sql.rstrip().rstrip(";"):
            yield place, "one statement only"
        given = set(_PARAMETER.findall(one.sql))
        if "subject" not in given or given - _KNOWN:
            yield place, "the parameters are %(subject)s, which must be there, and %(limit)s"
        if "%" in _PARAMETER.sub("", one.sql).replace("%%", ""):
            yield place, "a percent sign is written %%"
        for column in set(one.values) - shaping.fields_of(name):
            yield ("reads", name, "values", column), "there is no such field"
