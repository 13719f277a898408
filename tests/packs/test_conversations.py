"""Plays the conversations that packs carry through understanding and the engine, as `kaitak pack test` does."""

from __future__ import annotations

from functools import cache

import pytest

from kaitak.bot import pack_models, pack_tests, packs
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.core import resources
from tests.factories.models import MODELS

CASES = [(name, case) for name in resources.pack_names() for case in pack_tests.read(resources.pack_folder(name))]


@cache
def ready(name: str) -> ReadyPack:
    pack = packs.load(resources.pack_folder(name))
    return ReadyPack(pack, pack_models.load_or_train(pack, MODELS))


@pytest.mark.parametrize(("pack", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
def test_conversation_of_a_pack(pack: str, case: pack_tests.Case) -> None:
    failure = pack_tests.play(ready(pack), case)
    assert failure is None, str(failure)
