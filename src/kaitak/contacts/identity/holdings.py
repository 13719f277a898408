"""Owns who holds a telephone number or address at present: one person, several who share it, or a later owner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaitak.contacts.identity import agreement
from kaitak.contacts.identity.agreement import Agreement
from kaitak.contacts.identity.records import Address, Record


@dataclass(frozen=True, slots=True)
class Holdings:
    """`owners` are the persons on file (groups of records) that hold an address now; `passed_on` lost theirs."""

    owners: Mapping[Address, Sequence[frozenset[Record]]]
    passed_on: frozenset[tuple[str, Address]]
    persons: Sequence[frozenset[Record]] = ()

    def carriers(self, reference: str) -> list[frozenset[Record]]:
        """The persons on file that an order or a policy belongs to."""
        return [person for person in self.persons if any(reference in record.references for record in person)]

    def is_shared(self, address: Address) -> bool:
        return len(self.owners.get(address, ())) > 1

    def only_owner(self, address: Address) -> frozenset[Record] | None:
        owners = self.owners.get(address, ())
        return owners[0] if len(owners) == 1 else None

    def owner_by_name(self, address: Address, record: Record) -> frozenset[Record] | None:
        """Of those who share an address the only one whose name agrees with the record's, if there is just one."""
        agreeing = [owner for owner in self.owners.get(address, ()) if agrees(record, owner)]
        return agreeing[0] if len(agreeing) == 1 else None


def of(records: Iterable[Record], persons: Iterable[frozenset[Record]]) -> Holdings:
    """The holdings of these records, those on file grouped into persons."""
    everyone = list(records)
    numbers: dict[Address, list[Record]] = defaultdict(list)
    for record in everyone:
        for address in record.verified:
            numbers[address].append(record)
    passed_on = frozenset(
        (record.id, address)
        for address, holders in numbers.items()
        if address.medium == "phone"
        for record in holders
        if any(_got_it_after(other, record) for other in holders)
    )
    owners: dict[Address, list[frozenset[Record]]] = defaultdict(list)
    in_order = sorted(persons, key=lambda p: min(r.id for r in p))
    for person in in_order:
        held = {a for r in person if r.on_file for a in r.verified if (r.id, a) not in passed_on}
        for address in held:
            owners[address].append(person)
    return Holdings(owners, passed_on, in_order)


def _got_it_after(later: Record, earlier: Record) -> bool:
    if later is earlier or later.number_since is None or earlier.last_seen is None:
        return False
    return later.number_since > earlier.last_seen


def agrees(record: Record, person: frozenset[Record]) -> bool:
    """Whether a name agrees with some name of the person and contradicts none."""
    found = [agreement.compare(record.names, other.names) for other in person]
    return min(found) is not Agreement.CONTRADICTED and max(found) >= Agreement.PART
