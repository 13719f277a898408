"""Owns messages as they would be read, with the classifier's word given: no model is needed to judge a talk."""

from __future__ import annotations

from datetime import UTC, datetime

from kaitak.bot.packs import Pack
from kaitak.nlu import acts, clauses, entities, normalising
from kaitak.nlu.understanding import Context, Evidence, Mood, RankedIntent, Understanding

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=UTC)  # a Wednesday


def read(pack: Pack, text: str, intent: str, confidence: float) -> Understanding:
    """The understanding of one message, its values and act found as always."""
    folded = normalising.fold(text)
    context = Context(now=NOW)
    act = acts.find_act(folded.text, context)
    found = entities.find_entities(folded, text, pack.settings().entity_rules, context)
    return Understanding(
        text=text,
        language="yue",
        act=act,
        intents=(RankedIntent(intent, confidence),),
        band="answer",
        entities=clauses.mark_withdrawn(found, text),
        mood=Mood(sentiment="neutral", emotion="calm", urgency="normal"),
        evidence=Evidence(source="model"),
        model_version="test",
        is_correction=act == "correct" or acts.is_correction(folded.text),
    )
