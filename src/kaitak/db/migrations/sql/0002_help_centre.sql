-- Whose open help centre has this address, before the account is known; one that is shut is not there.

create function find_help_centre(p_slug text)
returns table (account_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select h.account_id from public.help_centre h where h.slug = p_slug and h.is_open
$$;
