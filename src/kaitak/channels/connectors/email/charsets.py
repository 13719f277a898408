"""Owns turning the bytes of a mail into text: by their label where it is true, by what they look like where it lies."""

from __future__ import annotations

import codecs
import re
from email import errors as mail_errors
from email.header import decode_header

_ALIASES = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gb2312-80", "gbk", "x-gbk", "cp936", "ms936", "chinese"), "gb18030"),
    **dict.fromkeys(("euc-cn", "gb18030-2000", "gb_18030", "windows-936", "csgb2312"), "gb18030"),
    **dict.fromkeys(("big5", "big-5", "cn-big5", "x-x-big5", "big5-eten", "big5-hkscs", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("cp950", "ms950", "windows-950", "csbig5", "x-big5", "x-windows-950"), "cp950"),
    **dict.fromkeys(("hz-gb-2312", "hz-gb2312"), "hz"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), "iso2022_jp_ext"),
    **dict.fromkeys(("unicode-1-1-utf-8", "utf8", "utf-8", "utf8mb4", "cp65001"), "utf-8"),
    **dict.fromkeys(("", "unknown-8bit", "x-unknown", "unknown", "default", "ansi", "none", "binary"), ""),
}
_NARROW = {"ascii", "iso8859-1", "iso8859-15", "cp1252", "latin-1"}  # the label of a program that never asked
_NEVER = {"utf_7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_TEXT_CODECS = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")
_GUESSES = ("utf-8", "gb18030", "big5hkscs", "cp950")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_COMMON = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你對对生能而子那得于於着著下自之年过過发發后後作里道用"
    "行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日意无無"
    "力它与與长長把机機十民第公此已工使情明性知全三又关關点點正外将將两兩高间間由问問很最重并物手应應向头頭文体體政美相见見被利什二等产產或"
    "新己制身果加月话話合回特代内內信表化老给給位次度门門任常先海通教东東提立及比员員解水名真论論处處走各入几幾口认認条條平系气氣题題更别別"
    "打女变變四神总總何电電数數少报報才结結受目太量再感建务務做接必场場件计計管期市直资資命山金指许許统統区區保至形社便空决決展科司五基眼书書"
    "非则則听聽界达達放强強像难難权權思王象完设設式色路记記品住告类類求据據程北边邊张張该該交规規取格望觉覺术術共确確传傳师師清今切院让讓识識"
    "候带帶导導运運係唔嘅咗喺嗰啲佢哋冇嚟订訂单單退款货貨谢謝请請您號号聯联絡络"
)


def decoded(body: bytes, label: str | None) -> str:
    """The bytes as text. Never raises: what cannot be read becomes U+FFFD. UTF-7 is not read: it hides markup."""
    return cleaned(_decoded(body, _codec(label or "")))


def cleaned(text: str) -> str:
    """Text without control signs and halves of characters; line ends as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def header_text(value: object) -> str:
    """A header as a person reads it: folded lines joined, encoded words decoded, raw 8-bit bytes guessed."""
    raw = str(value)
    unfolded = re.sub(r"\r?\n[ \t]*|[\r\n]+", " ", raw)
    if "=?" not in unfolded:
        return _plain_header(unfolded).strip()
    try:
        pieces = decode_header(unfolded)
    except (mail_errors.HeaderParseError, ValueError):
        return _plain_header(unfolded).strip()
    return cleaned("".join(_joined(pieces))).replace("\n", " ").strip()


def _joined(pieces: list[tuple[bytes | str, str | None]]) -> list[str]:
    """Neighbours of one charset are decoded together: some clients cut a character in two."""
    words: list[str] = []
    held, label = b"", ""
    for piece, charset in [*pieces, ("", None)]:
        if isinstance(piece, bytes) and charset is not None and charset.lower() == label:
            held += piece
            continue
        if held:
            words.append(_decoded(held, _codec(label)))
            held, label = b"", ""
        if isinstance(piece, bytes) and charset is not None:
            held, label = piece, charset.lower()
        elif isinstance(piece, bytes):
            words.append(_decoded(piece, ""))
        else:
            words.append(_plain_header(piece))
    return words


def _plain_header(text: str) -> str:
    """Raw bytes in a header arrive as half surrogates."""
    if _SURROGATES.search(text):
        return cleaned(_decoded(text.encode("utf-8", "surrogateescape"), ""))
    return cleaned(text)


def _codec(label: str) -> str:
    """Python's name of a charset that can be trusted to be one; empty where nothing is known, or nothing safe."""
    name = label.strip().strip("\"'").lower()
    if name in _ALIASES:
        return _ALIASES[name]
    if not _TEXT_CODECS.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    is_text = bool(getattr(found, "_is_text_encoding", True))
    return found.name if is_text and found.name.replace("-", "_") not in _NEVER else ""


def _decoded(body: bytes, codec: str) -> str:
    if not codec or codec in _NARROW:
        return _guessed(body, codec)
    try:
        text = body.decode(codec)
    except (UnicodeError, ValueError):
        return _mended(body, codec)
    if codec in ("gb18030", "big5hkscs", "cp950") and 0 <= _likeness(text) < 0.12:
        other = _guessed(body, "")
        return other if _likeness(other) > 0.35 else text
    return text


def _mended(body: bytes, codec: str) -> str:
    """Bytes that are not wholly what their label says: what the label loses is compared with what a guess gives."""
    labelled = body.decode(codec, "replace")
    lost = labelled.count("\ufffd")
    if lost <= 2 and lost * 50 < len(labelled):  # a cut end or one broken sign
        return labelled
    guess = _guessed(body, "")
    return guess if guess.count("\ufffd") < lost else labelled


def _guessed(body: bytes, narrow: str) -> str:
    """The reading that looks most like writing; `narrow` is the Western charset that the label names, if it does."""
    if body.isascii():
        return body.decode("ascii")
    readings: list[tuple[float, int, str]] = []
    for rank, codec in enumerate(_GUESSES):
        try:
            text = body.decode(codec)
        except (UnicodeError, ValueError):
            continue
        if codec == "utf-8":
            return text  # other text is hardly ever valid UTF-8
        readings.append((_likeness(text), -rank, text))
    high = sum(byte > 0x7F for byte in body[:4000])
    best = max(readings, default=None)
    if best is not None and best[0] >= 0.25 and high * 8 > min(len(body), 4000):
        return best[2]
    return (
        body.decode(narrow if narrow and narrow != "ascii" else "cp1252" if best is None else "latin-1", "replace")
        if (narrow or best is None or best[0] < 0.12)
        else best[2]
    )


def _likeness(text: str) -> float:
    """Which share of the Chinese characters are common ones; -1 where there are none."""
    chinese = [char for char in text[:4000] if char > "\u2e7f"]
    if not chinese:
        return -1.0
    return sum(
        char in _COMMON or "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" for char in chinese
    ) / len(chinese)
