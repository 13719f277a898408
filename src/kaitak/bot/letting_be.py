"""Owns whether a customer who is asked something lets the whole matter be: 都係唔退喇, 搵返喇, never mind. Pure."""

import re

from kaitak.bot import slot_reading
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import Confirm, HandOver
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu.understanding import Act, Understanding

_LONGEST = 40
# In folded characters. A renewal that is not wanted is an errand of its own, and no verb here.
_VERB = (
    r"(?:搞|整|理|处理|查|睇|问|跟进|跟|办|做|取消|退货|退款|退钱|退保|退|换货|换|改期|改单|改地址|改电话|改|报案|报|索偿"
    r"|claim|借|加|申请|投诉|补发|补|寄|上诉|覆核|验证|cancel|return|refund|exchange|change)"
)
_OFF = r"(?:单|货|保|佢|它|佢哋)?(?:住|先|啦|喇|了|嘞|咗|呀|啊|㗎|嘅|噃|la|lah)*"
_LEAD = (
    r"(?:(?:咁|哦|噢|嗯|呃|唉|诶|啊|呀|ok|okay|好|得|唔该|唔好意思|不好意思|sorry|其实|不如|我谂|谂谂下|谂清楚|谂过|想了想"
    r"|我?都系|我?都是|我?还是|就|先|我|暂时|无谓|oh|no|well|hmm|actually|on second thoughts?|thanks|thank you)"
    r"[,，、。!！. ]*)*"
)
_DROP = (
    rf"(?:(?:唔使|不用|不必|唔需要|不需要|冇需要|没必要|毋须|无须)(?:再)?(?:麻烦)?(?:你|您|你哋|你们)?(?:帮我|再)?{_VERB}?{_OFF}"
    rf"|(?:唔好|不要|唔想|不想|唔要|唔|不)(?:再)?{_VERB}{_OFF}"
    r"|(?:算|罢|免)(?:啦|喇|了|数|就|吧)+(?:啦|喇|了)?|费事(?:喇|啦|搞|理)+|由得佢|由佢|冇事(?:喇|啦|了)|没事(?:了)?)"
)
_FOUND = (
    r"(?:(?:啱啱|刚刚|刚才|而家)?(?:搵返|揾返|搵到|揾到|找到|找回来|搞掂|解决)(?:咗|佢)?(?:喇|啦|了|嘞)"
    r"|(?:i )?(?:just )?found it)"
)
_LATER = (
    r"(?:(?:迟啲|下次|改日|第日|晚啲)(?:先|再)(?:搞|算|讲|查|问|嚟)?(?:啦|喇|吧)?"
    r"|(?:我)?(?:谂|想)(?:多|清楚)(?:阵|下|啲)?先)"
)
_ENGLISH = (
    r"(?:never ?mind|forget (?:it|about it)|leave it(?: then| as it is)?|don't bother|no need(?: anymore)?"
    r"|not any ?more"
    r"|i(?:'ve| have)? changed my mind|i'll (?:keep|leave) it|(?:i )?(?:don't|do not) (?:want|need)"
    r" (?:to [a-z]+ )?(?:it|that|this) ?(?:any ?more|after all)|let's leave it)"
)
_BESIDE = (
    r"(?:照旧|照送|照收|留返|留住先|我自己(?:整|搞|嚟|来|处理|搞掂)(?:得|返)?(?:喇|啦|了)?|唔该(?:晒)?|多谢(?:晒)?|谢谢|麻烦晒"
    r"|thanks?(?: you)?|for now|then|sorry)"
)
_WHOLE = re.compile(
    rf"{_LEAD}(?:{_BESIDE}[,，、。!！. ]*)*(?P<matter>{_DROP}|{_FOUND}|{_LATER}|{_ENGLISH})"
    rf"(?:[,，、。!！.~ ]*{_LEAD}(?:{_DROP}|{_FOUND}|{_LATER}|{_ENGLISH}|{_BESIDE}))*[,，、。!！.~ ]*"
)
_SETTLED = re.compile(_FOUND)


def read(pack: Pack, state: DialogueState, understanding: Understanding, chosen: str | None) -> Understanding:
    """The message as a refusal of what a flow asks, if it says this and nothing else.

    A question for yes or no gets a no, unless the matter has settled itself or a no would only lead to more questions;
    any other question ends with its flow.
    """
    question = state.question
    if question is None or chosen or question.kind not in ("slot", "check", "prove", "confirm"):
        return understanding
    if any(not entity.withdrawn for entity in understanding.entities) or not lets_be(understanding.text):
        return understanding
    is_settled = _SETTLED.search(slot_reading.fold(understanding.text)) is not None
    is_no = question.kind == "confirm" and not is_settled and not _asks_on(pack, state)
    is_no = is_no or (question.kind != "confirm" and understanding.act == "deny")
    act: Act = "deny" if is_no else "cancel"
    return replace(understanding, act=act, intents=(), requests=(), is_correction=False)


def _asks_on(pack: Pack, state: DialogueState) -> bool:
    """Whether a no to the open confirm leads to a person or another question."""
    frame = state.top
    flow = pack.flows.get(frame.flow) if frame is not None else None
    step = flow.steps.get(frame.step) if flow is not None and frame is not None else None
    return flow is not None and isinstance(step, Confirm) and isinstance(flow.steps[step.no], Confirm | HandOver)


def lets_be(text: str) -> bool:
    """Whether a message says that nothing more need be done, and nothing else."""
    said = slot_reading.fold(text).strip()
    return len(said) <= _LONGEST and _WHOLE.fullmatch(said) is not None
