"""Owns the rights of a person to what is kept of them: an export made by a job, an erasure planned, confirmed, done."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import TextClause, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor
from kaitak.business.gateway import Gateway
from kaitak.contacts import families
from kaitak.contacts.errors import ContactErasedError, PersonRequestNotFoundError, PersonRequestStateError
from kaitak.contacts.models import Contact
from kaitak.contacts.proof_models import PersonRequest
from kaitak.conversations import person_data, posting
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.links import safe_file_name
from kaitak.core import ids
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

PLAN_HOLDS: Final = timedelta(minutes=30)
FILE_HOLDS: Final = timedelta(days=7)
MOST_TOLD: Final = 200
PROGRESS_EVERY: Final = 20
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is about: the contact with all that were joined with it, their conversations, their customer numbers."""

    account_id: AccountId
    contact_id: int
    members: tuple[int, ...]
    conversations: tuple[int, ...]
    refs: tuple[str, ...]

    @property
    def values(self) -> dict[str, object]:
        """As the statements take them."""
        return {
            "account_id": self.account_id,
            "members": list(self.members),
            "conversations": list(self.conversations),
            "refs": list(self.refs),
        }


async def read_person(session: AsyncSession, account_id: AccountId, contact_id: int) -> Person:
    """The person behind a present contact."""
    members = (await families.members_of(session, account_id, [contact_id])).get(contact_id, [contact_id])
    found = await session.execute(person_data.CONVERSATIONS, {"account_id": account_id, "members": members})
    refs = await session.scalars(
        select(Contact.identifier).where(
            Contact.account_id == account_id, Contact.id.in_(members), Contact.identifier.is_not(None)
        )
    )
    return Person(
        account_id=account_id,
        contact_id=contact_id,
        members=tuple(members),
        conversations=tuple(row.id for row in found),
        refs=tuple(each for each in refs if each),
    )


async def ask(
    session: AsyncSession, by: Actor, contact: Contact, kind: str, *, note: str, now: datetime
) -> PersonRequest:
    """Begin an export at once, or plan an erasure: it is only done once it is confirmed."""
    if contact.erased_at is not None or contact.merged_into_id is not None:
        raise ContactErasedError("nothing personal is left of this contact, or it was put into another")
    person = await read_person(session, by.account_id, contact.id)
    counts = (await session.execute(person_data.COUNTS, person.values)).one()._asdict()
    request = PersonRequest(
        account_id=by.account_id,
        contact_id=contact.id,
        kind=kind,
        state="running" if kind == "export" else "planned",
        user_id=by.user_id,
        note=note,
        counts=counts,
        total=len(person.conversations),
        expires_at=None if kind == "export" else now + PLAN_HOLDS,
    )
    session.add(request)
    await session.flush()
    await _note(session, by, request, "contacts.export_asked" if kind == "export" else "contacts.erasure_planned")
    return request


async def confirm(
    session: AsyncSession, by: Actor, request: PersonRequest, typed: str, *, now: datetime
) -> PersonRequest:
    """The second step of an erasure: the customer's number typed, within half an hour of the plan."""
    if request.kind != "erasure" or request.state != "planned":
        raise PersonRequestStateError
    if request.expires_at is None or request.expires_at <= now or typed.strip() != str(request.contact_id):
        raise PersonRequestStateError("the plan is too old, or another number was typed")
    request.state, request.confirmed_by, request.confirmed_at = "running", by.user_id, now
    await session.flush()
    await _note(session, by, request, "contacts.erasure_confirmed")
    return request


async def get(
    session: AsyncSession, account_id: int, request_id: int, contact_id: int | None = None, *, lock: bool = False
) -> PersonRequest:
    """A request of this contact."""
    found = await session.get(PersonRequest, (account_id, request_id), with_for_update=lock or None)
    if found is None or contact_id not in (None, found.contact_id):
        raise PersonRequestNotFoundError
    return found


async def export(database: Database, store: AttachmentStore, account_id: AccountId, request_id: int) -> None:
    """Write the file: JSON by kind of data, conversations one by one, and the files as they were sent."""
    async with database.transaction(account_id) as session:
        request = await get(session, account_id, request_id)
        if request.state != "running":
            return
        person = await read_person(session, account_id, request.contact_id)
    file_id = ids.new_uuid()
    path = store.path(account_id, file_id)
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            draft.chmod(0o600)
            await _write_sections(database, archive, person)
            await _write_conversations(database, archive, person, request_id)
            await _write_files(database, archive, person, store)
        await asyncio.to_thread(draft.rename, path)
    finally:
        draft.unlink(missing_ok=True)
    async with database.transaction(account_id) as session:
        request = await get(session, account_id, request_id, lock=True)
        request.state, request.done, request.file_id = "done", request.total, file_id
        request.file_size = path.stat().st_size
        request.finished_at = await posting.now(session)
        request.expires_at = request.finished_at + FILE_HOLDS
        await session.flush()


