-- As 0003_road.sql has it, with when the customer last wrote (by the channel's own clock where a message came late) and
-- how many messages of the channel have gone to them since: what a channel still takes is known before a word is written.
--
-- In two statements: what a claim has locked is read by the second, whose snapshot is younger than the locks. In one
-- statement a message that was stored between its snapshot and the lock would be counted as seen, as its row of the
-- conversation is the newest one, but not be read: nobody would ever take it.
drop function claim_turns(integer, text, interval);

create function claim_turns(p_batch integer, p_claim text, p_lease interval)
returns table (account_id bigint, conversation_id bigint, display_id bigint, inbox_id bigint, contact_id bigint,
               owner_token bigint, answered_seq integer, last_seq integer, attempts integer, bot_state jsonb,
               pack text, timezone text, locale text, contact jsonb, messages jsonb, model_id bigint,
               pack_version_id bigint,
               channel text, inbox_version bigint, inbox_name text, source_id text,
               stored_at timestamptz, said_at text, sent_since integer)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
    v_accounts bigint[];
    v_ids bigint[];
begin
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
        returning c.account_id, c.id
    )
    select array_agg(m.account_id), array_agg(m.id) into v_accounts, v_ids from mine m;
    if v_ids is null then
        return;
    end if;
    return query
    with mine as materialized (
        select c.account_id, c.id, c.display_id, c.inbox_id, c.contact_id, c.contact_inbox_id, c.owner_token,
               c.answered_seq, c.last_seq, c.turn_attempts, c.bot_state
        from unnest(v_accounts, v_ids) k(account_id, id)
        join public.conversation c on c.account_id = k.account_id and c.id + 0 = k.id
        where c.account_id = any(v_accounts) and c.id = any(v_ids)
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
            and n.status = 'active' limit 1),
           (select v.id from public.pack_version v
            where v.account_id = m.account_id and v.pack = coalesce(i.pack, a.pack) and v.status = 'published' limit 1),
           i.channel, i.version, i.name, ci.source_id, h.created_at, h.said_at,
           (select coalesce(sum(greatest(1, cardinality(d.external_ids))), 0)::integer from public.message o
            join public.delivery d on d.account_id = o.account_id and d.message_id = o.id and d.status <> 'failed'
            where o.account_id = m.account_id and o.conversation_id = m.id and o.seq > h.seq)
    from mine m
    cross join lateral (select k.pack, k.channel, k.version, k.name from public.inbox k
                        where k.account_id = m.account_id and k.id = m.inbox_id limit 1) i
    cross join lateral (select k.pack, k.timezone, k.locale from public.account k where k.id = m.account_id limit 1) a
    cross join lateral (select k.name, k.email, k.phone_number, k.identifier, k.locale from public.contact k
                        where k.account_id = m.account_id and k.id = m.contact_id limit 1) p
    cross join lateral (select k.hmac_verified, k.source_id from public.contact_inbox k
                        where k.account_id = m.account_id and k.id = m.contact_inbox_id limit 1) ci
    left join lateral (select x.created_at, x.content_attributes ->> 'said_at' as said_at, x.seq from public.message x
                       where x.account_id = m.account_id and x.conversation_id = m.id and x.message_type = 'incoming'
                       order by x.seq desc limit 1) h on true;
end
$$;
