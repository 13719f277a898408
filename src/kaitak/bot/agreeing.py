"""Owns whether a message says yes or no to what was asked, or has nothing to add. Pure."""

import re

from kaitak.bot import letting_be, slot_reading
from kaitak.bot.flows import Confirm, Flow
from kaitak.nlu.understanding import Act, Understanding

# What agrees or refuses in more words than a bare yes or no: 好呀幫我改啦, 唔好改住.
_YES = re.compile(
    r"^(?:好|係|系|啱(?!啱)|得(?!返|番)|可以|確認|确认|ok|okay|yes|yeah|yep|sure|go ahead|please do"
    r"|that'?s (?:right|correct|fine)|correct|right|exactly|無問題|冇問題|没问题"
    r"|冇錯|没错|對|对|是|要|麻煩|唔該)(?!唔|不|似|像|難|心|大)"
)
_NO = re.compile(
    r"^(?:唔(?!該|该|好意思|知|明|記得|记得)|不(?!好意思|知|明)|no\b|nope|don'?t|未|等陣|等等|咪|別|别|算)"
)
_NOTHING = re.compile(r"(?:冇|無|没有|沒有|唔使|不用|none|no|nothing|n/?a)(?:喇|啦|了|呀|㗎)?", re.IGNORECASE)
_LONGEST_YES = 16
_LONGEST_TOLD = 30  # characters of an answer in the words of the question
# Who asks back has neither agreed nor refused: 要正本定副本, 係囉，咁我交相得唔得.
_ASKS = re.compile(
    r"[?？]|得唔得|好唔好|可唔可以|可不可以|係咪|是不是|有冇|有没有|使唔使|要唔要|[定還还]係|還是|还是|正本定|幾時|几时|幾多|几多|幾耐|几耐|多久"
    r"|點樣|怎么|乜嘢|咩|點解|为什么|邊個|邊度"
)


def yes_or_no(flow: Flow | None, understanding: Understanding, at: str = "") -> bool | None:
    """Whether a message says yes or no to the confirm of the step `at`; None if it says something else."""
    act = understanding.act
    said = understanding.text.strip().lower()
    step = flow.steps.get(at) if flow is not None else None
    told = _told(step, said) if isinstance(step, Confirm) else None
    if told is not None or (act == "cancel" and letting_be.lets_be(said)):  # whoever drops it all says neither
        return told
    if act == "cancel":  # 取消, asked whether an order shall be cancelled, is a yes
        is_its_deed = flow is not None and any("cancel" in name for name in flow.intents)
        return is_its_deed and not _NO.match(said)
    if act in _PLAIN:
        return _PLAIN[act]
    if (
        _ASKS.search(said) is not None
        or len(said) > _LONGEST_YES
        or any(not e.withdrawn for e in understanding.entities)
    ):
        return None
    if _NO.match(said):
        return False
    return True if _YES.match(said) and not said.endswith(("?", "？", "嗎", "吗", "呢")) else None


def _told(step: Confirm, said: str) -> bool | None:
    """Yes or no in words of the question's own: 問過喇, asked whether they have asked around."""
    if len(said) > _LONGEST_TOLD or _ASKS.search(said) is not None:
        return None
    folded = slot_reading.fold(said)
    for words, answer in ((step.means_no, False), (step.means_yes, True)):
        if any(slot_reading.fold(word) in folded for word in words):
            return answer
    return None


# What these acts answer; thanks and greetings answer nothing.
_PLAIN: dict[Act, bool | None] = {
    "affirm": True, "deny": False, "no_value": False, "thank": None, "greet": None, "human": None,
}  # fmt: skip


def has_nothing(understanding: Understanding) -> bool:
    """Whether the customer has no value to give."""
    is_no = understanding.act in ("deny", "no_value", "cancel")
    return is_no or _NOTHING.fullmatch(understanding.text.strip()) is not None