async def erase(
    database: Database, store: AttachmentStore, gateway: Gateway, account_id: AccountId, number: int
) -> None:
    """Blank or remove everything at once, then the files; a second run finds nothing left to do."""
    async with database.transaction(account_id) as session:
        request = await get(session, account_id, number, lock=True)
        if request.state != "running":
            return
        person = await read_person(session, account_id, request.contact_id)
        await session.execute(person_data.LOCK, person.values)
        files = [row.id for row in await session.execute(person_data.FILES, person.values)]
        for statement in person_data.ERASURES:
            await session.execute(statement, _only(statement, {**person.values, "blank": person_data.BLANK}))
        files += await _forget_exports(session, account_id, request.contact_id)
        await _tell(session, person)
        await _note(session, Actor(account_id, None, None), request, "contacts.erased")
    for file_id in files:
        await asyncio.to_thread(store.remove, account_id, file_id)
    gateway.forget(account_id)
    async with database.transaction(account_id) as session:
        request = await get(session, account_id, number, lock=True)
        request.state, request.done, request.finished_at = "done", request.total, await posting.now(session)
        await session.flush()


async def forget_files(database: Database, store: AttachmentStore, account_id: AccountId, now: datetime) -> None:
    """Exports are kept for a week."""
    async with database.transaction(account_id) as session:
        old = select(PersonRequest).where(
            PersonRequest.account_id == account_id, PersonRequest.file_id.is_not(None), PersonRequest.expires_at < now
        )
        gone: list[UUID] = []
        for request in await session.scalars(old):
            gone += [request.file_id] if request.file_id else []
            request.file_id = request.file_size = None
        await session.flush()
    for file_id in gone:
        await asyncio.to_thread(store.remove, account_id, file_id)


async def _forget_exports(session: AsyncSession, account_id: AccountId, contact_id: int) -> list[UUID]:
    """Exports of an erased person go with the rest; so does what was noted of the wish."""
    gone: list[UUID] = []
    of_contact = select(PersonRequest).where(
        PersonRequest.account_id == account_id, PersonRequest.contact_id == contact_id
    )
    for request in await session.scalars(of_contact):
        gone += [request.file_id] if request.file_id else []
        request.note, request.file_id, request.file_size = "", None, None
    await session.flush()
    return gone


async def fail(session: AsyncSession, account_id: AccountId, request_id: int) -> None:
    """What broke off may be asked for again."""
    await session.execute(
        update(PersonRequest)
        .where(PersonRequest.account_id == account_id, PersonRequest.id == request_id)
        .values(state="failed")
    )


async def _write_sections(database: Database, archive: zipfile.ZipFile, person: Person) -> None:
    async with database.transaction(person.account_id) as session:
        for name, statement in person_data.SECTIONS.items():
            found = await session.execute(statement, _only(statement, person.values))
            rows = [row._asdict() for row in found]
            await asyncio.to_thread(archive.writestr, f"{name}.json", _json(rows))


async def _write_conversations(database: Database, archive: zipfile.ZipFile, person: Person, request_id: int) -> None:
    async with database.transaction(person.account_id) as session:
        heads = [row._asdict() for row in await session.execute(person_data.CONVERSATIONS, person.values)]
    for done, head in enumerate(heads, 1):
        values = {"account_id": person.account_id, "conversation_id": head.pop("id")}
        async with database.transaction(person.account_id) as session:
            messages = [row._asdict() for row in await session.execute(person_data.MESSAGES, values)]
            if done % PROGRESS_EVERY == 0:
                (await get(session, person.account_id, request_id, lock=True)).done = done
        name = f"conversations/{head['display_id']}.json"
        await asyncio.to_thread(archive.writestr, name, _json({**head, "messages": messages}))


async def _write_files(database: Database, archive: zipfile.ZipFile, person: Person, store: AttachmentStore) -> None:
    async with database.transaction(person.account_id) as session:
        rows = (await session.execute(person_data.FILES, person.values)).all()
    for row in rows:
        path = store.path(person.account_id, row.id)
        if not row.is_gone and await asyncio.to_thread(path.exists):
            await asyncio.to_thread(archive.write, path, f"files/{row.id}-{safe_file_name(row.file_name)}")


def _only(statement: TextClause, values: Row) -> dict[str, object]:
    """Those of the values that a statement names."""
    return {name: values[name] for name in statement.compile().params}


def _json(value: Sequence[Row] | Row) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str)


async def _tell(session: AsyncSession, person: Person) -> None:
    await session.execute(person_data.TELL, _only(person_data.TELL, person.values))
    for conversation_id in person.conversations[:MOST_TOLD]:
        await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation_id)
    await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": person.contact_id})


async def _note(session: AsyncSession, by: Actor, request: PersonRequest, action: str) -> None:
    details: dict[str, audit.Detail] = {"request_id": request.id, "messages": int(str(request.counts["messages"]))}
    await audit.record(session, by, action, target_type="contact", target_id=request.contact_id, details=details)
