"""Who a contact is over HTTP: identities, suggestions with reasons, joining on a person's word, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor, ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import PrincipalDep, SessionDep, require
from kaitak.api.paging import PageMeta
from kaitak.api.problems import problems
from kaitak.contacts import actions, identity_queries, merging, queries, suggesting
from kaitak.contacts import views as contact_views
from kaitak.contacts.errors import (
    ContactMergedError,
    ContactNotFoundError,
    CustomerNumbersDifferError,
    EvidenceInvalidError,
    MergeNotFoundError,
    SameContactError,
)
from kaitak.contacts.identity_schemas import (
    ContactJoined,
    EvidenceBody,
    IdentitiesView,
    MergeBody,
    MergeView,
    ReasonView,
    SuggestBody,
    SuggestionList,
    SuggestionView,
)
from kaitak.contacts.models import Contact, ContactMerge
from kaitak.conversations import search, timeline
from kaitak.conversations.dependencies import IdPath, ViewerDep
from kaitak.conversations.errors import SearchTooShortError

router = APIRouter(prefix="/api/v1/accounts/{account_id}/contacts/{contact_id}", tags=["contacts"])
READ = [Depends(require(Permission.READ_CONTACTS))]
WRITE = [Depends(require(Permission.WRITE_CONTACTS))]
MERGE = [Depends(require(Permission.MERGE_CONTACTS))]
FOUND = problems(ContactNotFoundError)


async def seen_contact(session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact_id: IdPath) -> Contact:
    """The path's contact, if the caller may see it."""
    return await queries.get_contact(session, principal.account_id, contact_id, inbox_ids=viewer.inbox_ids)


SeenContact = Annotated[Contact, Depends(seen_contact)]


@router.get("/identities", dependencies=READ, responses=FOUND)
async def show_identities(session: SessionDep, contact: SeenContact, viewer: ViewerDep) -> IdentitiesView:
    """Where a contact writes from, what is claimed and what is verified, and who was joined with them."""
    return await identity_queries.identities_of(session, contact.account_id, contact.id, inbox_ids=viewer.inbox_ids)


class Timeline(BaseModel):
    """What happened with a person, the newest first."""

    payload: list[timeline.Entry]
    meta: PageMeta


@router.get("/timeline", dependencies=READ, responses=problems(ContactNotFoundError, SearchTooShortError))
async def show_timeline(
    session: SessionDep,
    contact: SeenContact,
    viewer: ViewerDep,
    *,
    kind: Annotated[list[timeline.EntryKind], Query(max_length=6)] = [],  # noqa: B006
    q: Annotated[str, Query(max_length=100, description="only messages that hold these words, as in /search")] = "",
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 50,
) -> Timeline:
    """A person's messages, conversations, ratings, business data read and merges across channels, in one stream."""
    before = paging.decode(cursor, (datetime, str, int)) if cursor else None
    rows = await timeline.list_entries(
        session,
        contact.account_id,
        contact.id,
        inbox_ids=viewer.inbox_ids,
        kinds=kind,
        words=search.words_of(q) if q.strip() else (),
        before=cast("tuple[datetime, str, int] | None", before),
        limit=limit + 1,
    )
    following = paging.next_cursor([(each.at, each.kind, each.id) for each in rows], limit)
    return Timeline(payload=rows[:limit], meta=PageMeta(next_cursor=following))


@router.get("/suggestions", dependencies=READ, responses=FOUND)
async def list_suggestions(session: SessionDep, contact: SeenContact, viewer: ViewerDep) -> SuggestionList:
    """Who else this contact may be, with the reasons; only contacts that the caller may see."""
    if contact.merged_into_id is not None:
        return SuggestionList(payload=[])
    found = await suggesting.list_suggestions(session, contact.account_id, contact.id)
    if viewer.inbox_ids is not None:
        ids = [each.contact_id for each in found]
        visible = await queries.visible_of(session, contact.account_id, ids, inbox_ids=viewer.inbox_ids)
        found = [each for each in found if each.contact_id in visible]
    shown = await contact_views.contacts_of(session, contact.account_id, [each.contact_id for each in found])
    names = await identity_queries.names_of(session, [each.suggested_by for each in found])
    payload = [
        SuggestionView(
            contact=shown[each.contact_id],
            proven=each.proven,
            reasons=[ReasonView(code=reason.code, value=reason.value) for reason in each.reasons],
            suggested_by=names.get(each.suggested_by),
            note=each.note,
        )
        for each in found
    ]
    return SuggestionList(payload=payload)


