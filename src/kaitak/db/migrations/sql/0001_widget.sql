-- Who a visitor of the web widget is, before the account is known: the inbox by its public identifier, and the visitor's
-- address in it, if they have one yet. An address that has not been given a token is known by the id derived from it.

create function find_visitor(p_identifier text, p_token_hash bytea, p_source_id text)
returns table (account_id bigint, inbox_id bigint, channel text, contact_inbox_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select i.account_id, i.id, i.channel, (
        select ci.id from public.contact_inbox ci
        where ci.account_id = i.account_id and ci.inbox_id = i.id
          and (ci.token_hash = p_token_hash or (ci.source_id = p_source_id and ci.token_hash is null))
        order by (ci.token_hash is not null) desc limit 1
    )
    from public.inbox i where i.identifier = p_identifier
$$;
