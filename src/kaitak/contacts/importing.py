"""Owns the steps of an import of contacts: taken in, checked, confirmed, written, taken back; in small portions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import orjson
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import attributes, columns, import_judging, import_rows, import_writing
from kaitak.contacts.attributes import Defined
from kaitak.contacts.import_judging import Line
from kaitak.contacts.import_rows import Seen
from kaitak.contacts.record_errors import ImportNotFoundError, ImportStateError, TooManyRecordsError
from kaitak.contacts.record_models import ContactImport, ContactImportRow
from kaitak.contacts.table_reading import Read
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

Status = Literal["checking", "ready", "importing", "done", "cancelled", "failed", "undoing", "undone"]
PORTION: Final = 100
KEPT: Final = timedelta(days=30)
MOST: Final = 100  # of one account at a time
RUNNING: Final = ("checking", "importing", "undoing")
_TAKE_IN: Final = text("""
insert into contact_import_row (account_id, import_id, line, cells)
select :account_id, :import_id, (r ->> 0)::int, array(select jsonb_array_elements_text(r -> 1))
from jsonb_array_elements(cast(:rows as jsonb)) r
""")


async def create(
    session: AsyncSession, account_id: AccountId, name: str, read: Read, *, user_id: int | None
) -> ContactImport:
    """Keep what a file says, with a guess of what its columns are; nothing of it is a contact yet."""
    counted = select(func.count()).select_from(ContactImport).where(ContactImport.account_id == account_id)
    if (await session.execute(counted)).scalar_one() >= MOST:
        raise TooManyRecordsError(limit=MOST)
    fields = await attributes.list_definitions(session, account_id, "contact_attribute")
    row = ContactImport(
        account_id=account_id,
        user_id=user_id,
        file_name=name,
        encoding=read.encoding,
        headers=read.headers,
        mapping=columns.guess(read.headers, [cells for _, cells in read.rows[:200]], fields),
        rows=len(read.rows),
    )
    session.add(row)
    await session.flush()
    for start in range(0, len(read.rows), 2000):
        portion = orjson.dumps(read.rows[start : start + 2000]).decode()
        await session.execute(_TAKE_IN, {"account_id": account_id, "import_id": row.id, "rows": portion})
    await session.refresh(row)
    return row


async def get_import(session: AsyncSession, account_id: int, import_id: int, *, lock: bool = False) -> ContactImport:
    """One import."""
    statement = select(ContactImport).where(ContactImport.account_id == account_id, ContactImport.id == import_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise ImportNotFoundError
    return found


async def change(
    session: AsyncSession, row: ContactImport, *, mapping: Sequence[str] | None, on_match: str, on_resembling: str
) -> None:
    """Say what the columns are and what becomes of lines that match; everything is checked anew."""
    _only(row, "ready", "checking", "cancelled", "failed")
    if row.confirmed_at is not None:
        raise ImportStateError(status=row.status)
    if mapping is not None:
        fields = await attributes.list_definitions(session, row.account_id, "contact_attribute")
        columns.check(mapping, len(row.headers), fields)
        row.mapping = list(mapping)
    row.on_match, row.on_resembling = on_match, on_resembling
    _start(row, "checking")
    await session.flush()


async def confirm(session: AsyncSession, row: ContactImport, at: datetime) -> None:
    """Begin to write."""
    _only(row, "ready")
    _start(row, "importing")
    row.confirmed_at = at
    await session.flush()


async def cancel(session: AsyncSession, row: ContactImport, at: datetime) -> None:
    """Stop where it is; what was written stays until it is taken back."""
    _only(row, "checking", "ready", "importing")
    row.status, row.run, row.finished_at = "cancelled", row.run + 1, at
    await session.flush()


async def undo(session: AsyncSession, row: ContactImport) -> None:
    """Begin to take back what was written."""
    _only(row, "done", "cancelled", "failed")
    if row.confirmed_at is None:
        raise ImportStateError(status=row.status)
    _start(row, "undoing")
    await session.flush()


async def remove(session: AsyncSession, row: ContactImport) -> None:
    """Forget the file; contacts stay as they are."""
    _only(row, "ready", "done", "cancelled", "failed", "undone")
    await session.delete(row)
    await session.flush()


def _only(row: ContactImport, *allowed: Status) -> None:
    if row.status not in allowed:
        raise ImportStateError(status=row.status)


def _start(row: ContactImport, status: Status) -> None:
    row.status, row.run, row.done, row.error, row.finished_at = status, row.run + 1, 0, None, None


async def run(
    database: Database, account_id: AccountId, import_id: int, number: int, now: Callable[[], datetime]
) -> None:
    """Do the step that an import is at, portion by portion, each in a transaction of its own."""
    seen, after = Seen(), 0
    while True:
        async with database.transaction(account_id) as session:
            row = await session.get(ContactImport, (account_id, import_id), with_for_update=True)
            if row is None or row.run != number or row.status not in RUNNING:
                return
            fields: dict[str, Defined] = {
                each.attribute_key: each
                for each in await attributes.list_definitions(session, account_id, "contact_attribute")
            }
            if row.status == "checking":
                portion = await _portion(session, row, after)
                await _check(session, row, portion, fields, seen)
            elif row.status == "importing":
                portion = await _portion(session, row, after, ContactImportRow.outcome == "")
                await _import(session, row, portion, fields)
            else:
                portion = await _portion(session, row, after, ContactImportRow.outcome.in_(["created", "updated"]))
                await import_writing.take_back(session, row, portion)
            row.done = min(row.rows, row.done + len(portion)) if after else len(portion)
            if len(portion) < PORTION:
                await _finish(session, row, now())
                return
            after = portion[-1].line


async def _portion(
    session: AsyncSession, row: ContactImport, after: int, *conditions: ColumnElement[bool]
) -> list[ContactImportRow]:
    table = ContactImportRow
    statement = select(table).where(
        table.account_id == row.account_id,
        table.import_id == row.id,
        table.line > after,
        *conditions,
    )
    return list(await session.scalars(statement.order_by(table.line).limit(PORTION)))


async def _check(
    session: AsyncSession, row: ContactImport, kept: Sequence[ContactImportRow], fields: dict[str, Defined], seen: Seen
) -> None:
    lines = []
    for each in kept:
        facts, problems = import_rows.read(each.cells, _known(row, fields), fields)
        if not problems:
            problems = seen.look(each.line, facts)
        lines.append(Line(each.line, facts, problems))
    for each, judged in zip(kept, await import_judging.judge(session, row, lines), strict=True):
        each.verdict, each.contact_id = judged.verdict, judged.contact_id
        each.problems = [problem.as_json() for problem in judged.problems]
        each.changes = dict(judged.changes)
    await session.flush()


async def _import(
    session: AsyncSession, row: ContactImport, kept: Sequence[ContactImportRow], fields: dict[str, Defined]
) -> None:
    lines = []
    for each in kept:
        if each.verdict in ("refuse", "skip", "unchecked"):
            each.outcome = "refused"
            continue
        facts, problems = import_rows.read(each.cells, _known(row, fields), fields)
        lines.append(Line(each.line, facts, problems))
    await session.flush()
    await import_writing.write(session, row, lines, {each.line: each for each in kept})


def _known(row: ContactImport, fields: dict[str, Defined]) -> list[str]:
    """The mapping without fields that were forgotten meanwhile."""
    known = {*columns.TARGETS, *(columns.CUSTOM + key for key in fields)}
    return [target if target in known else "" for target in row.mapping]


async def _finish(session: AsyncSession, row: ContactImport, at: datetime) -> None:
    row.done = row.rows
    ends: dict[str, Status] = {"checking": "ready", "importing": "done", "undoing": "undone"}
    if row.status == "undoing":
        await import_writing.forget_companies(session, row, at)
    row.status = ends[row.status]
    row.finished_at = at
    await session.flush()


async def fail(session: AsyncSession, account_id: AccountId, import_id: int, number: int, error: str) -> None:
    """Say that a step broke off; what was written stays until it is taken back."""
    table = ContactImport
    await session.execute(
        update(table)
        .where(table.account_id == account_id, table.id == import_id, table.run == number, table.status.in_(RUNNING))
        .values(status="failed", error=error)
    )


async def counts_of(session: AsyncSession, account_id: int, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many lines of each import have each verdict, and each outcome after `outcome:`."""
    table = ContactImportRow
    found: dict[int, dict[str, int]] = {each: {} for each in ids}
    rows = await session.execute(
        select(table.import_id, table.verdict, table.outcome, func.count())
        .where(table.account_id == account_id, table.import_id.in_(ids))
        .group_by(table.import_id, table.verdict, table.outcome)
    )
    for import_id, verdict, outcome, count in rows:
        for key in (verdict, f"outcome:{outcome}"):
            found[import_id][key] = found[import_id].get(key, 0) + count
    return found


async def forget_old(session: AsyncSession, account_id: AccountId, now: datetime) -> None:
    """Forget files whose days are over, with all that they said; contacts stay."""
    table = ContactImport
    await session.execute(
        delete(table).where(table.account_id == account_id, table.created_at < now - KEPT, table.status.not_in(RUNNING))
    )
