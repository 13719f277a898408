"""Owns the language of a message, decided by rule: Cantonese, written Chinese, Mandarin, English or mixed."""

import re

from kaitak.nlu.understanding import Language

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WORDS = re.compile(r"[a-z]{2,}")
_CANTONESE = re.compile(
    "[唔冇喺嘅咗哋嚟嗰啲嘢佢攞睇搵揾諗谂畀俾咁啱啩喎㗎囉咩乜晒仲嗌冚掂瞓冧哂嘥奀氹吖喇咋噃]"
    "|邊度|边度|係咪|系咪|點解|点解|幾時|几时|幾耐|几耐|而家|依家|宜家|尋日|琴日|聽日|听日|今朝|聽朝|下晝|朝早|夜晚|鋪頭|舖頭|打咗|比左|左未|好耐|得唔得|有無貨"
    "|[a-z]+[唔咗]|真人|傾|碌卡|蚊|係呀|係啊|唔該|拎|黎$|架[?？]*$|呀[?？!！。]*$|啦[!！。?？]*$|張單|條數|返嚟|執返|執唔|幾錢|幾多|點樣|點搞|點算|真係|係|即係|嬲|靚|平啲|添$|先得$"
)


def detect(folded: str, scripts: tuple[int, int], previous: Language | None = None) -> Language:
    """The language of a folded message; `scripts` counts its simplified and traditional characters."""
    han = len(_HAN.findall(folded))
    words = _WORDS.findall(folded)
    if han == 0:
        if not words:
            return previous or "yue"
        return _latin(folded, words, previous)
    cantonese = _CANTONESE.search(folded) is not None
    simplified, traditional = scripts
    if cantonese:
        return "mixed" if sum(len(w) for w in words) >= 2 * han else "yue"
    if simplified != traditional:
        return "zh-Hans" if simplified > traditional else _written(han, previous)
    return previous if previous not in (None, "en") else "zh-Hant"


def _written(han: int, previous: Language | None) -> Language:
    """Traditional characters with no Cantonese word: a short one among Cantonese is still Cantonese."""
    return "yue" if han <= 3 and previous == "yue" else "zh-Hant"


_ROMANISED = re.compile(
    r"(?<![a-z])(?:m goi|mgoi|ng goi|gei (?:si|dim|noi|do)|bin (?:do|dou)|yau mo|dim gai|hai mai|"
    r"ngo|nei|mou|jor|la|ga|wor)(?![a-z])"
)
_NEUTRAL_WORDS = frozenset(
    {"ok", "okay", "hi", "hello", "bye", "yes", "no", "thx", "thanks", "lol", "haha", "hk", "sf"}
)


def _latin(folded: str, words: list[str], previous: Language | None) -> Language:
    if len(_ROMANISED.findall(folded)) >= 2 or re.search(r"m goi|mgoi|ng goi", folded):
        return "yue"
    if previous is not None and len(words) <= 2 and all(word in _NEUTRAL_WORDS for word in words):
        return previous
    return "en"
