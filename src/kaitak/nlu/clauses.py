"""Owns denial and self-correction inside a message: which clause counts, which values are withdrawn."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kaitak.nlu.understanding import Entity

# What opens the clause that counts after something was taken back.
_TURN = re.compile(
    r"(?:其實|其实|反而|不如|我(?:係|是)想|我想問嘅係|我想问的是|應該(?:係|是)|应该是|我意思(?:係|是)|改為|改为"
    r"|而家(?:想|要)?|"
    r"現在(?:想|要)?|现在(?:想|要)?|actually,?|i meant?,?|what i want is|instead,?)"
)
_TAKEN_BACK = re.compile(
    r"(?:講|打|寫|说|說|写|搞|弄|俾|畀|輸|输|問|问|揀|撳|按)(?:咗|左|了)?[錯错](?:咗|左|了|嘢|野)?|[錯错](?:咗|左"
    r"|了)(?=[,，。 ])"
    r"|上(?:條|个|個|一條|一条|句)(?:訊息|信息|消息|message|msg)?(?:講|说|說|打|係|是)?(?:[錯错](?:咗|了)?|唔算"
    r"|不算|作廢|作废|唔使理)"
    r"|(?:頭先|刚才|剛才|啱先)(?:嗰|那)?(?:個|句|條|个|条|樣)?(?:唔算|不算|當冇講過|作廢|作废|錯|错)|當我冇(?:講"
    r"|問)過|当我没(?:说|问)"
    r"|唔使(?:查|理|搞|跟)(?:住)?(?:喇|啦|了|咗)?(?=[,，。 ])|等陣|等等(?!等)|等一下|咪住|慢住"
    r"|算[喇啦了罷](?=[,，。 ])"
    r"|\bwrong (?:message|one|chat)|never ?mind(?: that| the last (?:one|message))?|ignore (?:that|my last)"
    r"|scratch that|forget (?:that|it)"
)
# A clause that says what the request is not, when another clause says what it is.
_DENIED = re.compile(
    r"^(?:嗱|喂|其實|其实|我|而家|本人|今次|这次|這次|絕對|真係)*(?:都)?(?:唔係|唔系|不是|並非|并非|非|唔想|不想"
    r"|毋須|無須|无须|唔使|不用|唔要|不要|冇話|无意|無意|"
    r"not|i'?m not|i am not|it'?s not|this is not|this isn'?t|don'?t|i don'?t|i do not|no)"
    r"(?: ?(?:話|说|說|要|想|問|问|要求|查|講|讲|為咗|为了|係|是|asking|trying|looking|want|need|after|about|here"
    r"|to|for|really|it'?s))*"
)
_INSTEAD = re.compile(
    r"^(?:而?(?:係|系|是)|我?(?:只|淨|凈|净|單純|单纯|純粹|纯粹|就)(?:係|是)?(?:想|要|求|問|问|需)?|我?(?:係"
    r"|是)?(?:想|要)|我?其實|我?其实|反而|但|不過|不过|問|问|想|要求|求|"
    r"請|请|煩請|but|just|only|i(?:'m| am|'d)?|it'?s|what|rather|instead|simply|merely)"
)
_BEFORE_NOW = re.compile(
    r"(?:本來|本来|原本|頭先|刚才|剛才|之前|起初|originally|at first)[^,，。;；!！?？]{2,24}[,，。;；\s]+(?=(?:而家"
    r"|依家|現在|现在|不過|不过|但|都係|諗諗|想想|改咗|改了|now|but))"
)
# A clause ends at a mark, or at a blank between Chinese characters.
_CLAUSE = re.compile(
    r"(?:[^,，。;；!！?？\n—\s]|(?<![\u3400-\u9fff])[ \t]|[ \t](?![\u3400-\u9fff]))+[,，。;；!！?？\n—\s]*"
)
_MAX_CLAUSES = 12
_CONTENT = re.compile(r"[\s\W]+")
_BETWEEN = re.compile(
    r"[錯错]|唔(?:係|系|啱|對)|不(?:是|对|對)|等等|等陣|咪住|應該|应该|更正|改(?:為|为|做|返)|no[,， ]|"
    r"wait|sorry|i mean|correction|wrong|actually|rather"
)
_DENIES_NEXT = re.compile(
    r"(?:唔(?:係|系|使|好|要)|不(?:是|用|要)|並非|别|別|毋須|無須|唔好用"
    r"|(?<![a-z])not|(?<![a-z])don't|(?<![a-z])no longer)"
    r"(?:再|改|延|轉|转|送|寄|用|訂|约|約|deliver|send|ship|extend|on|to|it|the|for| )*"
    r"(?:到|至|去|返|做|成|俾|畀|給|给)?"
    r"(?:[呢嗰那這这](?:張|個|张|个)|張|個|张|个)?(?:單|单|電話|电话|號碼|号码|電郵|邮箱|order|email|number|地址)?\s*$"
)


def kept_part(folded: str) -> str:
    """The part of the message that states the request in force: after a taken-back clause, without denied clauses."""
    text = _after_taken_back(folded)
    text = _without_denied(_BEFORE_NOW.sub("", text))
    return text if len(text.strip()) >= 2 else folded


def _after_taken_back(folded: str) -> str:
    text = folded
    for match in _TAKEN_BACK.finditer(folded):
        turn = _TURN.search(folded, match.end())
        rest = folded[turn.end() if turn and turn.start() - match.end() < 12 else match.end() :]
        rest = rest.strip(" ,，、。.!！…:：呀啊添咗喇啦")
        if len(_CONTENT.sub("", rest)) >= 3:
            text = rest
    return text


def _without_denied(text: str) -> str:
    clauses = _CLAUSE.findall(text)[:_MAX_CLAUSES]
    if len(clauses) < 2 or sum(map(len, clauses)) < len(text) - 2:
        return _without_denied_words(text)
    kept = [
        clause
        for clause, following in zip(clauses, [*clauses[1:], ""], strict=True)
        if not (following and _denies_request(clause) and _INSTEAD.match(following.lstrip()))
    ]
    return "".join(kept)


def _denies_request(clause: str) -> bool:
    match = _DENIED.match(clause.lstrip())
    return match is not None and len(_CONTENT.sub("", clause)) - len(_CONTENT.sub("", match.group())) <= 24


_DENIED_WORDS = re.compile(
    r"^(?:我)?(?:唔係|唔系|不是)(?:話|说|說)?(?:想|要|問|问|要求)[^,，。;；!！?？]{1,14}?\s*(?=(?:而係|而是|係想"
    r"|是想|係問|是问|我想|只想|淨係))"
)


def _without_denied_words(text: str) -> str:
    return _DENIED_WORDS.sub("", text)


# What somebody has no more, and what takes its place: 由9123 8890轉做5544 2290, from 9123 8890 to 5544 2290.
_MOVED = re.compile(
    r"[ ,，]*(?:想|要)?(?:改|轉|转|換|换|變|变|搬)(?:返|番|咗|埋|用)?(?:做|成|為|为|到|去|至)?[ :：]*|[ ,，]*变[ ]*"
)
_FROM = re.compile(r"(?<![a-z])from[^,.]{0,8}$")
_OLD = re.compile(r"(?:舊|旧|原本|原來|原来|以前|(?<![a-z])(?:old|previous|former))[^,，。.]{0,12}$")
_PLACES = frozenset({"phone", "email", "store", "person"})
_CONTACTS = frozenset({"phone", "email"})


def mark_withdrawn(entities: Sequence[Entity], original: str) -> tuple[Entity, ...]:
    """Entities with the withdrawn ones marked: denied outright, or followed by a correction and another of the kind."""
    lowered = original.lower()
    marked: list[Entity] = []
    for index, entity in enumerate(entities):
        before = lowered[max(0, entity.start - 20) : entity.start]
        denied = _DENIES_NEXT.search(before) is not None
        denied = denied or (entity.kind in _CONTACTS and _OLD.search(before) is not None)
        successor = next((e for e in entities[index + 1 :] if e.kind == entity.kind), None)
        replaced = successor is not None and _is_replaced(lowered, entity, successor)
        others = any(e.kind == entity.kind and e.value != entity.value for e in entities)
        marked.append(replace(entity, withdrawn=others and (denied or replaced)))
    return tuple(marked)


def _is_replaced(lowered: str, entity: Entity, successor: Entity) -> bool:
    between = lowered[entity.end : successor.start]
    if entity.kind in {*_PLACES, "date"} and _MOVED.fullmatch(between):
        return True
    if entity.kind in _PLACES and between == " to " and _FROM.search(lowered[: entity.start]):
        return True
    if _BETWEEN.search(between) is None:
        return False
    return _DENIES_NEXT.search(between) is None
