"""Owns which matter named before a message comes to: one that was put off, or one told by its deed. Pure."""

from __future__ import annotations

import re

from kaitak.bot import enumerating, matters, references, turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.nlu import folding
from kaitak.nlu.understanding import Understanding

ASSENTS = frozenset({"affirm", "deny", "greeting"})
# English words that a Chinese message holds whatever it is about.
_COMMON_WORDS = frozenset({
    "order", "policy", "claim", "plan", "app", "hi", "hello", "thx", "thanks", "thank", "no", "number", "email",
    "phone", "call", "send", "check", "ask", "confirm", "online", "hk", "whatsapp", "update", "pls", "can", "you",
    "cancel", "return", "refund", "exchange",
})  # fmt: skip
_WORD = re.compile(r"[a-z]{2,}")
_LIKELY_ENOUGH = 0.15
_SEVERAL, _LITTLE, _WORD_LENGTH = 2, 3, 12


def leaves(simple: str) -> bool:
    """Whether a message says outright that it leaves the matter in hand."""
    patterns = (turn_words.SWITCH, turn_words.DROPPED, turn_words.ANOTHER_DEED, matters.NEXT, matters.PUT_ASIDE)
    return any(pattern.search(simple) is not None for pattern in patterns)


def put_off(state: DialogueState, understanding: Understanding, simple: str) -> str | None:
    """What was named to be seen to later, where its turn has come: 好，到第二樣; 咁積分嗰樣呢; and the certificate?"""
    waiting = [topic.intent for topic in state.topics if topic.is_put_off]
    if not waiting:
        return None
    shares = _shares(understanding)
    named = max(waiting, key=lambda name: shares.get(name, 0.0))
    place = enumerating.next_place(simple)
    leads_on = place is not None or matters.NEXT.search(simple) is not None
    if shares.get(named, 0.0) >= _LIKELY_ENOUGH and (leads_on or understanding.intent in (named, *ASSENTS)):
        return named
    if leads_on and len(waiting) == 1 and _says_little(understanding):
        return waiting[0]
    is_sure = understanding.band == "answer" and understanding.intent not in ASSENTS
    return _at(waiting, place) if leads_on and not is_sure else None


def names_waiting(state: DialogueState, simple: str) -> bool:
    """Whether a message goes on to one of the matters that wait, by its place among them: 好，咁第二樣呢."""
    leads_on = enumerating.next_place(simple) is not None or matters.NEXT.search(simple) is not None
    return leads_on and any(topic.is_put_off for topic in state.topics)


def _at(waiting: list[str], place: int | None) -> str:
    """Which of those that wait is meant by its place among all, of which one was seen to before them."""
    if place is None:
        return waiting[0]
    return waiting[-1] if place < 0 else waiting[min(max(place - 1, 0), len(waiting) - 1)]


def _says_little(understanding: Understanding) -> bool:
    """Whether a message only names the next matter, by a word: 咁claim嗰邊呢."""
    rest = matters.next_matter(understanding.text) or ""
    return len(rest) <= (_WORD_LENGTH if rest.isascii() else _LITTLE)


def resumed(state: DialogueState, understanding: Understanding, simple: str) -> str | None:
    """The earlier request that a message says it goes on with: 繼續搞換貨嗰單; let's carry on with the refund."""
    if len(state.topics) < _SEVERAL or matters.RESUMES.search(simple) is None:
        return None
    shares = _shares(understanding)
    named = max((topic.intent for topic in state.topics[:-1]), key=lambda name: shares.get(name, 0.0))
    now = shares.get(state.topics[-1].intent, 0.0)
    return named if shares.get(named, 0.0) >= max(_LIKELY_ENOUGH, now) else None


def of_deed(state: DialogueState, understanding: Understanding, simple: str) -> str | None:
    """The request that a thing is known by, where what is asked may well be of it: 我取消嗰張單有冇email確認."""
    deed, shares = references.deed_in(simple), _shares(understanding)
    found = [topic.intent for topic in reversed(state.topics) if deed is not None and deed in topic.intent]
    is_left = turn_words.DROPPED.search(simple) is not None  # forget the swap, only the broken one needs sorting
    return found[0] if found and (is_left or shares.get(found[0], 0.0) >= _LIKELY_ENOUGH) else None


def repeats_foreign_word(state: DialogueState, simple: str) -> bool:
    """Whether a Chinese message has an English word of the one before it: 轉用Visa得唔得 … 轉Visa要填咩表."""
    if simple.isascii() or not state.notes:
        return False
    return not _foreign_words(simple).isdisjoint(_foreign_words(folding.plain(state.notes[-1].said)))


def _foreign_words(simple: str) -> set[str]:
    return set(_WORD.findall(turn_words.FILLER_WORDS.sub(" ", simple))) - _COMMON_WORDS


def _shares(understanding: Understanding) -> dict[str, float]:
    return {intent.name: intent.confidence for intent in understanding.intents}
