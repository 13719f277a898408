"""Owns the rules that make two records one person, and what looks like evidence and is none."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from kaitak.contacts.identity import agreement, holdings
from kaitak.contacts.identity.agreement import Agreement
from kaitak.contacts.identity.holdings import Holdings
from kaitak.contacts.identity.reasons import Join, Refusal, Rule, Weakness
from kaitak.contacts.identity.records import Address, Medium, Record

# How strong a join is: where a contradiction must break a chain, it breaks where the number is lowest.
_TOKEN: Final = 100
_KEY: Final = 90
_SAME_FILE: Final = 80
_CONTACT: Final = 50  # a telephone, a mail address, a knowledge check
_WITH_FILE: Final = 10
_BY_NAME: Final = {Agreement.FULL: 4, Agreement.PART: 2}
_PHONE_RULE: Final[dict[Medium, Rule]] = {"phone": "same_phone", "email": "same_email"}
_SHARED: Final[dict[Medium, Weakness]] = {"phone": "phone_shared", "email": "email_shared"}
_UNVERIFIED: Final[dict[Medium, Weakness]] = {"phone": "phone_unverified", "email": "email_unverified"}


def between_files(records: Iterable[Record]) -> Iterator[Join]:
    """Joins among records on file alone, before it is known which addresses several persons share."""
    on_file = sorted((r for r in records if r.on_file), key=lambda r: r.id)
    passed_on = holdings.of(on_file, ()).passed_on
    for left, right in combinations(on_file, 2):
        yield from _by_key(left, right)
        yield from _as_one_file(left, right)
        for address in sorted(left.verified & right.verified) if _may_be_one_file(left, right) else ():
            if ((left.id, address) in passed_on) == ((right.id, address) in passed_on):
                yield _join(left, right, _PHONE_RULE[address.medium], address.value, _CONTACT)


def with_channels(records: Iterable[Record], held: Holdings) -> Iterator[Join]:
    """Joins with at least one address on a channel, among all records of the case."""
    everyone = sorted(records, key=lambda r: r.id)
    for left, right in combinations(everyone, 2):
        if left.on_file and right.on_file:
            continue
        yield from _by_key(left, right)
        for address in sorted(left.verified & right.verified):
            if _address_joins(left, right, address, held):
                yield _join(left, right, _PHONE_RULE[address.medium], address.value, _CONTACT)
    for record in everyone:
        if not record.on_file:
            yield from _by_token(record, everyone, held)
            yield from _by_knowledge(record, held)


def too_weak(records: Iterable[Record], held: Holdings) -> Iterator[Refusal]:
    """What two records share that joins nobody, for people to look at."""
    for left, right in combinations(sorted(records, key=lambda r: r.id), 2):
        for address in sorted((left.verified | left.claimed) & (right.verified | right.claimed)):
            if not (address in left.verified and address in right.verified):
                yield Refusal(left.id, right.id, _UNVERIFIED[address.medium], address.value)
            elif held.is_shared(address):
                yield Refusal(left.id, right.id, _SHARED[address.medium], address.value)
            elif ((left.id, address) in held.passed_on) != ((right.id, address) in held.passed_on):
                yield Refusal(left.id, right.id, "number_passed_on", address.value)
        for reference in sorted(left.references & right.references):
            yield Refusal(left.id, right.id, "number_quoted", reference)
        if agreement.compare(left.names, right.names) is Agreement.FULL:
            yield Refusal(left.id, right.id, "name_only")


def _by_key(left: Record, right: Record) -> Iterator[Join]:
    for _, value in sorted(left.keys & right.keys):
        yield _join(left, right, "same_key", value, _KEY)


def _may_be_one_file(left: Record, right: Record) -> bool:
    """Whether the names of two files agree; a file without a name contradicts nobody."""
    if left.names.is_empty or right.names.is_empty:
        return True
    return agreement.compare(left.names, right.names) >= Agreement.PART


def _as_one_file(left: Record, right: Record) -> Iterator[Join]:
    """Two files of one person: the birth date, an agreeing name, and one thing more."""
    if left.birth_date is None or left.birth_date != right.birth_date:
        return
    same_tail = left.hkid_tail is not None and left.hkid_tail == right.hkid_tail
    same_address = (left.verified | left.claimed) & (right.verified | right.claimed)
    agreed = agreement.compare(left.names, right.names)
    if (agreed is Agreement.FULL and (same_tail or same_address)) or (agreed is Agreement.PART and same_tail):
        yield _join(left, right, "same_file", str(left.birth_date), _SAME_FILE)


def _address_joins(left: Record, right: Record, address: Address, held: Holdings) -> bool:
    if ((left.id, address) in held.passed_on) != ((right.id, address) in held.passed_on):
        return False
    if held.is_shared(address):
        file, other = (left, right) if left.on_file else (right, left)
        owner = held.owner_by_name(address, other)
        return file.on_file and owner is not None and file in owner
    for one, other in ((left, right), (right, left)):
        if other.on_file and one.acting_for and agreement.compare(one.names, other.names) < Agreement.PART:
            return False  # whoever speaks for another from a number on file may use that person's telephone
    return True


def _by_token(record: Record, everyone: Sequence[Record], held: Holdings) -> Iterator[Join]:
    for other in everyone:
        if other.on_file and record.token_crm_ids & other.crm_ids:
            yield _join(record, other, "signed_token", min(record.token_crm_ids & other.crm_ids), _TOKEN)
    for address in sorted(record.token_addresses):
        owner = held.only_owner(address) or held.owner_by_name(address, record)
        for other in sorted(owner or (), key=lambda r: r.id):
            if address in other.verified:
                yield _join(record, other, "signed_token", address.value, _TOKEN - 5)


def _by_knowledge(record: Record, held: Holdings) -> Iterator[Join]:
    if not record.passed_knowledge_check or record.acting_for is not None:
        return
    for reference in sorted(record.references):
        carriers = held.carriers(reference)
        if len(carriers) == 1:
            for other in sorted((r for r in carriers[0] if reference in r.references), key=lambda r: r.id):
                yield _join(record, other, "knowledge_check", reference, _CONTACT)


def _join(left: Record, right: Record, rule: Rule, value: str, base: int) -> Join:
    first, second = sorted((left, right), key=lambda r: r.id)
    strength = base + (_WITH_FILE if left.on_file or right.on_file else 0)
    if base == _CONTACT:
        strength += _BY_NAME.get(agreement.compare(left.names, right.names), 0)
    return Join(first.id, second.id, rule, value, strength)
