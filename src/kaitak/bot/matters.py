"""Owns the several matters of one message and the order in which the customer wants them seen to. Pure."""

from __future__ import annotations

import re

from kaitak.bot import enumerating
from kaitak.bot.enumerating import Matter, Rank
from kaitak.core.records import replace
from kaitak.nlu import folding, normalising

MOST = 5
_FEWEST, _LONGEST_POINTER = 2, 30


_DO = r"(?:讲|说|问|倾|谈|搞|办|处理|睇|看|查|做|跟|弄|答|理|整)"
_DONE = r"(?:搞掂|搞好|搞完|弄好|弄完|办好|办妥|办完|处理好|处理完|做好|做完|完咗|完成|解决|搞定|好咗|好了)"
_LATER = re.compile(
    rf"(?:迟[啲点些]|晚点|稍后|迟下|等阵|等[一]?下|一阵(?:间)?|一会儿?|待会儿?|转头|容后|改天|第日|得闲"
    rf"|有空)(?:仲|还|先|至|再|来|才)*(?:{_DO}|想|要)"
    rf"|(?:等阵|一阵|迟啲|稍后|容后|晚点|待会儿?)(?:先|再)?[喇啦吧。]*$|(?:之后|跟住|然后|完咗|再)(?:先|至|再"
    rf"|来|我|同你)*(?:想)?{_DO}"
    rf"|{_DONE}(?:咗|了|之后|以后|后|我|呢[样单个件]|这[个件])*(?:先|再|至)(?!啦|喇|$)|再(?:{_DO}|要|开|帮)"
    r"|暂(?:且|时)?(?:不|唔|先)|先放(?:低|下|一边)|[唔不]急|冇咁急|没那么急|可以等|[唔不](?:系|是)咁?急|其次|次要"
    r"|^(?:我)?(?:顺便|顺手|顺带|另外|还有|仲有)|^(?:同埋)?(?:另|第二|第2|其他|其余)(?:外)?(?:一|两|嗰"
    r"|那)?(?:样|件|个|条|单嘢|项)"
    r"|can wait|no rush|not urgent|(?<![a-z])later(?! than)|afterwards?|another time|(?<![a-z])(?:after that"
    r"|secondly|second,|second:|then|also|the other)(?![a-z])"
    r"|leave .{2,40} (?:for now|aside)|put .{2,40} (?:aside|off)|while (?:you're|i'm) at it|before i forget"
)
_FIRST = re.compile(
    rf"最?(?:紧要|要紧|紧急|着急|迫切)|最急|最重要|急(?:嗰|那|啲嘅)|^(?:主要|首先|第一|优先|重点)|主要(?:系|是|想|都)"
    rf"|^(?:但|不过|但系|但是|而家|咁|你|我|你哋|想|帮我|麻烦(?:你)?|唔该|请)*先{_DO}|^(?:但|不过)?(?:我|你"
    rf"|你哋|想|请|麻烦)*先(?:改|取消|退|换|要|想|帮|把|将|续|加|报)"
    r"|先(?:[啦喇呀吧]|讲|处理)?[。!！]*$|行先|为先|优先(?:处理)?$"
    r"|(?<![a-z])(?:first(?:ly|,|:| of all| tell| please|ly)?|urgent(?:ly)?|priority|mainly"
    r"|most important(?:ly)?|start with|above all|more pressing|to begin)(?![a-z])"
)
_PUTS_OFF = re.compile(
    rf"(?:迟[啲点些]|稍后|等阵|一阵|容后|待会|之后|{_DONE})|[唔不]急|can wait|later|after that|afterwards|no rush"
)
# Words of order and of counting that are no matter by themselves.
_BARE = re.compile(
    rf"(?:我|你|你哋|您|想|要|请|唔该|麻烦|有|系|是|就|都|咁|而|但|不过|先|再|嘅|的|呢|嗰|这|那|哪|啲|最|紧要"
    rf"|要紧|急|重要|主要|首先|优先|另外?|其他|第?[一二两三四五\d](?:样|件|个|条|单|项)?"
    rf"|样|件|个|条|项|单嘢|嘢|野|事|问题|{_DO}|帮|下|一下|喇|啦|呀|吧|了|咗|掂|好|完|之后|然后|跟住|等阵|一阵"
    rf"|迟啲|稍后|容后|遲啲|唔|不|行|同|埋|顺便|顺手|搵|一事"
    r"|(?<![a-z])(?:i|have|two|three|things?|requests?|questions?|please|the|one|ones|is|are|my|first|second"
    r"|other|urgent|can|wait|later|then|and|but|also|start|with|it|that|more|pressing|a|of|all)(?![a-z]))+"
)
_CUT = re.compile(
    r"[,，、。;；?？!！\n]+\s*|[:：](?!\d)\s*|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])|\. +"
    r"|(?<=[\u4e00-\u9fff])(?=顺便|顺手|顺带|另外(?![嗰那果一])|(?:之后|然后|跟住|跟手)(?:再|想|先|问|讲|帮))"
    r"|(?<=[a-z]) (?=but first|and then|after that|and also)"
)
_PLACE = re.compile(r"第([一二三1-3])(?:样|件|个|条|单|项)|上面(?:嗰|那)|the (first|second|third)(?: one| thing)?")
# 先問一下: a question before all else, and no order of matters.
_ONLY_ASKS = re.compile(
    r"(?:我|想|就|所以)*先(?:问|睇|看|了解|查|请教|打听)(?:一?下|问|睇|看|吓)*(?:先|啫|而已)?[呀啊啦喇吧。]*"
)
_OTHERS = re.compile(r"其他|其余|另|(?<![a-z])others?(?![a-z])")
_OPENS = re.compile(
    r"^(?:[一二三四][是係系]?|\(?[1-4a-c]\)?[.)]?|第[一二三四](?:样|件|个|条|单嘢|项)?(?:系|是)?|其[一二三]"
    r"|first(?:ly)?|second(?:ly)?|third(?:ly)?)$"
)


