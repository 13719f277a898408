"""Owns the words by which a message puts right what was asked, leaves the rest as it was, or needs somebody no more."""

import re
from collections.abc import Iterable

from kaitak.bot import focusing, turn_words
from kaitak.nlu import folding
from kaitak.nlu.understanding import Entity, Understanding

_FEWEST = 2
_FIGURES = re.compile("[0-9零一二三四五六七八九十]+")
_SLIPS = "讲|说|打|问|写|揿|按|拣|选|搞|表达|发|入|撳|点"
# The request, and not only a value, is put right: 講錯,我係想換; 唔係問保費,係問保單; I meant can I….
_REQUEST = re.compile(
    rf"(?:{_SLIPS})(?:咗|得|得唔|的)?(?:错|乱|唔清楚|不清楚|不清|唔好)"
    r"|(?:唔[系是]|不是|并非|非)(?:话|要|想|问|查|说|讲|为)?[^,，。;；]{1,14}?[,，。;； ]*(?:而)?(?:我)?(?:只|净|单)?"
    r"(?:[系是]|[系是]?(?:想|要|问|查|讲|说|求))"
    r"|(?:我)?(?:意思|其实|真正|本意|本身)(?:[系是])?(?:想|要|问)"
    r"|(?<![a-z])(?:i (?:actually |really )?meant?|what i (?:meant|want|wanted|need)"
    r"|wrong (?:question|thing|request|form|option|button|menu)"
    r"|i (?:only|just|actually|really) (?:want|need|wanted|meant)"
    r"|not (?:asking|trying|looking|after)|hold off|instead|rather)(?![a-z])"
)
_WISH = re.compile(
    r"想|(?<!需)要(?!求)|问|查|帮|请|可唔可以|能不能|(?<![a-z])(?:want|need|meant|mean|can i|could|please|how|what"
    r"|when|where|would like|i'd like)(?![a-z])"
)
_OTHER_THINGS = (
    "(?:其他|其余|其它|余下|剩下|另外啲|第二啲)(?:嘅|的)?(?:嘢|东西|资料|资讯|内容|细节|部分|安排|项目|部份)?"
)
# 其他照舊, the rest stays the same: of the request in force all goes on as it was but for what is said.
_REST = re.compile(
    rf"{_OTHER_THINGS}(?:都|就|全部|一律|统统)?(?:照(?:旧|样|常|跟|返|做|我|头先|之前|原|用|计)|唔(?:变|使改|改|郁|使理)"
    r"|不(?:变|用改|用动|改|动)|一样|同头先|同之前|跟头先|跟返|保持|维持|冇变|没变|无须|毋须|无需|按(?:原|之前|刚才)|如旧|如前)"
    r"|(?:the rest|everything else|all else|other(?: details| things)?|all other [a-z]+)(?: of it)?"
    r"(?: can| should| will| to| is| are)*(?: stays?| remains?| be| still| the| exactly)* ?"
    r"(?:as (?:is|it was|they were|before|i said)|the same|same|unchanged|stays?|remains?)(?![a-z])"
    r"|same (?:everything|details|as before) (?:otherwise|apart)|otherwise (?:the same|unchanged|as before|no change)"
)
# Who is to do it now is the customer: 改返我自己攞, I'll collect it myself.
_MYSELF = re.compile(
    r"我?自己(?:嚟|来|去|过嚟|过来|亲身|親自|亲自)*(?:攞|拿|取|收|拎|领|签|做)|(?:我)?(?:亲身|亲自|本人)(?:嚟|来|去)*(?:攞|拿|取|收|领)"
    r"|(?:唔(?:使|写|要|用|使叫|使搵)|不(?:用|写|要|找))(?:再)?(?:叫)?"
    r"(?:佢|他|她)(?!嘅|的|个|们|哋)(?:喇|啦|了|住|嚟|来|攞|[,，。! ]|$)"
    r"|(?<![a-z])i(?:'ll| will| can)(?: just)? (?:collect|pick|get|fetch|sign for)[a-z ]{0,14} myself"
)


