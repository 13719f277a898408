-- The same grams as before (0007) at a tenth of the time: one walk over the characters instead of a cut from the
-- text's start for each (20,000 texts of 25 characters: 0.3 s instead of 3.1). No statistics are kept of them: each
-- ANALYZE computed all its sample's grams again, some seconds every few seconds on a busy account, and a search names
-- its index anyway.

create or replace function text_grams(account bigint, block bigint, folded text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    prefix text := account || ':' || block || ':';
    grams text[] := '{}';
    previous text := ' ';
    character text;
    word text;
begin
    foreach character in array string_to_array(left(folded, 2000), null) loop
        if character <> ' ' and previous <> ' ' then
            grams := grams || (prefix || previous || character);
        end if;
        previous := character;
    end loop;
    if folded ~ '[a-z0-9]{4}' then
        for word in select r.parts[1] from regexp_matches(left(folded, 2000), '[a-z0-9]{4,}', 'g') r(parts) loop
            for start in 1 .. length(word) - 3 loop
                grams := grams || (prefix || substr(word, start, 4));
            end loop;
        end loop;
    end if;
    return grams;
end
$$;

alter index message_text_grams alter column 1 set statistics 0;
