"""Owns the SQL of the hot road: one data-modifying statement a step, over a whole group of one account's rows.

Every statement takes `account` (bigint) and `rows` (a JSON array) and runs under row-level security. Conversations are
locked in the order of their ids first, so that two groups never wait for each other in a circle.

Rows are always named by their whole key: `id = any(array(select ...))`, and `id + 0` in the join beside it, which no
index serves. A planner that thinks the table holds one row would otherwise read all of the account's rows for each
group (docs/explain/scale.md).
"""

SET_ACCOUNT = "select set_config('app.account', %(account)s::text, true)"

# Stores messages of people we know with an open conversation. Answers ord and outcome for each row: `stored`,
# `duplicate`, or `unplaced` (no open conversation: place it first). Where a code is awaited, digits are hidden from
# everybody at once; a table of its own keeps what was written until the turn has read it.
INGEST = """
with input as materialized (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as t(ord integer, inbox_id bigint, external_id text,
        source_id text, content text, attributes jsonb, echo_id text, settle double precision, raw jsonb)
), known as materialized (
    select i.*, a.contact_id, a.conversation_id
    from input i
    cross join lateral (
        select ci.contact_id, ci.current_conversation_id as conversation_id from contact_inbox ci
        where ci.account_id = %(account)s and ci.inbox_id = i.inbox_id and ci.source_id = i.source_id limit 1
    ) a
    where a.conversation_id is not null and not (
        select p.blocked from contact p where p.account_id = %(account)s and p.id = a.contact_id
    )
), locked as materialized (
    select c.id, c.last_seq, c.owner, c.code_awaited_until > clock_timestamp() as hides from conversation c
    where c.account_id = %(account)s and c.id = any(array(select k.conversation_id from known k))
      and c.status <> 'resolved'
    order by c.id for update
), ledger as (
    insert into inbound_event (account_id, inbox_id, external_id, kind, outcome, body)
    select %(account)s, k.inbox_id, k.external_id, 'message', 'stored',
           case when l.hides then hide_codes_in(k.raw, k.content) else k.raw end
    from known k join locked l on l.id = k.conversation_id order by k.ord
    on conflict (account_id, inbox_id, external_id) do nothing
    returning id, inbox_id, external_id
), fresh as materialized (
    select k.*, g.id as event_id,
           (l.last_seq + row_number() over (partition by k.conversation_id order by k.ord))::integer as seq,
           case when l.hides then hide_codes(k.content) else k.content end as shown
    from known k
    join ledger g on g.inbox_id = k.inbox_id and g.external_id = k.external_id
    join locked l on l.id = k.conversation_id
), stored as (
    insert into message (account_id, conversation_id, seq, message_type, sender_type, sender_id, content,
                         content_attributes, status, echo_id, inbound_event_id)
    select %(account)s, f.conversation_id, f.seq, 'incoming', 'contact', f.contact_id, f.shown, f.attributes,
           'sent', f.echo_id, f.event_id
    from fresh f order by f.conversation_id, f.seq
    returning id, conversation_id, inbound_event_id
), hid as (
    insert into hidden_text (account_id, conversation_id, seq, said)
    select %(account)s, f.conversation_id, f.seq, f.content from fresh f where f.shown <> f.content
), moved as (
    update conversation c
    set last_seq = n.top, unread_count = c.unread_count + n.count, last_activity_at = now(),
        waiting_since = coalesce(c.waiting_since, now()),
        status = case when c.status = 'snoozed' then 'open' else c.status end, snoozed_until = null,
        turn_due_at = case when l.owner = 'bot' then
            least(now() + n.settle, coalesce(c.turn_waiting_since, now()) + 4 * n.settle) end,
        turn_waiting_since = case when l.owner = 'bot' then coalesce(c.turn_waiting_since, now()) end
    from (select f.conversation_id, max(f.seq) as top, count(*)::integer as count,
                 make_interval(secs => max(f.settle)) as settle
          from fresh f group by f.conversation_id) n
    join locked l on l.id = n.conversation_id
    where c.account_id = %(account)s and c.id + 0 = n.conversation_id and c.id = any(array(select l.id from locked l))
    returning c.id
), told as (
    insert into stream_event (account_id, kind, conversation_id, message_id)
    select %(account)s, 'message.created', s.conversation_id, s.id from stored s order by s.id
)
select i.ord,
       case when f.ord is not null then 'stored' when l.id is not null then 'duplicate' else 'unplaced' end,
       s.id, f.seq, f.conversation_id
from input i
left join known k on k.ord = i.ord
left join locked l on l.id = k.conversation_id
left join fresh f on f.ord = i.ord
left join stored s on s.inbound_event_id = f.event_id
order by i.ord
"""

