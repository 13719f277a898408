"""Owns what is seen in a question before any search: attacks, what it asks for, which time it is about. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from kaitak.knowledge import terms
from kaitak.nlu import dates


class Asked(StrEnum):
    """The kind of fact that an answer has to hold."""

    SPAN = "span"
    MONEY = "money"
    TIMES = "times"
    ANYTHING = "anything"


_ASKS = (
    (Asked.TIMES, re.compile("多少次|几次|how many times|how often")),
    (
        Asked.MONEY,
        re.compile("多少钱|收费|给多少|付多少|赔多少|最多赔|要付钱|要给钱|多少元|费用|how much|fee|cost|charge|price"),
    ),
    (
        Asked.SPAN,
        re.compile(
            "多久|几天|多少天|几日|多少日|几时|什么时候|几个月|多少个月|几年|多少年"
            "|期限|有效期|几点|how long|when|how many (?:days|months|years)"
        ),
    ),
)
_HOLDS = {
    Asked.TIMES: re.compile(r"\d+ ?次|一次|times|once"),
    Asked.MONEY: re.compile(r"[$¥]|%|免费|不赔|不收|不另收|free|hkd|元"),
    Asked.SPAN: re.compile(
        r"\d ?(?:个|個)?(?:日|天|月|小时|小時|分钟|分鐘|年|工作|星期|周|hour|day|week|month|year|min)|:\d\d|最后一天"
    ),
}

_CLOSED = re.compile(
    "是不是|可不可以|能不能|行不行|要不要|有没有|会不会|[一-龥]不[一-龥]|吗|[^还]没$"
    r"|\b(?:can|do|does|is|are|may|will)\b"
)
_RULING = re.compile("不|免|毋|須|须|可|只限|恕|must|may|not|only|free")

_OWN_CASE = re.compile(
    r"[a-z]{2,4}\d*-\d|\d{6,}|到哪|去到哪|哪个(?:阶段|部门|仓)"
    r"|(?:批|收|到|寄|发|退|好|过了?数|处理)(?:了|到|好)?(?:没有|没)(?:[^一-龥]|$)"
    r"|(?:我|张|份|账户|户口)[^,。?]{0,10}(?:现在|还有|还剩|里面)[^,。?]{0,6}(?:多少|几)"
    r"|我[^,。?]{0,6}(?:有|剩)多少(?:积?分|钱|余额)"
    r"|my (?:order|claim|refund|parcel|balance|policy number)"
)

_ATTACKS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不用理|不要理|不理|跳过|绕过|撇开)[^,。]{0,14}(?:指示|指令|规则|规定|设定|限制|提示|prompt|instruction)"
    r"|(?:ignore|disregard|forget|bypass|override)[^.]{0,40}(?:instruction|rule|prompt|guideline|polic|restriction)"
    r"|system ?prompt|系统提示|系统指令|初始指令|开发者模式|developer mode|jailbreak|\bdan mode\b|越狱"
    r"|(?:由现在开始|从现在起|从现在开始|而家开始|现在开始|假装|扮演|扮|pretend|you are now|act as)[^。]{0,24}"
    r"(?:没有限制|没有规则|不受限|管理员|admin|root|工程师|开发者|员工|经理|内部|no restriction|unrestricted)"
    r"|(?:我是|i am|i'm)[^,。]{0,10}(?:管理员|系统管理|开发者|admin|developer|it部)"
    r"[^。]{0,30}(?:给我|显示|列出|导出|show|list|dump|print)"
    r"|(?:重复|重覆|打印|输出|背出|复述|照抄)[^,。]{0,8}(?:上面|以上|之前|上述)[^。]{0,12}(?:文字|内容|指示|对话|说话|全部)"
    r"|repeat (?:the|everything) [^.]{0,12}above"
    r"|我就?[是系喺在][^,。]{0,6}(?:经理|职员|员工|总部|警察|调查员|客服主管|主管)[^。]{0,30}(?:给我|查|看|告诉|批|开|说)"
    r"|内部(?:文件|指引|守则|资料|手册|政策|备忘|培训|流程|审批|机密|上限|价|文章|notes?)|员工(?:手册|守则|指引)|给员工看|职员手册"
    r"|internal (?:[a-z]+ )?(?:document|manual|guide|polic|memo|note|limit|article|only)"
    r"|staff (?:manual|handbook|only|guide)"
    r"|(?:api|access) ?(?:key|token)|数据库|database"
    r"|所有(?:客人|客户|顾客|会员)[^。]{0,10}(?:资料|电话|名单|地址|列|给)"
    r"|(?:list|dump|export)[^.]{0,20}(?:customers|users|policies|orders)|drop table|<script|\{\{"
)
_OTHERS = (
    "女朋友|男朋友|条女|条仔|老公|老婆|前度|前妻|前夫|朋友|同事|邻居|隔离屋|老板|室友|亲戚|妈妈|爸爸|阿妈|阿爸|妈|爸|儿子|女儿|他|她|"
    "第个客|另一个客|其他客|别的客|别人|其他人|人家|陈[大小]?[一-龥]{1,2}|[一-龥](?:先生|小姐|太太|女士)|"
    r"my (?:girlfriend|boyfriend|wife|husband|friend|colleague|neighbou?r|ex|boss)"
    r"|another customer|someone else|somebody else"
)
_FOREIGN = re.compile(
    rf"(?:{_OTHERS})(?:'s|的)?[^,。?]{{0,8}}(?:订单|单|保单|份保|户口|账户|帐户|电话|手机号|地址|住址|资料|住哪|身份证|积分|余额|病历|"
    r"order|polic|account|address|phone|details|claim|records?)"
)
_TELLS = re.compile(
    "告诉我|话我知|给我|发我|发给|查下|查一下|帮我查|查到|看下|看一下|哪个地址|什么地址|住哪|谁|多少|电话号码|受益人|买了什么|送去哪|寄去哪|"
    r"tell me|give me|show me|send me|look up|what is|what's|where|who"
)
_HANDS_OVER = re.compile("帮我(?:去|拿|取)|代我|替我|代取|付款|可不可以代|授权")
_ORDINAL_MONTHS = "一二三四五六七八九十"
_MONTH = re.compile(
    r"(?P<year>今年|去年|上年|旧年|前年|20\d\d ?年?)?[ ]?"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?P<before>[^,。]{0,4}(?:之前|以前|前))?"
)
_YEAR = re.compile(r"(?P<word>去年|上年|旧年|前年|last year)|(?P<year>20[0-3]\d)")
_OLD = re.compile("以前|旧制|旧规|旧版|当时|那时|从前|previously|used to|old (?:rule|polic|version)")
_SHIFT = {"今年": 0, "去年": -1, "上年": -1, "旧年": -1, "前年": -2}


def is_attack(text: str) -> bool:
    """Whether the text orders the program about, or wants what is internal or another person's."""
    view, written = terms.views(text)
    for each in (view, written):
        if _ATTACKS.search(each):
            return True
        foreign = _FOREIGN.search(each)
        if foreign and _TELLS.search(each) and not _HANDS_OVER.search(each):
            return True
    return False


