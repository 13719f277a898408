-- One reader per process serves all accounts, so it reads the stream beside row-level security, through these functions only.

create function stream_events_after(after bigint, missing bigint[], batch integer)
returns table (id bigint, account_id bigint, kind text, conversation_id bigint, message_id bigint, payload jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.id, e.account_id, e.kind, e.conversation_id, e.message_id, e.payload
    from (
        (select * from public.stream_event n where n.id > after order by n.id limit batch)
        union all
        select * from public.stream_event m where m.id = any (missing) and m.id <= after
    ) e
    order by e.id
$$;

create function stream_newest() returns bigint
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(pg_sequence_last_value(pg_get_serial_sequence('public.stream_event', 'id')::regclass), 0)
$$;

create function stream_oldest() returns bigint
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce((select min(e.id) from public.stream_event e), public.stream_newest() + 1)
$$;

create function prune_stream_events(before timestamptz, batch integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    removed integer;
begin
    delete from public.stream_event e
    using (
        select o.account_id, o.id from public.stream_event o
        order by o.id limit batch
    ) old
    where e.account_id = old.account_id and e.id = old.id and e.created_at < before;
    get diagnostics removed = row_count;
    delete from public.stream_ticket t where t.expires_at < now();
    return removed;
end
$$;
