"""Owns where a person's data lie: what is exported of each table, what an erasure blanks, and what it leaves.

Tables of slices above this one are read by name, as views do. A contact is taken with all that were joined with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import TextClause, text

CONVERSATIONS = text("""
select c.id, c.display_id, i.name as inbox, i.channel, c.status, c.created_at, c.resolved_at, c.custom_attributes,
  array(select l.title from conversation_label l
        where l.account_id = c.account_id and l.conversation_id = c.id) as labels
from conversation c join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
where c.account_id = :account_id and c.contact_id = any(:members) order by c.id
""")
MESSAGES = text("""
select m.seq, m.message_type, m.sender_type, m.content, m.content_type, m.private, m.status, m.created_at,
  coalesce((select jsonb_agg(jsonb_build_object('file', a.id, 'name', a.file_name, 'type', a.content_type,
      'size', a.file_size, 'transcript', a.transcript) order by a.created_at)
   from attachment a where a.account_id = m.account_id and a.message_id = m.id), '[]') as files
from message m where m.account_id = :account_id and m.conversation_id = :conversation_id order by m.seq
""")
FILES = text("""
select a.id, a.file_name, a.expired_at is not null as is_gone from attachment a
where a.account_id = :account_id and (a.conversation_id = any(:conversations)
  or a.message_id in (select m.id from message m where m.account_id = :account_id
                      and m.conversation_id = any(:conversations)))
order by a.created_at
""")
# What is exported beside conversations, by the name of its file.
SECTIONS: Final[Mapping[str, TextClause]] = {
    "profile": text("""
        select p.id, p.name, p.email, p.phone_number, p.identifier, p.locale, p.custom_attributes, p.blocked,
          p.merged_into_id, p.created_at, p.last_activity_at
        from contact p where p.account_id = :account_id and p.id = any(:members) order by p.id"""),
    "addresses": text("""
        select k.contact_id, i.name as inbox, i.channel, k.source_id, k.hmac_verified as verified, k.verified_by,
          k.verified_until, k.created_at
        from contact_inbox k join inbox i on i.account_id = k.account_id and i.id = k.inbox_id
        where k.account_id = :account_id and k.contact_id = any(:members) order by k.id"""),
    "evidence": text("""
        select e.contact_id, e.kind, e.value, e.source, e.verified_by, e.verified_at, e.created_at
        from contact_evidence e where e.account_id = :account_id and e.contact_id = any(:members) order by e.id"""),
    "merges": text("""
        select m.kept_id, m.merged_id, m.reason, m.created_at, m.undone_at
        from contact_merge m where m.account_id = :account_id and m.kept_id = any(:members) order by m.id"""),
    "codes": text("""
        select v.medium, v.value, v.state, v.tries, v.created_at, v.finished_at
        from contact_verification v where v.account_id = :account_id and v.contact_id = any(:members) order by v.id"""),
    "consents": text("""
        select s.channel, s.purpose, s.state, s.source, s.evidence, s.created_at
        from contact_consent s where s.account_id = :account_id and s.contact_id = any(:members) order by s.id"""),
    "understood": text("""
        select c.display_id as conversation, n.from_seq, n.to_seq, n.understanding, n.outcome, n.created_at
        from turn n join conversation c on c.account_id = n.account_id and c.id = n.conversation_id
        where n.account_id = :account_id and n.conversation_id = any(:conversations) order by n.id"""),
    "handed_over": text("""
        select c.display_id as conversation, h.reason, h.packet, h.created_at
        from handoff_packet h join conversation c on c.account_id = h.account_id and c.id = h.conversation_id
        where h.account_id = :account_id and h.conversation_id = any(:conversations) order by h.id"""),
    "ratings": text("""
        select c.display_id as conversation, s.rating, s.feedback_message, s.created_at
        from csat_survey_response s join conversation c on c.account_id = s.account_id and c.id = s.conversation_id
        where s.account_id = :account_id and s.conversation_id = any(:conversations) order by s.id"""),
    "business_looks": text("""
        select b.actor, b.audience, b.behalf, b.action, b.object, b.fields, b.outcome, b.created_at
        from business_access_log b where b.account_id = :account_id
          and (b.conversation_id = any(:conversations) or b.contact_id = any(:members) or b.behalf = any(:refs))
        order by b.id"""),
    "business_deeds": text("""
        select d.action, d.object, d.customer_ref, d.state, d.reason, d.reference, d.actor, d.attempted_at
        from business_deed d where d.account_id = :account_id
          and (d.contact_id = any(:members) or d.customer_ref = any(:refs)) order by d.attempted_at"""),
}
# What an erasure would touch, for the plan.
COUNTS = text("""
select
  (select count(*) from conversation c where c.account_id = :account_id and c.contact_id = any(:members))
    as conversations,
  (select count(*) from message m where m.account_id = :account_id and m.conversation_id = any(:conversations)
     and m.message_type <> 'activity') as messages,
  (select count(*) from attachment a where a.account_id = :account_id and a.conversation_id = any(:conversations))
    as files,
  (select count(*) from contact_inbox k where k.account_id = :account_id and k.contact_id = any(:members)) as addresses,
  (select count(*) from contact_evidence e where e.account_id = :account_id and e.contact_id = any(:members))
    as evidence,
  (select count(*) from handoff_packet h where h.account_id = :account_id and h.conversation_id = any(:conversations))
    as packets,
  (select count(*) from contact_consent s where s.account_id = :account_id and s.contact_id = any(:members)) as consents
