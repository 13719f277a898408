"""Owns the marks by which mail programs show where another mail begins, in three writings. Pure.

What a person writes may look alike, so each mark needs more than a word: dashes, an address, a time, or several labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_FROM = r"from|发件人|發件人|寄件者|寄件人|发信人|發信人|寄信人|发送人|發送人|傳送者"
_SENT = (
    r"sent|date|发送时间|發送時間|傳送時間|傳送日期|寄件日期|发送日期|發送日期|寄送时间|寄件時間|发件时间|發件時間"
    r"|已發送|已发送|已傳送"
    r"|日\s*期|时\s*间|時\s*間"
)
_TO = r"to|收件人|收件者|收信人|发送至|傳送至"
_SUBJECT = r"subject|主\s*题|主\s*題|主\s*旨|标\s*题|標\s*題"
_OTHER = (
    r"cc|bcc|抄送人?|副本|密件副本|密送|reply-to|importance|重要性|优先级|優先順序|attachments?|附件|回复地址|回覆地址"
)
_LABEL = re.compile(
    rf"^[\s*|_]*(?:(?P<sender>{_FROM})|(?P<sent>{_SENT})|(?P<to>{_TO})|(?P<subject>{_SUBJECT})|(?P<other>{_OTHER}))"
    r"\**\s*(?:\[[^\]]{0,100}\])?\s*[:：|]\**[ \t|]*(?P<value>.*)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"(?<![\w\u4e00-\u9fff])(?:(?P<sent>{_SENT})|(?P<to>{_TO})|(?P<subject>{_SUBJECT}))\**\s*[:：]", re.IGNORECASE
)
_RULED = re.compile(r"^[\s*|]*[-—–_=]{2,}[\s*]*(?P<word>[^\s\-—–_=].{1,60}?)[\s*]*[-—–_=]{2,}[\s*|]*$")
_OF_ANOTHER = re.compile(
    r"original|reply|replied|forward|原|回复|回覆|回應|答复|转发|轉寄|轉發|历史|歷史", re.IGNORECASE
)
_MAILS = re.compile(r"message|mail|^original$|邮件|郵件|信息|訊息|消息|信件|电邮|電郵|^原文$|邮件原文", re.IGNORECASE)
_FORWARDED = re.compile(r"forward|转发|轉寄|轉發", re.IGNORECASE)
_BEGINS = re.compile(
    r"^[\s*]*(?:begin forwarded message|forwarded message|开始转发的邮件|開始轉寄的?郵件|開始轉寄的電郵"
    r"|以下是转发的邮件|以下為轉寄郵件"
    r"|下面是转发的邮件|下面被转发的邮件)\s*[:：]\s*$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"##-.{0,80}-##|^[-—–_=\s]*(?:please )?(?:reply|type your (?:reply|response)) above this line[-—–_=\s]*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:wrote|writes|写道|寫道|提到|撰写|撰寫|来信说|來信說|写|寫|说|說)\s*(?:\[\d+\])?\s*(?:[:：]|-{2,})\s*$",
    re.IGNORECASE,
)
_WROTE_AT_ONCE = re.compile(r"@[^<>\s]{3,200}>\s*(?:wrote|写道|寫道)\s*[:：]\s{2,}\S")
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:：時时点]\s?\d{2}(?!\d)")
_DATE = re.compile(
    r"\d{4}\s*[年/.-]\s*\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*day",
    re.IGNORECASE,
)
_WROTE_ON = re.compile(
    r"^.{1,120}?(?: wrote on |\s*(?:写于|寫於|写於|撰写于|撰寫於)\s*).{4,60}\d.{0,20}[:：]\s*$", re.IGNORECASE
)
_OLD_GMAIL = re.compile(r"^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} GMT[+-]\d{2}:\d{2} .{0,150}@.{1,100}>?\s*[:：]\s*$")
_SPOKEN = re.compile(
    r"(?:邮件|郵件|电邮|電郵|封信|信)(?:中|裡|里|內|内|入面)|\bin your (?:e-?mail|letter|message)\b", re.IGNORECASE
)
_MEASURE = re.compile(
    r"^\s*>(?!\s?\d{1,2}[.)、]\s+\S)\s?=?\s?[$￥¥]?\d[\d.,]*\s*(?:$|[,，.;；。]|%|℃|kg|g\b|lbs?|cm|mm|ml|l\b|w\b|v\b"
    r"|hkd|usd|rmb|gb|tb|inch|hours?|days?"
    r"|公斤|克|斤|磅|元|蚊|塊|块|吋|寸|米|升|瓦|伏|度|日|天|小時|小时|件|箱|個|个|台)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s{0,3}[>＞]")
_RULE = re.compile(r"^[\s*]*[_\-—–=]{5,}[\s*]*$")
_OPENING = re.compile(
    r"(?:on|at|在|於|于).{0,6}\d|(?:on|at)\s+(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
    r"|nov|dec)",
    re.IGNORECASE,
)
LONGEST_ATTRIBUTION = 400


def is_quoted(line: str, *, is_known: bool = False) -> bool:
    """Whether a line is marked as another's; a bare weight or price is not, unless a quote is known to be."""
    return bool(_QUOTED.match(line)) and (is_known or not _MEASURE.match(line))


