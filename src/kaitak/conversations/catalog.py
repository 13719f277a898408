"""Owns labels and canned responses: what agents pick from."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations.errors import CannedResponseNotFoundError, LabelNotFoundError, NameTakenError
from kaitak.conversations.models import CannedResponse, ConversationLabel, Label
from kaitak.core.ids import AccountId
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind


async def list_labels(session: AsyncSession, account_id: AccountId) -> list[Label]:
    """All labels by title."""
    return list(await session.scalars(select(Label).where(Label.account_id == account_id).order_by(Label.title)))


async def create_label(
    session: AsyncSession, account_id: AccountId, title: str, *, description: str, color: str
) -> Label:
    """A new label."""
    label = Label(account_id=account_id, title=title, description=description, color=color)
    await _add(session, label)
    await realtime.publish(session, Kind.LABEL_CREATED)
    return label


async def change_label(
    session: AsyncSession, account_id: AccountId, title: str, *, description: str | None, color: str | None
) -> Label:
    """Change how a label looks."""
    label = await session.get(Label, (account_id, title), with_for_update=True)
    if label is None:
        raise LabelNotFoundError
    label.description = label.description if description is None else description
    label.color = label.color if color is None else color
    await session.flush()
    await realtime.publish(session, Kind.LABEL_UPDATED)
    return label


async def delete_label(session: AsyncSession, account_id: AccountId, title: str) -> None:
    """Remove a label, from all conversations too."""
    gone = await session.scalar(
        delete(Label).where(Label.account_id == account_id, Label.title == title).returning(Label.title)
    )
    if gone is None:
        raise LabelNotFoundError
    await session.execute(
        delete(ConversationLabel).where(ConversationLabel.account_id == account_id, ConversationLabel.title == title)
    )
    await realtime.publish(session, Kind.LABEL_DELETED)


async def list_canned_responses(session: AsyncSession, account_id: AccountId, q: str) -> list[CannedResponse]:
    """Canned responses whose code begins with the words, then those that contain them; 100 at most."""
    code = func.lower(CannedResponse.short_code)
    statement = select(CannedResponse).where(CannedResponse.account_id == account_id)
    if q:
        is_start = code.startswith(q.lower(), autoescape=True)
        statement = statement.where(or_(is_start, CannedResponse.content.icontains(q, autoescape=True)))
        statement = statement.order_by(is_start.desc())
    return list(await session.scalars(statement.order_by(code, CannedResponse.id).limit(100)))


async def create_canned_response(
    session: AsyncSession, account_id: AccountId, short_code: str, content: str
) -> CannedResponse:
    """A new canned response."""
    response = CannedResponse(account_id=account_id, short_code=short_code, content=content)
    await _add(session, response)
    await realtime.publish(session, Kind.CANNED_RESPONSE_CREATED)
    return response


async def change_canned_response(
    session: AsyncSession, account_id: AccountId, number: int, *, short_code: str | None, content: str | None
) -> CannedResponse:
    """Change a canned response; what is absent stays."""
    values = {name: value for name, value in (("short_code", short_code), ("content", content)) if value is not None}
    try:
        async with session.begin_nested():
            found: CannedResponse | None = await session.scalar(
                update(CannedResponse)
                .where(CannedResponse.account_id == account_id, CannedResponse.id == number)
                .values(values or {"id": number})
                .returning(CannedResponse)
            )
    except IntegrityError as exc:
        raise NameTakenError from exc
    if found is None:
        raise CannedResponseNotFoundError
    await realtime.publish(session, Kind.CANNED_RESPONSE_UPDATED)
    return found


async def delete_canned_response(session: AsyncSession, account_id: AccountId, number: int) -> None:
    """Remove a canned response."""
    gone = await session.scalar(
        delete(CannedResponse)
        .where(CannedResponse.account_id == account_id, CannedResponse.id == number)
        .returning(CannedResponse.id)
    )
    if gone is None:
        raise CannedResponseNotFoundError
    await realtime.publish(session, Kind.CANNED_RESPONSE_DELETED)


async def _add(session: AsyncSession, thing: Label | CannedResponse) -> None:
    try:
        async with session.begin_nested():
            session.add(thing)
    except IntegrityError as exc:
        raise NameTakenError from exc
