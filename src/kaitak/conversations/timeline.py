"""Owns a person's interactions in one stream: messages, conversations, surveys, business data read, merges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.business import telling

EntryKind = Literal["message", "conversation", "survey", "business", "merge", "split"]
KINDS: tuple[EntryKind, ...] = ("message", "conversation", "survey", "business", "merge", "split")
MOST_CONVERSATIONS = 500
# Whom a merge is about: by name, else by what reaches them, else by the inboxes where they wrote.
_ENTRIES = text("""
with joined as (
    select g.*, n.who from contact_merge g cross join lateral (
        select coalesce(nullif(p.name, ''), p.phone_number, p.email, p.identifier, (
            select string_agg(distinct i.name, '、') from contact_inbox k
            join inbox i on i.account_id = k.account_id and i.id = k.inbox_id
            where k.account_id = g.account_id and k.contact_id in (g.kept_id, g.merged_id)
              and g.contact_inbox_ids @> to_jsonb(k.id)), '') as who
        from contact p where p.account_id = g.account_id and p.id = g.merged_id
    ) n
    where g.account_id = :account_id and g.kept_id = :contact_id
), mine as (
    select c.id, c.display_id, c.inbox_id, c.created_at, c.status from conversation c
    where c.account_id = :account_id and c.contact_id = :contact_id
      and (:all_inboxes or c.inbox_id = any(cast(:inbox_ids as bigint[])))
    order by c.id desc limit :most
), entries as (
    select 'message' as kind, m.id, m.created_at as at, c.display_id as conversation_id, c.inbox_id,
           m.sender_type as actor, m.content as words, null::text as detail
    from mine c cross join lateral (
        select m.id, m.created_at, m.sender_type, m.content from message m
        where m.account_id = :account_id and m.conversation_id = c.id and m.message_type in ('incoming', 'outgoing')
          and (cast(:before as timestamptz) is null or m.created_at <= cast(:before as timestamptz))
          and (cast(:patterns as text[]) is null or exists (
            select 1 from message_text t where t.account_id = :account_id and t.message_id = m.id
              and t.folded like all (cast(:patterns as text[]))))
        order by m.seq desc limit :limit + 100  -- those of the cursor's own instant are passed over again
    ) m where 'message' = any(cast(:kinds as text[]))
    union all
    select 'conversation', c.id, c.created_at, c.display_id, c.inbox_id, null, '', c.status
    from mine c where 'conversation' = any(cast(:kinds as text[]))
    union all
    select 'survey', s.id, s.created_at, c.display_id, c.inbox_id, 'contact', s.feedback_message, s.rating::text
    from mine c join csat_survey_response s on s.account_id = :account_id and s.conversation_id = c.id
    where 'survey' = any(cast(:kinds as text[]))
    union all
    select 'business', b.id, b.created_at, c.display_id, c.inbox_id, b.actor, b.object, b.action || ' ' || b.outcome
    from mine c join business_access_log b on b.account_id = :account_id and b.conversation_id = c.id
    where 'business' = any(cast(:kinds as text[]))
    union all
    select 'merge', g.id, g.created_at, null, null, g.user_id::text, g.who, g.reason
    from joined g where 'merge' = any(cast(:kinds as text[]))
    union all
    select 'split', g.id, g.undone_at, null, null, g.undone_by::text, g.who, g.reason
    from joined g where g.undone_at is not null and 'split' = any(cast(:kinds as text[]))
)
select e.*, i.name as inbox_name, i.channel from entries e
left join inbox i on i.account_id = :account_id and i.id = e.inbox_id
where cast(:before as timestamptz) is null
   or (e.at, e.kind, e.id) < (cast(:before as timestamptz), cast(:before_kind as text), cast(:before_id as bigint))
order by e.at desc, e.kind desc, e.id desc limit :limit
""")


class Entry(BaseModel):
    """One thing that happened with a person; `actor` is contact, user, bot, or a member's number of a merge."""

    kind: EntryKind
    id: int
    at: datetime
    conversation_id: int | None
    inbox_name: str | None
    channel: str | None
    actor: str | None
    words: str
    detail: str | None
    told: dict[str, str] | None  # a look at business data in words, by language


async def list_entries(
    session: AsyncSession,
    account_id: int,
    contact_id: int,
    *,
    inbox_ids: Collection[int] | None,
    kinds: Collection[EntryKind],
    words: Sequence[str] = (),
    before: tuple[datetime, str, int] | None,
    limit: int,
) -> list[Entry]:
    """What happened with a contact in these inboxes (None: all), the newest first, older than `before`.

    With folded `words`, the messages that hold all of them.
    """
    at, kind, number = before or (None, None, None)
    rows = await session.execute(
        _ENTRIES,
        {
            "account_id": account_id,
            "contact_id": contact_id,
            "all_inboxes": inbox_ids is None,
            "inbox_ids": list(inbox_ids or ()),
            "kinds": ["message"] if words else list(kinds or KINDS),
            "patterns": [f"%{_literal(word)}%" for word in words] or None,
            "before": at,
            "before_kind": kind,
            "before_id": number,
            "most": MOST_CONVERSATIONS,
            "limit": limit,
        },
    )
    return [Entry.model_validate({**row._asdict(), "told": _told(row)}) for row in rows]


def _literal(word: str) -> str:
    """A word as LIKE reads it by its letter."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _told(row: Row[tuple[object, ...]]) -> dict[str, str] | None:
    """The words of an entry that is one of the access log."""
    if row.kind != "business":
        return None
    action, _, outcome = row.detail.partition(" ")
    return telling.tell(actor=row.actor, action=action, thing=row.words, outcome=outcome)