def ordered(text: str) -> tuple[Matter, ...]:
    """The matters of a message that numbers them or says which is to be seen to first or later; else none."""
    folded = normalising.fold(text)
    simple = normalising.simplify(folded.text)
    if len(simple) != len(folded.text):
        return ()
    marked = enumerating.points(simple)
    if marked:
        return marked
    found = _joined(_ranked(simple))
    ranks = {matter.rank for matter in found}
    return found if len(found) > 1 and ranks not in ({"plain"}, {"later"}) else ()


def is_pointer(matter: Matter) -> bool:
    """Whether words only name again which of the matters said before is to come first: 先改電話, 加人行先."""
    return matter.rank == "first" and len(matter.text) <= _LONGEST_POINTER


def puts_off(found: tuple[Matter, ...]) -> bool:
    """Whether the others are to wait, and are not only asked in the same breath."""
    return any(matter.rank == "first" or _PUTS_OFF.search(matter.text) is not None for matter in found)


def _ranked(simple: str) -> list[Matter]:
    """The clauses one by one; those that only say an order give it to the one beside them."""
    clauses: list[Matter] = []
    waiting: Rank | None = None
    for clause, mark in _clauses(simple):
        rank, place = _rank_of(clause), _place_of(clause)
        if _ONLY_ASKS.fullmatch(clause):
            continue
        is_bare = len(_BARE.sub("", clause).strip(" ,，。:：")) < _FEWEST
        if is_bare and place is not None and rank == "first":
            clauses.append(Matter("", rank, place))
        elif is_bare and (mark in (":", "：") or not clauses or _OPENS.match(clause)):
            waiting = rank
        elif is_bare:
            place_of_it = _place_ranked(clauses, rank)
            if rank != "plain" and clauses[place_of_it].rank != "first" and _OTHERS.search(clause) is None:
                clauses[place_of_it] = replace(clauses[place_of_it], rank=rank)
        else:
            is_new = waiting is not None
            given = rank if rank != "plain" or waiting is None else waiting
            clauses.append(Matter(clause if not is_new else f"\n{clause}", given, place))
            waiting = None
    return clauses


def _place_ranked(clauses: list[Matter], rank: Rank) -> int:
    """Which clause an order behind it means: the last, but none first that was just put off: 稍後改地址 先答我呢樣."""
    able = [place for place, clause in enumerate(clauses) if rank != "first" or clause.rank != "later"]
    return able[-1] if able else len(clauses) - 1


def _clauses(simple: str) -> list[tuple[str, str]]:
    found, start = [], 0
    for match in _CUT.finditer(simple):
        if match.start() > start:
            found.append((simple[start : match.start()].strip(), match[0].strip()))
        start = match.end()
    if simple[start:].strip():
        found.append((simple[start:].strip(), ""))
    return found


