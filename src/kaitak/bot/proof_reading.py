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
CHOICES = frozenset({RESEND, OTHER_ADDRESS})
ADDRESS = "prove:address:"
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


def alone(question: Question | None, understanding: Understanding, chosen: str | None) -> Understanding:
    """The message without any request of its own, if it answers a question about proof."""
    if question is None or question.kind != "prove":
        return understanding
    is_answer = chosen in CHOICES or answer(question, understanding) is not None
    return replace(understanding, intents=(), requests=()) if is_answer else understanding


def answer(question: Question, understanding: Understanding) -> str | None:
    """What a message says to a question of the kind `prove`; None: something else."""
    if question.slot == PROOF_CODE and codes.DOTS in understanding.text:
        return CODE
    folded = slot_reading.fold(understanding.text)
    if question.slot == PROOF_CODE:
        if _OTHER.search(folded):
            return OTHER_ADDRESS
        is_about_it = len(folded) <= _SHORT or _IT.search(folded) is not None
        return RESEND if is_about_it and _NOT_COME.search(folded) else None
    emails, phones = understanding.values("email"), understanding.values("phone")
    if emails:
        return f"{ADDRESS}email:{emails[-1]}"
    return f"{ADDRESS}phone:{phones[-1]}" if phones else None
