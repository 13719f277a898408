"""Owns entity extraction: a tenant's own numbers and words as data, contacts, money, dates; spans in the original."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kaitak.nlu import contacts, dates, emails, folding, money, normalising, people, spellings, spoken, things
from kaitak.nlu.understanding import Context, Entity

MAX_ENTITIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRule:
    """A tenant's own kind of value, as data.

    `patterns` match the code view (lower case, ASCII digits) and their groups fill `normal`, or the group `value` is
    the value as it stands; `cues` say when bare digits are one; `words` is a lexicon and `phrases` are patterns whose
    match keeps the customer's own words. `reads` adds what no list can name: things for sale, or people.
    """

    kind: str
    patterns: tuple[str, ...] = ()
    normal: str = ""
    cues: tuple[str, ...] = ()
    spoken_lengths: tuple[int, int] = (0, 0)
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    reads: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A value at its place in the folded text."""

    kind: str
    value: str
    start: int
    end: int
    spoken: bool = False


@dataclass(slots=True)
class _Reading:
    """What has been found so far; an earlier find keeps its place."""

    text: str
    simple: str
    view: spoken.CodeView | None
    context: Context
    found: list[_Found] = field(default_factory=list)

    def take(self, candidates: Iterable[_Found]) -> None:
        for candidate in candidates:
            if len(self.found) >= MAX_ENTITIES:
                return
            if not any(f.start < candidate.end and candidate.start < f.end for f in self.found):
                self.found.append(candidate)


# A figure behind a blank that counts something is no part of the number before it: 28804417 2件.
_DIGITS = re.compile(
    r"(?:(?<![a-z0-9$.-])|(?<=\.\.))\d(?:[ -]?\d){2,18}"
    r"(?:(?<! \d)(?<! \d\d)|(?! ?[件個个張张部對对條条隻只支盒箱份樓楼日月號号點点次位人款歲岁蚊元年天]))"
    r"(?![a-z0-9%]|\.\d)"
)
# Nor is a numeral that touches it: HK25-330413、HK25-330414三張.
_COUNTED = re.compile("(?<=[0-9])[一二三四五六七八九](?=[張张件個个單单份部])")
_MONEY_NEXT = re.compile(r" ?(?:蚊|元|塊|块|%|％|年|月|日|號|号|點|点|歲|岁|kg|ml|cm|gb|hk?d|dollars?|days?|weeks?)")
_MONEY_BEFORE = re.compile(r"(?:\$|hkd|usd|rmb)\s?$")
_HAS_NUMERAL = re.compile("[0-9零〇一二三四五六七八九十兩两廿卅百千$￥¥€£]")


# What is typed in to get something is no value of another kind, whatever it looks like: 優惠碼NOV15.
_TYPED_CODE = re.compile(
    r"(?:优惠码|折扣码|推广码|券码|验证码|邀请码|(?:promo(?:tion)?|discount|coupon|voucher|verification)(?: code)?"
    r"|(?<![a-z])otp|(?<![a-z])code)(?: is|系|是|[:：])*[ ]?((?=[a-z0-9-]*\d)[a-z0-9-]{4,20})(?![a-z0-9])"
)


def find_entities(
    folded: normalising.Folded, original: str, rules: Sequence[EntityRule], context: Context
) -> list[Entity]:
    """All entities of a message in order of mention; spans index the customer's original text."""
    simple = normalising.simplify(folded.text)
    reading = _Reading(
        text=folded.text,
        simple=simple if len(simple) == len(folded.text) else folded.text,
        view=_with_letters_joined(spoken.code_view(_COUNTED.sub("#", folded.text))),
        context=context,
    )
    _find_codes(reading, rules)
    reading.take(_Found("", "", *m.span(1)) for m in _TYPED_CODE.finditer(reading.simple))
    if emails.may_hold_one(folded.text):
        reading.take(_Found("email", c.value, c.start, c.end, c.spoken) for c in emails.find_emails(folded.text))
    _find_quantities(reading, rules)
    for rule in rules:
        reading.take(_find_words(reading, rule))
    for rule in (rule for rule in rules if rule.reads):
        reading.take(_find_open(reading, rule, original, folded.offsets))
    found = sorted((each for each in reading.found if each.kind), key=lambda f: f.start)
    return [_entity(each, folded, original) for each in _joined(found, rules)]


