"""Owns playing a pack's sample conversations with an account's draft, before it may answer customers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from kaitak.bot import pack_overlay, pack_shelf, pack_tests
from kaitak.bot.pack_overlay import Overlay
from kaitak.bot.pack_shelf import PackShelf, ReadyPack
from kaitak.bot.pack_tests import Case, Failure
from kaitak.bot.packs import Pack
from kaitak.core.ids import AccountId

MAX_TALKS = 500
KEPT = 50
_alone = asyncio.Semaphore(1)  # playing keeps a core busy for seconds: one account's at a time


@dataclass(frozen=True, slots=True)
class Played:
    """How many conversations were played, and those that went otherwise."""

    talks: int
    failures: tuple[Failure, ...]


_played: OrderedDict[tuple[str, str], Played] = OrderedDict()  # by the pack's fingerprint and the model's version


async def play(shelf: PackShelf, name: str, account_id: AccountId, overlay: Overlay) -> Played:
    """Play every sample conversation with these files and the model that answers the account's customers."""
    pack = await shelf.read_files(name, overlay)
    ready = pack_shelf.read_with(pack, (await shelf.get_active(name, account_id)).model)
    key = (pack.fingerprint, ready.model.version)
    async with _alone:
        if key not in _played:
            own = await shelf.get_pack(name)
            cases = await asyncio.to_thread(_read, shelf.folder_of(name), own, overlay)
            found = [await asyncio.to_thread(_play, ready, case) for case in cases]
            _played[key] = Played(len(cases), tuple(each for each in found if each is not None))
            while len(_played) > KEPT:
                _played.popitem(last=False)
        return _played[key]


def _read(root: Path, own: Pack, overlay: Overlay) -> list[Case]:
    with pack_overlay.laid_over(root, own, overlay) as folder:
        return pack_tests.read(folder)[:MAX_TALKS]


def _play(ready: ReadyPack, case: Case) -> Failure | None:
    try:
        return pack_tests.play(ready, case)
    except RuntimeError as endless:
        return Failure(case.talk.name, case.at.name, case.line_of(0), str(endless), "")
