"""Owns what makes it impossible that two records are one person."""

from collections.abc import Iterable
from itertools import combinations

from kaitak.contacts.identity import agreement, names
from kaitak.contacts.identity.agreement import Agreement
from kaitak.contacts.identity.reasons import Contradiction, Refusal
from kaitak.contacts.identity.records import Record


def among(records: Iterable[Record]) -> dict[tuple[str, str], Refusal]:
    """Every contradicting pair, keyed by the two ids in order."""
    found: dict[tuple[str, str], Refusal] = {}
    for left, right in combinations(sorted(records, key=lambda r: r.id), 2):
        if (reason := between(left, right)) is not None:
            found[left.id, right.id] = Refusal(left.id, right.id, *reason)
    return found


def between(left: Record, right: Record) -> tuple[Contradiction, str] | None:
    """Why two records cannot be one person, with what differs; None when nothing speaks against it."""
    if left.birth_date and right.birth_date and left.birth_date != right.birth_date:
        return "birth_dates_differ", f"{left.birth_date} {right.birth_date}"
    if left.hkid_tail and right.hkid_tail and left.hkid_tail != right.hkid_tail:
        return "hkid_tails_differ", f"{left.hkid_tail} {right.hkid_tail}"
    if acts_for(left, right) or acts_for(right, left):
        return "acting_for", str(left.acting_for or right.acting_for)
    if agreement.compare(left.names, right.names) is Agreement.CONTRADICTED:
        return "names_contradict", ""
    if (number := recycled(left, right)) is not None:
        return "number_recycled", number
    return None


def acts_for(one: Record, other: Record) -> bool:
    """Whether the first record's person speaks for the other's: named by file number, record or full name."""
    whom = one.acting_for
    if whom is None or one.id == other.id:
        return False
    if whom == other.id or whom in other.crm_ids or whom in other.token_crm_ids:
        return True
    if other.on_file and one.references & other.references:
        return True
    return agreement.compare(names.read(whom), other.names) is Agreement.FULL


def recycled(left: Record, right: Record) -> str | None:
    """A number that both have although the one got it after the other was last seen."""
    for one, other in ((left, right), (right, left)):
        if one.number_since and other.last_seen and one.number_since > other.last_seen:
            both = {a for a in one.verified | one.claimed if a.medium == "phone"} & (other.verified | other.claimed)
            if both:
                return min(both).value
    return None
