"""Importing articles over HTTP: files are read and shown first, and kept when it is no dry run."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import HTTPConnection

from kaitak.accounts.audit import actor_of
from kaitak.api.dependencies import AccountNotFoundError
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.knowledge import actions, limits, reading, views
from kaitak.knowledge.endpoints import WriterDep
from kaitak.knowledge.errors import TooMuchKnowledgeError
from kaitak.knowledge.schemas import KnowledgeImportView

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/knowledge", tags=["knowledge"], responses=problems(AccountNotFoundError)
)


@router.post("/import", responses=problems(TooMuchKnowledgeError))
async def import_articles(
    *,
    connection: HTTPConnection,
    principal: WriterDep,
    deps: DepsDep,
    files: Annotated[list[UploadFile], File(description="Markdown with front matter, HTML, CSV or text")],
    dry_run: Annotated[bool, Form(description="only look: keep nothing")] = True,
) -> KnowledgeImportView:
    """Read files, show what was understood, and keep those without a fault unless it is a dry run."""
    if len(files) > limits.FILES:
        raise TooMuchKnowledgeError(limit=limits.FILES)
    contents = {
        (file.filename or f"file-{place}")[-200:]: await file.read(limits.FILE_BYTES + 1)
        for place, file in enumerate(files, start=1)
    }
    read = await asyncio.to_thread(reading.read_files, contents)
    if dry_run or not read.drafts:
        async with deps.database.transaction(principal.account_id) as session:
            planned = await actions.plan_import(session, principal.account_id, read.drafts)
    else:
        prepared = await asyncio.to_thread(actions.prepare_all, read.drafts)
        by = actor_of(connection, principal)
        async with deps.database.transaction(principal.account_id, principal.user_id) as session:
            planned = await actions.import_articles(session, by, read.drafts, prepared)
    return KnowledgeImportView(
        dry_run=dry_run,
        articles=[views.imported(each) for each in planned],
        faults=[views.fault(each) for each in read.faults],
    )
