"""Owns where in a message the request itself stands: behind what is told, denied or only supposed. Pure."""

import re
from dataclasses import replace

from kaitak.nlu import folding, normalising

_FEWEST, _FEWEST_BEFORE = 4, 2
# What opens the request after a story: 想問…, 係呢…, 我係想…, my question is….
_ASKS = re.compile(
    r"(?:(?:我|而家|依家|其实|又|都|即系|就|所以|咁|净系|只系|今次|系)*(?:系)?想(?:问|查|知|请教|了解)"
    r"(?:下|吓|吖|一下|清楚|道|多样|返)*|(?:唔该)?请问(?:下|一下)?|(?<![有定冇])系呢[,， ]*"
    r"|(?:(?:我|其实|反而|今次|净|只|就)+(?:系)?想|(?:其实|反而|净系|只系)要)(?!请|假|要返|攞返)|不如(?:帮我)?"
    r"|(?:顺便|顺手|另外|仲有|还有|同埋)(?:想|再)?(?:帮我|帮手|麻烦)(?:你)?"
    r"|(?<=[喇了啦嘞咗])[。,，!！ ]+(?:咁|那)(?!样|多|么)|(?<=[。!！])(?:咁|那)(?!样|多|么)"
    r"|(?<=[喇了啦嘞])[。!！]+(?:麻烦|唔该|请|不如|帮我)(?:你)?|(?<=[.!] )(?:just|instead|please)(?![a-z])"
    # The matter before is let be: oh it's expired, drop that. any deals on?
    r"|(?<![a-z])(?:drop (?:that|it)|forget (?:it|that)|never ?mind(?: that| it)?|ignore (?:that|it)|scrap (?:that|it)"
    r"|leave (?:it|that)(?: then)?|(?:don't|no need to) (?:worry|bother)(?: about (?:it|that))?)[,.;! ]*[,.;!]"
    r"|(?:算(?:啦|了|罢|嘞)|当我(?:冇|没)(?:讲|说|问)(?:过)?"
    r"|唔使(?:理|跟|搞)(?:佢)?(?:喇|啦|嘞)|不用(?:管|理)了)[,，。! ]"
    r"|(?:my question is|i(?:'d| would) (?:just )?like to (?:know|ask|find out)|i was wondering|can you tell me"
    r"|need to know|i (?:just |only )?want(?:ed)? to (?:know|ask|check)|could you tell me|please advise))[,， ]*"
)
# A clause that says what is not wanted or only might be: 唔好成張取消, 如果唔退.
_NOT = re.compile(
    r"(?:如果|若果|要是|万一)?(?:我)?(?:唔好|唔使|唔退|唔要|唔想|唔续|唔cancel|唔取消|唔换|不要|不想|不退|不取消|别"
    r"|don't|do not|not)[^,，。;；]{0,12}[,，。;； ]+"
    r"(?=(?:可唔可以|可以)?(?:净系|只系|只要|就|改|转|不如|系|想|而系|just|only|instead|but))"
)
_DROPPED = re.compile(
    r"(?:never ?mind|forget(?: about)?|scratch|skip) (?:the |my |that )?[a-z]{3,20}[,. ]+"
    r"(?=(?:just|can|could|i|let|please|how)(?![a-z]))"
)
# A clause that says what is left as it is: 地址唔郁住喇, 收件人不用改了, leave the address as it is.
_LEFT = re.compile(
    r"(?:(?<=^)|(?<=[,，。;；]))[^,，。;；]{0,10}?(?:唔|不|无需|毋须|冇谂住)(?:好|使|用|想|要|需)?(?:再)?(?:郁|改|动|换|变|转|理|搞|加|更新|处理)"
    r"(?!唔|不|到|得)[^,，。;；]{0,4}[,，。;；]+ ?(?=[^,，]{3})"
    # What is given up: 個碼唔用喇，有咩優惠.
    r"|(?:(?<=^)|(?<=[,，。;；!！]))[^,，。;；!！]{0,10}?(?:唔|不)(?:再)?(?:用|要|买|续|借|加|订|搞|查|问|跟|退|换|取消|改)(?:佢|它)?"
    r"(?:喇|啦|嘞|了|住|先)+[,，。;；!！]+ ?(?=[^,，]{3})"
    r"|(?:(?<=^)|(?<=[,.;] ))(?:(?:please |just )?(?:leave|keep) the [a-z]+ (?:as (?:it )?is|alone|the same|unchanged)"
    r"|(?:there's )?no need to (?:change|touch|update) (?:the |my )?[a-z]+|the [a-z]+ (?:can stay|stays?|is fine|is ok)"
    r"|forget (?:about )?the [a-z]+)[,.; ]+(?:and |but |just )*(?=[a-z]{3})"
)
# Which matter is spoken of, before what is left of it: 頭先email話改地址嗰張單.
_OF_WHICH = re.compile(r"^[^,，。]{2,20}[嗰那](?:张|份|个|单|件)(?:单|保单|嘢)?[,，。 ]+(?=.{4})")
_NOT_AFTER = re.compile(
    r"(?<=[^,，。]{3})[,，。;； ]*(?:唔要|唔系|唔使|唔想|不要|不是|并非|not|rather than|instead of)"
    r"(?:再|系|an? |the )*(?:换|退|修|取消|积分|现金券|券|refund|exchange|replacement|repair)[^,，。?？]{0,4}$"
)
_WAIT = re.compile(
    r"^(?:(?:等等|等阵|等一等|等一下|慢住|咪住|且慢|唔好意思|不好意思|sorry|wait|hold on|oh)[先呀啊, ，。!！]*)+"
    r"(?=[^,，]{3})"
)
# Why somebody asks, behind the question: 有冇X,好驚Y.
_WHY = re.compile(
    r"(?<=[^,，。!！?？]{5})[,，。 ]+(?:我)?(?:好|都|真系)?(?:惊|怕|担心|因为|皆因|费事|because|i'm afraid|as i)"
    r"[^,，。?？]*$"
)
# What adds a wish to the one before, apart from it: 仲有 隻色轉軍綠; 仲有貨 asks if any is left.
_ADDS = re.compile(r"^(?:仲有|还有|同埋|另外|连埋|跟手|顺便|顺手|and|also)(?:呀|啊|样嘢)?[,，:：]+ ?(?=[^,，]{3})")
# A blank between Chinese characters parts what a mark would part.
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_QUESTION = re.compile(r"有冇|有没有|得唔得|可唔可以|使唔使|会唔会|系咪|几多|几时|点样|能不能|能否|吗|边")
# What is put off until the first matter is done: 搞掂先再問你份旅保, after that I've a question about clinics.
_LATER = re.compile(
    r"(?<=[^,，。;；?？!！]{5})[,，。;；?？!！.]+ ?(?:(?:第二(?:样|件|个)|另一样|另外)[^,，。]{0,12}"
    r"(?:迟啲|稍后|之后|等阵|一阵)"
    r"|(?:搞掂|搞好|跟住|之后|然后|迟啲|稍后|等阵|一阵)[^,，。]{0,4}(?:先)?(?:再|先|至)(?:问|讲|倾|搞|处理)"
    r"|(?:after that|then|later|afterwards)[, ]+(?:i(?:'ve| have|'ll| will)|we can)[^.]{0,60}(?:question|ask|talk)).*$"
)
# What frames a letter and says nothing.
_FRAME = re.compile(
    r"^\s*(?:dear (?:sirs?(?: or |/| and )?(?:madam)?|madam|team|all|[a-z ]{2,20}team)|to whom it may concern)[,:\s]+"
    r"|(?:please advise|kindly advise|thanks in advance|thank you(?: very much)?|(?:best |kind |warm )?regards"
    r"|yours (?:sincerely|faithfully|truly))[.,!\s]*(?:[a-z .]{0,30})$"
)


