"""Packs over HTTP: an account's flows and wording, edited as a draft, checked, drawn, published and taken back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as PathParameter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import (
    LARGEST_ID,
    AccountNotFoundError,
    PrincipalDep,
    SessionDep,
    require,
    require_alone,
)
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.bot import (
    pack_faults,
    pack_overlay,
    pack_shelf,
    pack_talks,
    pack_trial,
    pack_version_actions,
    pack_views,
    packs,
)
from kaitak.bot import pack_version_queries as queries
from kaitak.bot.business_calls import Calls
from kaitak.bot.errors import (
    PackDraftChangedError,
    PackDraftFaultyError,
    PackDraftMissingError,
    PackFileForbiddenError,
    PackFilesTooLargeError,
    PackFileUnknownError,
    PackTalksFailingError,
    PackUnknownError,
    PackVersionNotFoundError,
)
from kaitak.bot.knowledge_calls import KnowledgeCalls
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.pack_overlay import Overlay
from kaitak.bot.pack_schemas import (
    CheckBody,
    DrawBody,
    DrawingView,
    Edition,
    FilePath,
    PackCheckView,
    PackFaultView,
    PackFileView,
    PackName,
    PackSchemaView,
    PackStateView,
    PackTalksView,
    PackVersionFilesView,
    PackVersionList,
    PublishBody,
    SaveBody,
    TrialBody,
    TrialView,
    UseBody,
)
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.pack_trial import Office, Person
from kaitak.bot.pack_views import PackState
from kaitak.bot.packs import Locale
from kaitak.business.gateway import Gateway
from kaitak.contacts import queries as contact_queries
from kaitak.contacts.errors import ContactNotFoundError
from kaitak.core import resources
from kaitak.core.clock import Clock
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge.index import KnowledgeShelf

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/packs/{pack}",
    tags=["packs"],
    responses=problems(AccountNotFoundError, PackUnknownError),
)
VersionPath = Annotated[int, PathParameter(ge=1, le=LARGEST_ID)]
READ = [Depends(require(Permission.READ_PACKS))]
READ_ALONE = [Depends(require_alone(Permission.READ_PACKS))]
MANAGE = [Depends(require(Permission.MANAGE_PACKS))]
ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_PACKS))]
EditorDep = Annotated[Principal, Depends(require_alone(Permission.MANAGE_PACKS))]


@dataclass(frozen=True, slots=True)
class Desk:
    """The pack that a request is about, and what is needed to read and change it."""

    pack: str
    shelf: PackShelf
    database: Database
    clock: Clock

    @property
    def folder(self) -> Path:
        """Where the pack's shipped files lie."""
        return self.shelf.folder_of(self.pack)


async def open_desk(pack: Annotated[PackName, PathParameter(description="The pack's name")], deps: DepsDep) -> Desk:
    """The desk of a pack of this installation, or PackUnknownError."""
    if pack not in resources.pack_names():
        raise PackUnknownError(f"there is no pack {pack}", pack=pack)
    return Desk(pack, deps.get(PackShelf), deps.database, deps.clock)


DeskDep = Annotated[Desk, Depends(open_desk)]


@router.get("", dependencies=READ)
async def show_pack(session: SessionDep, principal: PrincipalDep, desk: DeskDep) -> PackStateView:
    """The account's flows and other files of a pack, what is published, and the draft."""
    return await _shown(session, principal.account_id, desk)


@router.get("/file", dependencies=READ, responses=problems(PackFileUnknownError, PackFileForbiddenError))
async def show_file(
    session: SessionDep, principal: PrincipalDep, desk: DeskDep, path: Annotated[FilePath, Query()]
) -> PackFileView:
    """A file as it is edited, as customers get it, and as it is shipped."""
    view = pack_views.file(await _state(session, principal.account_id, desk), pack_overlay.check_path(path))
    if view.text is None and view.published_text is None and view.shipped_text is None:
        raise PackFileUnknownError(path=path)
    return view


@router.put(
    "/file",
    dependencies=MANAGE,
    responses=problems(PackDraftChangedError, PackFileForbiddenError, PackFilesTooLargeError),
)
async def save_file(body: SaveBody, session: SessionDep, by: ActorDep, desk: DeskDep) -> PackStateView:
    """Put a file into the draft; customers get nothing of it before it is published."""
    own = await desk.shelf.get_pack(desk.pack)
    path = pack_overlay.check_path(body.path)
    if body.text is None and not pack_overlay.may_be_absent(path):
        raise PackFileForbiddenError(f"a pack needs {path}", path=path)
    await pack_version_actions.save_file(
        session,
        by,
        desk.pack,
        (path, body.text),
        shipped=pack_overlay.shipped_text(desk.folder, path),
        fingerprint=own.fingerprint,
        edition=body.edition,
        at=desk.clock.now(),
    )
    return await _shown(session, by.account_id, desk)


