"""Owns turning rows into views: one query for any set of conversations, one for any set of messages.

REST answers and the live stream both use these, so they cannot differ. The queries read the hand-over packet and the
rating by table name: those slices lie above this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import reply_windows
from kaitak.conversations.links import Links, is_inline
from kaitak.conversations.schemas import AttachmentView, ConversationView, MessageView

_CONVERSATION = """
select c.id, c.display_id, c.inbox_id, i.channel, c.status, c.owner, c.owner_token, c.priority, c.contact_inbox_id,
  c.unread_count, c.last_seq, c.agent_last_seen_seq, c.contact_last_seen_seq, c.waiting_since, c.queued_at,
  c.first_reply_created_at, c.snoozed_until, c.resolved_at, c.last_activity_at, c.created_at, c.custom_attributes,
  case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as assignee,
  case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name) end as team,
  array(select l.title from conversation_label l
        where l.account_id = c.account_id and l.conversation_id = c.id order by l.title) as labels,
  jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'phone_number', p.phone_number,
    'identifier', p.identifier, 'verified', ci.hmac_verified, 'locale', p.locale) as contact,
  (select jsonb_build_object('id', m.id, 'seq', m.seq, 'message_type', m.message_type, 'sender_type', m.sender_type,
      'content', left(m.content, 140), 'private', m.private, 'created_at', m.created_at)
   from message m where m.account_id = c.account_id and m.conversation_id = c.id
     and m.seq > c.last_seq - 20 and (m.message_type <> 'activity' or m.seq = c.last_seq)
   order by (m.message_type = 'activity'), m.seq desc limit 1) as last_message,
  (select n.understanding from turn n where n.account_id = c.account_id and n.conversation_id = c.id
   order by n.to_seq desc limit 1) as understanding,
  (select jsonb_build_object('id', h.id, 'reason', h.reason, 'packet', h.packet, 'read_at', h.read_at,
      'created_at', h.created_at)
   from handoff_packet h where h.account_id = c.account_id and h.conversation_id = c.id
   order by h.id desc limit 1) as handoff,
  (select jsonb_build_object('rating', s.rating, 'feedback_message', s.feedback_message)
   from csat_survey_response s where s.account_id = c.account_id and s.conversation_id = c.id
   order by s.id desc limit 1) as csat,
  now() as asked_at, case when i.channel = any(:limited) then """
_OF_CONVERSATION = """ end as heard
from conversation c
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
join contact p on p.account_id = c.account_id and p.id = c.contact_id
join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id
left join users u on u.id = c.assignee_id
left join team t on t.account_id = c.account_id and t.id = c.team_id
where c.account_id = :account_id and c.id = any(:ids)
"""
_CONVERSATIONS = text(_CONVERSATION + reply_windows.HEARD + _OF_CONVERSATION)
_MESSAGE = """
select m.id, m.conversation_id as conversation, c.display_id, c.inbox_id, c.contact_inbox_id, m.seq, m.message_type,
  m.sender_type, m.sender_id,
  case m.sender_type
    when 'user' then u.name
    when 'contact' then p.name
    when 'bot' then coalesce(i.settings ->> 'bot_name', '')
    else '' end as sender_name,
  m.content, m.content_type, m.content_attributes, m.private, m.status, m.status_reason, m.echo_id, m.created_at,
  (select jsonb_agg(jsonb_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
      'file_size', a.file_size, 'width', a.width, 'height', a.height, 'has_thumbnail', a.has_thumbnail,
      'transcript_state', a.transcript_state, 'expired_at', a.expired_at) order by a.created_at, a.id)
   from attachment a where a.account_id = m.account_id and a.message_id = m.id) as attachments,
  m.sender_type = 'bot' and exists (select from turn n where n.account_id = m.account_id
    and n.conversation_id = m.conversation_id and n.to_seq < m.seq) as has_trace
from message m
join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
left join users u on m.sender_type = 'user' and u.id = m.sender_id
left join contact p on m.sender_type = 'contact' and p.account_id = m.account_id and p.id = m.sender_id
"""
_BY_ID = text(_MESSAGE + "where m.account_id = :account_id and m.id = any(:ids) order by m.id")
_BEFORE = text(
    _MESSAGE
    + "where m.account_id = :account_id and m.conversation_id = :conversation_id and m.seq < :before"
    + " and (:with_private or not m.private) order by m.seq desc limit :limit"
)
_AFTER = text(
    _MESSAGE
    + "where m.account_id = :account_id and m.conversation_id = :conversation_id and m.seq > :after"
    + " and (:with_private or not m.private) order by m.seq limit :limit"
)
NO_SEQ = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PlacedConversation:
    """A conversation's view, with what decides who may see it."""

    id: int
    inbox_id: int
    contact_inbox_id: int
    view: ConversationView


