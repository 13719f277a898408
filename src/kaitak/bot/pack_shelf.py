"""Owns the packs in use by one process: read and trained on first need, then kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from kaitak.bot import pack_models, packs
from kaitak.bot.packs import Pack
from kaitak.core import resources
from kaitak.nlu.model import Model


@dataclass(frozen=True, slots=True)
class ReadyPack:
    """A checked pack with its trained model."""

    pack: Pack
    model: Model


class PackShelf:
    """Packs by name; the model of each lies in the cache folder, so only the first start trains."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._ready: dict[str, ReadyPack] = {}
        self._lock = asyncio.Lock()

    def find(self, name: str) -> ReadyPack | None:
        """The pack if it is ready."""
        return self._ready.get(name)

    async def get(self, name: str) -> ReadyPack:
        """The pack, made ready if need be; raises ResourceMissingError or PackInvalidError."""
        async with self._lock:
            if name not in self._ready:
                self._ready[name] = await asyncio.to_thread(self._load, name)
            return self._ready[name]

    def _load(self, name: str) -> ReadyPack:
        pack = packs.load(resources.pack_folder(name))
        return ReadyPack(pack, pack_models.load_or_train(pack, self._cache))
