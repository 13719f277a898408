"""Owns `kaitak eval traffic`: simulated customers against the bot and a demo ERP, in databases that are thrown away."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg.rows import dict_row

from kaitak import schema
from kaitak.accounts import actions as accounts
from kaitak.bot import pack_models, packs
from kaitak.bot.business_calls import Calls
from kaitak.bot.decision import ActionResult, Arguments
from kaitak.bot.knowledge_calls import KnowledgeCalls
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.business import actions as business
from kaitak.business import registry
from kaitak.business.gateway import Gateway
from kaitak.commands import postgres
from kaitak.commands.eval import LISTED_WRONG, eval_commands, show
from kaitak.conversations.road_rows import ClaimedTurn
from kaitak.core import clock, resources
from kaitak.core import settings as configuration
from kaitak.core.addresses import read_allow_list
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId
from kaitak.db import migrate
from kaitak.db.embedded import EmbeddedPostgres
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls
from kaitak.demo import run
from kaitak.demo.children import ErpChild
from kaitak.demo.erp.program import Content, ErpSettings
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.rollout import talking, traffic
from kaitak.rollout.traffic import Outcome, Row, Talk


@eval_commands.command(name="traffic")
def measure(
    pack: Annotated[str, typer.Option(help="a pack with a traffic.yaml, by its name or folder")] = "retail",
    customers: Annotated[int, typer.Option(min=1, max=5_000)] = 200,
    seed: Annotated[int, typer.Option(help="the same seed plays the same customers")] = 1,
    lines: Annotated[list[Path] | None, typer.Option(help="more openings: JSON Lines of text, intent, lang")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write every figure and talk here")] = None,
) -> None:
    """How many routine customers the bot serves to the end, with the right effect in the business system."""
    outcomes = _measured(pack, customers, seed, lines or [])
    report = traffic.report(outcomes)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    show(traffic.figures(outcomes))
    for one in [each for each in outcomes if not each.is_right][:LISTED_WRONG]:
        typer.echo(
            f"  wrong: {one.goal}  {one.handed_over or 'no right effect'}  {' | '.join(t for _, t in one.lines)}"
        )


def _measured(pack: str, customers: int, seed: int, lines: list[Path]) -> list[Outcome]:
    settings = configuration.load_settings()
    folder = Path(pack) if (Path(pack) / "pack.yaml").is_file() else resources.pack_folder(pack)
    loaded = packs.load(folder)
    ready = ReadyPack(loaded, pack_models.load_or_train(loaded, settings.data_dir / "models"))
    with tempfile.TemporaryDirectory(prefix="kaitak-traffic-", dir="/tmp") as place:
        Path(place).chmod(0o755)
        embedded = EmbeddedPostgres(Path(place) / "pg", allow_root=settings.db.allow_root, tell=postgres.tell)
        try:
            server = embedded.start()
            migrate.upgrade(server.admin_url or "", server.url, schema.metadata)
            with _erp(server, "insurance" if loaded.head.name == "insurance" else "retail") as erp:
                return asyncio.run(_play(server, erp, ready, _Traffic(folder, customers, seed, lines)))
        finally:
            embedded.stop()


@dataclass(frozen=True, slots=True)
class _Traffic:
    folder: Path
    customers: int
    seed: int
    lines: list[Path]


@dataclass(frozen=True, slots=True)
class _Erp:
    dsn: str
    url: str
    key: str


@contextmanager
def _erp(server: ServerUrls, content: Content) -> Iterator[_Erp]:
    """The demo ERP as a program of its own, with a database of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    erp = _Erp(run.prepare_erp(server, "kaitak_traffic_erp"), f"http://127.0.0.1:{port}", secrets.token_urlsafe(24))
    child = ErpChild(ErpSettings(erp.dsn, erp.key, content), port, on_death=lambda reason: typer.echo(reason, err=True))
    try:
        child.wait_ready()
        yield erp
    finally:
        child.end()


@dataclass(frozen=True, slots=True)
class _Books:
    """The ERP's own tables, looked into past the ERP."""

    dsn: str

    async def rows(self, query: str, values: Row) -> list[dict[str, object]]:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True, row_factory=dict_row) as connection:
            cursor = await connection.execute(query.encode(), values if values and "%(" in query else None)
            return list(await cursor.fetchall())


async def _play(server: ServerUrls, erp: _Erp, ready: ReadyPack, wanted: _Traffic) -> list[Outcome]:
    keyring = Keyring(secrets.token_urlsafe(32))
    async with (
        Database.connect(server.url, pool_size=2) as database,
        OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http,
    ):
        account_id = await _connected(database, keyring, erp)
        calls = Calls(Gateway(database, keyring, http), KnowledgeCalls(database, KnowledgeShelf()))
        numbers = itertools.count(1)

        async def begin(row: Mapping[str, object], is_verified: bool) -> Talk:
            ref = str(row.get("customer_ref")) if is_verified else None
            turn = _turn(account_id, next(numbers), ready.pack.head.name, ref)

            async def ask(arguments: Arguments) -> ActionResult:
                return await calls.make(turn, arguments, clock.now())

            return talking.EngineTalk(ready, ask, clock.now, customer_ref=ref)

        books = _Books(erp.dsn)
        return await traffic.play(
            wanted.folder, begin, books, customers=wanted.customers, seed=wanted.seed, more=wanted.lines
        )


async def _connected(database: Database, keyring: Keyring, erp: _Erp) -> AccountId:
    """A scratch account with the ERP as its business system."""
    config = registry.read_config("demo_erp", {"base_url": erp.url, "api_key": erp.key})
    tested = business.Tested(connector="demo_erp", config=config, system_name="ERP", checked_at=datetime.now(UTC))
    async with database.transaction() as session:
        account_id = AccountId((await accounts.create_account(session, "traffic")).id)
        await business.create_connection(session, account_id, keyring, name="ERP", tested=tested)
    return account_id


def _turn(account_id: AccountId, number: int, pack: str, ref: str | None) -> ClaimedTurn:
    """A turn of a conversation that is in no database: whose it is, for the gateway's rights."""
    return ClaimedTurn(
        account_id=account_id,
        conversation_id=ConversationId(number),
        display_id=DisplayId(number),
        inbox_id=InboxId(1),
        contact_id=ContactId(number),
        owner_token=0,
        answered_seq=0,
        last_seq=0,
        attempts=0,
        bot_state={},
        pack=pack,
        timezone="Asia/Hong_Kong",
        locale="zh-HK",
        contact={"verified": ref is not None, "identifier": ref},
        lines=(),
        claim="",
        channel="api",
        inbox_version=1,
        inbox_name="traffic",
        source_id=str(number),
    )