def _joined(found: list[_Found], rules: Sequence[EntityRule]) -> list[_Found]:
    """Things whose names touch are one thing: 羽絨 and 背心 side by side."""
    kinds = {rule.kind for rule in rules if rule.reads == "things"}
    joined: list[_Found] = []
    for each in found:
        before = joined[-1] if joined else None
        if before is not None and before.kind == each.kind in kinds and before.end == each.start:
            joined[-1] = replace(before, end=each.end)
        else:
            joined.append(each)
    return joined


def _entity(found: _Found, folded: normalising.Folded, original: str) -> Entity:
    start, end = folded.span(found.start, found.end)
    text = original[start:end]
    return Entity(
        kind=found.kind, text=text, value=found.value or text.strip(), start=start, end=end, spoken=found.spoken
    )


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _find_codes(reading: _Reading, rules: Sequence[EntityRule]) -> None:
    view = reading.view
    if view is None:
        return
    spoken_view = _without_pauses(view)
    for each in (view, *([spoken_view] if spoken_view is not None else [])):
        for rule in rules:
            for pattern in rule.patterns:
                reading.take(_code(reading, each, rule, m) for m in _compiled(pattern).finditer(each.text))


# Where somebody who reads a code out draws breath: L,五五一九,零二三四; 九一七三呀四四八零.
# And where letters are spelt: H for Hong, M for Mary, 22.
_PAUSE = re.compile(
    r"(?<=[a-z0-9])(?:[,，、]| ?(?:呀|啊|嗯|跟住|跟着|然後|然后|之後|之后)[係系是]? ?)(?=[0-9])"
    r"|(?:(?<=[^a-z0-9][a-z])|(?<=^[a-z]))[,，、] ?(?=[a-z](?![a-z])|[0-9])"
)


# Two letters read out one by one before figures that were read out: H M一四.
_LETTERS_APART = re.compile(r"(?<![a-z0-9] )(?<![a-z0-9])[a-z]( )(?=[a-z] ?[0-9])")


def _with_letters_joined(view: spoken.CodeView | None) -> spoken.CodeView | None:
    """The view in which letters that were read out one by one touch."""
    if view is None:
        return None
    return _without(view, {m.start(1) for m in _LETTERS_APART.finditer(view.text)}) or view


def _without_pauses(view: spoken.CodeView) -> spoken.CodeView | None:
    return _without(view, {place for m in _PAUSE.finditer(view.text) for place in range(*m.span())})


def _without(view: spoken.CodeView, places: set[int]) -> spoken.CodeView | None:
    """The view without the characters at these places; None where there are none."""
    if not places:
        return None
    kept = [i for i in range(len(view.text)) if i not in places]
    return spoken.CodeView(
        "".join(view.text[i] for i in kept), tuple(view.starts[i] for i in kept), tuple(view.ends[i] for i in kept)
    )


def _code(reading: _Reading, view: spoken.CodeView, rule: EntityRule, match: re.Match[str]) -> _Found:
    place = "value" if "value" in match.re.groupindex else 0
    start, end = view.span(*match.span(place))
    parts = [re.sub(r"[\s-]", "", group).upper() for group in match.groups() if group is not None]
    value = rule.normal.format(*parts) if rule.normal and parts else re.sub(r"\s", "", match[place]).upper()
    return _Found(rule.kind, value, start, end, spoken=reading.text[start:end] != match[place])


def _find_quantities(reading: _Reading, rules: Sequence[EntityRule]) -> None:
    """Telephones, money, dates and bare digits: the surer first."""
    view, text = reading.view, reading.text
    phones = contacts.find_phones(view) if view is not None else []
    reading.take(_in_text(view, "phone", c) for c, sure in phones if sure and view is not None)
    breathed = _without_pauses(view) if view is not None else None
    if breathed is not None:
        reading.take(_in_text(breathed, "phone", c) for c, sure in contacts.find_phones(breathed) if sure)
    if _HAS_NUMERAL.search(text) is not None:
        reading.take(_Found("amount", a.value, a.start, a.end) for a in money.find_amounts(text))
    reading.take(_Found("date", d.day.isoformat(), d.start, d.end) for d in dates.find_dates(text, reading.context.now))
    if view is not None:
        reading.take(_bare_digits(reading, view, rules))
        asked = reading.context.asked_entity if reading.context.asked == "slot" else None
        if asked in (None, "phone") or not any(r.kind == asked and r.spoken_lengths[1] >= 8 for r in rules):
            reading.take(_in_text(view, "phone", c) for c, _ in phones)
            if asked == "phone" and breathed is not None:
                reading.take(_in_text(breathed, "phone", c) for c, _ in contacts.find_phones(breathed))
        reading.take(_digits_asked_for(reading, view, rules))


