-- The two roles and the database, on a PostgreSQL 15 or newer. Run once, as a superuser:
--   psql -v owner_password=... -v program_password=... -f deploy/postgresql.sql
-- The owner migrates; the program's role owns nothing and is bound by row-level security.
\set ON_ERROR_STOP on
create role kaitak_owner login nosuperuser nobypassrls nocreatedb nocreaterole password :'owner_password';
create role kaitak login nosuperuser nobypassrls nocreatedb nocreaterole password :'program_password';
create database kaitak owner kaitak_owner encoding 'UTF8' template template0;
revoke all on database kaitak from public;
grant connect on database kaitak to kaitak;
