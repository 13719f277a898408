"""Owns the SQL that only some deliveries need: those that are tried again, and those that answer an event itself."""

from __future__ import annotations

# Asked only of a delivery that is tried again.
PARTS_TAKEN = """
select external_ids from delivery where account_id = %(account)s and id = %(delivery)s
"""

# Asked only for channels that answer the event itself. None once something else has gone out in between, unless `each`.
EVENT_TO_ANSWER = """
select e.body from message m
join lateral (
    select i.seq, i.inbound_event_id, i.created_at from message i
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

# Asked only for channels that are told with each message where their reports go.
HOOK_PATH = """
select '/v1/hooks/' || channel || '/' || identifier from inbox where account_id = %(account)s and id = %(inbox)s
"""