# Ledger rows for what becomes no message. Answers the external ids that were new.
LEDGER = """
insert into inbound_event (account_id, inbox_id, external_id, kind, outcome, reason, body)
select %(account)s, t.inbox_id, t.external_id, t.kind, t.outcome, t.reason, t.raw
from jsonb_to_recordset(%(rows)s::jsonb)
    as t(inbox_id bigint, external_id text, kind text, outcome text, reason text, raw jsonb)
on conflict (account_id, inbox_id, external_id) do nothing
returning external_id
"""

# Finishes turns: only where the conversation is still the bot's under the token and claim that the turn began with.
# The first answer of a conversation in which nothing else waits or came meanwhile is leased to `sender` at once, unless
# its inbox is paused or `busy`: nobody has to look for what is due. Answers the conversations whose turn counts, and
# what was leased.
FINISH = """
with input as materialized (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as t(conversation_id bigint, token bigint, claim text,
        from_seq integer, to_seq integer, more boolean, state jsonb, messages jsonb, understanding jsonb, trace jsonb,
        outcome text, hand_over boolean, priority text, team text, packet jsonb, reason text, seen_seq integer,
        look_at timestamptz, only_if_quiet boolean)
), locked as materialized (
    select c.id, c.last_seq, c.inbox_id, c.last_seq = i.seen_seq as is_quiet from conversation c
    join input i on i.conversation_id = c.id + 0
    where c.account_id = %(account)s and c.id = any(array(select i.conversation_id from input i))
      and c.owner = 'bot' and c.owner_token = i.token and c.claimed_by = i.claim
      and (c.last_seq = i.seen_seq or i.only_if_quiet is not true)
    order by c.id for update of c
), said as materialized (
    select i.conversation_id, (l.last_seq + m.n)::integer as seq, m.value
    from input i join locked l on l.id = i.conversation_id
    cross join lateral jsonb_array_elements(i.messages) with ordinality m(value, n)
), stored as (
    insert into message (account_id, conversation_id, seq, message_type, sender_type, content, content_type,
                         content_attributes, status)
    select %(account)s, s.conversation_id, s.seq, s.value ->> 'type', s.value ->> 'sender', s.value ->> 'content',
           s.value ->> 'content_type', s.value -> 'attributes',
           case when s.value ->> 'type' = 'outgoing' then 'sending' else 'sent' end
    from said s order by s.conversation_id, s.seq
    returning id, conversation_id, seq, message_type, created_at
), sending as (
    insert into delivery (account_id, message_id, conversation_id, inbox_id, claimed_by, claimed_until)
    select %(account)s, s.id, s.conversation_id, l.inbox_id,
           case when s.is_head then %(sender)s end, case when s.is_head then now() + %(lease)s end
    from (
        select o.*, %(sender)s::text is not null and l.is_quiet
               and row_number() over (partition by o.conversation_id order by o.seq) = 1
               and l.inbox_id <> all (%(busy)s::bigint[])
               and not exists (select 1 from inbox b where b.account_id = %(account)s and b.id = l.inbox_id
                               and b.paused_at is not null)
               and not exists (select 1 from delivery e where e.account_id = %(account)s
                               and e.conversation_id = o.conversation_id and e.finished_at is null) as is_head
        from stored o join locked l on l.id = o.conversation_id where o.message_type = 'outgoing'
    ) s join locked l on l.id = s.conversation_id
    order by s.conversation_id, s.seq
    returning id, message_id, conversation_id, claimed_by
), turned as (
    insert into turn (account_id, conversation_id, from_seq, to_seq, understanding, trace, outcome)
    select %(account)s, i.conversation_id, i.from_seq, i.to_seq, i.understanding, i.trace, i.outcome
    from input i join locked l on l.id = i.conversation_id
    where i.outcome <> 'nothing'
), packed as (
    insert into handoff_packet (account_id, conversation_id, owner_token, reason, packet)
    select %(account)s, i.conversation_id, i.token + 1, i.reason, i.packet
    from input i join locked l on l.id = i.conversation_id where i.hand_over
), moved as (
    update conversation c
    set last_seq = c.last_seq + jsonb_array_length(i.messages), answered_seq = greatest(c.answered_seq, i.to_seq),
        bot_state = i.state, claimed_until = null, claimed_by = null, turn_attempts = 0, last_activity_at = now(),
        turn_due_at = case when i.hand_over then null when i.more then now()
                           when c.turn_waiting_since is not null then c.turn_due_at else i.look_at end,
        turn_waiting_since = case when i.hand_over then null when i.more then coalesce(c.turn_waiting_since, now())
                                  else c.turn_waiting_since end,
        waiting_since = case when i.hand_over or i.more or c.turn_waiting_since is not null then c.waiting_since end,
        unread_count = case when i.hand_over then c.unread_count else 0 end,
        owner = case when i.hand_over then 'queued' else 'bot' end,
        owner_token = c.owner_token + i.hand_over::integer,
        status = case when i.hand_over then 'open' else c.status end,
        queued_at = case when i.hand_over then now() end,
        priority = coalesce(i.priority, c.priority),
        team_id = coalesce((select t.id from team t where t.account_id = %(account)s
            and coalesce(t.code, t.name) = i.team limit 1), c.team_id)
    from input i join locked l on l.id = i.conversation_id
    where c.account_id = %(account)s and c.id + 0 = l.id and c.id = any(array(select l.id from locked l))
    returning c.id
), told as (
    insert into stream_event (account_id, kind, conversation_id, message_id)
    select %(account)s, 'message.created', s.conversation_id, s.id from stored s
    union all
    select %(account)s, 'conversation.updated', i.conversation_id, null
    from input i join locked l on l.id = i.conversation_id where i.hand_over
)
select m.id, s.id, s.message_id, o.created_at from moved m
left join sending s on s.conversation_id = m.id and s.claimed_by is not null
left join stored o on o.id = s.message_id
"""