def is_about_own_case(text: str) -> bool:
    """Whether it asks how the customer's own order, claim or account stands, which no article tells."""
    return _OWN_CASE.search(terms.views(text)[1]) is not None


def asked_for(text: str) -> Asked:
    """The kind of fact that the question wants."""
    written = terms.views(text)[1]
    return next((kind for kind, pattern in _ASKS if pattern.search(written)), Asked.ANYTHING)


def holds(kind: Asked, view: str) -> bool:
    """Whether a text in its written view states a fact of this kind."""
    pattern = _HOLDS.get(kind)
    return pattern is not None and pattern.search(view) is not None


def is_ruled(question: str, text: str) -> bool:
    """Whether a yes-or-no question meets a text that allows, forbids or demands."""
    written = terms.views(question)[1]
    is_closed = asked_for(question) is Asked.ANYTHING and _CLOSED.search(written) is not None
    return is_closed and _RULING.search(text) is not None


def past_day(text: str, now: datetime) -> date | None:
    """The day in the past that the question is about, or None for a question about now."""
    today = now.date()
    view = terms.views(text)[1]
    for found in (_month_day(view, today), _year_day(view, today), *_days(text, now)):
        if found is not None and found < today:
            return found
    return None


def is_about_old_rules(text: str) -> bool:
    """Whether the question asks how it used to be, without a date."""
    return _OLD.search(terms.views(text)[1]) is not None


def _days(text: str, now: datetime) -> list[date]:
    return [each.day for each in dates.find_dates(terms.views(text)[0], now) if each.day < now.date()]


def _month_day(view: str, today: date) -> date | None:
    match = _MONTH.search(view)
    if match is None:
        return None
    word = (match["year"] or "").strip()
    if not word and not match["before"]:
        return None
    month = _month_number(match["month"])
    year = today.year + _SHIFT[word] if word in _SHIFT else int(word[:4]) if word else today.year
    first = date(year, month, 1)
    return first - timedelta(days=1) if match["before"] else first + timedelta(days=14)


def _month_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text.startswith("十"):
        return 10 + (_ORDINAL_MONTHS.index(text[1]) + 1 if len(text) > 1 else 0)
    return _ORDINAL_MONTHS.index(text) + 1


def _year_day(view: str, today: date) -> date | None:
    match = _YEAR.search(view)
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else today.year + (-2 if match["word"] == "前年" else -1)
    return date(year, 12, 15) if year < today.year else None
