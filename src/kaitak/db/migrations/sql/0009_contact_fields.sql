-- A contact's custom attributes and the domain of its mail address, one a row: row-level security keeps an index on
-- the attributes themselves from use, and rows of plain values have statistics that the planner can go by.

create function note_contact_fields() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        delete from contact_field f where f.account_id = old.account_id and f.contact_id = old.id;
    end if;
    insert into contact_field (account_id, contact_id, key, value, number)
    select new.account_id, new.id, f.key, f.value, f.number from contact_fields_of(new.custom_attributes, new.email) f;
    return null;
end
$$;

create function contact_fields_of(attributes jsonb, email text)
returns table (key text, value text, number double precision)
language sql immutable parallel safe as $$
    select a.key, left(a.value #>> '{}', 200),
           case when jsonb_typeof(a.value) = 'number' and abs((a.value #>> '{}')::numeric) < 1e15
                then (a.value #>> '{}')::double precision
                when a.value #>> '{}' ~ '^\d{4}-\d{2}-\d{2}$'
                then replace(a.value #>> '{}', '-', '')::double precision end
    from jsonb_each(attributes) a
    where jsonb_typeof(a.value) in ('string', 'number', 'boolean') and a.key !~ '^@' and length(a.key) <= 100
    union all
    select '@domain', left(split_part(lower(trim(email)), '@', 2), 200), null::double precision
    where split_part(email, '@', 2) <> ''
$$;

create trigger contact_fields_of_new after insert on contact for each row
when (new.custom_attributes <> '{}' or new.email is not null)
execute function note_contact_fields();

create trigger contact_fields_of_changed after update of custom_attributes, email on contact for each row
when (new.custom_attributes is distinct from old.custom_attributes or new.email is distinct from old.email)
execute function note_contact_fields();

insert into contact_field (account_id, contact_id, key, value, number)
select p.account_id, p.id, f.key, f.value, f.number
from contact p cross join lateral contact_fields_of(p.custom_attributes, p.email) f;

-- A value means little without its key: the planner must know the pairs to tell a rare one from a usual one.
create statistics contact_field_pairs (mcv) on key, value from contact_field;
alter statistics contact_field_pairs set statistics 1000;
