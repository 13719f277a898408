"""The packs with their models, read once a process, and where the models lie between runs: training takes a minute."""

import tempfile
from functools import cache
from pathlib import Path

from kaitak.bot import pack_models, packs
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.core import resources

MODELS = Path(tempfile.gettempdir()) / "kaitak-test-models"


@cache
def pack(name: str) -> packs.Pack:
    """A shipped pack: reading and checking its files takes half a second."""
    return packs.load(resources.pack_folder(name))


@cache
def ready(name: str) -> ReadyPack:
    """A shipped pack with its model."""
    return ReadyPack(pack(name), pack_models.load_or_train(pack(name), MODELS))


def learn() -> None:
    """Have every pack's model ready before a test starts the program; several processes wait for the first."""
    for name in resources.pack_names():
        if not pack_models.is_kept(pack(name), MODELS):
            pack_models.load_or_train(pack(name), MODELS)
