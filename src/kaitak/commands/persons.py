"""Owns the commands for a person's rights: everything that is kept of them as a file, and having it erased."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from kaitak.accounts.audit import Actor
from kaitak.business.gateway import Gateway
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.contacts import queries
from kaitak.conversations import persons as rights
from kaitak.conversations.attaching import AttachmentStore
from kaitak.core import clock
from kaitak.core import settings as configuration
from kaitak.core.addresses import read_allow_list
from kaitak.core.crypto import Keyring
from kaitak.core.errors import InvalidError
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.core.settings import Settings
from kaitak.db.session import Database

commands = typer.Typer()
persons = typer.Typer(help="Export or erase what is kept of a person.", no_args_is_help=True)
commands.add_typer(persons, name="persons")
AllowRoot = Annotated[bool, ROOT_OPTION]
Account = Annotated[int, typer.Argument(help="the account's number: kaitak accounts list", min=1)]
Contact = Annotated[int, typer.Argument(help="the contact's number, as in the console's address", min=1)]


@dataclass(frozen=True, slots=True)
class _Office:
    """What a request needs."""

    database: Database
    store: AttachmentStore
    gateway: Gateway
    account_id: AccountId
    contact_id: int

    async def ask(self, kind: str) -> tuple[int, dict[str, object]]:
        """Begin a request as the operator; its number and what it is about."""
        async with self.database.transaction(self.account_id) as session:
            contact = await queries.get_contact(session, self.account_id, self.contact_id, inbox_ids=None)
            by = Actor(self.account_id, None, None)
            request = await rights.ask(session, by, contact, kind, note="command line", now=clock.now())
            return request.id, dict(request.counts)


@persons.command("export")
def export_person(
    account: Account,
    contact: Contact,
    out: Annotated[Path, typer.Option(help="where the zip goes; it must not exist yet")],
    allow_root: AllowRoot = False,
) -> None:
    """Write everything that is kept of a person into a zip of JSON and files."""
    if out.exists():
        raise InvalidError(f"{out} exists already")
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings, is_migrated=True) as server:
        counts = asyncio.run(_export(settings, server.url, account, contact, out))
    out.chmod(0o600)
    typer.echo(
        f"{out}: {counts['conversations']} conversations, {counts['messages']} messages, {counts['files']} files"
    )


@persons.command("erase")
def erase_person(
    account: Account,
    contact: Contact,
    confirm: Annotated[
        str, typer.Option(help="the contact's number once more; without it, it is only said what would go")
    ] = "",
    allow_root: AllowRoot = False,
) -> None:
    """Blank or remove what is kept of a person, for ever; counts for reports stay (docs/guides/privacy.md)."""
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings, is_migrated=True) as server:
        counts = asyncio.run(_erase(settings, server.url, account, contact, confirm))
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    if confirm:
        typer.echo(f"erased: {told}")
    else:
        typer.echo(f"this would erase: {told}; to do it, add --confirm {contact}")


async def _export(settings: Settings, dsn: str, account: int, contact: int, out: Path) -> dict[str, object]:
    async with _opened(settings, dsn, account, contact) as office:
        number, counts = await office.ask("export")
        await rights.export(office.database, office.store, office.account_id, number)
        async with office.database.transaction(office.account_id) as session:
            file_id = (await rights.get(session, account, number)).file_id
        assert file_id is not None
        await asyncio.to_thread(shutil.copyfile, office.store.path(office.account_id, file_id), out)
        return counts


async def _erase(settings: Settings, dsn: str, account: int, contact: int, confirm: str) -> dict[str, object]:
    async with _opened(settings, dsn, account, contact) as office:
        number, counts = await office.ask("erasure")
        if confirm:
            async with office.database.transaction(office.account_id) as session:
                request = await rights.get(session, account, number, lock=True)
                by = Actor(office.account_id, None, None)
                await rights.confirm(session, by, request, confirm, now=clock.now())
            await rights.erase(office.database, office.store, office.gateway, office.account_id, number)
        return counts


@asynccontextmanager
async def _opened(settings: Settings, dsn: str, account: int, contact: int) -> AsyncIterator[_Office]:
    keyring = Keyring(configuration.read_secret(settings))
    store = AttachmentStore(settings.storage_dir, settings.storage.max_attachment_bytes)
    async with (
        Database.connect(dsn, pool_size=2) as database,
        OutgoingHttp(allow=read_allow_list(settings.http.allow_private)) as http,
    ):
        yield _Office(database, store, Gateway(database, keyring, http), AccountId(account), contact)