# Gives claimed turns back untouched, to be tried again after `retry` seconds.
RELEASE = """
with input as materialized (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as t(conversation_id bigint, claim text, retry double precision)
)
update conversation c set claimed_until = null, claimed_by = null, turn_due_at = now() + make_interval(secs => i.retry),
    turn_waiting_since = coalesce(c.turn_waiting_since, now())
from input i
where c.account_id = %(account)s and c.id = any(array(select i.conversation_id from input i))
  and c.id + 0 = i.conversation_id and c.claimed_by = i.claim and c.owner = 'bot'
"""

# Records what became of deliveries under the claim they were sent with, and shows it on their messages: a report that
# came first knows better than an answer that got lost, but not what became of the other parts. Answers whether more
# waits in one of their conversations, or one of them must be tried again.
RECORD = """
with input as materialized (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as t(delivery_id bigint, claim text, status text,
        counted boolean, retry double precision, error_code text, error_detail text, external_ids jsonb)
), moved as (
    update delivery d
    set status = i.status, attempts = d.attempts + i.counted::integer, claimed_until = null, claimed_by = null,
        next_attempt_at = case when i.status = 'pending' then now() + make_interval(secs => i.retry)
                               else d.next_attempt_at end,
        error_code = i.error_code, error_detail = i.error_detail,
        external_ids = array(select jsonb_array_elements_text(i.external_ids)),
        finished_at = case when i.status <> 'pending' then now() end
    from input i
    where d.account_id = %(account)s and d.id = any(array(select i.delivery_id from input i))
      and d.id + 0 = i.delivery_id and d.claimed_by = i.claim
    returning d.id, d.conversation_id, d.message_id, d.status, d.error_code,
              d.status = 'sent' or d.external_ids = '{}' as is_there
), shown as (
    update message m
    set status = case when v.is_there and m.status in ('delivered', 'read') then m.status
                      when v.status = 'sent' then 'sent' else 'failed' end,
        status_reason = case when v.status <> 'sent' and not (v.is_there and m.status in ('delivered', 'read'))
                             then v.error_code end
    from moved v
    where m.account_id = %(account)s and m.id = any(array(select v.message_id from moved v))
      and m.id + 0 = v.message_id and v.status <> 'pending'
    returning m.id, m.conversation_id
), told as (
    insert into stream_event (account_id, kind, conversation_id, message_id)
    select %(account)s, 'message.updated', s.conversation_id, s.id from shown s
)
select bool_or(v.status = 'pending' or exists (
    select 1 from delivery e where e.account_id = %(account)s and e.conversation_id = v.conversation_id
    and e.finished_at is null and e.id <> v.id)) from moved v
"""

# The channel no longer takes our credentials: its inbox pauses, and what waits for it waits on.
PAUSE_INBOX = """
with paused as (
    update inbox set paused_at = now(), paused_reason = %(reason)s, version = version + 1
    where account_id = %(account)s and id = %(inbox_id)s and paused_at is null
    returning id
), told as (
    insert into stream_event (account_id, kind) select %(account)s, 'inbox.updated' from paused
)
update delivery set next_attempt_at = '9000-01-01 00:00Z'
where account_id = %(account)s and inbox_id = %(inbox_id)s and status = 'pending'
"""

# Until when a platform takes our credentials, as it told us; nothing where that is known.
NOTE_EXPIRY = """
with noted as (
    update inbox set credentials_end_at = %(at)s
    where account_id = %(account)s and id = %(inbox_id)s and credentials_end_at is distinct from %(at)s
    returning id
)
insert into stream_event (account_id, kind) select %(account)s, 'inbox.updated' from noted
"""

