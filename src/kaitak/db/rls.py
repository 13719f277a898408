"""Owns row-level security and grants: what the program's role may touch, derived from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table

from kaitak.core.errors import KaitakError
from kaitak.db import urls

POLICY = "account_only"
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"
_ROLE_FACTS = """
select exists (select from pg_roles r where r.rolsuper and pg_has_role(current_user, r.oid, 'MEMBER')),
       exists (select from pg_roles r where r.rolbypassrls and pg_has_role(current_user, r.oid, 'MEMBER')),
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'public' and c.relkind in ('r', 'p')
                 and pg_has_role(current_user, c.relowner, 'MEMBER'))
"""


class RoleTooStrongError(KaitakError):
    """The program's role could bypass row-level security; the program does not start with it."""

    code = "database_role_too_strong"


class RoleMissingError(KaitakError):
    """The program's role does not exist on the server and the owner may not create it."""

    code = "database_role_missing"


def account_column(table: Table) -> str | None:
    """The column that names the owning account, or None for a table that no account owns."""
    if "account_id" in table.columns:
        return "account_id"
    named = table.info.get("account_column")
    return str(named) if named else None


def owned_tables(metadata: MetaData) -> list[Table]:
    """Every account-owned table, by name."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    return [table for table in tables if account_column(table) is not None]


def policy_sql(table: Table) -> list[str]:
    """The statements that bind a table to the account of the transaction; with no account set it shows nothing."""
    test = f'("{account_column(table)}" = {_CURRENT})'
    return [
        f'alter table "{table.name}" enable row level security',
        f'create policy {POLICY} on "{table.name}" using {test} with check {test}',
    ]


def unprotected_tables(connection: psycopg.Connection[tuple[object, ...]], metadata: MetaData) -> list[str]:
    """Account-owned tables (by the models or by their column) that lack row-level security or its policy."""
    rows = connection.execute(
        """select c.relname, c.relrowsecurity, exists (select from pg_policies p
             where p.schemaname = n.nspname and p.tablename = c.relname and p.policyname = %s
               and p.cmd = 'ALL' and p.qual like '%%app.account%%' and p.with_check like '%%app.account%%'),
           (select count(*) from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname) > 1,
           exists (select from pg_attribute a
             where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p')""",
        (POLICY,),
    ).fetchall()
    owned = {table.name for table in owned_tables(metadata)} | {str(row[0]) for row in rows if row[4]}
    safe = {str(name) for name, is_on, has_policy, has_others, _ in rows if is_on and has_policy and not has_others}
    return sorted(owned - safe)


def grant(connection: psycopg.Connection[tuple[object, ...]], role: str, metadata: MetaData) -> None:
    """Give the program's role what it needs and nothing more; run as the owner after each migration or restore."""
    name = sql.Identifier(role)
    for template in _grants(metadata):
        connection.execute(sql.SQL(template).format(role=name))
    functions = connection.execute(
        """select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
           where n.nspname = 'public' and pg_has_role(current_user, p.proowner, 'MEMBER')
             and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""
    ).fetchall()
    for (signature,) in functions:
        text = f"revoke all on function {signature} from public; grant execute on function {signature} to {{role}}"
        connection.execute(sql.SQL(text).format(role=name))


def _grants(metadata: MetaData) -> Iterator[str]:
    yield "grant usage on schema public to {role}"
    yield "grant select, insert, update, delete on all tables in schema public to {role}"
    yield "grant usage, select on all sequences in schema public to {role}"
    yield "revoke insert, update, delete on alembic_version from {role}"
    for table in metadata.sorted_tables:
        if table.info.get("append_only"):
            yield f'revoke update, delete on "{table.name}" from {{role}}'


def ensure_role(connection: psycopg.Connection[tuple[object, ...]], program_url: str) -> str:
    """The role of the program's address, created with the address's password if it is not there."""
    role = urls.role_of(program_url)
    if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
        return role
    rights = sql.SQL("create role {} login nosuperuser nobypassrls nocreatedb nocreaterole").format(
        sql.Identifier(role)
    )
    password = urls.password_of(program_url)
    if password:
        rights = sql.SQL("{} password {}").format(rights, sql.Literal(password))
    try:
        with connection.transaction():
            connection.execute(rights)
    except psycopg.errors.InsufficientPrivilege:
        raise RoleMissingError(
            f'the role "{role}" of KAITAK_DB__URL does not exist and the owner may not create roles; '
            f"as a superuser run: create role {role} login password '…'"
        ) from None
    return role


def refuse_strong_role(program_url: str) -> None:
    """Raise if the program's role is a superuser, has BYPASSRLS, or owns (or can become the owner of) its tables."""
    with psycopg.connect(program_url, connect_timeout=10) as connection:
        row = connection.execute(_ROLE_FACTS).fetchone()
    if row is None:
        raise AssertionError("a select without FROM gives one row")
    reasons = ("is a superuser", "has BYPASSRLS", "owns the tables")
    found = [reason for reason, is_so in zip(reasons, row, strict=True) if is_so]
    if found:
        role = urls.role_of(program_url)
        raise RoleTooStrongError(
            f'the role "{role}" of KAITAK_DB__URL {" and ".join(found)}, so row-level security would not hold it. '
            "Give the program a plain role of its own and put the owner into KAITAK_DB__ADMIN_URL"
        )
