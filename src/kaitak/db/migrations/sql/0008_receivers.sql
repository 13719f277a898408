-- The inboxes whose connector receives over a connection of its own: every inbox of these channels has a row; each is
-- leased to one worker. Renews what is held under this claim, takes up to `p_room` more that are free and due, and
-- answers all that is now held. What is held and was paused, changed or taken over is seen in the answer.
create function keep_receivers(p_claim text, p_lease interval, p_channels text[], p_room integer)
returns table (account_id bigint, inbox_id bigint, channel text, config_encrypted text, settle interval,
               version bigint, paused boolean, cursor jsonb, failures bigint, hint jsonb, nudged_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    insert into public.inbox_receiver (account_id, inbox_id)
    select i.account_id, i.id from public.inbox i
    where i.channel = any (p_channels)
      and not exists (select 1 from public.inbox_receiver r where r.account_id = i.account_id and r.inbox_id = i.id)
    on conflict do nothing;
    return query
    with free as materialized (
        select r.account_id, r.inbox_id from public.inbox_receiver r
        join public.inbox i on i.account_id = r.account_id and i.id = r.inbox_id
        where (r.claimed_until is null or r.claimed_until < clock_timestamp())
          and r.claimed_by is distinct from p_claim
          and r.next_try_at <= clock_timestamp() and i.paused_at is null and i.channel = any (p_channels)
        order by r.next_try_at limit p_room
        for update of r skip locked
    ), mine as (
        update public.inbox_receiver r
        set claimed_by = p_claim, claimed_until = clock_timestamp() + p_lease
        where r.claimed_by = p_claim
           or exists (select 1 from free f where f.account_id = r.account_id and f.inbox_id = r.inbox_id)
        returning r.*
    )
    select m.account_id, m.inbox_id, i.channel, i.config_encrypted, i.settle, i.version, i.paused_at is not null,
           m.cursor, m.failures, m.hint, m.nudged_at
    from mine m join public.inbox i on i.account_id = m.account_id and i.id = m.inbox_id;
end
$$;

-- Gives all of a claim back at once: the worker ends, another may take them now.
create function leave_receivers(p_claim text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    given bigint;
begin
    update public.inbox_receiver r
    set claimed_by = null, claimed_until = null, state = 'waiting', state_at = now()
    where r.claimed_by = p_claim;
    get diagnostics given = row_count;
    return given;
end
$$;
