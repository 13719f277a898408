"""Owns what a line of a file of contacts says: facts in their form, or everything that is wrong with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from kaitak.contacts import attributes
from kaitak.contacts.attributes import Defined
from kaitak.contacts.columns import CUSTOM
from kaitak.contacts.identity import agreement, names, normal_forms
from kaitak.contacts.identity.agreement import Agreement
from kaitak.contacts.identity.records import Address, Record
from kaitak.contacts.record_errors import AttributeInvalidError

PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
HONG_KONG: Final = re.compile(r"\+852[2-9]\d{7}")
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LANGUAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("繁體中文", "繁体中文", "繁中", "粵語", "粤语", "廣東話", "广东话", "cantonese", "chinese (traditional)"),
        "zh-HK",
    ),
    **dict.fromkeys(("中文", "chinese"), "zh-HK"),
    **dict.fromkeys(
        ("簡體中文", "简体中文", "簡中", "普通話", "普通话", "國語", "mandarin", "chinese (simplified)"), "zh-CN"
    ),
    **dict.fromkeys(("英文", "英語", "英语", "english"), "en"),
}
_LONGEST: Final = {"name": 200, "identifier": 200, "company": 200}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a line: a code, the column, the value, and the line or the contact that it concerns."""

    code: str
    column: str = ""
    value: str = ""
    line: int | None = None
    contact_id: int | None = None
    is_fatal: bool = True

    def as_json(self) -> dict[str, object]:
        """As it is kept."""
        return {
            "code": self.code,
            "column": self.column,
            "value": self.value[:200],
            "line": self.line,
            "contact_id": self.contact_id,
            "fatal": self.is_fatal,
        }


@dataclass(slots=True)
class Facts:
    """What a line says of a person, each thing in the form in which it is kept; absent where it says nothing."""

    plain: dict[str, str] = field(default_factory=dict)  # name, phone_number, email, identifier, locale
    company: str = ""
    own: dict[str, JsonValue] = field(default_factory=dict)

    def record(self, record_id: str) -> Record:
        """The line as the identity policy knows it: a file of the business."""
        addresses = set()
        if phone := self.plain.get("phone_number"):
            addresses.add(Address("phone", phone))
        if email := normal_forms.email(self.plain.get("email", "")):
            addresses.add(Address("email", email))
        number = self.plain.get("identifier")
        return Record(
            id=record_id,
            on_file=True,
            names=names.read(self.plain.get("name")),
            verified=frozenset(addresses),
            keys=frozenset([("crm_id", number)] if number else []),
        )


def read(cells: Sequence[str], mapping: Sequence[str], fields: Mapping[str, Defined]) -> tuple[Facts, list[Problem]]:
    """A line's facts and its problems; `fields` are the account's own by key."""
    said = {target: cell.strip() for target, cell in zip(mapping, cells, strict=False) if target and cell.strip()}
    facts, problems = Facts(), []
    if "name" not in said and ({"last_name", "first_name"} & set(said)):
        said["name"] = _joined(said.get("last_name", ""), said.get("first_name", ""))
    for target, value in said.items():
        if target.startswith(CUSTOM):
            problems += _read_own(facts, fields[target.removeprefix(CUSTOM)], value, target)
        elif target not in ("last_name", "first_name"):
            problems += _read_plain(facts, target, value)
    if not problems and not (set(facts.plain) & {"name", "phone_number", "email", "identifier"}):
        problems.append(Problem("nobody"))
    return facts, problems


def _joined(last: str, first: str) -> str:
    is_chinese = any("\u3400" <= character <= "\u9fff" for character in last + first)
    return f"{last}{first}" if is_chinese else f"{first} {last}".strip()


def _read_own(facts: Facts, definition: Defined, value: str, target: str) -> list[Problem]:
    try:
        facts.own[definition.attribute_key] = attributes.read(definition, value)
    except AttributeInvalidError:
        return [Problem(f"bad_{definition.attribute_display_type}", target, value)]
    return []


def _read_plain(facts: Facts, target: str, value: str) -> list[Problem]:
    if target in _LONGEST and len(value) > _LONGEST[target]:
        return [Problem("too_long", target, value)]
    if target == "phone_number":
        found = phone(value)
    elif target == "email":
        found = email(value)
    elif target == "locale":
        found = _LANGUAGES.get(value.lower()) or (value if _LOCALE.fullmatch(value) and len(value) <= 35 else None)
    else:
        found = " ".join(value.split())
    if found is None:
        return [Problem(f"bad_{'phone' if target == 'phone_number' else target}", target, value)]
    if target == "company":
        facts.company = found
    else:
        facts.plain[target] = found
    return []


def phone(text: str) -> str | None:
    """A number in E.164; None for several in one cell, an extension, one without its country, one cut by a program."""
    plain = unicodedata.normalize("NFKC", text)
    if re.search(r"\de\+?\d", plain, re.IGNORECASE):
        return None
    found = normal_forms.phone(plain)
    if found is None or not PHONE.fullmatch(found):
        return None
    return found if not found.startswith("+852") or HONG_KONG.fullmatch(found) else None


def email(text: str) -> str | None:
    """An address in lower case."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().removeprefix("mailto:")
    return plain if len(plain) <= 254 and _EMAIL.fullmatch(plain) else None


@dataclass(slots=True)
class Seen:
    """What earlier lines of the same file said: who says the same again is a duplicate, or shares an address."""

    identifiers: dict[str, int] = field(default_factory=dict)
    addresses: dict[Address, list[tuple[int, Record]]] = field(default_factory=dict)

    def look(self, line: int, facts: Facts) -> list[Problem]:
        """Problems of a line with earlier ones; it is remembered for later ones."""
        number = facts.plain.get("identifier", "")
        if number in self.identifiers:
            return [Problem("duplicate_in_file", "identifier", number, line=self.identifiers[number])]
        record = facts.record(str(line))
        problems: list[Problem] = []
        for address in sorted(record.verified):
            column = "phone_number" if address.medium == "phone" else "email"
            for earlier, other in self.addresses.get(address, []):
                is_same = _may_be_same(record, other)
                code = "duplicate_in_file" if is_same else "shared_in_file"
                problems.append(Problem(code, column, address.value, line=earlier, is_fatal=is_same))
        if any(each.is_fatal for each in problems):
            return [each for each in problems if each.is_fatal][:1]
        if number:
            self.identifiers[number] = line
        for address in record.verified:
            sharing = self.addresses.setdefault(address, [])
            if len(sharing) < 10:
                sharing.append((line, record))
        return problems[:1]


def _may_be_same(one: Record, other: Record) -> bool:
    """Whether two lines with one address speak of one person: no two numbers of the business, names that agree."""
    if one.crm_ids and other.crm_ids:
        return False
    if one.names.is_empty or other.names.is_empty:
        return True
    return agreement.compare(one.names, other.names) >= Agreement.PART
