"""Owns the SQL by which a customer's word for no more messages, or for them again, takes effect."""

from __future__ import annotations

# Notes the word once, and writes the ledger of consent where we know who it is. STOP ends all that we send there; START
# brings back service only, since advertising needs more than a word that carriers define.
CHANGE_CONSENT = """
with ledger as (
    insert into inbound_event (account_id, inbox_id, external_id, kind, outcome, body)
    values (%(account)s, %(inbox)s, %(external_id)s, 'consent', 'applied', %(raw)s::jsonb)
    on conflict (account_id, inbox_id, external_id) do nothing
    returning id
), noted as (
    insert into contact_consent (account_id, contact_id, channel, purpose, state, source, evidence)
    select k.account_id, k.contact_id, %(channel)s, p.purpose, %(state)s, 'message', %(words)s
    from ledger join contact_inbox k on k.account_id = %(account)s and k.inbox_id = %(inbox)s
      and k.source_id = %(source_id)s
    cross join unnest(%(purposes)s::text[]) as p (purpose)
)
select count(*) from ledger
"""

# Asked only for channels that heed such words.
HAS_OPTED_OUT = """
select s.state = 'withdrawn' from contact_inbox k
join contact_consent s on s.account_id = k.account_id and s.contact_id = k.contact_id and s.purpose = 'service'
  and s.channel in ('', %(channel)s)
where k.account_id = %(account)s and k.inbox_id = %(inbox)s and k.source_id = %(source_id)s
order by s.id desc limit 1
"""

# A message that says so and nothing else; what carriers do with STOP is above.
END_ADVERTISING = """
insert into contact_consent (account_id, contact_id, channel, purpose, state, source, evidence, message_id)
select m.account_id, c.contact_id, i.channel, 'marketing', 'withdrawn', 'message', %(words)s, m.id
from message m
join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
where m.account_id = %(account)s and m.id = %(message)s and not exists (
    select from contact_consent s where s.account_id = m.account_id and s.contact_id = c.contact_id
    and s.message_id = m.id)
"""