# What a channel reports of a message of ours, noted once and never taking back a later state: sending, then sent or
# failed, then delivered, then read. Answers the outcome if the report had not come in before.
APPLY_REPORT = """
with input as materialized (
    select t.*, (array[2, 3, 4, 2])[array_position(array['sent', 'delivered', 'read', 'failed'], t.status)] as rank
    from jsonb_to_recordset(%(rows)s::jsonb) as t(inbox_id bigint, external_id text, message_id bigint, status text,
        reason text, raw jsonb)
), ours as materialized (
    select d.message_id as id from input i
    join delivery d on d.account_id = %(account)s and d.message_id = i.message_id and d.inbox_id = i.inbox_id
), ledger as (
    insert into inbound_event (account_id, inbox_id, external_id, kind, outcome, reason, body)
    select %(account)s, i.inbox_id, i.external_id, 'delivery_report',
           case when o.id is null then 'dropped' else 'applied' end,
           case when o.id is null then 'message_unknown' end, i.raw
    from input i left join ours o on true
    on conflict (account_id, inbox_id, external_id) do nothing
    returning outcome
), moved as (
    update message m set status = i.status, status_reason = nullif(i.reason, '')
    from input i, ours o, ledger g
    where m.account_id = %(account)s and m.id = o.id
      and (array[1, 2, 3, 4, 2])[array_position(array['sending', 'sent', 'delivered', 'read', 'failed'], m.status)]
          + (i.status <> 'failed' or m.status = 'failed')::integer <= i.rank
    returning m.id, m.conversation_id
), told as (
    insert into stream_event (account_id, kind, conversation_id, message_id)
    select %(account)s, 'message.updated', v.conversation_id, v.id from moved v
)
select outcome from ledger
"""

SOURCE_OF_THREAD = """
select ci.source_id from conversation c
join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id
where c.account_id = %(account)s and c.display_id = %(number)s and c.inbox_id = %(inbox_id)s
"""

NUDGE_RECEIVER = """
insert into inbox_receiver (account_id, inbox_id, hint, nudged_at)
select %(account)s, %(inbox_id)s, %(hint)s::jsonb -> 0, clock_timestamp()
on conflict (account_id, inbox_id) do update set hint = excluded.hint, nudged_at = excluded.nudged_at
"""

# What came in as something that we did not support makes way for the message that it is now known to be.
FORGET_IGNORED = """
delete from inbound_event
where account_id = %(account)s and inbox_id = %(inbox)s and external_id = %(external_id)s and outcome = 'ignored'
"""

# Placing a message that has no open conversation yet.
IS_KNOWN = """
select 1 from inbound_event
where account_id = %(account)s and inbox_id = %(inbox)s and external_id = %(external_id)s
"""

# Conversation before address, as whoever resolves it locks them: the other order is a deadlock.
LOCK_CURRENT = """
select 1 from conversation c
where c.account_id = %(account)s and c.id = (
    select ci.current_conversation_id from contact_inbox ci
    where ci.account_id = %(account)s and ci.inbox_id = %(inbox)s and ci.source_id = %(source)s)
for update
"""

FIND_ADDRESS = """
select ci.id, ci.contact_id, p.blocked, coalesce(c.status <> 'resolved', false)
from contact_inbox ci
join contact p on p.account_id = ci.account_id and p.id = ci.contact_id
left join conversation c on c.account_id = ci.account_id and c.id = ci.current_conversation_id
where ci.account_id = %(account)s and ci.inbox_id = %(inbox)s and ci.source_id = %(source)s
for update of ci
"""

NEW_ADDRESS = """
with person as (
    insert into contact (account_id, name, email, phone_number)
    values (%(account)s, %(name)s, %(email)s, %(phone)s) returning id
)
insert into contact_inbox (account_id, contact_id, inbox_id, source_id)
select %(account)s, p.id, %(inbox)s, %(source)s from person p
returning id, contact_id, false, false
"""

OPEN_CONVERSATION = """
with number as (
    update account set last_display_id = last_display_id + 1 where id = %(account)s returning last_display_id
), opened as (
    insert into conversation (account_id, display_id, inbox_id, contact_id, contact_inbox_id, status, owner, queued_at)
    select %(account)s, n.last_display_id, i.id, %(contact)s, %(contact_inbox)s,
           case when i.bot_enabled then 'pending' else 'open' end,
           case when i.bot_enabled then 'bot' else 'queued' end,
           case when i.bot_enabled then null else now() end
    from number n, inbox i where i.account_id = %(account)s and i.id = %(inbox)s
    returning id
), pointed as (
    update contact_inbox set current_conversation_id = (select id from opened)
    where account_id = %(account)s and id = %(contact_inbox)s
)
insert into stream_event (account_id, kind, conversation_id)
select %(account)s, 'conversation.created', o.id from opened o
"""
