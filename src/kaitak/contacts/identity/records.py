"""Owns what the policy knows of one record: a file, or a person's address on a channel, with its evidence."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, Literal

from pydantic import JsonValue

from kaitak.contacts.identity import names, normal_forms
from kaitak.contacts.identity.names import Names

Medium = Literal["phone", "email"]
KeyKind = Literal["crm_id", "app_user", "unionid"]
KEYS: Final[tuple[KeyKind, ...]] = ("crm_id", "app_user", "unionid")
_REFERENCES: Final = ("policy_no", "order_no", "policy", "order", "policies", "orders", "policy_nos", "order_nos")
_SEVERAL = re.compile(r"[/,;、，；|]")
_YES: Final = frozenset({"true", "pass", "passed", "yes", "verified", "valid", "ok", "1"})


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A telephone number or an e-mail address in its normal form."""

    medium: Medium
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record; `on_file` says that the business keeps it (CRM), else it is an address on a channel."""

    id: str
    on_file: bool = False
    names: Names = field(default_factory=Names)
    verified: frozenset[Address] = frozenset()
    claimed: frozenset[Address] = frozenset()
    keys: frozenset[tuple[KeyKind, str]] = frozenset()
    token_crm_ids: frozenset[str] = frozenset()  # what a valid signed token says
    token_addresses: frozenset[Address] = frozenset()
    references: frozenset[str] = frozenset()  # orders and policies: on file, or quoted
    passed_knowledge_check: bool = False
    birth_date: date | None = None
    hkid_tail: str | None = None
    number_since: date | None = None
    last_seen: date | None = None
    acting_for: str | None = None

    @property
    def crm_ids(self) -> frozenset[str]:
        return frozenset(value for kind, value in self.keys if kind == "crm_id")


def read(fields: Mapping[str, JsonValue], today: date) -> Record:
    """A record as labelled files and imports write it; unknown fields say nothing."""
    on_file = fields.get("channel") == "crm"
    phones = _addresses("phone", fields)
    emails = _addresses("email", fields)
    sure = set(phones if _is_verified(fields, "phone", on_file=on_file) else ())
    sure.update(emails if _is_email_verified(fields, on_file=on_file) else ())
    claims = _valid_claims(fields, today)
    forged = _text(fields, "token") not in ("", "valid", "expired")
    acting_for = fields.get("acting_for")
    return Record(
        id=_text(fields, "id"),
        on_file=on_file,
        names=_names(fields, on_file=on_file),
        verified=frozenset(sure),
        claimed=frozenset({*phones, *emails} - sure),
        keys=frozenset(
            [(k, v) for k in KEYS if (v := _text(fields, k)) and not (forged and k != "unionid")]
            + [(k, v) for k in KEYS if (v := _text(claims, k))]
        ),
        token_crm_ids=frozenset({_text(claims, "crm_id")} - {""}),
        token_addresses=frozenset({*_addresses("phone", claims), *_addresses("email", claims)}),
        references=frozenset(
            ref for key in _REFERENCES for text in _texts(fields.get(key)) if (ref := normal_forms.reference(text))
        ),
        passed_knowledge_check=_says_yes(fields.get("kba")),
        birth_date=normal_forms.day(_text(fields, "dob")),
        hkid_tail=normal_forms.hkid_tail(_text(fields, "hkid_tail")),
        number_since=_past(normal_forms.day(_text(fields, "number_since")), today),
        last_seen=_past(normal_forms.day(_text(fields, "last_seen")), today),
        acting_for=None if acting_for in (None, False, "") else str(acting_for),
    )


def _names(fields: Mapping[str, JsonValue], *, on_file: bool) -> Names:
    chinese, english, shown = (_text(fields, key) for key in ("name_zh", "name_en", "name"))
    return names.read(chinese, english, shown) if on_file else names.read(chinese, english, display=shown)


def _addresses(medium: Medium, fields: Mapping[str, JsonValue]) -> list[Address]:
    normal = normal_forms.phone if medium == "phone" else normal_forms.email
    texts = [*_texts(fields.get(medium)), *_texts(fields.get(medium + "s"))]
    several = [part for text in texts for part in _SEVERAL.split(text)]
    return [Address(medium, value) for text in several if (value := normal(text))]


def _is_verified(fields: Mapping[str, JsonValue], medium: Medium, *, on_file: bool) -> bool:
    """What is on file counts unless it says otherwise; elsewhere a channel or a check has to say so."""
    said = fields.get(f"{medium}_verified")
    return on_file if said is None else _says_yes(said)


def _is_email_verified(fields: Mapping[str, JsonValue], *, on_file: bool) -> bool:
    if "dkim" in fields and not on_file:
        signed = _says_yes(fields["dkim"])
        return signed and fields.get("email_verified") is not False
    return _is_verified(fields, "email", on_file=on_file)


def _valid_claims(fields: Mapping[str, JsonValue], today: date) -> Mapping[str, JsonValue]:
    claims = fields.get("token_claims")
    if fields.get("token") not in ("valid", True) or not isinstance(claims, dict):
        return {}
    expiry = claims.get("exp", fields.get("token_exp"))
    if isinstance(expiry, int | float) and not isinstance(expiry, bool):
        ends: date | None = datetime.fromtimestamp(expiry, UTC).date()
    else:
        ends = normal_forms.day(expiry) if isinstance(expiry, str) else None
    return {} if ends is not None and ends < today else claims


def _says_yes(value: JsonValue) -> bool:
    """Only a plain yes is one."""
    return value is True or (isinstance(value, str) and value.strip().lower() in _YES)


def _past(day: date | None, today: date) -> date | None:
    return day if day is not None and day <= today else None


def _text(fields: Mapping[str, JsonValue], key: str) -> str:
    return next(iter(_texts(fields.get(key))), "")


def _texts(value: JsonValue) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return [str(each).strip() for each in values if isinstance(each, str | int) and not isinstance(each, bool)]