@dataclass(frozen=True, slots=True)
class PlacedMessage:
    """A message's view, with what decides who may see it."""

    id: int
    conversation_id: int
    inbox_id: int
    contact_inbox_id: int
    view: MessageView


async def conversations_of(session: AsyncSession, account_id: int, ids: Iterable[int]) -> dict[int, PlacedConversation]:
    """The present views of these conversations, by row id; one query."""
    values = {"account_id": account_id, "ids": list(ids), "limited": list(reply_windows.LIMITED)}
    rows = await session.execute(_CONVERSATIONS, values)
    return {row.id: _conversation(row) for row in rows}


async def messages_of(
    session: AsyncSession, account_id: int, ids: Iterable[int], links: Links
) -> dict[int, PlacedMessage]:
    """The present views of these messages, by id; one query."""
    rows = await session.execute(_BY_ID, {"account_id": account_id, "ids": list(ids)})
    return {row.id: _message(row, account_id, links) for row in rows}


async def message_of(session: AsyncSession, account_id: int, message_id: int, links: Links) -> MessageView:
    """The present view of one message that exists."""
    return (await messages_of(session, account_id, [message_id], links))[message_id].view


async def thread_of(
    session: AsyncSession,
    account_id: int,
    conversation_id: int,
    links: Links,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
    with_private: bool = True,
) -> tuple[list[PlacedMessage], bool]:
    """A stretch of a conversation in ascending order, and whether there is more in that direction; one query."""
    values: dict[str, object] = {
        "account_id": account_id,
        "conversation_id": conversation_id,
        "limit": limit + 1,
        "with_private": with_private,
    }
    if after is not None:
        rows = (await session.execute(_AFTER, {**values, "after": after})).all()
        kept: Sequence[Row[tuple[object, ...]]] = rows[:limit]
    else:
        rows = (await session.execute(_BEFORE, {**values, "before": NO_SEQ if before is None else before})).all()
        kept = rows[:limit][::-1]
    return [_message(row, account_id, links) for row in kept], len(rows) > limit


def _conversation(row: Row[tuple[object, ...]]) -> PlacedConversation:
    fields = row._asdict()
    handoff = fields["handoff"]
    if handoff is not None:
        handoff = {**handoff, "summary": str(handoff["packet"].get("summary", ""))}
    mood = _mood(fields["understanding"])
    window = reply_windows.view_of(fields["channel"], fields["heard"], fields["asked_at"])
    view = ConversationView.model_validate(
        {**fields, "id": fields["display_id"], "handoff": handoff, "mood": mood, "reply_window": window}
    )
    return PlacedConversation(fields["id"], fields["inbox_id"], fields["contact_inbox_id"], view)


def _mood(understanding: object) -> Mapping[str, str] | None:
    """The mood within a turn's understanding: nested, as the understanding writes it, or beside the rest."""
    if not isinstance(understanding, dict):
        return None
    found = understanding.get("mood", understanding)
    if not isinstance(found, dict) or "sentiment" not in found:
        return None
    return {name: str(found.get(name, "")) for name in ("sentiment", "emotion", "urgency")}


def _message(row: Row[tuple[object, ...]], account_id: int, links: Links) -> PlacedMessage:
    fields = row._asdict()
    sender = {"type": fields["sender_type"], "id": fields["sender_id"], "name": fields["sender_name"] or ""}
    found = [attachment_view(each, account_id, links) for each in fields["attachments"] or ()]
    view = MessageView.model_validate(
        {**fields, "conversation_id": fields["display_id"], "sender": sender, "attachments": found}
    )
    return PlacedMessage(fields["id"], fields["conversation"], fields["inbox_id"], fields["contact_inbox_id"], view)


def attachment_view(fields: Mapping[str, object], account_id: int, links: Links) -> AttachmentView:
    """A file with its link."""
    name, number = str(fields["file_name"]), UUID(str(fields["id"]))
    url = links.path(account_id, number, name)
    more = {
        "url": url,
        "inline": is_inline(str(fields["content_type"])),
        "thumbnail_url": f"{url}?thumbnail=true" if fields["has_thumbnail"] else None,
    }
    return AttachmentView.model_validate({**fields, **more})


def absolute(view: AttachmentView, links: Links) -> AttachmentView:
    """The same for other sites."""
    small = links.public_url + view.thumbnail_url if view.thumbnail_url else None
    return view.model_copy(update={"url": links.public_url + view.url, "thumbnail_url": small})
