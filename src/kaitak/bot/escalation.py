"""Owns when a person must take over, by the mood of a message, its words and the course of the talk. Pure."""

import re
from dataclasses import replace

from kaitak.bot import turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import HandoverReason
from kaitak.nlu import folding
from kaitak.nlu.understanding import Emotion, EscalationReason, Mood, Understanding

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
_SURE_FEELING, _LIKELY_FEELING = 0.86, 0.5
_PLAIN_ANGER, _LIKELY_STEP = 0.9, 0.6  # who is angry beyond doubt needs less of a likelihood
_DEFRAUDED = 0.7
_BAD_COURSE = 2
_UPSET: frozenset[Emotion] = frozenset({"angry", "anxious"})
# Words of law and media that threaten nobody: where one works, whom an invoice names, a picture, a recorded voice.
_HARMLESS = re.compile(
    r"律师(?:楼|行|事务所)(?!信)|截图|截屏|录音|警[署察局]|差馆|口供|报(?:咗|左|了|过)(?:警|案)|已经报[警案]"
    r"|(?<!to the )\bpapers\b|law firm|screenshot|recording|recorded|police (?:report|station|statement)"
)
_THREAT = re.compile(
    r"律师|法[庭院律]|(?:会|就|即刻|马上|去|要)报警|小额钱债|起诉|告(?:你|上|到|佢|他)|诉讼|投诉|举报|监管|保监|消委|海关|申诉|传媒|媒体|记者|报纸|东张|爆料|公开"
    r"|上网|网上|lawyer|solicitor|sue|court|legal|regulat|council|ombuds|media|press|journalist|review"
)
_CONTACTS = frozenset({"phone", "email"})
_LIKELIHOOD = re.compile(r"escalate (\d\.\d+)")  # the model's own word, where cues have gone above it
_ANGER = re.compile(r"angry (\d\.\d+)")
_NO_PERSON = re.compile(
    r"(?:唔使|唔好|唔需要|无须|无需|不用|不必|不需要|毋须)(?:再)?(?:帮我)?(?:叫|揾|搵|找|转|驳|派)(?:个|返|俾|畀|给)?(?:真人|人|同事|客服|职员|专人)"
    r"|(?:no need|don'?t need|needn'?t|not necessary).{0,24}(?:agent|human|person|someone|call|colleague)"
)
# A hint at ending one's life that goes by other words.
_NOT_LIVING = re.compile(
    r"自己(?:搞掂|了结|解决)(?:咗|了)?自己|了结自己|一了百了|不想活|唔想做人|唔想生存|唔想再?生|活不下去|做傻事|寻短|死咗(?:去)?算|死了算了"
    r"|(?:end|take) (?:my|his|her|their) (?:own )?life|end it all|kill (?:my|him|her)self|not want to live"
)


def _simple(understanding: Understanding) -> str:
    return folding.plain(understanding.text)


def wants_no_person(understanding: Understanding) -> bool:
    """Whether a message that speaks of a person says that none is needed: 唔使搵人覆我."""
    return _NO_PERSON.search(_simple(understanding)) is not None


def masked(understanding: Understanding) -> str:
    """The words that may show a feeling: without contacts spelt out and words of law that threaten nobody."""
    text = understanding.text
    for entity in reversed([e for e in understanding.entities if e.kind in _CONTACTS]):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    simple = folding.plain(text)
    bare = _HARMLESS.sub("公司", simple)
    return bare if bare != simple and _THREAT.search(bare) is None else text


def mood_of(understanding: Understanding) -> Mood:
    """The mood without what only sounds like a reason: words of law that threaten nobody, a person not wanted."""
    mood, simple = understanding.mood, _simple(understanding)
    gone: set[EscalationReason] = set()
    if _HARMLESS.search(simple) is not None and _THREAT.search(_HARMLESS.sub("", simple)) is None:
        gone.add("legal_or_media")
    if _NO_PERSON.search(simple) is not None:  # whoever is upset and wants nobody is left in peace
        gone.update(("human_requested", "anger", "repeated_failure", "distress"))
    if gone.isdisjoint(mood.reasons):
        return mood
    left = tuple(reason for reason in mood.reasons if reason not in gone)
    return replace(mood, reasons=left, escalation=min(_said(mood, _LIKELIHOOD, mood.escalation), mood.escalation))


def _said(mood: Mood, what: re.Pattern[str], otherwise: float) -> float:
    """A number that the model gave with its evidence."""
    return next((float(found[1]) for each in mood.evidence if (found := what.match(each))), otherwise)


def must_step_in(state: DialogueState, understanding: Understanding) -> bool:
    """Whether a person must take over now: by the mood of the message, its words and the course so far."""
    mood = mood_of(understanding)
    reasons = set(mood.reasons)
    if not reasons:
        return False
    if "human_requested" in reasons or mood.escalation >= _SURE_FEELING:
        return True
    if "anger" in reasons and mood.escalation >= _LIKELY_STEP and _said(mood, _ANGER, 0.0) >= _PLAIN_ANGER:
        return True
    if "repeated_failure" in reasons and state.misunderstandings >= _BAD_COURSE:
        return True
    if "safety" in reasons and mood.sentiment == "negative":
        return True
    was_upset = any(n.sentiment == "negative" and n.emotion in _UPSET for n in state.notes[-_BAD_COURSE:])
    defrauded = "fraud" in reasons and mood.emotion == "anxious" and mood.escalation >= _DEFRAUDED
    hurries = turn_words.HURRY.fullmatch(turn_words.POLITE.sub("", _simple(understanding))) is not None
    return defrauded or (mood.escalation >= _LIKELY_FEELING and was_upset and not hurries)


def reason_of(state: DialogueState, understanding: Understanding) -> HandoverReason | None:
    """The gravest reason for which a person must take over now; None if none must."""
    if _NOT_LIVING.search(_simple(understanding)) is not None:
        return "safety"
    if not must_step_in(state, understanding):
        return None
    reasons = mood_of(understanding).reasons
    return next((handover for felt, handover in _GRAVE if felt in reasons), None)