def is_rule(line: str) -> bool:
    """A line of strokes and nothing else."""
    return bool(_RULE.match(line))


def is_label(line: str) -> bool:
    """The bare words "original message", above the headers that follow."""
    bare = line.strip().strip("*:： ")
    return len(bare) <= 20 and bool(_OF_ANOTHER.search(bare) and _MAILS.search(bare))


def begins_mail(line: str) -> str:
    """`reply` or `forward` where a line says that another mail follows; empty otherwise."""
    if _BEGINS.match(line):
        return "forward"
    if _ABOVE.search(line):
        return "reply"
    ruled = _RULED.match(line)
    if not ruled:
        return ""
    word = ruled.group("word").strip()
    if not (_OF_ANOTHER.search(word) and _MAILS.search(word)):
        return ""
    return "forward" if _FORWARDED.search(word) else "reply"


def header_lines(lines: Sequence[str], at: int) -> int:
    """How many lines a block of mail headers takes that begins here; 0 where none does."""
    first = _LABEL.match(lines[at])
    if not first or not first.group("sender"):
        return 0
    if _in_one_line(lines[at], first.group("value")):
        return 1
    kinds: set[str] = set()
    last = at
    for place in range(at + 1, min(at + 14, len(lines))):
        found = _LABEL.match(lines[place])
        if found:
            kinds.update(name for name, value in found.groupdict().items() if value and name != "value")
            last = place
        elif place - last > 3 or (place - last > 1 and not lines[place].strip() and "subject" in kinds):
            break
    named = _ADDRESS.search(" ".join(lines[at : at + 3]))
    strong = {"sent", "to", "subject"} & kinds
    is_block = len(strong) >= 2 and ("subject" in strong) if not named else len(strong) >= 1 and len(kinds) >= 1
    if named and strong == {"sent"} and "subject" not in kinds and len(kinds) < 2:
        is_block = bool(_ADDRESS.search(first.group("value")) and _TIME.search(" ".join(lines[at : last + 1])))
    return last - at + 1 if is_block else 0


def _in_one_line(line: str, value: str) -> bool:
    kinds = {name for found in _INLINE.finditer(value) for name, hit in found.groupdict().items() if hit}
    return len(kinds) >= 2 and bool(_ADDRESS.search(line) or _TIME.search(line))


def attribution_lines(lines: Sequence[str], at: int) -> int:
    """How many lines the sentence takes that begins here and says who wrote what follows; 0 where none does."""
    if not lines[at].strip():
        return 0
    joined = ""
    for count in range(1, 5):
        if at + count > len(lines):
            break
        line = lines[at + count - 1].strip().strip("*").strip()
        if not line and count > 1:
            break
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST_ATTRIBUTION:
            break
        if _is_attribution(joined):
            return count
        if count == 1 and not _may_begin(joined):
            break
    return 0


def _may_begin(line: str) -> bool:
    """Whether a sentence that goes on in the next line can begin so."""
    return bool(_OPENING.match(line) or _ADDRESS.search(line) or (_TIME.search(line) and _DATE.search(line)))


def _is_attribution(text: str) -> bool:
    if _OLD_GMAIL.match(text):
        return True
    if _WROTE_AT_ONCE.search(text) and _TIME.search(text) and _DATE.search(text):
        return True
    if _WROTE_ON.match(text) and _TIME.search(text) and _DATE.search(text):
        return True
    if not _WROTE.search(text) or _SPOKEN.search(text):
        return False
    has_address, has_time, has_date = bool(_ADDRESS.search(text)), bool(_TIME.search(text)), bool(_DATE.search(text))
    return (
        (has_address and (has_time or has_date)) or (has_time and has_date) or bool(re.search(r"<[^<>]+@[^<>]+>", text))
    )


def first_quoted_near(lines: Sequence[str], at: int) -> bool:
    """Whether quoted lines begin within the next few that are not empty."""
    near = [line for line in lines[at : at + 12] if line.strip()][:4]
    return any(is_quoted(line, is_known=True) for line in near)
