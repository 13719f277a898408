-- Finding contacts by a part of their name. The grams carry the account, so one index serves all accounts and a search
-- never walks another tenant's names; the search is a function because row-level security keeps such an index from use.

create function contact_name_grams(account bigint, name text) returns text[]
language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct account || ':' || substr(lower(name), i, 2)), '{}')
    from generate_series(1, least(length(name), 200) - 1) i
$$;

create index contact_name_part on contact using gin (contact_name_grams(account_id, name)) with (fastupdate = off);
create index contact_name_start on contact (account_id, lower(name) text_pattern_ops);

create function search_contacts(part text, batch integer) returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
    account bigint := nullif(current_setting('app.account', true), '')::bigint;
    pattern text := replace(replace(replace(lower(part), '\', '\\'), '%', '\%'), '_', '\_');
begin
    if length(part) = 1 then
        return query execute 'select c.id from public.contact c
            where c.account_id = $1 and lower(c.name) like $2 || ''%'' limit $3' using account, pattern, batch;
    else
        return query execute 'select c.id from public.contact c
            where public.contact_name_grams(c.account_id, c.name) @> public.contact_name_grams($1, $4)
              and c.account_id = $1 and lower(c.name) like ''%'' || $2 || ''%'' limit $3'
            using account, pattern, batch, part;
    end if;
end
$$;
