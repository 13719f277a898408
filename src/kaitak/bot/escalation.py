"""Owns when a person must take over, by the mood of a message, its words and the course of the talk. Pure."""

from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import HandoverReason
from kaitak.nlu.understanding import Emotion, EscalationReason, Understanding

# The gravest first: a hand-over has one reason.
_GRAVE: tuple[tuple[EscalationReason, HandoverReason], ...] = (
    ("safety", "safety"),
    ("legal_or_media", "legal_or_media"),
    ("fraud", "fraud"),
    ("anger", "anger"),
    ("repeated_failure", "repeated_failure"),
    ("distress", "distress"),
    ("human_requested", "customer_asked"),
)


# How likely it must be that a person must step in: by feeling alone, and where words or the course say so too. Most
# turns of a conversation are plain answers, so more is asked of them than of a letter.
_SURE_FEELING, _LIKELY_FEELING = 0.75, 0.5
_BAD_COURSE = 2
_UPSET: frozenset[Emotion] = frozenset({"angry", "anxious"})


def must_step_in(state: DialogueState, understanding: Understanding) -> bool:
    """Whether a person must take over now: by the mood of the message, its words and the course so far."""
    mood = understanding.mood
    reasons = set(mood.reasons)
    if not reasons:
        return False
    if "human_requested" in reasons or mood.escalation >= _SURE_FEELING:
        return True
    if "repeated_failure" in reasons and state.misunderstandings >= _BAD_COURSE:
        return True
    if "safety" in reasons and mood.sentiment == "negative":
        return True
    was_upset = any(n.sentiment == "negative" and n.emotion in _UPSET for n in state.notes[-_BAD_COURSE:])
    defrauded = "fraud" in reasons and mood.emotion == "anxious"
    return mood.escalation >= _LIKELY_FEELING and (was_upset or defrauded)


def reason_of(state: DialogueState, understanding: Understanding) -> HandoverReason | None:
    """The gravest reason for which a person must take over now; None if none must."""
    if not must_step_in(state, understanding):
        return None
    return next((handover for felt, handover in _GRAVE if felt in understanding.mood.reasons), None)
