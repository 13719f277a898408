"""Plays the conversations that packs carry through understanding and the engine, as `kaitak pack test` does."""

from __future__ import annotations

import pytest

from kaitak.bot import pack_tests
from kaitak.core import resources
from tests.factories import models

CASES = [(name, case) for name in resources.pack_names() for case in pack_tests.read(resources.pack_folder(name))]


@pytest.mark.parametrize(("pack", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
def test_conversation_of_a_pack(pack: str, case: pack_tests.Case) -> None:
    failure = pack_tests.play(models.ready(pack), case)
    assert failure is None, str(failure)