def _in_text(view: spoken.CodeView, kind: str, found: contacts.FoundContact) -> _Found:
    start, end = view.span(found.start, found.end)
    return _Found(kind, found.value, start, end)


# What stands between a number and the one in its place or beside it: 28804417 唔係唔係 28804471.
_TWIN = re.compile(
    r"\d[ ,，、]*(?:(?:唔[係系]|不是|錯[咗了]?|错[咗了]?|應該|应该|更正|同埋?|和|及|and|no|sorry|i mean|or)"
    r"[ ,，、呀啊係系是]*)+$"
)


def _bare_digits(reading: _Reading, view: spoken.CodeView, rules: Sequence[EntityRule]) -> list[_Found]:
    """Digits beside a word of a rule: 單號 3786."""
    found: list[_Found] = []
    for match, digits in _runs(view):
        before, after = view.text[max(0, match.start() - 18) : match.start()], view.text[match.end() : match.end() + 6]
        twin = found[-1] if found and len(found[-1].value) == len(digits) else None
        is_twin = twin is not None and _TWIN.search(view.text[: match.start()]) is not None
        for rule in _fitting(rules, digits):
            if any(cue in before or cue in after for cue in rule.cues) or (is_twin and twin and twin.kind == rule.kind):
                start, end = view.span(match.start(), match.end())
                found.append(_Found(rule.kind, digits, start, end, reading.text[start:end] != match.group()))
                break
    return found


def _digits_asked_for(reading: _Reading, view: spoken.CodeView, rules: Sequence[EntityRule]) -> list[_Found]:
    found: list[_Found] = []
    for match, digits in _runs(view):
        if any(rule.kind == reading.context.asked_entity for rule in _fitting(rules, digits)):
            start, end = view.span(match.start(), match.end())
            is_spoken = reading.text[start:end] != match.group()
            found.append(_Found(str(reading.context.asked_entity), digits, start, end, is_spoken))
    return found


def _runs(view: spoken.CodeView) -> list[tuple[re.Match[str], str]]:
    return [
        (match, re.sub(r"\D", "", match.group()))
        for match in _DIGITS.finditer(view.text)
        if _MONEY_NEXT.match(view.text, match.end()) is None
        and _MONEY_BEFORE.search(view.text[max(0, match.start() - 4) : match.start()]) is None
    ]


def _fitting(rules: Sequence[EntityRule], digits: str) -> list[EntityRule]:
    return [r for r in rules if r.spoken_lengths[0] <= len(digits) <= r.spoken_lengths[1]]


def _find_words(reading: _Reading, rule: EntityRule) -> list[_Found]:
    found = [_Found(rule.kind, "", *m.span(m.lastindex or 0)) for m in _phrases(reading, rule)]
    if rule.words:
        places = (m.span() for m in _lexicon(rule.words).finditer(reading.simple))
        if rule.reads == "things":
            places = (things.whole(reading.simple, *span) for span in places if things.is_meant(reading.simple, *span))
        found.extend(_Found(rule.kind, "", *span) for span in places)
    return found


def _find_open(reading: _Reading, rule: EntityRule, original: str, offsets: Sequence[int]) -> list[_Found]:
    """What no list names: things for sale and people."""
    taken = [(f.start, f.end) for f in reading.found]
    if rule.reads == "people":
        is_named = any(f.kind == rule.kind for f in reading.found)
        spans = people.find_people(reading.simple, original, offsets, taken, is_named=is_named)
    else:
        same = [(f.start, f.end) for f in reading.found if f.kind == rule.kind]
        spans = things.find_things(reading.simple, taken, same)
    return [_Found(rule.kind, "", start, end) for start, end in spans]


def _phrases(reading: _Reading, rule: EntityRule) -> Iterable[re.Match[str]]:
    for pattern in rule.phrases:
        yield from _compiled(pattern).finditer(reading.simple)


@lru_cache(maxsize=256)
def _lexicon(words: tuple[str, ...]) -> re.Pattern[str]:
    """A lexicon as one pattern over simplified folded text; Latin words match whole."""
    simple = [folding.plain(word) for word in words]
    return re.compile(
        rf"(?:(?<![a-z])|(?<=[^\W\da-z_]))(?:{spellings.alternation(simple)})(?:(?<=[a-z])e?s)?(?:(?![a-z])|(?<=[^a-z]))"
    )
