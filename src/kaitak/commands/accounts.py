"""Owns the commands for accounts: the first administrator, further ones, and the list."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from kaitak.accounts import operator, sign_in
from kaitak.accounts.operator import AccountLine, Administrator
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.core import clock
from kaitak.core.errors import InvalidError
from kaitak.db.session import Database

commands = typer.Typer()
accounts = typer.Typer(help="Look at the accounts of this deployment.", no_args_is_help=True)
commands.add_typer(accounts, name="accounts")
AllowRoot = Annotated[bool, ROOT_OPTION]


@commands.command("create-admin")
def create_admin(
    email: Annotated[str, typer.Option(help="what they sign in with")],
    name: Annotated[str, typer.Option(help="what colleagues see")],
    account: Annotated[str, typer.Option(help="the account's name or number; an unknown name makes a new account")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read a password from standard input instead of making a link")
    ] = False,
    allow_root: AllowRoot = False,
) -> None:
    """Make somebody administrator of an account; without a password, print a link that signs them in once."""
    password = _read_password() if password_stdin else None
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings, is_migrated=True) as server:
        made = asyncio.run(_make(server.url, email=email, name=name, account=account, password=password))
    verb = "created" if made.is_new_account else "known"
    typer.echo(f"account {made.account_id} ({made.account_name}, {verb}); {email} is an administrator of it")
    if made.token is not None:
        typer.echo(f"sign in once, within 24 hours: {sign_in.link_of(settings.public_url, made.token)}")


@accounts.command("list")
def list_accounts(allow_root: AllowRoot = False) -> None:
    """Each account with its number, name, language, pack and how many members it has."""
    with postgres.opened(read_settings(allow_root=allow_root), is_migrated=True) as server:
        found = asyncio.run(_list(server.url))
    for item in found:
        typer.echo(f"{item.id}\t{item.name}\t{item.locale}\t{item.pack}\t{item.members} members")
    if not found:
        typer.echo("no accounts yet; make one with: kaitak create-admin", err=True)


async def _make(dsn: str, *, email: str, name: str, account: str, password: str | None) -> Administrator:
    async with Database.connect(dsn, pool_size=2) as database, database.transaction() as session:
        return await operator.make_administrator(
            session, email=email, name=name, account=account, password=password, at=clock.now()
        )


async def _list(dsn: str) -> list[AccountLine]:
    async with Database.connect(dsn, pool_size=2) as database, database.transaction() as session:
        return await operator.list_accounts(session)


def _read_password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidError("--password-stdin: nothing came on standard input")
    return password