@router.post(
    "/suggestions", dependencies=WRITE, status_code=204, responses=problems(ContactNotFoundError, SameContactError)
)
async def suggest(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact: SeenContact, body: SuggestBody
) -> None:
    """Say that another contact seems to be the same person; a supervisor decides."""
    other = await queries.get_contact(session, viewer.account_id, body.contact_id, inbox_ids=viewer.inbox_ids)
    await merging.judge(
        session,
        contact.account_id,
        contact.id,
        other.id,
        verdict="suggested",
        user_id=principal.user_id,
        note=body.note,
    )


@router.post(
    "/suggestions/{other_id}/dismiss",
    dependencies=MERGE,
    status_code=204,
    responses=problems(ContactNotFoundError, SameContactError),
)
async def dismiss(session: SessionDep, actor: ActorDep, contact: SeenContact, other_id: IdPath) -> None:
    """Say that two contacts are not the same person: never suggested again, never joined on proof."""
    other = await queries.get_contact(session, actor.account_id, other_id, inbox_ids=None)
    await merging.judge(session, contact.account_id, contact.id, other.id, verdict="distinct", user_id=actor.user_id)
    await _note(session, actor, "contacts.set_apart", contact.id, other.id)


@router.post(
    "/merges",
    dependencies=MERGE,
    status_code=201,
    responses=problems(ContactNotFoundError, ContactMergedError, CustomerNumbersDifferError, SameContactError),
)
async def merge(
    session: SessionDep, principal: PrincipalDep, actor: ActorDep, contact: SeenContact, body: MergeBody
) -> ContactJoined:
    """Join another contact with this one; the one with a verified customer number is kept, else this one."""
    row = await merging.merge(
        session, contact.account_id, contact.id, body.contact_id, reason="member", user_id=principal.user_id
    )
    await merging.judge(
        session, contact.account_id, row.kept_id, row.merged_id, verdict="suggested", user_id=principal.user_id
    )
    await _note(session, actor, "contacts.merged", row.kept_id, row.merged_id)
    return await _joined(session, contact.account_id, row.kept_id, [row])


@router.post(
    "/merges/{merge_id}/undo",
    dependencies=MERGE,
    responses=problems(ContactNotFoundError, ContactMergedError, MergeNotFoundError),
)
async def undo_merge(session: SessionDep, actor: ActorDep, contact: SeenContact, merge_id: IdPath) -> ContactJoined:
    """Take a joined contact out again, with its addresses and every conversation held there."""
    row = await merging.undo(session, contact.account_id, contact.id, merge_id, user_id=actor.user_id or 0)
    await _note(session, actor, "contacts.split", row.kept_id, row.merged_id)
    return await _joined(session, contact.account_id, contact.id, [])


@router.post(
    "/evidence",
    dependencies=MERGE,
    status_code=201,
    responses=problems(ContactNotFoundError, ContactMergedError, EvidenceInvalidError),
)
async def add_evidence(session: SessionDep, actor: ActorDep, contact: SeenContact, body: EvidenceBody) -> ContactJoined:
    """Record something that was verified; whoever is proven by it to be this person is joined."""
    if contact.merged_into_id is not None:
        raise ContactMergedError
    await actions.note_evidence(session, contact, body.kind, body.value, verified_by=body.verified_by)
    details: dict[str, audit.Detail] = {"kind": body.kind, "verified_by": body.verified_by}
    await audit.record(
        session, actor, "contacts.evidence_added", target_type="contact", target_id=contact.id, details=details
    )
    rows = await suggesting.join_on_proof(session, actor, contact.id)
    return await _joined(session, contact.account_id, rows[-1].kept_id if rows else contact.id, rows)


async def _joined(session: AsyncSession, account_id: int, contact_id: int, rows: list[ContactMerge]) -> ContactJoined:
    merges: list[MergeView] = (
        await identity_queries.list_merges(session, account_id, ids=[row.id for row in rows]) if rows else []
    )
    shown = await contact_views.contacts_of(session, account_id, [contact_id])
    return ContactJoined(contact=shown[contact_id], merges=merges)


async def _note(session: AsyncSession, actor: Actor, action: str, contact_id: int, other_id: int) -> None:
    details: dict[str, audit.Detail] = {"other_id": other_id, "reason": "member"}
    await audit.record(session, actor, action, target_type="contact", target_id=contact_id, details=details)
