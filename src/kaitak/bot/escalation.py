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
_PLAIN_ORDER = 0.97  # an order that can mean but one thing
_PUT_RIGHT_IN_DISTRESS = 0.97  # who puts an order right hurries, and need not be in need
_MILD: frozenset[EscalationReason] = frozenset({"distress", "repeated_failure"})
_MILD_OR_ANGRY: frozenset[EscalationReason] = _MILD | {"anger"}
_BAD_COURSE = 2
_UPSET: frozenset[Emotion] = frozenset({"angry", "anxious"})
# Words of law and media that threaten nobody: where one works, whom an invoice names, a picture, a recorded voice.
_HARMLESS = re.compile(
    r"(?:卡|扣|停|滞|留|过|到|清|经|被|喺|在|系)(?:咗|住|紧|了)?(?:喺|在|系|响)?(?:个)?(?:深圳|内地|大陆|中国)?海关"
    r"|清关|海关(?:查|抽|扣|放行|手续|税|申报)|(?:stuck (?:at|in)|held (?:at|by|in)|clear(?:s|ed|ing)?) customs"
    r"|律师(?:楼|行|事务所)(?!信)|截图|截屏|录音|警[署察局]|差馆|口供|报(?:咗|左|了|过)(?:警|案)|已经报[警案]"
    r"|(?<!to the )\bpapers\b|law firm|screenshot|recording|recorded|police (?:report|station|statement)"
)
_THREAT = re.compile(
    r"律师|法[庭院律]|(?:会|就|即刻|马上|去|要)报警|小额钱债|起诉|告(?:你|上|到|佢|他)|诉讼|投诉|举报|监管|保监|消委|海关|申诉|传媒|媒体|记者|报纸|东张|爆料|公开"
    r"|上网|网上|lawyer|solicitor|sue|court|legal|regulat|council|ombuds|media|press|journalist|review"
)
_CONTACTS = frozenset({"phone", "email"})
# What each of several charges came to, and that there were two, tells the matter and complains of nobody.
_PER_TIME = re.compile(
    r"每次(?=[^,，。]{0,4}(?:[$￥\d一二两三四五六七八九十百千万半]|hk))|(?<=[碌扣收过付刷])(?:咗|左|了|多咗|多了)?[两二2]次"
    r"|(?<=charged |debited )twice"
)
# What cracked or tore, and burst into no flame: 個管爆咗條裂, 袋口爆咗.
_CRACKED = re.compile(
    r"爆(?:咗|左|了|开|晒)?(?:一|两|几)?(?:条|个|道|度)?(?:裂|口|缝|线|边|角|袋|樽|瓶|盖|管|呔|胎|屏|芒|芯|拉链)"
    r"|(?:屏幕?|萤幕|荧幕|芒|玻璃|镜|袋|樽|瓶|盒|箱|包装|管|呔|胎|线|缝|拉链|鞋底|袋口)(?:都)?爆(?:咗|左|了|开|晒)?"
)
_BURNS = re.compile(r"火|烟|炸|伤|烫|触电|电[亲到]|流血|割|smoke|fire|burn|hurt|injur")
# Kinds of words by which somebody upset shows it; manners (唔好意思, please) and days are not among them.
_SHOWN = frozenset(
    {
        "swearing", "cheated", "slighted", "anger", "threat", "legal", "regulator", "media", "police", "fire", "injury",
        "allergy", "medical", "self_harm", "fraud", "money_leak", "repeated", "long_wait", "unheard", "person", "worry",
        "distress", "impatience", "hardship", "let_down", "mock_praise", "mock_thanks",
    }
)  # fmt: skip
_MANNERS = re.compile(r"pleading: (?:唔好意思|不好意思|please|sorry|麻[烦煩].*|唔该.*|唔該.*)")
# Not for the first time: 第三次喇, for the fourth time.
_AGAIN = re.compile(
    r"第(?:[三四五六七八九十]|[3-9]|1\d)次|[三四五六七八九十几n]番[四五六七八九十几]?次"
    r"|(?<![a-z])(?:third|fourth|fifth|sixth|umpteenth|3rd|4th|5th) time"
)
_FAILED_AGAIN = 0.6
_LIKELIHOOD = re.compile(r"escalate (\d\.\d+)")  # the model's own word, where cues have gone above it
_ANGER = re.compile(r"angry (\d\.\d+)")
_NO_PERSON = re.compile(
    r"(?:唔使|唔好|唔需要|无须|无需|不用|不必|不需要|毋须)(?:再)?(?:帮我)?(?:叫|揾|搵|找|转|驳|派)(?:个|返|俾|畀|给)?(?:真人|人|同事|客服|职员|专人)"
    r"|(?:no need|don'?t need|needn'?t|not necessary).{0,24}(?:agent|human|person|someone|call|colleague)"
)
# Somebody asked for by what they are.
_SOMEBODY = re.compile(r"经理|主管|上司|真人|负责人|(?<![a-z])(?:manager|supervisor|human|real person)(?![a-z])")
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


