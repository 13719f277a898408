-- Finding messages by what they say, over an account's whole history. Folded texts lie beside the messages and are
-- written after them, so that the road pays nothing. A gram carries the account and the block: an account's texts in
-- stretches of 50,000, oldest first. A search asks block after block, newest first, until its page is full: what is
-- said everywhere costs one block, what is said once costs one look into the index for each block. Grams are pairs of
-- characters, and four of a row of Latin letters and digits, whose pairs alone say little of an order's number. The
-- search is a function because row-level security keeps such an index from use.

create function text_grams(account bigint, block bigint, folded text) returns text[]
language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct account || ':' || block || ':' || gram), '{}')
    from generate_series(1, least(length(folded), 2000) - 1) i
    cross join lateral (
        select substr(folded, i, 2) as gram where strpos(substr(folded, i, 2), ' ') = 0
        union all
        select substr(folded, i, 4) where substr(folded, i, 4) ~ '^[a-z0-9]{4}$'
    ) g
$$;

create index message_text_grams on message_text using gin (text_grams(account_id, block, folded));

-- Messages without their text yet. Ids are not given out in the order of commits, so all above `settled_id` is looked
-- at again until it is half a minute old.
create function messages_without_text(batch integer)
returns table (account_id bigint, message_id bigint, conversation_id bigint, inbox_id bigint, content text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select m.account_id, m.id, m.conversation_id, m.inbox_id, m.content
    from public.account a
    left join public.message_text_state s on s.account_id = a.id
    cross join lateral (
        select m.account_id, m.id, m.conversation_id, c.inbox_id, m.content
        from public.message m
        join public.conversation c on c.account_id = m.account_id and c.id = m.conversation_id
        where m.account_id = a.id and m.id > coalesce(s.settled_id, 0)
          and m.message_type <> 'activity' and m.content <> ''
          and not exists (select from public.message_text t where t.account_id = m.account_id and t.message_id = m.id)
        order by m.id limit batch
    ) m
    limit batch
$$;

create function store_message_texts(texts jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into public.message_text_state (account_id)
    select distinct r.account_id from jsonb_to_recordset(texts) r(account_id bigint)
    on conflict do nothing;

    with rows as (
        select r.* from jsonb_to_recordset(texts)
            r(account_id bigint, message_id bigint, conversation_id bigint, inbox_id bigint, folded text)
        where exists (select from public.message m where m.account_id = r.account_id and m.id = r.message_id)
    ), stored as (
        insert into public.message_text (account_id, message_id, conversation_id, inbox_id, block, folded)
        select r.account_id, r.message_id, r.conversation_id, r.inbox_id,
               (s.texts + row_number() over (partition by r.account_id order by r.message_id) - 1) / 50000, r.folded
        from rows r join public.message_text_state s using (account_id)
        on conflict do nothing
        returning account_id
    ), counted as (
        select account_id, count(*) as more from stored group by account_id
    )
    update public.message_text_state s set texts = s.texts + c.more from counted c where c.account_id = s.account_id;
end
$$;

-- After a pass that left nothing: what is older than half a minute need not be looked at again. During a long pass:
-- what the pass has just stored and is as old.
create function settle_message_texts() returns void
language sql security definer set search_path = pg_catalog, public as $$
    insert into public.message_text_state as s (account_id, settled_id)
    select a.id, m.id
    from public.account a
    cross join lateral (
        select m.id from public.message m
        where m.account_id = a.id and m.created_at < now() - interval '30 s'
        order by m.id desc limit 1
    ) m
    on conflict (account_id) do update set settled_id = excluded.settled_id where s.settled_id < excluded.settled_id
$$;

create function settle_message_texts_at(account bigint, message bigint) returns void
language sql security definer set search_path = pg_catalog, public as $$
    update public.message_text_state s set settled_id = message
    where s.account_id = account and s.settled_id < message
      and exists (select from public.message m where m.account_id = account and m.id = message
                  and m.created_at < now() - interval '30 s')
$$;

-- Newest first; `words` are folded and at least one has two characters; `inboxes` null: all; after message `before`.
create function search_messages(words text[], inboxes bigint[], before bigint, batch integer)
returns table (message_id bigint, conversation_id bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public set max_parallel_workers_per_gather = 0 as $$
declare
    account bigint := nullif(current_setting('app.account', true), '')::bigint;
    at_block bigint := (select s.texts / 50000 from public.message_text_state s where s.account_id = account);
    first_block bigint := (
        select t.block from public.message_text t where t.account_id = account and t.message_id = before);
    patterns text[] := array(
        select '%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%' from unnest(words) w);
    missing integer := batch;
    found integer;
begin
    at_block := coalesce(first_block, at_block);
    while at_block >= 0 and missing > 0 loop
        return query
            with hits as materialized (
                select t.message_id, t.conversation_id from public.message_text t
                where public.text_grams(t.account_id, t.block, t.folded) @> array(
                        select g from unnest(words) w, unnest(public.text_grams(account, at_block, w)) g)
                  and t.account_id + 0 = account
                  and t.folded like all (patterns)
                  and (inboxes is null or t.inbox_id = any (inboxes))
                  and (before is null or at_block is distinct from first_block or t.message_id < before)
            )
            select h.message_id, h.conversation_id from hits h order by h.message_id desc limit missing;
        get diagnostics found = row_count;
        missing := missing - found;
        at_block := at_block - 1;
    end loop;
end
$$;