""")
LOCK = text("""
select c.id from conversation c
where c.account_id = :account_id and c.contact_id = any(:members) order by c.id for update
""")
# What blanks or removes, in this order; conversations are locked before. What stays is counted in reports and tells
# nobody who it was: numbers of messages and conversations, intents, moods, ratings, times, labels.
ERASURES: Final[tuple[TextClause, ...]] = tuple(
    text(statement)
    for statement in (
        """update delivery set status = case when finished_at is null then 'failed' else status end,
             error_code = case when finished_at is null then 'erased' else error_code end,
             finished_at = coalesce(finished_at, now()), claimed_by = null, claimed_until = null,
             error_detail = null, external_ids = '{}'
           where account_id = :account_id and conversation_id = any(:conversations)""",
        """update inbound_event e set body = '{}'
           where e.account_id = :account_id and e.id in (select m.inbound_event_id from message m
             where m.account_id = :account_id and m.conversation_id = any(:conversations))""",
        """update inbound_event e set body = '{}'
           from contact_inbox k where k.account_id = :account_id and k.contact_id = any(:members)
             and e.account_id = :account_id and e.inbox_id = k.inbox_id and e.body <> '{}' and length(k.source_id) > 4
             and strpos(e.body::text, k.source_id) > 0""",
        """delete from webhook_call w using contact_inbox k where k.account_id = :account_id
             and k.contact_id = any(:members) and w.account_id = :account_id and w.inbox_id = k.inbox_id
             and length(k.source_id) > 4 and w.body is not null
             and position(convert_to(k.source_id, 'UTF8') in w.body) > 0""",
        """delete from message_text where account_id = :account_id and message_id in (select m.id from message m
             where m.account_id = :account_id and m.conversation_id = any(:conversations))""",
        """update message set content = case message_type when 'activity' then '' else :blank end,
             content_attributes = case message_type when 'activity'
               then jsonb_build_object('activity', content_attributes -> 'activity') else '{"erased": true}' end,
             content_type = case when message_type = 'activity' then content_type else 'text' end,
             status = case when status = 'sending' then 'failed' else status end, echo_id = null
           where account_id = :account_id and conversation_id = any(:conversations)""",
        """update attachment set file_name = 'erased', sha256 = '', transcript = null, has_thumbnail = false,
             width = null, height = null, expired_at = coalesce(expired_at, now())
           where account_id = :account_id and conversation_id = any(:conversations)""",
        "delete from hidden_text where account_id = :account_id and conversation_id = any(:conversations)",
        "delete from draft where account_id = :account_id and conversation_id = any(:conversations)",
        """update turn set trace = '[]', understanding = (understanding - 'language_model')
             || '{"entities": [], "predictions": [], "escalate": []}'
           where account_id = :account_id and conversation_id = any(:conversations)""",
        """update handoff_packet set packet = packet || '{"summary": "", "slots": [], "asked_and_answered": [],
             "evidence": [], "suggested_replies": [], "customer": {}, "business": [], "tried": [], "agent_note": ""}'
           where account_id = :account_id and conversation_id = any(:conversations)""",
        """update csat_survey_response set feedback_message = ''
           where account_id = :account_id and conversation_id = any(:conversations)""",
        """update contact_inbox set source_id = 'erased:' || id, token_hash = null, hmac_verified = false,
             verified_by = null, verified_until = null, current_conversation_id = null
           where account_id = :account_id and contact_id = any(:members)""",
        """update conversation set status = 'resolved', owner = 'bot', owner_token = owner_token + 1, bot_state = '{}',
             custom_attributes = '{}', resolved_at = coalesce(resolved_at, now()), turn_due_at = null,
             turn_waiting_since = null, waiting_since = null, claimed_by = null, claimed_until = null,
             snoozed_until = null, unread_count = 0, code_awaited_until = null
           where account_id = :account_id and id = any(:conversations)""",
        "delete from contact_verification where account_id = :account_id and contact_id = any(:members)",
        """delete from contact_pair
           where account_id = :account_id and (low_id = any(:members) or high_id = any(:members))""",
        """update contact_merge set filled = '{}' where account_id = :account_id
             and (kept_id = any(:members) or merged_id = any(:members))""",
        """update contact_consent set evidence = '', message_id = null
           where account_id = :account_id and contact_id = any(:members)""",
        """update contact set name = '', email = null, phone_number = null, identifier = null, locale = null,
             custom_attributes = '{}', company_id = null, erased_at = now()
           where account_id = :account_id and id = any(:members)""",
        "delete from contact_evidence where account_id = :account_id and contact_id = any(:members)",
        """update contact_import_row set cells = '{}', changes = '{}'
           where account_id = :account_id and contact_id = any(:members)""",
        """delete from business_cache b where b.account_id = :account_id and exists (
             select from unnest(cast(:refs as text[])) r where strpos(b.answer::text, to_jsonb(r)::text) > 0)""",
    )
)
# Whoever has one of these conversations open sees it without its words.
TELL: Final = text("""
insert into stream_event (account_id, kind, conversation_id, message_id)
select m.account_id, 'message.updated', m.conversation_id, m.id from message m
where m.account_id = :account_id and m.conversation_id = any(:conversations) order by m.id desc limit 2000
""")
BLANK: Final = "▇▇▇"
# What is kept, and why: shown before an erasure is confirmed (`docs/guides/privacy.md`).
KEPT: Final = ("counts", "ratings", "consents", "audit_log", "access_log", "deeds", "backups")
