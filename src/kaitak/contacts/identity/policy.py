"""Owns the decision who is who: records in, persons out, with a reason for each join and each refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaitak.contacts.identity import clustering, contradictions, evidence, holdings
from kaitak.contacts.identity.reasons import Join, Refusal
from kaitak.contacts.identity.records import Record


@dataclass(frozen=True, slots=True)
class Decision:
    """Every id in exactly one cluster; `refusals` are pairs that share something and stay apart."""

    clusters: tuple[tuple[str, ...], ...]
    joins: tuple[Join, ...]
    refusals: tuple[Refusal, ...]

    def cluster_of(self, record_id: str) -> tuple[str, ...]:
        return next(cluster for cluster in self.clusters if record_id in cluster)


class RepeatedIdError(ValueError):
    """Two records have one id."""


def decide_persons(records: Iterable[Record]) -> Decision:
    """Group records into persons: proof joins, a contradiction never, everything weaker is only named."""
    everyone: Sequence[Record] = sorted(records, key=lambda r: r.id)
    by_id = {record.id: record for record in everyone}
    if len(by_id) != len(everyone):
        raise RepeatedIdError("two records have one id")
    against = contradictions.among(everyone)
    of_files = list(evidence.between_files(everyone))
    files = clustering.form([r.id for r in everyone if r.on_file], of_files, against)
    persons = [frozenset(by_id[each] for each in group) for group in files.groups]
    held = holdings.of(everyone, persons)
    joins = [*files.used, *evidence.with_channels(everyone, held)]
    final = clustering.form(by_id, joins, against)
    group_of = {each: group for group in final.groups for each in group}
    apart = {
        refusal
        for refusal in (*files.broken, *final.broken, *evidence.too_weak(everyone, held))
        if group_of[refusal.left] != group_of[refusal.right]
    }
    clusters = tuple(tuple(sorted(group)) for group in final.groups)
    return Decision(clusters, final.used, tuple(sorted(apart)))