# A deed that is not wanted, and the part of an intent's name that it is: 唔好成張取消.
_UNWANTED = re.compile(
    r"(?:唔好|唔使|唔想|唔要|不要|不想|不用|先别|别|do not|don't)"
    r"(?:再|住|成张|成单|帮我|[呢嗰这那]张|全部| ?want to | ?to | ){0,2}"
    r"(?P<deed>取消|cancel|退货|退款|退|换货|换|return|refund|exchange)"
)
_DEEDS = {
    "取消": "cancel", "cancel": "cancel", "退货": "return", "退款": "return", "退": "return", "换货": "exchange",
    "换": "exchange", "return": "return", "refund": "return", "exchange": "exchange",
}  # fmt: skip


def unwanted(text: str) -> frozenset[str]:
    """The deeds that a message says are not wanted, as parts of intents' names."""
    simple = folding.plain(text)
    return frozenset(_DEEDS[match["deed"]] for match in _UNWANTED.finditer(simple))


DEEDS = frozenset(_DEEDS.values())
_DEED = re.compile("|".join(sorted(_DEEDS, key=len, reverse=True)))


def deeds_in(text: str) -> frozenset[str]:
    """The deeds that a message names, as parts of intents' names."""
    return frozenset(_DEEDS[match[0]] for match in _DEED.finditer(folding.plain(text)))


def leaves_other(text: str) -> bool:
    """Whether a message says what is left as it is, and then what is wanted."""
    return _LEFT.search(_BLANK.sub(",", folding.plain(text))) is not None


def focus(text: str) -> str | None:
    """The part of a message that asks, where more stands before it; None where all of it does."""
    folded = normalising.fold(text)
    simple = normalising.simplify(folded.text)
    if len(simple) != len(folded.text):
        return None
    simple = _BLANK.sub(",", simple)
    later = _LATER.search(simple)
    if later is not None and _content(simple[: later.start()]) >= _FEWEST:
        simple = simple[: later.start()]
        folded = replace(folded, text=folded.text[: later.start()])
    start = 0
    for match in _ASKS.finditer(simple):
        if _content(simple[match.end() :]) >= _FEWEST and _content(simple[: match.start()]) >= _FEWEST_BEFORE:
            start = match.end()
    rest = folded.text[start:]
    kept = _DROPPED.sub("", _NOT.sub("", _ADDS.sub("", _WAIT.sub("", simple[start:]))))
    kept = _OF_WHICH.sub("", _LEFT.sub("", kept)) if _LEFT.search(kept) is not None else kept
    kept = _NOT_AFTER.sub("", kept)
    asked = _WHY.sub("", kept)
    kept = asked if _QUESTION.search(asked) is not None else kept
    if len(kept) < len(simple) - start and _content(kept) >= _FEWEST:
        rest = kept
    bare = _FRAME.sub(" ", _FRAME.sub(" ", rest)).strip()
    found = bare if _content(bare) >= _FEWEST else rest
    return found if found.strip() != normalising.fold(text).text.strip() else None


def _content(text: str) -> int:
    return sum(character.isalnum() for character in text)
