"""Knows what one process consists of: everything made from the settings once, and closed in the right order."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
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
    clock, signals = SystemClock(), Signals()
    keyring = Keyring(configuration.read_secret(settings))
    links = Links(keyring, settings.public_url, clock)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.connect(dsn, pool_size=settings.db.pool_size))
        road = await stack.enter_async_context(Road(dsn, pool_size=ROAD_CONNECTIONS))
        http = await stack.enter_async_context(OutgoingHttp(allow=read_allow_list(settings.http.allow_private)))
        connectors = LiveConnectors(keyring, HttpPorts(http, clock), road.read_config)
        gateway = Gateway(database, keyring, http, clock=clock)
        shelf = PackShelf(settings.data_dir / "models", database)
        arbiter = Arbiter(database, http, clock, language_model_terms(settings.llm))
        transcriber = _transcriber(settings.transcription, http)
        voice_wait = settings.transcription.wait if transcriber.is_on else timedelta(0)
        door = Door(road, signals, voice_wait=voice_wait)
        hub = Hub(dsn, StreamHydrator(database, links), signals)
        scanner = scanning.make(settings.scan.url, settings.scan.timeout, http)
        store = AttachmentStore(settings.storage_dir, settings.storage.max_attachment_bytes, scanner)
        retention = Retention(settings.retention.webhook_bodies, settings.retention.attachments or None)
        call_log = CallLog(database, clock)
        defaults = InboxDefaults(settle=settings.worker.settle)
        webhooks = WebhookDoor(road, door, connectors, database, call_log, public_url=settings.public_url)
        talking = (road, signals, door, hub, connectors, gateway, links, store, defaults, webhooks, http)
        knowledge_shelf = KnowledgeShelf()
        knowledge = KnowledgeCalls(database, knowledge_shelf, arbiter)
        keeping = (transcriber, retention, call_log)
        parts = (*talking, *keeping, shelf, arbiter, knowledge_shelf, knowledge)
        name, worker = f"{socket.gethostname()}-{os.getpid()}", settings.worker
        deliverer = Deliverer(road, signals, connectors, links, batch=worker.delivery_batch, name=name, files=store)
        yield Process(
            settings=settings,
            dsn=dsn,
            deps=Deps(
                database=database,
                keyring=keyring,
                clock=clock,
                identify=identity.identify,
                public_url=settings.public_url,
                cookie_secure=settings.cookie_secure,
                attached={type(part): part for part in parts},
                subscribers=SUBSCRIBERS,
            ),
            road=road,
            signals=signals,
            door=door,
            hub=hub,
            turner=Turner(
                road,
                signals,
                shelf,
                gateway,
                clock=clock,
                deliverer=deliverer,
                batch=worker.turn_batch,
                name=name,
                arbiter=arbiter,
                knowledge=knowledge,
                proof=ProofDesk(database, gateway, OneTimeCodes(keyring), clock),
            ),
            deliverer=deliverer,
            receivers=Receivers(road, signals, connectors, database, name=name, voice_wait=voice_wait),
            shelf=shelf,
        )


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
