"""Owns amounts of money in text: signs, codes and words of currencies, figures and Chinese numerals, 個半, 蚊."""

import re
from dataclasses import dataclass

from kaitak.nlu import numerals


@dataclass(frozen=True, slots=True)
class FoundAmount:
    start: int
    end: int
    value: str


_CODES = {
    "us$": "USD", "usd": "USD", "美金": "USD", "美元": "USD", "rmb": "CNY", "cny": "CNY", "人民幣": "CNY",
    "人民币": "CNY",
    "￥": "CNY", "¥": "CNY", "nt$": "TWD", "twd": "TWD", "台幣": "TWD", "台币": "TWD", "新台幣": "TWD", "mop": "MOP",
    "澳門幣": "MOP", "葡幣": "MOP", "jpy": "JPY", "日圓": "JPY", "日元": "JPY", "yen": "JPY", "eur": "EUR", "€": "EUR",
    "歐元": "EUR", "欧元": "EUR", "euro": "EUR", "euros": "EUR", "gbp": "GBP", "£": "GBP", "英鎊": "GBP",
    "英镑": "GBP",
    "aud": "AUD", "澳元": "AUD", "sgd": "SGD", "坡紙": "SGD", "krw": "KRW", "韓圜": "KRW", "thb": "THB", "泰銖": "THB",
    "cad": "CAD", "加元": "CAD",
}  # fmt: skip
_FRONT = "|".join(
    re.escape(w) for w in ["hk$", "hkd", "$", "港幣", "港币", "港元", *_CODES] if w not in ("yen", "euro", "euros")
)
_BACK = "|".join(
    [
        "蚊",
        "港元",
        "元",
        "塊錢",
        "块钱",
        "大洋",
        "港紙",
        "港幣",
        "港币",
        "hkd",
        "dollars?",
        "bucks",
        "塊(?!面)",
        "块(?!面)",
    ]
    + [re.escape(w) for w in _CODES if not w.endswith("$") and len(w) > 1]
)
# A comma stands between thousands, or else ends the figure: HK$1,250; HK$742，11月17日.
_FIGURE = r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,13})(?:\.\d{1,2})?"
_MONEY = re.compile(
    rf"(?P<front>{_FRONT})\s?(?P<a>{_FIGURE}|{numerals.NUMERAL}{{2,9}})\s?(?P<k>k\b|萬|万|千|百)?(?![a-z0-9-])"
    rf"|(?<![\d.])(?P<w>[千萬万百][一二兩两三四五六七八九])\s?(?:{_BACK})(?![a-z])"
    rf"|(?<![\d.a-z千萬万百-])(?P<b>{_FIGURE}|{numerals.NUMERAL}{{1,9}}?)\s?(?P<k2>k|千|萬|万|百)?(?P<few>幾|几)?\s?"
    rf"(?P<back>{_BACK})(?![a-z])"
    # Bare figures after a verb of money: 扣咗1299, 賠得八千, charged 880.
    r"|(?:(?:費用|费用|銀碼|银码|價錢|价钱|總數|总数|單價|单价|賠償額|赔偿额|保費|保费|金額|金额)(?:大概|大約|大约|約|约|係|是|共|都?要)*"
    r"|[借供][到咗返]?|budget (?:is |係)?|[扣收退賠赔碌付爭争差][咗了得返多少左番]{1,2}|charged(?: me)? |refund of )"
    rf"(?P<c>\d{{3,7}}(?:\.\d\d)?|{numerals.NUMERAL}{{2,9}})"
    r"(?=[\s,，。.!！?？呀啦喇]|$)"
    rf"|(?<![\d.a-z千百零一二兩两三四五六七八九十第])(?P<e>[一二兩两三四五六七八九十]{{1,3}}[萬万][一二三四五六七八九])"
    r"(?![\d一二兩两三四五六七八九千百幾几多人個个公里分點点次步積积份張张件隻只年月日])"
    # Ten thousands by themselves are money, unless they count something: 大概8萬, 少咗五萬; not 十萬火急, 3萬里數.
    rf"|(?<![\d.a-z千百零一二兩两三四五六七八九十第])(?P<d>{_FIGURE}|{numerals.NUMERAL}{{1,4}}?)\s?(?P<k3>萬|万)"
    r"(?![\d一二兩两三四五六七八九幾几多人個个公里分點点次火字步積积份張张件隻只年日元億亿])"
)
_SCALE = {"k": 1000, "千": 1000, "萬": 10_000, "万": 10_000, "百": 100}


def find_amounts(text: str) -> list[FoundAmount]:
    """Amounts in folded text: plain Hong Kong dollars, other currencies with their ISO prefix."""
    found: list[FoundAmount] = []
    for match in _MONEY.finditer(text):
        if match["few"]:
            continue
        number = (
            _read(f"一{match['w']}", "")
            if match["w"]
            else _read(
                match["a"] or match["b"] or match["c"] or match["d"] or match["e"],
                match["k"] or match["k2"] or match["k3"] or "",
            )
        )
        if number is None:
            continue
        code = _CODES.get(match["front"] or "") or _CODES.get(match["back"] or "", "")
        start = match.start("c") if match["c"] else match.start()
        found.append(FoundAmount(start, match.end(), f"{code} {number}".strip()))
    return found


def _read(figure: str, unit: str) -> str | None:
    plain = figure.replace(",", "")
    if plain.isascii():
        number = float(plain) * _SCALE.get(unit, 1)
        return str(int(number)) if number == int(number) else f"{number:.2f}"
    value = numerals.read_number(plain + unit if unit in "千萬万百" else plain)
    if value is None:
        return None
    return str(value * _SCALE[unit]) if unit == "k" else str(value)
