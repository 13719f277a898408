-- What periodic jobs look for in every account, past row-level security; each answers ids, and what is done with them is
-- done in the scope of their account.

create function due_snoozes(batch integer) returns table (account_id bigint, conversation_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select c.account_id, c.id from public.conversation c
    where c.status = 'snoozed' and c.snoozed_until <= now() order by c.snoozed_until limit batch
$$;

create function orphan_attachments(before timestamptz, batch integer)
returns table (account_id bigint, attachment_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.account_id, a.id from public.attachment a
    where a.message_id is null and a.created_at < before order by a.created_at limit batch
$$;

create function all_account_ids() returns table (account_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.id from public.account a order by a.id
$$;

create function prune_viewers() returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    removed integer;
begin
    delete from public.conversation_viewer v where v.seen_at < now() - interval '10 minutes';
    get diagnostics removed = row_count;
    return removed;
end
$$;
