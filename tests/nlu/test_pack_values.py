"""What people write and say in a message of each demonstration tenant, and the values read from it with its pack."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from kaitak.bot import packs
from kaitak.core import resources
from kaitak.nlu import clauses, entities, normalising
from kaitak.nlu.entities import EntityRule
from kaitak.nlu.understanding import Context

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=UTC)  # a Wednesday
WORDS = frozenset({"product", "colour", "store", "person", "cover", "size"})  # the customer's words, told loosely

# Lines of a message, and behind the bar the values in force; a line without a bar holds none.
TABLES = Path(__file__).parent
PAIR = re.compile(r" ?([a-z_]+)=(.+?)(?= [a-z_]+=|$)")


@cache
def rules(tenant: str) -> tuple[EntityRule, ...]:
    return packs.load(resources.pack_folder(tenant)).settings().entity_rules


def found(tenant: str, text: str) -> list[tuple[str, str]]:
    read = entities.find_entities(normalising.fold(text), text, rules(tenant), Context(now=NOW))
    return [(each.kind, each.value) for each in clauses.mark_withdrawn(read, text) if not each.withdrawn]


def is_same(kind: str, value: str, wanted: str) -> bool:
    if kind not in WORDS:
        return value == wanted
    one, other = value.replace(" ", "").lower(), wanted.replace(" ", "").lower()
    return one in other or other in one


@pytest.mark.parametrize("tenant", ["insurance", "retail"])
def test_each_message_holds_these_values_and_no_others(tenant: str) -> None:
    table = (TABLES / f"values_{tenant}.txt").read_text(encoding="utf-8")
    wrong = []
    for line in table.strip().splitlines():
        text, _, told = line.partition(" | ")
        wanted, values = PAIR.findall(told), found(tenant, text)
        pairs = zip(sorted(values), sorted(wanted), strict=False)
        if len(values) != len(wanted) or not all(k == w and is_same(k, v, x) for (k, v), (w, x) in pairs):
            wrong.append(f"{text}: {values}, not {wanted}")
    assert wrong == []