# Where the wrong value came from: 攞錯隔籬嗰份嚟讀, I read that off my other receipt.
_MISREAD = re.compile(
    r"(?:睇|望|看|读|念|抄|攞|拎|拿|揭|报|打|讲|说|俾|畀|给|搞)(?:咗|了|到|错|左)+(?:咗|了)?(?:做|成)?(?:我|你|去)?"
    r"(?:隔篱|隔离|隔壁|旁边|第二|另外?|上面|下面|上一|下一|旧|之前|以前|前|舊|人哋|别人|老公|老婆|太太|同事|朋友)(?:嗰|那|的|嘅|一)*"
    r"(?:张|份|行|单|栏|格|度|个|笔|封|条|只|家)"
    r"|(?:嗰|那)(?:张|份|个|单)(?:其实|原来)?(?:系|是)(?:旧|上次|第二|另外?|我?老[公婆]|我?太太|人哋|别人|以前)(?:嗰|那|的|嘅)?"
    r"|(?<![a-z])(?:read|took|got|copied|was looking|looked|had|picked|pulled|typed|gave you)"
    r" (?:that|it|this|those|them|the number|you|up)?(?: up| down)? ?(?:off|from|at|out of)? ?(?:my|the|an?|another)?"
    r" ?(?:other|old|wrong|previous|different|last|earlier|next|another|husband's|wife's)(?: [a-z]+)?"
    r" ?(?:receipt|order|email|e-mail|policy|paper|line|row|parcel|invoice|one|letter|page|tab|screen|confirmation"
    r"|claim|card|box|slip|entry|message)"
    r"|(?<![a-z])(?:that(?:'s| is| was)|it(?:'s| is| was)) (?:my|an|the|from) (?:other|old|wrong|previous|last"
    r"|husband's|wife's)(?: [a-z]+)? ?(?:receipt|order|policy|one|number|claim|parcel)"
)


# Who only asks to wait for another matter has said nothing wrong: 等等 收到個假網站; not 等等，唔係.
_ONLY_WAITS = re.compile(
    r"^(?:等等|等阵|等一等|等一下|等我|咪住|慢住|且慢|hold on|wait|hang on)[先呀啊, ，。!！]*"
    r"(?!.*(?:[错錯]|唔(?:系|好|使|要|想|退|换|cancel)|不(?:是|要|想|用)|应该|改|not|instead|rather|mean))"
)


def tells_slip(simple: str) -> bool:
    """Whether a message says that a value was wrong: by what became of it, or from what it was taken."""
    return turn_words.RIGHT_ONE.search(simple) is not None or _MISREAD.search(simple) is not None


# The day stays what it was at first: 唔改喇,照原本嗰日送.
_AS_FIRST_SET = re.compile(
    r"(?:照|按|跟)(?:返)?(?:原本|原定|原先|原来|本来|旧)(?:嗰|那|的|嘅|个)*(?:日|时间|期)|(?:唔|不)(?:改|转)(?:期|日子|时间)(?:喇|啦|了|住)"
    r"|keep (?:it on |to )?the original (?:date|day)|leave the date (?:as it is|alone|unchanged)"
)


def asks_instead(understanding: Understanding) -> bool:
    """Whether a message says that another request was meant than the one before it, and which."""
    simple = folding.plain(understanding.text)
    kept = _beside(understanding.kept_text or understanding.text, understanding.entities)
    is_deed = bool(focusing.deeds_in(kept))
    is_wish = is_deed or _WISH.search(kept) is not None
    if _REQUEST.search(simple) is None:
        is_slip = understanding.is_correction and _ONLY_WAITS.search(simple) is None
        is_slip = is_slip or turn_words.RIGHT_ONE.search(simple) is not None
        return is_slip and is_wish and (is_deed or _says(kept))
    return is_deed or (_says(kept) and (is_wish or not understanding.entities))


def _says(kept: str) -> bool:
    """Whether there are words left beside the slip, the wish and any figures."""
    return len(_FIGURES.sub("", turn_words.FILLER.sub("", _WISH.sub(" ", kept)))) >= _FEWEST


def _beside(text: str, entities: Iterable[Entity]) -> str:
    simple = folding.plain(text)
    for entity in entities:
        simple = simple.replace(folding.plain(entity.text), " ")
    return simple


def keeps_rest(simple: str) -> bool:
    """Whether a message leaves all but what it names as it was."""
    return _REST.search(simple) is not None


def as_first_set(simple: str) -> bool:
    """Whether the day asked for is given up for the one that stood before."""
    return _AS_FIRST_SET.search(simple) is not None


def does_it_alone(simple: str) -> bool:
    """Whether nobody else is to do it any more."""
    return _MYSELF.search(simple) is not None
