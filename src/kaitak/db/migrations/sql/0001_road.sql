-- The hot road's look-ups and claims. They run before an account is known or across accounts, so as the owner, past
-- row-level security; each answers one narrow question. Everything written afterwards is under row-level security.
-- The claims look each thing up by its key (`lateral … limit 1`): no join order is left to a plan made when tables were small.

create function find_inbox(p_identifier text)
returns table (account_id bigint, inbox_id bigint, channel text, config_encrypted text, settle interval,
               version bigint, paused boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select i.account_id, i.id, i.channel, i.config_encrypted, i.settle, i.version, i.paused_at is not null
    from public.inbox i where i.identifier = p_identifier
$$;

-- Conversations whose turn is due, each leased to one worker, with all that a turn needs to begin.
create function claim_turns(p_batch integer, p_claim text, p_lease interval)
returns table (account_id bigint, conversation_id bigint, display_id bigint, inbox_id bigint, contact_id bigint,
               owner_token bigint, answered_seq integer, last_seq integer, attempts integer, bot_state jsonb,
               pack text, timezone text, locale text, contact jsonb, messages jsonb, model_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    return query
    with due as materialized (
        select c.account_id, c.id from public.conversation c
        where c.turn_due_at <= clock_timestamp()
          and (c.claimed_until is null or c.claimed_until < clock_timestamp())
        order by c.turn_due_at limit p_batch
        for update skip locked
    ), mine as (
        update public.conversation c
        set claimed_until = clock_timestamp() + p_lease, claimed_by = p_claim,
            turn_attempts = c.turn_attempts + 1, turn_waiting_since = null
        from due d where c.account_id = d.account_id and c.id + 0 = d.id
          and c.account_id = any(array(select u.account_id from due u)) and c.id = any(array(select u.id from due u))
        returning c.account_id, c.id, c.display_id, c.inbox_id, c.contact_id, c.contact_inbox_id, c.owner_token,
                  c.answered_seq, c.last_seq, c.turn_attempts, c.bot_state
    )
    select m.account_id, m.id, m.display_id, m.inbox_id, m.contact_id, m.owner_token, m.answered_seq, m.last_seq,
           m.turn_attempts::integer, m.bot_state, coalesce(i.pack, a.pack), a.timezone, a.locale,
           jsonb_build_object('name', p.name, 'email', p.email, 'phone_number', p.phone_number,
                              'identifier', p.identifier, 'verified', ci.hmac_verified, 'locale', p.locale),
           coalesce((
               select jsonb_agg(jsonb_build_object('seq', t.seq, 'content', t.content,
                                                   'attributes', t.content_attributes) order by t.seq)
               from (select x.seq, x.content, x.content_attributes from public.message x
                     where x.account_id = m.account_id and x.conversation_id = m.id and x.seq > m.answered_seq
                       and x.message_type = 'incoming'
                     order by x.seq limit 20) t), '[]'::jsonb),
           (select n.id from public.nlu_model n where n.account_id = m.account_id and n.pack = coalesce(i.pack, a.pack)
            and n.status = 'active' limit 1)
    from mine m
    cross join lateral (select k.pack from public.inbox k
                        where k.account_id = m.account_id and k.id = m.inbox_id limit 1) i
    cross join lateral (select k.pack, k.timezone, k.locale from public.account k where k.id = m.account_id limit 1) a
    cross join lateral (select k.name, k.email, k.phone_number, k.identifier, k.locale from public.contact k
                        where k.account_id = m.account_id and k.id = m.contact_id limit 1) p
    cross join lateral (select k.hmac_verified from public.contact_inbox k
                        where k.account_id = m.account_id and k.id = m.contact_inbox_id limit 1) ci;
end
$$;

create function next_turn_due() returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    return (
    select min(greatest(t.turn_due_at, coalesce(t.claimed_until, t.turn_due_at)))
    from (select c.turn_due_at, c.claimed_until from public.conversation c where c.turn_due_at is not null
          order by c.turn_due_at limit 100) t);
end
$$;

-- `min(e.id + 0)` and `finished_at is null` (true of pending rows only) leave the planner one index: delivery_head. With
-- `min(e.id)` it walked the primary key through everything ever sent; with the status, all that is due, for each row.
-- The first undelivered message of each conversation that is due and whose inbox has room (`p_busy` has none), leased to one worker, with all that sending needs.
create function claim_deliveries(p_batch integer, p_claim text, p_lease interval, p_busy bigint[])
returns table (account_id bigint, delivery_id bigint, message_id bigint, display_id bigint, inbox_id bigint,
               channel text, inbox_version bigint, attempts integer, source_id text, content text, content_type text,
               content_attributes jsonb, sender_type text, sender_name text, created_at timestamptz, attachments jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    return query
    with due as materialized (
        select d.account_id, d.id from public.delivery d
        where d.status = 'pending' and d.next_attempt_at <= clock_timestamp()
          and (d.claimed_until is null or d.claimed_until < clock_timestamp())
          and d.inbox_id <> all (p_busy)
          and not exists (select 1 from public.inbox i
                          where i.account_id = d.account_id and i.id = d.inbox_id and i.paused_at is not null)
          and d.id = (select min(e.id + 0) from public.delivery e
                      where e.account_id = d.account_id and e.conversation_id = d.conversation_id
                        and e.finished_at is null)
        order by d.next_attempt_at limit p_batch
        for update of d skip locked
    ), mine as (
        update public.delivery d set claimed_until = clock_timestamp() + p_lease, claimed_by = p_claim
        from due u where d.account_id = u.account_id and d.id + 0 = u.id
          and d.account_id = any(array(select v.account_id from due v)) and d.id = any(array(select v.id from due v))
        returning d.account_id, d.id, d.message_id, d.conversation_id, d.inbox_id, d.attempts
    )
    select m.account_id, m.id, m.message_id, c.display_id, m.inbox_id, i.channel, i.version, m.attempts::integer,
           ci.source_id, x.content, x.content_type, x.content_attributes, x.sender_type,
           case when x.sender_type = 'user' then (select u.name from public.users u where u.id = x.sender_id)
                else i.name end,
           x.created_at,
           (select jsonb_agg(jsonb_build_object('id', f.id, 'file_name', f.file_name, 'content_type', f.content_type,
                                                'file_size', f.file_size) order by f.created_at, f.id)
            from public.attachment f where f.account_id = m.account_id and f.message_id = m.message_id)
    from mine m
    cross join lateral (select k.display_id, k.contact_inbox_id from public.conversation k
                        where k.account_id = m.account_id and k.id = m.conversation_id limit 1) c
    cross join lateral (select k.source_id from public.contact_inbox k
                        where k.account_id = m.account_id and k.id = c.contact_inbox_id limit 1) ci
    cross join lateral (select k.channel, k.version, k.name from public.inbox k
                        where k.account_id = m.account_id and k.id = m.inbox_id limit 1) i
    cross join lateral (select k.content, k.content_type, k.content_attributes, k.sender_type, k.sender_id, k.created_at
                        from public.message k
                        where k.account_id = m.account_id and k.id = m.message_id limit 1) x;
end
$$;

-- Only the first message of a conversation counts: the ones behind it are due and cannot be claimed.
create function next_delivery_due(p_busy bigint[]) returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    return (
    select min(greatest(t.next_attempt_at, coalesce(t.claimed_until, t.next_attempt_at)))
    from (select d.next_attempt_at, d.claimed_until from public.delivery d
          where d.status = 'pending' and d.inbox_id <> all (p_busy)
            and not exists (select 1 from public.inbox i
                            where i.account_id = d.account_id and i.id = d.inbox_id and i.paused_at is not null)
            and d.id = (select min(e.id + 0) from public.delivery e
                        where e.account_id = d.account_id and e.conversation_id = d.conversation_id
                          and e.finished_at is null)
          order by d.next_attempt_at limit 100) t);
end
$$;
