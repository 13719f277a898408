"""Owns the reading of answers to the bot's questions about proof: an address, a code, another way. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from kaitak.bot import slot_reading
from kaitak.bot.dialogue import Question
from kaitak.contacts import codes
from kaitak.nlu.understanding import Understanding

PROOF_ADDRESS, PROOF_CODE = "proof_address", "proof_code"  # what a question of the kind `prove` asks for
CODE, RESEND, OTHER_ADDRESS = "prove:code", "prove:resend", "prove:other"
LACKS = "lacks"  # the answer of somebody who has nothing of what is asked for
BY = "prove:by:"  # before the medium that a customer would rather have a code by
CHOICES = frozenset({RESEND, OTHER_ADDRESS})
ADDRESS = "prove:address:"
OFFERS_ANOTHER = "prove_code_expired"  # the wording that asks whether another code is wanted
_SHORT = 14  # characters of a message that says only this
# In folded characters.
_IT = re.compile(r"码|短信|短讯|简讯|sms|code|otp|电邮|email")
_NOT_COME = re.compile(
    r"(?:收唔到|收不到|冇收到|没收到|没有收到|未收到|仲未到|再(?:发|send|寄|传|俾|来)|重(?:发|新发)|发多次|过咗期|过期)"
    r"|(?<![a-z])(?:resend|re-send|send (?:it |me )?(?:again|another|a new)"
    r"|(?:did not|didn't|haven't|not) (?:get|got|receive[d]?)|new code|expired)(?![a-z])"
)
_OTHER = re.compile(
    r"(?:(?:第二|另一|另外|其他|别的|换|转)(?:个|咗|过|用|一)*(?:电话|号码|手机|手提|电邮|邮箱|email))|(?:打错|写错|改)(?:咗|了)?(?:电话|号码|电邮)"
    r"|(?:电话|号码|手机|电邮|邮箱)(?:打错|写错|改咗|换咗|变咗|唔用|已经唔)"
    r"|(?<![a-z])(?:another|different|other|wrong) (?:phone|number|email|e-mail|address)(?![a-z])"
)

_PHONE = r"(?:登记)?(?:[嗰果那部个張张])*(?:电话|手机|手提|手提电话|号码|sim卡?|phone|mobile|number)"
_GONE = (
    r"(?:唔喺|唔系|不在|冇带|没带|唔见|不见|丢|坏|烂|冇电|没电|换|转|停|cut|用唔到|用不了|唔用|已经冇"
    r"|唔记得|不记得|忘记|唔知|不知道|收唔到|收不到)"
)
_LACKS = re.compile(
    rf"{_PHONE}.{{0,5}}{_GONE}(?!.{{0,6}}(?:\d{{4}}|@))"
    rf"|(?:冇|没有|没|唔见咗|换咗|换了|转咗|唔记得|不记得|忘记了?|唔知|不知道?|唔想俾|不想给|唔方便俾)"
    rf".{{0,8}}(?:{_PHONE}|电邮|邮箱|e-?mail)"
    r"|(?<![a-z])(?:(?:don't|do not|haven't) (?:have|got|know|remember) (?:my|the|that|which)"
    r" (?:phone|mobile|number|email)|(?:lost|changed|broke) (?:my )?(?:phone|mobile|number)|no (?:phone|access to)"
    r"|can't (?:access|use|get to) (?:my|that))"
)
_MEDIA = {
    "email": re.compile(
        r"(?:用|以|发|寄|send|by|via|to my).{0,5}(?:e-?mail|电邮|邮箱|邮件)|(?:e-?mail|电邮|邮箱)(?:得|可|行|都)"
    ),
    "phone": re.compile(
        r"(?:用|以|发|寄|send|by|via).{0,4}(?:sms|短讯|短信|text)|(?:sms|短讯|短信|电话|手机)(?:得|可|行|都)"
    ),
}
_TAIL = re.compile(
    r"(?:电话|手机|手提|phone|mobile|tel)[^0-9@]{0,12}(?:尾|最后|后|last|end)[^0-9@]{0,14}?(?P<spoken>\d{4})(?!\d)"
    r"|(?<![单号卡])(?:尾|最后|后|last)(?:[嗰那])? ?(?:四|4|four)[^0-9@]{0,14}?(?P<four>\d{4})(?!\d)"
    r"|(?<![\d-])(?:\+?852[ -]?)?[2-9]\d{3}[ -]?(?P<whole>\d{4})(?!\d)"
)
_OF_NUMBER = re.compile(r"单|保单|卡|(?<![a-z])(?:order|card|policy|claim)")


def phone_tail_told(text: str) -> tuple[str, int, int] | None:
    """The last digits of a telephone that a message tells unasked, and where they stand: 電話尾四位1234."""
    folded = slot_reading.fold(text)
    for found in _TAIL.finditer(folded):
        name = found.lastgroup or ""
        if name == "four" and _OF_NUMBER.search(folded[max(0, found.start() - 4) : found.start()]):
            continue
        return found[name], found.start(name), found.end(name)
    return None


def without_tail(understanding: Understanding) -> Understanding:
    """The message without the digits of a telephone among its numbers."""
    told = phone_tail_told(understanding.text)
    if told is None:
        return understanding
    kept = tuple(
        e for e in understanding.entities if e.kind == "phone" or not (e.start == told[1] and e.end == told[2])
    )
    return replace(understanding, entities=kept) if len(kept) < len(understanding.entities) else understanding


def alone(question: Question | None, understanding: Understanding, chosen: str | None) -> Understanding:
    """The message without any request of its own, if it answers a question about proof."""
    if question is None or question.kind not in ("prove", "check"):
        return understanding
    is_answer = chosen in CHOICES or answer(question, understanding) is not None
    return replace(understanding, intents=(), requests=()) if is_answer else understanding


def answer(question: Question, understanding: Understanding) -> str | None:
    """What a message says to a question of the kind `prove`, or for want of an answer to a `check`; None: else."""
    folded = slot_reading.fold(understanding.text)
    is_lacking = understanding.act == "no_value" or _LACKS.search(folded) is not None
    if question.kind == "check":
        return LACKS if is_lacking and slot_reading.phone_tail(understanding.text) is None else None
    if question.slot == PROOF_CODE:
        return _about_code(question, understanding, folded, is_lacking=is_lacking)
    emails, phones = understanding.values("email"), understanding.values("phone")
    if emails or phones:
        return f"{ADDRESS}email:{emails[-1]}" if emails else f"{ADDRESS}phone:{phones[-1]}"
    rather = next((medium for medium, words in _MEDIA.items() if words.search(folded)), None)
    return f"{BY}{rather}" if rather is not None else LACKS if is_lacking else None


def _about_code(question: Question, understanding: Understanding, folded: str, *, is_lacking: bool) -> str | None:
    """What a message says where a code is awaited."""
    if codes.DOTS in understanding.text:
        return CODE
    if _OTHER.search(folded):
        return OTHER_ADDRESS
    if is_lacking and not _IT.search(folded):
        return LACKS
    if question.wording == OFFERS_ANOTHER and understanding.act == "affirm":
        return RESEND
    is_about_it = len(folded) <= _SHORT or _IT.search(folded) is not None
    return RESEND if is_about_it and _NOT_COME.search(folded) else None
