-- What a contact's profile says is evidence too, in its normal form: kept by a trigger, so that every road writes it.
-- The forms are those of kaitak.contacts.identity.normal_forms; a test compares the two.

create function normal_email(address text) returns text
language sql immutable parallel safe as $$
    with parted as (
        select split_part(lower(trim(address)), '@', 1) as local,
               replace(split_part(lower(trim(address)), '@', 2), 'googlemail.com', 'gmail.com') as domain
    ), untagged as (
        select case when domain in ('gmail.com', 'outlook.com', 'hotmail.com', 'icloud.com')
                    then split_part(local, '+', 1) else local end as local, domain from parted
    )
    select case when domain = 'gmail.com' then replace(local, '.', '') else local end || '@' || domain from untagged
$$;

create function note_contact_evidence() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        delete from contact_evidence e
        where e.account_id = old.account_id and e.contact_id = old.id and e.source = 'profile'
          and ((e.kind = 'email' and new.email is distinct from old.email)
               or (e.kind = 'phone' and new.phone_number is distinct from old.phone_number)
               or (e.kind = 'crm_id' and new.identifier is distinct from old.identifier));
    end if;
    insert into contact_evidence (account_id, contact_id, kind, value, source, verified_by, verified_at)
    select new.account_id, new.id, f.kind, f.value, 'profile', f.verified_by, case when f.verified_by is not null then now() end
    from (values ('email', normal_email(new.email), null),
                 ('phone', new.phone_number, null),
                 ('crm_id', new.identifier, 'signed_identity')) f(kind, value, verified_by)
    where f.value is not null
    on conflict (account_id, contact_id, kind, value) do nothing;
    return null;
end
$$;

create trigger contact_evidence_of_new after insert on contact for each row
when (new.email is not null or new.phone_number is not null or new.identifier is not null)
execute function note_contact_evidence();

create trigger contact_evidence_of_changed after update of email, phone_number, identifier on contact for each row
when (new.email is distinct from old.email or new.phone_number is distinct from old.phone_number
      or new.identifier is distinct from old.identifier)
execute function note_contact_evidence();

insert into contact_evidence (account_id, contact_id, kind, value, verified_by, verified_at)
select p.account_id, p.id, f.kind, f.value, f.verified_by, case when f.verified_by is not null then p.created_at end
from contact p
cross join lateral (values ('email', normal_email(p.email), null),
                           ('phone', p.phone_number, null),
                           ('crm_id', p.identifier, 'signed_identity')) f(kind, value, verified_by)
where f.value is not null
on conflict do nothing;