def _rank_of(clause: str) -> Rank:
    first, later = _FIRST.search(clause), _LATER.search(clause)
    ends = later is not None and later.end() >= len(clause.rstrip("。!！ "))
    if first is not None and (later is None or (not ends and clause.endswith(("先", "先啦", "先喇", "行先")))):
        return "first"
    if first is not None and later is not None and first.start() <= later.start() and "first" in first[0]:
        return "first"
    return "later" if later is not None else "plain"


def _place_of(clause: str) -> int | None:
    match = _PLACE.search(clause)
    if match is None:
        return None
    return enumerating.PLACES.get(match[1] or match[2] or "一")


def _joined(clauses: list[Matter]) -> tuple[Matter, ...]:
    """Clauses of one matter put together: what says no order goes on with the one before it."""
    found: list[Matter] = []
    for clause in clauses:
        opens = clause.text.startswith("\n") or clause.rank != "plain" or not found
        if opens or (found[-1].rank != "plain" and clause.rank == "plain" and not found[-1].text):
            found.append(replace(clause, text=clause.text.strip()))
        else:
            found[-1] = replace(found[-1], text=f"{found[-1].text},{clause.text}")
    return tuple(found[:MOST])


# The next matter after one is done: 好，而家講發票; ok，輪到登入; now the certificate; 咁積分嗰樣呢.
NEXT = re.compile(
    r"^(?:(?:ok|okay|oki|好[的啦呀喇吧嘅]?|得[喇啦咗了]?|收到|明白|行|嗯|right|great|thanks?|thank you|thx"
    r"|唔该(?:晒)?|谢谢|fine|alright|cool|good)"
    r"[\s,，。.!！]*)*(?:咁|那|噉|so|and)?[\s,，]*"
    r"(?:(?:而家|依家|现在|跟住|跟手|之后|接住|接着|接下来|下一(?:样|个|件))(?:就|再|系|是|到|想|帮我)*(?:讲|说"
    r"|轮到|到|问|查|搞|处理|倾|谈|改|要|睇|办)(?:埋|下)?"
    r"|轮到|到(?=[^达])|讲(?=[^返回])(?:埋|下)?|说说|换(?=下一)|(?:now|next|on to|as for|moving on to"
    r"|what about|about)[, ]+(?:the|my|about|for|that)?)"
    r"|第[二三](?:样|件|个|条|单嘢|项)(?:[呢系是,， ]|$)|(?:另一|剩返嗰|净返嗰|其余嗰)(?:样|件|个|条)(?:[呢系是,， ]|$)"
    r"|[嗰那](?:样|件事|条|边|单)(?:呢|又|$)|(?<![a-z])(?:the|my) (?:second|other|next|last) (?:one|thing"
    r"|question|request"
    r"|matter|point)"
)
OPENER = re.compile(
    r"^(?:(?:ok|okay|oki|好[的啦呀喇吧嘅]?|得[喇啦咗了]?|收到|明白[了晒]?|知道了?|了解|行|嗯|right|great"
    r"|thanks?|thank you|thx|唔该晒?|谢谢|fine|alright|cool|good|got it|i see)"
    r"[\s,，。.!！]+)+(?=.{2,})"
)
_AIMS = re.compile(
    r"^(?:(?:咁|那|噉)(?!样|多|张|个|份|件)|(?:so|and|now|next|then)(?![a-z]))*[\s,，]*"
    r"(?:(?:而家|依家|现在|跟住|跟手|然后|之后|接住|接着|接下来|就)*(?:讲|说|轮到|到|问|查|搞|处理|倾|谈)(?:埋"
    r"|返|回|下|到)?"
    r"|第[二三](?:样|件|个|条|项)(?:系|是)?[,， ]*|(?:for|about|on to|as for|what about)(?![a-z]))?"
)
_ENDS = re.compile(r"[嗰那](?:样|件事|件|单嘢|条|边|个)(?:嘢)?(?:呢|又点|啦|喇)?[?？。]*$")


def next_matter(text: str) -> str | None:
    """What a message that goes on to the next matter says of it, without the assent and the words that lead to it."""
    simple = folding.plain(text)
    rest = OPENER.sub("", simple)
    rest = _ENDS.sub("", _AIMS.sub("", rest, count=1)).strip(" ,，。")
    return rest if rest != simple and len(_BARE.sub("", rest)) >= _FEWEST else None


