-- A search asks the index only for the grams that narrow it. Within a row of four and more Latin letters and digits the
-- fours hold all that its pairs hold: an order's number is five looks a block, not twelve. Grams are cut once, not for
-- each block.

create or replace function search_messages(words text[], inboxes bigint[], before bigint, batch integer)
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
    prefix text := '0:0:';
    grams text[] := array(
        select substr(g, 1 + length(prefix))
        from unnest(words) w, unnest(public.text_grams(0, 0, w)) g
        where length(g) = length(prefix) + 4
        union
        select substr(g, 1 + length(prefix))
        from unnest(words) w, unnest(public.text_grams(
            0, 0, regexp_replace(w, '([a-z0-9])[a-z0-9]{2,}([a-z0-9])', '\1 \2', 'g'))) g);
    missing integer := batch;
    found integer;
begin
    at_block := coalesce(first_block, at_block);
    while at_block >= 0 and missing > 0 loop
        return query
            with hits as materialized (
                select t.message_id, t.conversation_id from public.message_text t
                where public.text_grams(t.account_id, t.block, t.folded) @> array(
                        select account || ':' || at_block || ':' || g from unnest(grams) g)
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
