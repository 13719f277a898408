"""Owns forming groups from joins, strongest first, so that no group holds a contradiction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, groupby

from kaitak.contacts.identity.reasons import Join, Refusal

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of ids, the joins that made them and the joins that a contradiction broke."""

    groups: tuple[frozenset[str], ...]
    used: tuple[Join, ...]
    broken: tuple[Refusal, ...]


def form(ids: Iterable[str], joins: Iterable[Join], contradictions: Mapping[Pair, Refusal]) -> Grouping:
    """Join strongest first; where joins of one strength would bring a contradiction together, none of them holds."""
    group_of = {each: frozenset({each}) for each in ids}
    used: list[Join] = []
    broken: list[Refusal] = []
    ordered = sorted(set(joins), key=lambda j: (-j.strength, j))
    for _, same_strength in groupby(ordered, key=lambda j: j.strength):
        level = list(same_strength)
        direct = [j for j in level if _clash(group_of[j.left], group_of[j.right], contradictions) is None]
        kept = _without_paths(direct, group_of, contradictions)
        broken += [_why_broken(j, group_of, contradictions) for j in level if j not in kept]
        for join in kept:
            merged = group_of[join.left] | group_of[join.right]
            group_of.update(dict.fromkeys(merged, merged))
        used += kept
    groups = sorted(set(group_of.values()), key=min)
    return Grouping(tuple(groups), tuple(used), tuple(broken))


def _clash(one: frozenset[str], other: frozenset[str], contradictions: Mapping[Pair, Refusal]) -> Refusal | None:
    pairs = ((min(a, b), max(a, b)) for a in sorted(one) for b in sorted(other))
    return next((contradictions[pair] for pair in pairs if pair in contradictions), None)


def _why_broken(join: Join, group_of: Mapping[str, frozenset[str]], contradictions: Mapping[Pair, Refusal]) -> Refusal:
    clash = _clash(group_of[join.left], group_of[join.right], contradictions)
    if clash is None:
        return Refusal(join.left, join.right, "contradiction_between", join.value)
    if (clash.left, clash.right) == (join.left, join.right):
        return clash
    return Refusal(join.left, join.right, clash.reason, clash.value)


def _without_paths(
    joins: Collection[Join], group_of: Mapping[str, frozenset[str]], contradictions: Mapping[Pair, Refusal]
) -> list[Join]:
    """The joins that lie on no path from a group to one that contradicts it."""
    edges: dict[frozenset[str], set[frozenset[str]]] = defaultdict(set)
    for join in joins:
        one, other = group_of[join.left], group_of[join.right]
        if one != other:
            edges[one].add(other)
            edges[other].add(one)
    bad: set[frozenset[frozenset[str]]] = set()
    for start, end in combinations(sorted(edges, key=min), 2):
        if _clash(start, end, contradictions) is not None:
            bad |= _edges_between(start, end, edges)
    return [j for j in joins if frozenset({group_of[j.left], group_of[j.right]}) not in bad]


def _edges_between(
    start: frozenset[str], end: frozenset[str], edges: Mapping[frozenset[str], set[frozenset[str]]]
) -> set[frozenset[frozenset[str]]]:
    """Every edge on a simple path from start to end: one whose ends reach them without meeting."""
    found = set()
    for one, others in edges.items():
        for other in others:
            edge = frozenset({one, other})
            if edge not in found and (
                _disjoint(start, one, other, end, edges) or _disjoint(start, other, one, end, edges)
            ):
                found.add(edge)
    return found


def _disjoint(
    start: frozenset[str],
    near: frozenset[str],
    far: frozenset[str],
    end: frozenset[str],
    edges: Mapping[frozenset[str], set[frozenset[str]]],
) -> bool:
    """Whether start reaches near and far reaches end; careful rather than exact where both must share a node."""
    return _reaches(start, near, {far, end}, edges) and _reaches(far, end, {near, start}, edges)


def _reaches(
    start: frozenset[str],
    goal: frozenset[str],
    closed: set[frozenset[str]],
    edges: Mapping[frozenset[str], set[frozenset[str]]],
) -> bool:
    if start in closed or goal in closed:
        return False
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return True
        fresh = edges[here] - seen - closed
        seen |= fresh
        ahead.extend(fresh)
    return False
