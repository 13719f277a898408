"""Owns the packs and models in use by one process: as they are shipped, and accounts' versions of files and models.

A turn names the versions to use (they were read with the claim), so one that is published, promoted or taken back
counts from the next turn on in every process; nothing is cached by time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kaitak.bot import pack_models, pack_overlay, pack_version_queries, packs, queries
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.packs import Pack
from kaitak.core import garbage, resources
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.nlu import model as models
from kaitak.nlu.model import Model, ModelUnreadableError

_log = logging.getLogger(__name__)
MODELS_IN_MEMORY = 16  # versions of accounts; the longest unused one is dropped
IN_MEMORY = 64  # the same of pack files; what they share with the shipped pack is held once


@dataclass(frozen=True, slots=True)
class ReadyPack:
    """A checked pack with its trained model."""

    pack: Pack
    model: Model


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a turn answers with: a pack, and the account's versions of its model and files (None: as shipped)."""

    pack: str
    account_id: AccountId
    model_id: int | None = None
    version_id: int | None = None


class PackShelf:
    """Packs by name and accounts' versions by id; a pack's own model lies in the cache folder, a version in a row."""

    def __init__(
        self,
        cache: Path,
        database: Database | None = None,
        *,
        folder_of: Callable[[str], Path] = resources.pack_folder,
    ) -> None:
        self.cache = cache
        self.folder_of = folder_of
        self._database = database
        self._packs: dict[str, Pack] = {}
        self._own: dict[str, ReadyPack] = {}
        self._models: OrderedDict[tuple[str, AccountId, int], Model] = OrderedDict()
        self._files: OrderedDict[tuple[str, AccountId, int], Pack] = OrderedDict()
        self._overlaid: OrderedDict[tuple[str, str], Pack] = OrderedDict()
        self._wanted: OrderedDict[Wanted, ReadyPack] = OrderedDict()
        self._unfit: set[tuple[str, AccountId, int]] = set()
        self._locks: dict[str, asyncio.Lock] = {}

    def find(self, name: str) -> ReadyPack | None:
        """The pack as shipped with its own model, if it is ready."""
        return self._own.get(name)

    def find_wanted(self, wanted: Wanted) -> ReadyPack | None:
        """What a turn answers with, if it is ready."""
        if wanted.model_id is None and wanted.version_id is None:
            return self._own.get(wanted.pack)
        return _used(self._wanted, wanted)

    async def get(self, name: str, account_id: AccountId | None = None, model_id: int | None = None) -> ReadyPack:
        """The pack as shipped, made ready if need be, with its own model or one of an account's.

        Raises ResourceMissingError or PackInvalidError.
        """
        async with self._locks.setdefault(name, asyncio.Lock()):
            own = await self._ready(name)
            if model_id is None or account_id is None:
                return own
            return replace(own, model=await self._model(Wanted(name, account_id, model_id)))

    async def get_wanted(self, wanted: Wanted) -> ReadyPack:
        """What a turn answers with, made ready if need be.

        A version that is gone or cannot be read any more gives way to what is shipped: customers are answered.
        """
        async with self._locks.setdefault(wanted.pack, asyncio.Lock()):
            own = await self._ready(wanted.pack)
            found = self.find_wanted(wanted)
            if found is not None:
                return found
            model = own.model if wanted.model_id is None else await self._model(wanted)
            pack = own.pack if wanted.version_id is None else await self._pack_files(wanted)
            return _keep(self._wanted, wanted, read_with(pack, model), IN_MEMORY)

    def put(self, ready: ReadyPack) -> None:
        """Take over a shipped pack that somebody in this process has made ready already."""
        name = ready.pack.head.name
        self._packs[name], self._own[name] = ready.pack, ready

    async def get_pack(self, name: str) -> Pack:
        """The pack without waiting for a model."""
        if name not in self._packs:
            self._packs[name] = await asyncio.to_thread(packs.load, self.folder_of(name))
        return self._packs[name]

    async def get_active(self, name: str, account_id: AccountId) -> ReadyPack:
        """The pack with the model and the files that answer this account's customers now."""
        assert self._database is not None
        async with self._database.transaction(account_id) as session:
            model_id = await queries.find_active_model_id(session, account_id, name)
            version_id = await pack_version_queries.find_published_id(session, account_id, name)
        return await self.get_wanted(Wanted(name, account_id, model_id, version_id))

    async def read_files(self, name: str, overlay: pack_overlay.Overlay) -> Pack:
        """The pack with these files in the place of its own; raises PackInvalidError."""
        own = await self.get_pack(name)
        if not overlay:
            return own
        key = (name, pack_overlay.fingerprint_of(own, overlay))
        found = _used(self._overlaid, key)
        if found is not None:
            return found
        pack = await asyncio.to_thread(pack_overlay.load, self.folder_of(name), own, overlay)
        return _keep(self._overlaid, key, pack, IN_MEMORY)

    def is_fit(self, name: str, account_id: AccountId, version_id: int) -> bool:
        """False where a version's files were found not to fit the pack any more, so that the shipped ones answer."""
        return (name, account_id, version_id) not in self._unfit

    async def _ready(self, name: str) -> ReadyPack:
        if name not in self._own:
            pack = await self.get_pack(name)
            model = await asyncio.to_thread(pack_models.load_or_train, pack, self.cache)
            self._own[name] = ReadyPack(pack, model)
            garbage.keep_what_is_loaded()
        return self._own[name]

    async def _model(self, wanted: Wanted) -> Model:
        assert wanted.model_id is not None
        key = (wanted.pack, wanted.account_id, wanted.model_id)
        found = _used(self._models, key)
        return found or _keep(self._models, key, await self._read_model(key), MODELS_IN_MEMORY)

    async def _read_model(self, key: tuple[str, AccountId, int]) -> Model:
        name, account_id, model_id = key
        own = self._own[name]
        if self._database is None:
            return own.model
        async with self._database.transaction(account_id) as session:
            data = await queries.find_model_data(session, account_id, name, model_id)
        if data is None:
            _log.warning("model %s of account %s is gone; the pack's own answers", model_id, account_id)
            return own.model
        try:
            return await asyncio.to_thread(read_model, data, own)
        except ModelUnreadableError:
            _log.exception("model %s of account %s cannot be read; the pack's own answers", model_id, account_id)
            return own.model

    async def _pack_files(self, wanted: Wanted) -> Pack:
        assert wanted.version_id is not None
        key = (wanted.pack, wanted.account_id, wanted.version_id)
        found = _used(self._files, key)
        return found or _keep(self._files, key, await self._read_pack_files(key), IN_MEMORY)

    async def _read_pack_files(self, key: tuple[str, AccountId, int]) -> Pack:
        name, account_id, version_id = key
        own = self._own[name].pack
        if self._database is None:
            return own
        async with self._database.transaction(account_id) as session:
            overlay = await pack_version_queries.find_overlay(session, account_id, name, version_id)
        if overlay is None:
            _log.warning("pack version %s of account %s is gone; the shipped pack answers", version_id, account_id)
            return own
        try:
            return await self.read_files(name, overlay)
        except PackInvalidError as fault:
            self._unfit.add(key)
            where = f"{fault.file}:{fault.line}"
            _log.error("pack version %s of account %s does not fit: %s", version_id, account_id, where)
            return own


_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept", Model, Pack, ReadyPack)


def _used(shelf: OrderedDict[_Key, _Kept], key: _Key) -> _Kept | None:
    """What is kept under a key, now the latest used."""
    found = shelf.get(key)
    if found is not None:
        shelf.move_to_end(key)
    return found


def _keep(shelf: OrderedDict[_Key, _Kept], key: _Key, value: _Kept, most: int) -> _Kept:
    shelf[key] = value
    while len(shelf) > most:
        shelf.popitem(last=False)
    return value


def read_with(pack: Pack, model: Model) -> ReadyPack:
    """A pack with a model that reads by what this pack decides: bands, entities, out of scope."""
    return ReadyPack(pack, replace(model, settings=pack.settings()))


def read_model(data: bytes, ready: ReadyPack) -> Model:
    """A stored version with what the pack decides today: bands, entities, out of scope, and its mood model."""
    model = models.from_bytes(data)
    gone = sorted(set(model.labels) - set(ready.pack.intents))
    if gone:
        raise ModelUnreadableError(f"the pack no longer has the intent {gone[0]}: train again")
    return replace(model, settings=ready.pack.settings(), mood=ready.model.mood)
