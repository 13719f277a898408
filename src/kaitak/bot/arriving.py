"""Owns the words by which somebody who comes from another channel, or writes again, says who they are. Pure."""

from __future__ import annotations

import re

from kaitak.nlu import folding

_CHANNEL = (
    r"(?:app|网上|网页|网站|网店|web(?:site)?|whatsapp|wechat|微信|电话|门市|fb|facebook|messenger|ig|instagram"
    r"|email|e-mail|电邮|邮件|信|line"
    r"|留言|chat|在线客服|表格|form)"
)
_WHEN = r"(?:头先|刚才|刚刚|刚|啱啱|啱先|先前|之前|早前|早先|今朝|今早|上昼|琴日|昨日|昨天|较早前|稍早|方才)"
_TOLD = r"(?:讲|说|话|问|报|倾|提|填|留|交|写|send|发|联络|联系|投诉|反映|查询|申请|打|聊|谈|通)"
# 我係頭先喺App講漏水嗰位, 承接剛才電話, it's me from the call, I emailed earlier about ….
_WHO = re.compile(
    rf"(?:我|本人|小弟)?(?:就|又)?(?:系|是|乃)?{_WHEN}[^,，。]{{0,10}}?(?:{_CHANNEL}"
    rf"|{_TOLD})[^,，。]{{0,24}}?(?:嗰个|嗰位|那个|那位|嗰单|嗰张单?|嗰份|嗰件事?|一事|的(?=[,，。 ]|$)"
    rf"|者)[人客]?[呀啊㗎嚟]*"
    rf"|(?:我|本人)(?:系|是)[^,，。]{{0,12}}(?:{_CHANNEL})[^,，。]{{0,24}}?(?:嗰个|嗰位|那个|那位"
    rf"|嗰边)[^,，。]{{0,12}}?(?:嗰个|嗰位|那个|那位)?[呀啊㗎]*"
    rf"|(?:承|接|续|承接|如|按|据)(?:上|{_WHEN})?(?:文|述)?(?:之|的|嘅)?(?:所述|{_CHANNEL})(?:中)?(?:所述|所言"
    rf"|之|的|嘅)?(?:查询|申请|对话|内容|要求)?"
    rf"|(?:继续|延续|补充){_WHEN}?[^,，。]{{0,6}}(?:{_CHANNEL})[^,，。]{{0,12}}"
    r"|(?:hi|hello|hey)?,? ?(?:it's|it is|this is) (?:me|[a-z]+)(?: again)?(?:,| from| -)[^,.]{0,40}(?:call"
    r"|chat|email|e-mail|whatsapp|messenger|phone|app|web)"
    r"(?: (?:just now|earlier|this morning|before|again))*"
    r"|same (?:person|customer) (?:who|as|from)[^,.]{0,40}|(?:i'm|i am) the (?:one|person|customer|guy|woman"
    r"|lady) (?:who|that|from)[^,.]{0,40}"
    r"|(?<![a-z])i (?:just |already |have |'ve )?(?:emailed|e-mailed|wrote|messaged|called|rang|phoned|texted"
    r"|whatsapped|chatted|spoke|contacted|reported)(?: (?:and|to) \w+)?"
    r"(?: (?:you|in|earlier|before|yesterday|just now|this morning|today|on|by|via|through|the|app|chat"
    r"|whatsapp|messenger|phone|web(?:site)?|someone|moment|minute|few|hours?|ago)(?![a-z]))*"
    r"|(?:as|per|following|further to|continuing|regarding)(?: on| up| from| to)*(?: per)? (?:my|our"
    r"|the)(?: \w+)? (?:call|email|e-mail|message|chat|whatsapp|conversation|phone call|enquiry"
    r"|form)[^,.]{0,16}"
)
_LITTLE = 8
_BEYOND_DOUBT, _SURE, _LIKELY = 0.985, 0.95, 0.7


def says_who(simple: str) -> bool:
    """Whether a message says that its writer was in touch elsewhere or before."""
    return _WHO.search(simple) is not None


def says_little_else(simple: str) -> bool:
    """Whether hardly anything stands beside those words: 我係頭先喺微信講冇收到貨嗰個，查到未."""
    match = _WHO.search(simple)
    return match is not None and sum(c.isalnum() for c in _beside(simple, match)) < _LITTLE * (
        4 if simple.isascii() else 1
    )


def needed(simple: str, *, is_plain: bool) -> float:
    """How sure another request must be for who comes from elsewhere to make it and not go on with the matter."""
    if says_little_else(simple):
        return _BEYOND_DOUBT
    return _SURE if is_plain else _LIKELY


def rest(text: str) -> str | None:
    """What a message says beside who its writer is; None where it says nothing of that, or nothing else."""
    simple = folding.plain(text)
    match = _WHO.search(simple)
    left = _beside(simple, match) if match is not None else ""
    return left if sum(c.isalnum() for c in left) >= _LITTLE // 2 else None


def _beside(simple: str, match: re.Match[str]) -> str:
    before = simple[: match.start()].strip(" ,，。.!")
    greets = re.fullmatch(r"(?:喂|你好|您好|hi|hello|早晨|唔该|哈啰|请问|[ ,，。呀啊!])*", before) is not None
    return f"{'' if greets else before} {simple[match.end() :]}".strip(" ,，。.!呀啊㗎")
