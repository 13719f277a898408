-- Look-ups before the account of a request is known. They run as the owner, past row-level security, so each answers
-- one narrow question and takes the secret's hash (or the user) that the caller already holds.

create function identify_session(p_token_hash bytea, p_account_id bigint, p_at timestamptz)
returns table (user_id bigint, credential_id bigint, only_account_id bigint, role text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    v_seen_at timestamptz;
begin
    select s.user_id, s.id, m.role, s.seen_at
      into user_id, credential_id, role, v_seen_at
      from public.user_session s
      join public.users u on u.id = s.user_id and u.is_active
      left join public.account_user m on m.account_id = p_account_id and m.user_id = s.user_id
     where s.token_hash = p_token_hash and s.expires_at > p_at and s.created_at + interval '14 days' > p_at;
    if not found then
        return;
    end if;
    if v_seen_at < p_at - interval '1 minute' then
        update public.user_session s
           set seen_at = p_at, expires_at = least(p_at + interval '12 hours', s.created_at + interval '14 days')
         where s.id = (select t.id from public.user_session t where t.id = credential_id for update skip locked);
    end if;
    return next;
end
$$;

create function identify_access_token(p_token_hash bytea, p_account_id bigint, p_at timestamptz)
returns table (user_id bigint, credential_id bigint, only_account_id bigint, role text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    v_used_at timestamptz;
begin
    select t.user_id, t.id, t.account_id, case when t.account_id = p_account_id then m.role end, t.last_used_at
      into user_id, credential_id, only_account_id, role, v_used_at
      from public.access_token t
      join public.users u on u.id = t.user_id and u.is_active
      join public.account_user m on m.account_id = t.account_id and m.user_id = t.user_id
     where t.token_hash = p_token_hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > p_at);
    if not found then
        return;
    end if;
    if v_used_at is null or v_used_at < p_at - interval '1 minute' then
        update public.access_token t set last_used_at = p_at
         where t.account_id = only_account_id and t.id = (
               select l.id from public.access_token l
                where l.account_id = only_account_id and l.id = credential_id for update skip locked);
    end if;
    return next;
end
$$;

create function memberships_of_user(p_user_id bigint)
returns table (account_id bigint, name text, role text, availability text, locale text, timezone text, pack text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.id, a.name, m.role, m.availability, a.locale, a.timezone, a.pack
      from public.account_user m join public.account a on a.id = m.account_id
     where m.user_id = p_user_id
     order by a.id
$$;

-- For the operator's commands (`kaitak accounts list`, `kaitak create-admin`); no endpoint calls it.
create function accounts_of_deployment()
returns table (id bigint, name text, locale text, pack text, members bigint, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.id, a.name, a.locale, a.pack,
           (select count(*) from public.account_user m where m.account_id = a.id), a.created_at
      from public.account a order by a.id
$$;
