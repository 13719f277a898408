"""Messages of several turns read together say what each says alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from kaitak.bot import pack_models, packs, reading, reading_ahead
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.pack_shelf import PackShelf, ReadyPack
from kaitak.conversations.road_rows import ClaimedTurn, CustomerLine
from kaitak.core import resources
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId
from kaitak.nlu.model import Reader
from kaitak.nlu.understanding import Understanding

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
SAID = (
    "我張單去咗邊", "hello", "件衫細咗，想換大一個碼", "", "🙂", "Where is my refund?\nit's been two weeks", "唔該晒",
    "等一下搵到單號俾你", "请问我的快递到哪里了", "我唔係想退貨，係想換", "轉人工", "x" * 30_000,
)  # fmt: skip
CONTEXT = TurnContext(now=NOW)


@pytest.fixture(scope="module")
def retail(models: Path) -> ReadyPack:
    """The shipped pack with its model."""
    pack = packs.load(resources.pack_folder("retail"))
    return ReadyPack(pack, pack_models.load_or_train(pack, models))


def turn(number: int, text: str, attempts: int = 1) -> ClaimedTurn:
    """A claimed turn of this message."""
    return ClaimedTurn(
        account_id=AccountId(1),
        conversation_id=ConversationId(number),
        display_id=DisplayId(number),
        inbox_id=InboxId(1),
        contact_id=ContactId(1),
        owner_token=0,
        answered_seq=0,
        last_seq=1,
        attempts=attempts,
        bot_state={},
        pack="retail",
        timezone="Asia/Hong_Kong",
        locale="zh-HK",
        contact={},
        lines=tuple(CustomerLine(seq=n, content=line, attributes={}) for n, line in enumerate(text.split("\n"), 1)),
        claim="w:1",
        channel="api",
        inbox_version=1,
        inbox_name="Shop",
        source_id="1",
    )


def shelf_with(retail: ReadyPack, folder: Path) -> PackShelf:
    """A shelf on which the pack is ready."""
    shelf = PackShelf(folder)
    shelf.put(retail)
    return shelf


def rounded(read: Understanding) -> Understanding:
    """Without the last digits of what is likely: a product of many rows adds its parts in another order."""
    return replace(read, intents=tuple(replace(i, confidence=round(i.confidence, 3)) for i in read.intents))


def test_messages_read_together_say_what_each_says_alone(retail: ReadyPack, tmp_path: Path) -> None:
    turns = [turn(number, text) for number, text in enumerate(SAID, 1)]
    opened = list(reading_ahead.opened(turns, shelf_with(retail, tmp_path)))
    assert [each for each, _ in opened] == turns
    for each, message in opened:
        assert message is not None
        text, state = reading_ahead.text_of(each), DialogueState()
        alone = reading.understand(retail.pack, retail.model, text, state, CONTEXT)
        together = reading.understand(retail.pack, retail.model, text, state, CONTEXT, opened=message)
        assert rounded(together) == rounded(alone)


def test_likeness_of_a_group_is_that_of_each_text_alone(retail: ReadyPack) -> None:
    views = [(text, text) for text in SAID if text]
    for each, read in zip(views, retail.model.read_all(views), strict=True):
        alone = retail.model.predict(retail.model.read(each))
        together = retail.model.predict(read)
        assert together.nearest == alone.nearest
        np.testing.assert_allclose(together.probabilities, alone.probabilities, atol=1e-5)


def test_a_lone_turn_and_one_that_failed_before_are_not_read_ahead(retail: ReadyPack, tmp_path: Path) -> None:
    shelf = shelf_with(retail, tmp_path)
    assert [message for _, message in reading_ahead.opened([turn(1, "你好")], shelf)] == [None]
    three = [turn(1, "你好"), turn(2, "我張單去咗邊", attempts=2), turn(3, "唔該晒")]
    assert [message is not None for _, message in reading_ahead.opened(three, shelf)] == [True, False, True]


def test_where_the_pack_is_not_ready_nothing_is_read_ahead(tmp_path: Path) -> None:
    turns = [turn(number, "你好") for number in range(20)]
    assert list(reading_ahead.opened(turns, PackShelf(tmp_path))) == [(each, None) for each in turns]


def test_what_cannot_be_read_together_is_left_to_its_own_turn(retail: ReadyPack, tmp_path: Path) -> None:
    without_views = replace(retail.model, reader=cast("Reader", None))
    broken = replace(retail, model=without_views)
    shelf = PackShelf(tmp_path)
    shelf.put(broken)
    found = list(reading_ahead.opened([turn(1, "你好"), turn(2, "我張單去咗邊")], shelf))
    assert [message for _, message in found] == [None, None]


def test_a_message_opened_for_other_words_does_not_count(retail: ReadyPack) -> None:
    other = reading.open_all(retail.model, ["唔該晒", "你好"])[0]
    text, state = "我張單去咗邊", DialogueState()
    alone = reading.understand(retail.pack, retail.model, text, state, CONTEXT)
    assert reading.understand(retail.pack, retail.model, text, state, CONTEXT, opened=other) == alone
