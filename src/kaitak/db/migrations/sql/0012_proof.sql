-- Codes that customers write are hidden before anybody can read them, and what hides them is short-lived.

-- A text in which every run of three digits or more is dots, in whatever script it was written.
-- kaitak.contacts.codes.hidden does the same in Python; a test compares the two.
create function hide_codes(said text) returns text
language sql immutable parallel safe as $$
    select regexp_replace(
        regexp_replace(said,
            '[0-9０-９零〇○一二三四五六七八九兩两幺](?:[ \t\n　_.,，、。·-]*[0-9０-９零〇○一二三四五六七八九兩两幺]){2,60}',
            '●●●●●●', 'g'),
        '\m(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?:[ \t\n.,-]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\M){2,60}',
        '●●●●●●', 'gi')
$$;

-- A channel's raw event without the text that was hidden; where the text is not found as it is, nothing is kept.
create function hide_codes_in(raw jsonb, said text) returns jsonb
language sql immutable parallel safe as $$
    select case when hide_codes(said) = said then raw
                when strpos(raw::text, substr(to_jsonb(said)::text, 2, length(to_jsonb(said)::text) - 2)) = 0 then '{}'::jsonb
                else replace(raw::text,
                             substr(to_jsonb(said)::text, 2, length(to_jsonb(said)::text) - 2),
                             substr(to_jsonb(hide_codes(said))::text, 2, length(to_jsonb(hide_codes(said))::text) - 2))::jsonb end
$$;

-- Every minute: proof that has run out counts no more, and hidden text that no turn has read is gone.
create function forget_proof(keep interval) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
    update public.contact_inbox set hmac_verified = false, verified_by = null, verified_until = null
    where verified_until < clock_timestamp();
    delete from public.hidden_text where created_at < clock_timestamp() - keep;
$$;
