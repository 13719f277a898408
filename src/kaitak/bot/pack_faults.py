"""Owns finding what is wrong with an account's changed files; what the shipped files have themselves is no news."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kaitak.bot import pack_check, pack_overlay, packs
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.pack_overlay import Overlay
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.packs import Pack

_Known = frozenset[tuple[str, str]]
_alone = asyncio.Semaphore(1)  # reading a pack keeps a core busy for a moment: one at a time
_shipped: dict[str, _Known] = {}  # by the fingerprint of a shipped pack


async def find_faults(shelf: PackShelf, name: str, overlay: Overlay) -> list[PackInvalidError]:
    """The faults that the account's files bring into the pack, by file and line."""
    own = await shelf.get_pack(name)
    root = shelf.folder_of(name)
    async with _alone:
        if own.fingerprint not in _shipped:
            _shipped[own.fingerprint] = frozenset(map(_key, await asyncio.to_thread(_find, root, own, {})))
        found = await asyncio.to_thread(_find, root, own, overlay)
    return [fault for fault in found if _key(fault) not in _shipped[own.fingerprint]]


def _find(root: Path, own: Pack, overlay: Overlay) -> list[PackInvalidError]:
    with pack_overlay.laid_over(root, own, overlay) as folder:
        found = pack_check.find_faults(folder)
        try:
            pack_overlay.check_taught(packs.load(folder), own, overlay)
        except PackInvalidError as fault:
            return found or [fault]
    return found


def _key(fault: PackInvalidError) -> tuple[str, str]:
    return fault.file, str(fault.fields.get("problem"))