def names_somebody(simple: str) -> bool:
    """Whether plain words name somebody by what they are: a manager, a human being."""
    return _SOMEBODY.search(simple) is not None


def masked(understanding: Understanding) -> str:
    """The words that may show a feeling: without contacts spelt out and words of law that threaten nobody."""
    text = understanding.text
    for entity in reversed([e for e in understanding.entities if e.kind in _CONTACTS]):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    simple = folding.plain(text)
    bare = _HARMLESS.sub("公司", simple)
    bare = bare if _THREAT.search(bare) is None else simple
    bare = _PER_TIME.sub("", bare)
    bare = bare if _BURNS.search(bare) is not None else _CRACKED.sub("裂了", bare)
    return bare if bare != simple else text


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


def shows_it(mood: Mood) -> bool:
    """Whether a message holds a word that shows a feeling or a need, and not only its ring: an order may be curt."""
    kinds = {each.split(":")[0] for each in mood.evidence if ":" in each}
    pleads = "pleading" in kinds and not any(_MANNERS.fullmatch(each) for each in mood.evidence)
    in_need = mood.urgency == "high" and mood.emotion == "anxious"
    is_graver = not _MILD_OR_ANGRY.issuperset(mood.reasons)
    return in_need or pleads or is_graver or not _SHOWN.isdisjoint(kinds)


def must_step_in(state: DialogueState, understanding: Understanding) -> bool:
    """Whether a person must take over now: by the mood of the message, its words and the course so far."""
    mood = mood_of(understanding)
    reasons = set(mood.reasons)
    if not reasons or _is_only_hurried(understanding, mood, reasons):
        return False
    was_upset = any(n.sentiment == "negative" and n.emotion in _UPSET for n in state.notes[-_BAD_COURSE:])
    hurries = turn_words.HURRY.fullmatch(turn_words.POLITE.sub("", _simple(understanding))) is not None
    is_negative = mood.sentiment == "negative"
    return any(
        (
            "human_requested" in reasons,
            mood.escalation >= _SURE_FEELING and shows_it(mood),
            is_negative and mood.escalation >= _FAILED_AGAIN and _AGAIN.search(_simple(understanding)) is not None,
            "anger" in reasons and mood.escalation >= _LIKELY_STEP and _said(mood, _ANGER, 0.0) >= _PLAIN_ANGER,
            "repeated_failure" in reasons and state.misunderstandings >= _BAD_COURSE,
            "safety" in reasons and is_negative,
            "fraud" in reasons and mood.emotion == "anxious" and mood.escalation >= _DEFRAUDED,
            mood.escalation >= _LIKELY_FEELING and was_upset and not hurries,
        )
    )


# Money that went to somebody who still asks for more: 過咗兩萬俾佢,佢仲追我過多啲.
_PAID = re.compile(
    r"(?:过|转|汇|入|存|俾|畀|给)(?:咗|了|左)[^,，。?？]{0,8}(?:蚊|元|块|钱|[万千]|数)"
    r"|(?<![a-z])(?:sent|transferred|paid|wired) [^.?]{0,16}(?:\d|money|thousand)"
)
_WANTS_MORE = re.compile(
    r"(?:仲|还|而家|现在|继续|一直|不停)(?:仲|喺度|在|不断|系咁|再){0,2}(?:追|叫|要|催|逼|打)(?:我|嚟|来|多|过|俾)"
    r"|(?<![a-z])(?:still|keeps?|now) (?:asking|ask|asks|calling|demanding|demand|chasing|pressing|want|wants|wanting)"
)


def _is_robbed_now(understanding: Understanding) -> bool:
    """Whether somebody who tells of a fraud has paid and is asked for more: a person may still stop it."""
    simple = _simple(understanding)
    is_told = "fraud" in (understanding.intent or "")
    return is_told and _PAID.search(simple) is not None and _WANTS_MORE.search(simple) is not None


def _is_only_hurried(understanding: Understanding, mood: Mood, reasons: set[EscalationReason]) -> bool:
    """Whether somebody mildly upset puts an order right, or orders what can be done at once: 等唔到喇,取消佢啦."""
    if not reasons <= _MILD:
        return False
    if understanding.is_correction:
        return mood.escalation < _PUT_RIGHT_IN_DISTRESS
    is_plain = understanding.band == "answer" and understanding.confidence >= _PLAIN_ORDER
    can_be_done = is_plain and understanding.act == "request" and "distress" not in reasons
    return can_be_done and mood.escalation < _SURE_FEELING


def reason_of(state: DialogueState, understanding: Understanding) -> HandoverReason | None:
    """The gravest reason for which a person must take over now; None if none must."""
    if _NOT_LIVING.search(_simple(understanding)) is not None:
        return "safety"
    if _is_robbed_now(understanding):
        return "fraud"
    if not must_step_in(state, understanding):
        return None
    reasons = mood_of(understanding).reasons
    return next((handover for felt, handover in _GRAVE if felt in reasons), None)
