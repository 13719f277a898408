"""Owns what one process consists of: everything made from the settings once, and closed in the right order."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from kaitak.accounts import identity
from kaitak.api.deps import Deps
from kaitak.bot.actions import Amount
from kaitak.bot.arbiter import Arbiter, Terms
from kaitak.bot.knowledge_calls import KnowledgeCalls
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.proof_desk import ProofDesk
from kaitak.bot.turns import Turner
from kaitak.business.gateway import Gateway
from kaitak.channels.endpoints import InboxDefaults
from kaitak.channels.live import HttpPorts, LiveConnectors
from kaitak.contacts.codes import OneTimeCodes
from kaitak.conversations import scanning
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.call_log import CallLog
from kaitak.conversations.delivery import Deliverer
from kaitak.conversations.hydration import StreamHydrator
from kaitak.conversations.inbound import Door
from kaitak.conversations.links import Links
from kaitak.conversations.receiving import Receivers
from kaitak.conversations.retention import Retention
from kaitak.conversations.road import Road
from kaitak.conversations.subscribers import SUBSCRIBERS
from kaitak.conversations.transcriber import Transcriber
from kaitak.conversations.webhooks import WebhookDoor
from kaitak.core import settings as configuration
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.llm import Endpoint
from kaitak.core.settings import LlmSettings, Settings, TranscriptionSettings
from kaitak.db.session import Database
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.realtime.hub import Hub
from kaitak.realtime.signals import Signals

ROAD_CONNECTIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The parts of one process."""

    settings: Settings
    dsn: str
    deps: Deps
    road: Road
    signals: Signals
    door: Door
    hub: Hub
    turner: Turner
    deliverer: Deliverer
    receivers: Receivers
    shelf: PackShelf


@asynccontextmanager
async def opened(settings: Settings, dsn: str) -> AsyncIterator[Process]:
    """All parts, for the length of a block; `dsn` is the program's own role."""
    async with AsyncExitStack() as stack:
        ground = _Ground(
            settings=settings,
            dsn=dsn,
            name=f"{socket.gethostname()}-{os.getpid()}",
            clock=SystemClock(),
            signals=Signals(),
            keyring=Keyring(configuration.read_secret(settings)),
            database=await stack.enter_async_context(Database.connect(dsn, pool_size=settings.db.pool_size)),
            road=await stack.enter_async_context(Road(dsn, pool_size=ROAD_CONNECTIONS)),
            http=await stack.enter_async_context(OutgoingHttp(allow=read_allow_list(settings.http.allow_private))),
        )
        yield _process(ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every part stands on; three of these are connections and are closed with the process."""

    settings: Settings
    dsn: str
    name: str
    clock: SystemClock
    signals: Signals
    keyring: Keyring
    database: Database
    road: Road
    http: OutgoingHttp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    """The parts that answer by themselves."""

    shelf: PackShelf
    arbiter: Arbiter
    knowledge_shelf: KnowledgeShelf
    knowledge: KnowledgeCalls
    turner: Turner


def _process(ground: _Ground) -> Process:
    settings, database, road, signals = ground.settings, ground.database, ground.road, ground.signals
    links = Links(ground.keyring, settings.public_url, ground.clock)
    connectors = LiveConnectors(ground.keyring, HttpPorts(ground.http, ground.clock), road.read_config)
    gateway = Gateway(database, ground.keyring, ground.http, clock=ground.clock)
    transcriber = _transcriber(settings.transcription, ground.http)
    voice_wait = settings.transcription.wait if transcriber.is_on else timedelta(0)
    door = Door(road, signals, voice_wait=voice_wait)
    hub = Hub(ground.dsn, StreamHydrator(database, links), signals)
    scanner = scanning.make(settings.scan.url, settings.scan.timeout, ground.http)
    store = AttachmentStore(settings.storage_dir, settings.storage.max_attachment_bytes, scanner)
    retention = Retention(settings.retention.webhook_bodies, settings.retention.attachments or None)
    call_log = CallLog(database, ground.clock)
    defaults = InboxDefaults(settle=settings.worker.settle)
    webhooks = WebhookDoor(road, door, connectors, database, call_log, public_url=settings.public_url)
    batch = settings.worker.delivery_batch
    deliverer = Deliverer(road, signals, connectors, links, batch=batch, name=ground.name, files=store)
    bot = _bot(ground, gateway, deliverer)
    talking = (road, signals, door, hub, connectors, gateway, links, store, defaults, webhooks, ground.http)
    keeping = (transcriber, retention, call_log)
    return Process(
        settings=settings,
        dsn=ground.dsn,
        deps=_deps(ground, (*talking, *keeping, bot.shelf, bot.arbiter, bot.knowledge_shelf, bot.knowledge)),
        road=road,
        signals=signals,
        door=door,
        hub=hub,
        turner=bot.turner,
        deliverer=deliverer,
        receivers=Receivers(road, signals, connectors, database, name=ground.name, voice_wait=voice_wait),
        shelf=bot.shelf,
    )


def _deps(ground: _Ground, parts: Iterable[object]) -> Deps:
    """What endpoints and jobs are given; `parts` they find by their type."""
    return Deps(
        database=ground.database,
        keyring=ground.keyring,
        clock=ground.clock,
        identify=identity.identify,
        public_url=ground.settings.public_url,
        cookie_secure=ground.settings.cookie_secure,
        attached={type(part): part for part in parts},
        subscribers=SUBSCRIBERS,
    )


def _bot(ground: _Ground, gateway: Gateway, deliverer: Deliverer) -> _Bot:
    settings, database = ground.settings, ground.database
    shelf = PackShelf(settings.data_dir / "models", database)
    arbiter = Arbiter(database, ground.http, ground.clock, language_model_terms(settings.llm))
    knowledge_shelf = KnowledgeShelf()
    knowledge = KnowledgeCalls(database, knowledge_shelf, arbiter)
    turner = Turner(
        ground.road,
        ground.signals,
        shelf,
        gateway,
        clock=ground.clock,
        deliverer=deliverer,
        batch=settings.worker.turn_batch,
        name=ground.name,
        arbiter=arbiter,
        knowledge=knowledge,
        proof=ProofDesk(database, gateway, OneTimeCodes(ground.keyring), ground.clock),
    )
    return _Bot(shelf=shelf, arbiter=arbiter, knowledge_shelf=knowledge_shelf, knowledge=knowledge, turner=turner)


def _transcriber(settings: TranscriptionSettings, http: OutgoingHttp) -> Transcriber:
    return Transcriber(
        http=http,
        url=settings.url,
        model=settings.model,
        key=settings.key.get_secret_value().strip() if settings.key else "",
        language=settings.language,
        timeout=settings.timeout,
    )


def language_model_terms(settings: LlmSettings) -> Terms | None:
    """What the operator set for the language model; None: there is none."""
    if not settings.url:
        return None
    return Terms(
        endpoint=Endpoint(
            url=settings.url,
            model=settings.model,
            key=settings.key.get_secret_value().strip() if settings.key else "",
            key_header=settings.key_header,
            answer_format=settings.answer_format,
            extra=settings.extra,
            price_input=settings.price_input,
            price_output=settings.price_output,
        ),
        timeout=settings.timeout,
        currency=settings.currency,
        most=Amount(tokens=settings.daily_tokens, cost_micros=int(settings.daily_cost * 1_000_000)),
        concurrency=settings.concurrency,
    )
