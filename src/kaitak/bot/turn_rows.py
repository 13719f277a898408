"""Owns the rows that a turn leaves behind: messages, activity entries, and what was understood, as it is shown."""

from __future__ import annotations

from functools import lru_cache

from pydantic import JsonValue

from kaitak.bot import decision
from kaitak.bot.decision import Final
from kaitak.bot.packs import Pack, Titles
from kaitak.conversations.road_rows import Json
from kaitak.nlu.understanding import RankedIntent, Understanding

SHOWN = 3  # what a message could have meant: so many are kept


def handed_over(reason: str, team: str) -> Json:
    """The activity entry of a hand-over; clients word it by its key."""
    return {
        "type": "activity",
        "sender": "system",
        "content": "The bot handed the conversation over to a person.",
        "content_type": "text",
        "attributes": {"activity": "handed_over", "actor": None, "reason": reason, "team": team},
    }


def message_of(reply: decision.Reply) -> Json:
    """The row of one answer; its options are offered for tapping."""
    attributes: Json = {}
    if reply.quick_replies:
        attributes["items"] = [{"title": option.title, "value": option.value} for option in reply.quick_replies]
    return {
        "type": "outgoing",
        "sender": "bot",
        "content": reply.text,
        "content_type": "input_select" if reply.quick_replies else "text",
        "attributes": attributes,
    }


def predicted(pack: Pack, final: Final, understanding: Understanding) -> Json:
    """What was understood, as it is kept and shown; what the message could have meant carries its titles."""
    mood = understanding.mood
    predictions: list[JsonValue] = [
        {"kind": p.kind, "label": p.value, "confidence": p.confidence, "evidence": list(p.evidence)}
        for p in final.predictions
    ]
    return {
        "model_version": understanding.model_version,
        "language": understanding.language,
        "intent": understanding.intent,
        "intents": [_meant(pack, guess) for guess in understanding.intents[:SHOWN]],
        "band": understanding.band,
        "sentiment": mood.sentiment,
        "emotion": mood.emotion,
        "urgency": mood.urgency,
        "escalate": list(mood.reasons),
        "entities": [{"kind": e.kind, "value": e.value, "withdrawn": e.withdrawn} for e in understanding.entities],
        "predictions": predictions,
    }


def _meant(pack: Pack, guess: RankedIntent) -> Json:
    known = pack.intents.get(guess.name)
    title = dict(_as_json(known.title)) if known else None
    return {"name": guess.name, "title": title, "confidence": round(guess.confidence, 3)}


@lru_cache(1024)
def _as_json(title: Titles) -> Json:
    """A title in all languages."""
    return title.model_dump(by_alias=True)
