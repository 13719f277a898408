"""Owns changing an account's pack files: saving into the draft, publishing it, going back to an earlier version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor
from kaitak.bot import pack_overlay
from kaitak.bot import pack_version_queries as queries
from kaitak.bot.errors import PackDraftChangedError, PackDraftMissingError, PackVersionNotFoundError
from kaitak.bot.models import PackVersion
from kaitak.bot.pack_version_queries import ChangedFile

DRAFT_SAVED = "pack_draft.saved"
DRAFT_DISCARDED = "pack_draft.discarded"
VERSION_PUBLISHED = "pack_version.published"
KEPT = 200  # versions of a pack; older ones that are not in use are forgotten
_LOCK = 0x5061636B  # "Pack"


async def save_file(
    session: AsyncSession,
    by: Actor,
    pack: str,
    changed: tuple[str, str | None],
    *,
    shipped: str | None,
    fingerprint: str,
    edition: int,
    at: datetime,
) -> PackVersion | None:
    """Put a file into the draft; text as shipped leaves it. `edition` 0 expects that there is no draft yet.

    A draft that equals what is published is no draft any more: then None.
    """
    path, text = changed
    await _alone(session, by, pack)
    draft = await _expected(session, by, pack, edition)
    published = await queries.find_version(session, by.account_id, pack, "published")
    files = queries.files_of(draft if draft is not None else published)
    before = files.get(path)
    if text == shipped:
        files.pop(path, None)
    elif before is None or before.text != text:
        files[path] = ChangedFile(text=text, at=at, by=by.user_id)
    overlay = {name: file.text for name, file in files.items()}
    pack_overlay.check_size(overlay)
    await _record(session, by, DRAFT_SAVED, pack, {"path": path, "removed": text is None})
    if overlay == queries.overlay_of(published):
        if draft is not None:
            await session.delete(draft)
            await session.flush()
        return None
    if draft is None:
        draft = PackVersion(
            account_id=by.account_id,
            pack=pack,
            number=await queries.next_number(session, by.account_id, pack),
            edition=0,
            shipped_fingerprint=fingerprint,
            begun_from=published.id if published else None,
        )
        session.add(draft)
    draft.edition += 1
    draft.files = queries.to_json(files)
    draft.shipped_fingerprint = fingerprint
    draft.updated_by = by.user_id
    draft.updated_at = at
    await session.flush()
    return draft


async def discard_draft(session: AsyncSession, by: Actor, pack: str, *, edition: int) -> None:
    """Throw the draft away."""
    await _alone(session, by, pack)
    draft = await _expected(session, by, pack, edition)
    if draft is None:
        raise PackDraftMissingError
    await session.delete(draft)
    await session.flush()
    await _record(session, by, DRAFT_DISCARDED, pack, {"number": draft.number})


async def publish_draft(
    session: AsyncSession,
    by: Actor,
    pack: str,
    *,
    edition: int,
    note: str,
    at: datetime,
    despite_failing: bool = False,
) -> PackVersion:
    """Let the draft answer customers from the next message on; `despite_failing` is kept in the audit log."""
    await _alone(session, by, pack)
    draft = await _expected(session, by, pack, edition)
    if draft is None:
        raise PackDraftMissingError
    draft.note = note
    await _put_in_use(session, by, pack, draft, at=at, more={"despite_failing": True} if despite_failing else {})
    return draft


async def use_version(
    session: AsyncSession, by: Actor, pack: str, version_id: int | None, *, at: datetime
) -> PackVersion | None:
    """Go back to a version that was published before, or to the pack as it is shipped (None)."""
    await _alone(session, by, pack)
    version = None
    if version_id is not None:
        version = await queries.get_version(session, by.account_id, pack, version_id)
        if version.status == "draft":
            raise PackVersionNotFoundError
    await _put_in_use(session, by, pack, version, at=at)
    return version


async def _put_in_use(
    session: AsyncSession,
    by: Actor,
    pack: str,
    version: PackVersion | None,
    *,
    at: datetime,
    more: Mapping[str, audit.Detail] = MappingProxyType({}),
) -> None:
    present = await queries.find_version(session, by.account_id, pack, "published")
    if present is not None and (version is None or present.id != version.id):
        present.status = "retired"
        await session.flush()
    if version is not None:
        version.status = "published"
        version.published_at, version.published_by = at, by.user_id
    await session.flush()
    await _forget_oldest(session, by, pack)
    details = {"number": version.number if version else None, "before": present.number if present else None}
    await _record(session, by, VERSION_PUBLISHED, pack, {**details, **more})


async def _forget_oldest(session: AsyncSession, by: Actor, pack: str) -> None:
    row = PackVersion
    statement = (
        select(row)
        .where(row.account_id == by.account_id, row.pack == pack, row.status == "retired")
        .order_by(row.number.desc())
        .offset(KEPT)
    )
    for version in (await session.execute(statement)).scalars():
        await session.delete(version)


async def _expected(session: AsyncSession, by: Actor, pack: str, edition: int) -> PackVersion | None:
    draft = await queries.find_version(session, by.account_id, pack, "draft", lock=True)
    present = draft.edition if draft is not None else 0
    if present != edition:
        raise PackDraftChangedError(edition=present)
    return draft


async def _alone(session: AsyncSession, by: Actor, pack: str) -> None:
    """Changes of one account's packs come one after another."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(f"{by.account_id}/{pack}"))))


async def _record(
    session: AsyncSession, by: Actor, action: str, pack: str, details: Mapping[str, audit.Detail]
) -> None:
    await audit.record(session, by, action, target_type="pack", target_id=pack, details=details)
