"""Owns the command that says whether everything that came in and everything to send is accounted for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import orjson
import typer

from kaitak.accounts import operator
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.conversations import ledger as ledgers
from kaitak.conversations.ledger import InboxLedger
from kaitak.core import clock
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

commands = typer.Typer()
AllowRoot = Annotated[bool, ROOT_OPTION]
_HEAD = ("account", "inbox", "channel", "accepted", "settled", "waiting", "turns")
_OUT = ("sent", "failed", "unknown", "pending")


@commands.command()
def ledger(
    days: Annotated[float, typer.Option(min=0.01, max=92, help="how far to look back")] = 1.0,
    account: Annotated[int | None, typer.Option(min=1, help="one account by its number; default: all")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs, with the rows that do not balance")] = False,
    allow_root: AllowRoot = False,
) -> None:
    """What came in and what went out, by inbox; fails if a row has no counterpart."""
    with postgres.opened(read_settings(allow_root=allow_root), is_migrated=True) as server:
        found = asyncio.run(_read(server.url, timedelta(days=days), account))
    wrong = sum(len(each.unbalanced) for _, each in found)
    if as_json:
        typer.echo(orjson.dumps([_json(number, each) for number, each in found], option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo("\t".join((*_HEAD, *_OUT, "refused", "imbalance")))
        for number, each in found:
            typer.echo("\t".join(map(str, _line(number, each))))
            for row in each.unbalanced:
                of = f" in conversation {row.conversation_id}" if row.conversation_id else ""
                typer.echo(f"  {row.kind.replace('_', ' ')}: {row.id}{of}, {row.at:%Y-%m-%d %H:%M:%S %Z}")
    if wrong:
        typer.echo(f"{wrong} rows do not balance", err=True)
        raise typer.Exit(1)


async def _read(dsn: str, back: timedelta, only: int | None) -> list[tuple[int, InboxLedger]]:
    now = clock.now()
    found: list[tuple[int, InboxLedger]] = []
    async with Database.connect(dsn, pool_size=2) as database:
        async with database.transaction() as session:
            accounts = [item.id for item in await operator.list_accounts(session)]
        for number in accounts:
            if only not in (None, number):
                continue
            async with database.transaction(AccountId(number)) as session:
                rows = await ledgers.read(session, AccountId(number), since=now - back, until=now)
            found += [(number, row) for row in rows]
    return found


def _line(number: int, row: InboxLedger) -> list[object]:
    deliveries = [row.count("deliveries", name) for name in _OUT]
    return [
        number,
        row.name,
        row.channel,
        row.count("inbound", "stored"),
        row.count("messages", "settled"),
        row.count("messages", "waiting"),
        row.count("turns"),
        *deliveries,
        row.count("refused"),
        len(row.unbalanced),
    ]


def _json(number: int, row: InboxLedger) -> dict[str, object]:
    return {
        "account_id": number,
        "inbox_id": row.inbox_id,
        "name": row.name,
        "channel": row.channel,
        **{part: dict(counts) for part, counts in row.parts.items()},
        "unbalanced": [
            {"kind": each.kind, "id": each.id, "conversation_id": each.conversation_id, "at": each.at}
            for each in row.unbalanced
        ],
    }
