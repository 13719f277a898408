"""Owns the packs and models in use by one process: a pack's own model, and the versions that accounts trained.

A turn names the version to use (it was read with the claim), so a promoted or rolled-back version counts from the next
turn on in every process; nothing is cached by time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kaitak.bot import pack_models, packs, queries
from kaitak.bot.packs import Pack
from kaitak.core import resources
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.nlu import model as models
from kaitak.nlu.model import Model, ModelUnreadableError

_log = logging.getLogger(__name__)
MODELS_IN_MEMORY = 16  # versions of accounts; the longest unused one is dropped


@dataclass(frozen=True, slots=True)
class ReadyPack:
    """A checked pack with its trained model."""

    pack: Pack
    model: Model


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
        self._versions: OrderedDict[tuple[str, AccountId, int], ReadyPack] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    def find(self, name: str, account_id: AccountId | None = None, model_id: int | None = None) -> ReadyPack | None:
        """The pack with its own model, or with a version of an account, if it is ready."""
        if model_id is None or account_id is None:
            return self._own.get(name)
        key = (name, account_id, model_id)
        found = self._versions.get(key)
        if found is not None:
            self._versions.move_to_end(key)
        return found

    async def get(self, name: str, account_id: AccountId | None = None, model_id: int | None = None) -> ReadyPack:
        """The pack, made ready if need be; raises ResourceMissingError or PackInvalidError.

        A version that is gone or cannot be read any more gives way to the pack's own model: customers are answered.
        """
        async with self._locks.setdefault(name, asyncio.Lock()):
            if name not in self._own:
                pack = await self.get_pack(name)
                model = await asyncio.to_thread(pack_models.load_or_train, pack, self.cache)
                self._own[name] = ReadyPack(pack, model)
            if model_id is None or account_id is None:
                return self._own[name]
            found = self.find(name, account_id, model_id)
            return found or self._keep((name, account_id, model_id), await self._read(name, account_id, model_id))

    async def get_pack(self, name: str) -> Pack:
        """The pack without waiting for a model."""
        if name not in self._packs:
            self._packs[name] = await asyncio.to_thread(packs.load, self.folder_of(name))
        return self._packs[name]

    async def get_active(self, name: str, account_id: AccountId) -> ReadyPack:
        """The pack with the model that answers this account's customers now."""
        assert self._database is not None
        async with self._database.transaction(account_id) as session:
            model_id = await queries.find_active_model_id(session, account_id, name)
        return await self.get(name, account_id, model_id)

    async def _read(self, name: str, account_id: AccountId, model_id: int) -> ReadyPack:
        own = self._own[name]
        if self._database is None:
            return own
        async with self._database.transaction(account_id) as session:
            data = await queries.find_model_data(session, account_id, name, model_id)
        if data is None:
            _log.warning("model %s of account %s is gone; the pack's own answers", model_id, account_id)
            return own
        try:
            return replace(own, model=await asyncio.to_thread(read_model, data, own))
        except ModelUnreadableError:
            _log.exception("model %s of account %s cannot be read; the pack's own answers", model_id, account_id)
            return own

    def _keep(self, key: tuple[str, AccountId, int], ready: ReadyPack) -> ReadyPack:
        self._versions[key] = ready
        while len(self._versions) > MODELS_IN_MEMORY:
            self._versions.popitem(last=False)
        return ready


def read_model(data: bytes, ready: ReadyPack) -> Model:
    """A stored version with what the pack decides today: bands, entities, out of scope, and its mood model."""
    model = models.from_bytes(data)
    gone = sorted(set(model.labels) - set(ready.pack.intents))
    if gone:
        raise ModelUnreadableError(f"the pack no longer has the intent {gone[0]}: train again")
    return replace(model, settings=ready.pack.settings(), mood=ready.model.mood)
