"""Owns which contacts may be one person: joined at once on proof, suggested with reasons otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor
from kaitak.contacts import families, merging
from kaitak.contacts.families import Family
from kaitak.contacts.identity import contradictions, policy
from kaitak.contacts.identity.policy import Decision
from kaitak.contacts.identity.reasons import Join
from kaitak.contacts.identity.records import Record
from kaitak.contacts.models import ContactMerge, ContactPair

MOST_REASONS = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two contacts may be one person: a rule that proves it, or evidence that does not suffice."""

    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another contact that may be the same person; `proven` when the policy would join them by itself."""

    contact_id: int
    proven: bool
    reasons: tuple[Reason, ...] = ()
    suggested_by: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A contact, those who resemble it, and what people said of the pairs."""

    own: Family
    others: tuple[Family, ...]
    pairs: dict[int, ContactPair] = field(default_factory=dict)


async def list_suggestions(session: AsyncSession, account_id: int, contact_id: int) -> list[Suggestion]:
    """Who else this contact may be, proven ones first; pairs that contradict or were set apart are left out."""
    looked = await _look(session, account_id, contact_id)
    decision = _decide(looked)
    found = [each for other in looked.others if (each := _suggestion(looked, other, decision)) is not None]
    return sorted(found, key=lambda each: (not each.proven, each.suggested_by is None, each.contact_id))


async def join_on_proof(session: AsyncSession, by: Actor, contact_id: int) -> list[ContactMerge]:
    """Put together what the policy proves to be one person; what people set apart stays apart."""
    account_id = by.account_id
    looked = await _look(session, account_id, contact_id)
    decision = _decide(looked)
    merges: list[ContactMerge] = []
    present = contact_id
    for other in looked.others:
        proof = _proof(looked, other, decision)
        if proof is None:
            continue
        row = await merging.merge(session, account_id, present, other.root, reason=proof.rule, user_id=None)
        details: dict[str, audit.Detail] = {"other_id": row.merged_id, "reason": row.reason}
        await audit.record(
            session, by, "contacts.merged", target_type="contact", target_id=row.kept_id, details=details
        )
        present = row.kept_id
        merges.append(row)
    return merges


async def _look(session: AsyncSession, account_id: int, contact_id: int) -> _Looked:
    members = (await families.members_of(session, account_id, [contact_id])).get(contact_id, [contact_id])
    pairs: dict[int, ContactPair] = {}
    for pair in await session.scalars(
        select(ContactPair).where(
            ContactPair.account_id == account_id,
            or_(ContactPair.low_id.in_(members), ContactPair.high_id.in_(members)),
        )
    ):
        pairs[pair.high_id if pair.low_id in members else pair.low_id] = pair
    suggested = [other for other, pair in pairs.items() if pair.verdict == "suggested"]
    roots = await families.roots_of(session, account_id, suggested)
    by_root = {roots.get(other, other): pair for other, pair in pairs.items()}
    wanted = {*await families.alike(session, account_id, members), *roots.values()} - set(members)
    loaded = await families.load(session, account_id, [contact_id, *sorted(wanted)])
    others = tuple(loaded[root] for root in sorted(wanted) if root in loaded)
    return _Looked(loaded[contact_id], others, by_root)


def _decide(looked: _Looked) -> Decision:
    return policy.decide_persons([*looked.own.records, *(r for other in looked.others for r in other.records)])


def _suggestion(looked: _Looked, other: Family, decision: Decision) -> Suggestion | None:
    pair = looked.pairs.get(other.root)
    if pair is not None and pair.verdict == "distinct":
        return None
    if contradict(looked.own.records, other.records):
        return None
    ours, theirs = {r.id for r in looked.own.records}, {r.id for r in other.records}
    joins = _between(decision.joins, ours, theirs)
    reasons = {Reason(join.rule, join.value): None for join in joins}
    for refusal in decision.refusals:
        if {refusal.left, refusal.right} & ours and {refusal.left, refusal.right} & theirs:
            reasons.setdefault(Reason(refusal.reason, refusal.value))
    if not reasons and pair is None:
        return None
    found = Suggestion(other.root, proven=bool(joins), reasons=tuple(reasons)[:MOST_REASONS])
    return found if pair is None else replace(found, suggested_by=pair.user_id, note=pair.note)


def _proof(looked: _Looked, other: Family, decision: Decision) -> Join | None:
    pair = looked.pairs.get(other.root)
    if (pair is not None and pair.verdict == "distinct") or contradict(looked.own.records, other.records):
        return None
    ours, theirs = {r.id for r in looked.own.records}, {r.id for r in other.records}
    return next(iter(_between(decision.joins, ours, theirs)), None)


def _between(joins: Iterable[Join], ours: set[str], theirs: set[str]) -> list[Join]:
    return [join for join in joins if {join.left, join.right} & ours and {join.left, join.right} & theirs]


def contradict(ours: Iterable[Record], theirs: Iterable[Record]) -> bool:
    """Whether any two of these records cannot be one person; two verified customer numbers are two customers here."""
    others = list(theirs)
    return any(
        contradictions.between(one, other) is not None or bool(one.crm_ids and other.crm_ids)
        for one in ours
        for other in others
    )