# What was said before stands but for what is said now: 其他照舊, the rest as above.
REST_STAYS = re.compile(
    r"(?:其他|其它|其余|余者|余下|剩低|剩下|别的|第二啲|其馀)(?:嘅|的|嘢|资料|内容|所有|全部|一切|都|就|嗰啲"
    r"|那些|各项|部分)*"
    r"(?:唔使|唔|不用|不必|毋须|无须|不|冇|没有?|照|如|跟|按|保持|维持|同|咁|一样|通通)"
    r"|(?:照|跟|按|依)(?:返|番|住)?(?:我|你哋)?(?:头先|刚才|啱先|之前|先前|上面|上次|原先|原本)(?:讲|说|写|填"
    r"|报|个|嗰)?(?:嘅|的|咁|噉|过|样)*(?:办|做|就得|就可以|啦|吧|$|[,，。])"
    r"|(?:the )?(?:rest|others?|remaining details?)(?: of it| of the details)? (?:stays?|stands?|is|are"
    r"|remains?|as|unchanged|to stay|the same|can stay)"
    r"|everything else|all else|all other details|other details|keep the rest|leave the rest|same as (?:before"
    r"|above|i said)|as (?:per )?(?:before|above)(?![a-z])|no other changes?"
    r"|(?:没|冇)(?:有)?(?:其他|其它|别的)(?:嘢|要|需要)?(?:改|变)"
)
# Of several things the others are sent all the same, which is no word of the request: 其他照送.
OTHERS_SENT = re.compile(
    r"(?:其他|其它|其余|剩下|剩低|余下)(?:嘅|的|嘢|货|都|就)*照(?:样|旧|常)?(?:送|寄|出货|派|发货|攞|要)"
)
# Something of a wish is altered: 改做150個, make it 200.
ALTERS = re.compile(
    r"改(?:做|为|成|到|返|作|(?=[0-9一二三四五六七八九十百]+(?:个|件|套|份|支|箱|盒|对|张|条|包|枝)))"
    r"|加(?:至|到|多|码)|减(?:至|到|少|返)|增(?:至|加|到)|转(?:做|为|成)|换(?:做|成)"
    r"|变(?:做|成)|更(?:正|改)"
    r"|追加|不是[^,，]{1,8}[,，]?(?:是|而是)|唔系[^,，]{1,8}[,，]?系"
    r"|(?<![a-z])(?:change|make (?:it|that)|increase|reduce|raise|lower|bump|instead|rather than|up to"
    r"|down to)(?![a-z])"
)
# The matter in hand is put aside: 地址唔郁住喇, 先別管發票, leave the address as it is.
PUT_ASIDE = re.compile(
    r"(?:唔郁|唔改|唔使改|唔搞|唔理|唔使理|不改|不动|不用改|不管|别管|先别|唔换|唔转)(?:佢|它)?(?:住|先|喇|啦"
    r"|了|咗|嘞)+(?=[,，。;； ]|$)"
    r"|(?:先|暂时|暂且)(?:唔|不|别|放低|放下|搁置|搁着)(?:管|理|改|郁|讲|谈|说)|(?:一事|嗰样|那个"
    r"|那件事?)?(?:容后|迟啲|迟点|稍后|以后|晚点)再(?:讲|说|谈|办|搞|处理|算)"
    r"|(?<![a-z])(?:leave|keep) (?:the|my) [a-z ]{3,24}(?:as (?:it )?is|alone|unchanged|for now|where it is)"
    r"|(?<![a-z])(?:park|shelve|set aside) (?:the|that|this)"
)
# An earlier matter is gone on with: 繼續搞換貨嗰單, let's carry on with the refund.
RESUMES = re.compile(
    r"(?:继续|接住|接着|接返)(?:去)?(?:搞|讲|说|办|处理|登记|做|倾|谈|问|跟|整|查|填|头先|刚才|之前|我|嗰|那|个"
    r"|张|件|份)"
    r"|(?<![拎攞拿行寄退送揸带搬取换])返返?去(?!先)|话返|讲返|讲回|说回|回到"
    r"|(?<![a-z])(?:carry(?:ing)? on with|continue (?:with|on)|resume"
    r"|(?:let's|can we|going|go|get|getting) back (?:to|on)|back to|pick up where)(?![a-z])"
)
