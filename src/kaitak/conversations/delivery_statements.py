"""Owns the SQL that only some deliveries need: those that are tried again, and those that answer an event itself."""

from __future__ import annotations

# Asked only of a delivery that is tried again.
PARTS_TAKEN = """
select external_ids from delivery where account_id = %(account)s and id = %(delivery)s
"""

# Asked only for channels that answer the event itself. None once something else has gone out in between, unless `each`.
# What the message itself says of its `answered` thread outlasts the event's body.
EVENT_TO_ANSWER = """
select case when e.body = '{}' then coalesce(heard.answered, e.body) else e.body end from message m
join lateral (
    select i.seq, i.inbound_event_id, i.created_at, i.content_attributes -> 'answered' as answered from message i
    where i.account_id = m.account_id and i.conversation_id = m.conversation_id and i.seq < m.seq
      and i.message_type = 'incoming' order by i.seq desc limit 1
) heard on heard.created_at > now() - %(within)s
join inbound_event e on e.account_id = m.account_id and e.id = heard.inbound_event_id
where m.account_id = %(account)s and m.id = %(message)s
  and (%(each)s or not exists (
    select 1 from message o where o.account_id = m.account_id and o.conversation_id = m.conversation_id
      and o.seq > heard.seq and o.seq < m.seq and not o.private and o.message_type in ('outgoing', 'template')))
"""

# Asked only of a message that carries a one-time code: what it is made of, if it is its own and still good.
CODE_TO_SEND = """
select v.id, v.salt from contact_verification v
where v.account_id = %(account)s and v.message_id = %(message)s and v.created_at > now() - interval '1 hour'
  and v.state = 'waiting' and v.expires_at > clock_timestamp()
"""

# Asked only for channels whose messages have a subject, of a message that answers nothing.
LANGUAGE = """
select coalesce(p.locale, a.locale) from conversation c
join contact p on p.account_id = c.account_id and p.id = c.contact_id
join account a on a.id = c.account_id
where c.account_id = %(account)s and c.display_id = %(conversation)s
"""

# Asked only for channels that are told with each message where their reports go.
HOOK_PATH = """
select '/v1/hooks/' || channel || '/' || identifier from inbox where account_id = %(account)s and id = %(inbox)s
"""