@router.delete(
    "/draft", status_code=204, dependencies=MANAGE, responses=problems(PackDraftChangedError, PackDraftMissingError)
)
async def discard_draft(
    session: SessionDep, by: ActorDep, desk: DeskDep, edition: Annotated[Edition, Query()]
) -> Response:
    """Throw away what was changed and not published."""
    await pack_version_actions.discard_draft(session, by, desk.pack, edition=edition)
    return Response(status_code=204)


@router.post("/check", responses=problems(PackFileForbiddenError, PackFilesTooLargeError))
async def check_files(body: CheckBody, principal: ReaderDep, desk: DeskDep) -> PackCheckView:
    """The faults of the draft together with these files, which are not saved by it."""
    async with desk.database.transaction(principal.account_id) as session:
        edited = await _edited(session, principal.account_id, desk.pack)
    return PackCheckView(faults=await _faults(desk, _with(edited, body)))


@router.post("/drawing", dependencies=READ_ALONE)
async def draw_flow(
    body: DrawBody,
    desk: DeskDep,
    locale: Annotated[Locale, Query()] = "zh-HK",
) -> DrawingView:
    """The steps of a flow and the ways between them, from its text."""
    own = await desk.shelf.get_pack(desk.pack)
    wording = own.wording.get(locale) or next(iter(own.wording.values()))
    return await asyncio.to_thread(pack_views.drawing, body.text, "flow.yaml", wording)


@router.post(
    "/publish",
    responses=problems(PackDraftChangedError, PackDraftMissingError, PackDraftFaultyError, PackTalksFailingError),
)
async def publish_draft(
    body: PublishBody,
    connection: HTTPConnection,
    principal: EditorDep,
    desk: DeskDep,
) -> PackStateView:
    """Let the draft answer customers from the next message on; one with faults is refused.

    If sample conversations go otherwise with it, that must be said: `despite_failing`.
    """
    account_id = principal.account_id
    async with desk.database.transaction(account_id) as session:
        overlay = await _edited(session, account_id, desk.pack)
    if faults := await _faults(desk, overlay):
        raise _faulty(faults[0])
    if overlay and not body.despite_failing:
        played = await pack_talks.play(desk.shelf, desk.pack, account_id, overlay)
        if played.failures:
            raise PackTalksFailingError(failing=len(played.failures), talks=played.talks)
    async with desk.database.transaction(account_id) as session:
        by = actor_of(connection, principal)
        at = desk.clock.now()
        await pack_version_actions.publish_draft(
            session,
            by,
            desk.pack,
            edition=body.edition,
            note=body.note,
            at=at,
            despite_failing=body.despite_failing,
        )
        return await _shown(session, account_id, desk)


@router.post("/talks", responses=problems(PackDraftFaultyError))
async def play_talks(principal: EditorDep, desk: DeskDep) -> PackTalksView:
    """Play the pack's sample conversations with the draft; nothing is kept, and no business system is asked."""
    account_id = principal.account_id
    async with desk.database.transaction(account_id) as session:
        overlay = await _edited(session, account_id, desk.pack)
    if faults := await _faults(desk, overlay):
        raise _faulty(faults[0])
    return pack_views.talks(await pack_talks.play(desk.shelf, desk.pack, account_id, overlay))


@router.get("/versions", dependencies=READ)
async def list_versions(session: SessionDep, principal: PrincipalDep, desk: DeskDep) -> PackVersionList:
    """What is or was published, the latest first."""
    rows = await queries.list_versions(session, principal.account_id, desk.pack)
    names = await queries.list_names(session, [row.published_by for row in rows])
    return PackVersionList(payload=[pack_views.version(row, names) for row in rows])


@router.get("/versions/{version_id}", dependencies=READ, responses=problems(PackVersionNotFoundError))
async def show_version(
    session: SessionDep, principal: PrincipalDep, desk: DeskDep, version_id: VersionPath
) -> PackVersionFilesView:
    """The files in which a version differs from what customers get now."""
    state = await _state(session, principal.account_id, desk)
    row = await queries.get_version(session, principal.account_id, desk.pack, version_id)
    return pack_views.version_files(state, row)


@router.post("/use", dependencies=MANAGE, responses=problems(PackVersionNotFoundError))
async def use_version(body: UseBody, session: SessionDep, by: ActorDep, desk: DeskDep) -> PackStateView:
    """Give customers an earlier version, or the pack as it is shipped; the draft stays as it is."""
    await pack_version_actions.use_version(session, by, desk.pack, body.version_id, at=desk.clock.now())
    return await _shown(session, by.account_id, desk)


@router.post(
    "/try",
    responses=problems(PackFileForbiddenError, PackFilesTooLargeError, PackDraftFaultyError, ContactNotFoundError),
)
async def try_draft(body: TrialBody, principal: EditorDep, deps: DepsDep, desk: DeskDep) -> TrialView:
    """Answer a message with the draft as a customer would get it. Nothing is kept, and no deed is sent."""
    account_id = principal.account_id
    async with desk.database.transaction(account_id) as session:
        account = await account_queries.get_account(session, account_id)
        person = await _person(session, account_id, body.contact_id)
        overlay = _with(await _edited(session, account_id, desk.pack), body)
    office = Office(
        account_id=account_id,
        pack=desk.pack,
        locale=account.locale,
        timezone=account.timezone,
        person=person,
        now=desk.clock.now(),
    )
    try:
        pack = await desk.shelf.read_files(desk.pack, overlay)
    except PackInvalidError as found:
        raise _faulty(pack_views.fault(found)) from found
    ready = pack_shelf.read_with(pack, (await desk.shelf.get_active(desk.pack, account_id)).model)
    knowledge = KnowledgeCalls(desk.database, deps.get(KnowledgeShelf), notes_gaps=False)
    calls = Calls(deps.get(Gateway), knowledge)
    began = perf_counter()
    trial = await pack_trial.answer(ready, calls, office, (body.text, body.chosen), body.state)
    return pack_views.trial(trial, pack, round((perf_counter() - began) * 1000))


@router.get("/schema", dependencies=READ_ALONE)
async def show_schema(desk: DeskDep) -> PackSchemaView:
    """What an editor can offer: the JSON Schema of each kind of file, and the names that files may use."""
    return PackSchemaView(schemas=packs.json_schemas(), names=pack_views.names(await desk.shelf.get_pack(desk.pack)))


async def _person(session: AsyncSession, account_id: AccountId, contact_id: int | None) -> Person | None:
    if contact_id is None:
        return None
    found = await contact_queries.get_contact(session, account_id, contact_id, inbox_ids=None)
    return Person(found.id, found.name, found.email, found.phone_number, found.identifier, found.locale)


async def _edited(session: AsyncSession, account_id: AccountId, pack: str) -> Overlay:
    """The account's files as they are edited: the draft's, else the published ones."""
    draft = await queries.find_version(session, account_id, pack, "draft")
    return queries.overlay_of(draft or await queries.find_version(session, account_id, pack, "published"))


def _with(edited: Overlay, body: CheckBody) -> Overlay:
    return {**edited, **{pack_overlay.check_path(path): text for path, text in body.files.items()}}


def _faulty(first: PackFaultView) -> PackDraftFaultyError:
    said = f"{first.file}:{first.line}: {first.problem}; {first.remedy}"
    return PackDraftFaultyError(said, file=first.file, line=first.line)


async def _faults(desk: Desk, overlay: Overlay) -> list[PackFaultView]:
    found = await pack_faults.find_faults(desk.shelf, desk.pack, overlay)
    return [pack_views.fault(each) for each in found]


async def _state(session: AsyncSession, account_id: AccountId, desk: Desk) -> PackState:
    own = await desk.shelf.get_pack(desk.pack)
    published = await queries.find_version(session, account_id, desk.pack, "published")
    draft = await queries.find_version(session, account_id, desk.pack, "draft")
    rows = [row for row in (published, draft) if row is not None]
    people = [file.by for row in rows for file in queries.files_of(row).values()]
    people += [each for row in rows for each in (row.updated_by, row.published_by)]
    account = await account_queries.get_account(session, account_id)
    return PackState(
        folder=desk.folder,
        own=own,
        published=published,
        draft=draft,
        names=await queries.list_names(session, people),
        is_default=account.pack == desk.pack,
        is_fit=published is None or desk.shelf.is_fit(desk.pack, account_id, published.id),
    )


async def _shown(session: AsyncSession, account_id: AccountId, desk: Desk) -> PackStateView:
    return pack_views.state(await _state(session, account_id, desk))
