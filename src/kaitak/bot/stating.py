"""Owns the values that a message states: as said, pieced together from the talk before, or moved from it. Pure."""

import re

from kaitak.bot import piecing, shifting, turn_words
from kaitak.bot.weighing import Turn, Values
from kaitak.nlu import folding, spoken
from kaitak.nlu.understanding import Entity


def stated(turn: Turn) -> Values:
    """The values said now and not withdrawn in the same breath, tails of numbers completed."""
    found: Values = {}
    for entity in turn.understanding.entities:
        if not entity.withdrawn and not (entity.kind == "date" and _is_of_contact(turn, entity)):
            value = completed(turn, entity.kind, entity.value)
            value = _in_month_spoken_of(turn, entity.text, value) if entity.kind == "date" else value
            found[entity.kind] = tuple(dict.fromkeys((*found.get(entity.kind, ()), value)))
    return _with_tail(turn, _with_shifted_day(turn, found))


def _with_shifted_day(turn: Turn, found: Values) -> Values:
    """The day that stands for the one spoken of, where the message only says by how much it is moved."""
    before = dict(turn.current.values).get("date", ()) if turn.current else ()
    day = shifting.shifted(turn.simple, before[0]) if len(before) == 1 else None
    steps = {e.value for e in turn.understanding.entities if shifting.is_step(folding.plain(e.text))}  # 遲多兩日
    if any(value not in before and value not in steps for value in found.get("date", ())):
        return found
    return found if day is None else {**found, "date": (day,)}


# What is said of a day to say something: 今日凍到震, today is boiling.
_SMALL_TALK = re.compile(
    r"[,，]?(?:真系|真的|真|都|又|好似|咁|好|很|超|勁|几|十分|非常|天气|外面|出面|is|it's|has been|so|really|very"
    r"|absolutely| )*"
    r"(?:冻|冷|热(?!水|线|卖)|焗(?!炉)|闷|晒|翻风|打风|落(?:大|狗屎)?雨|下雨|大雨|黑雨|红雨|好天|天晴|湿|塞车|攰|累|忙|开心|倒霉|衰"
    r"|freezing|boiling|chilly|cold|hot|raining|pouring|busy|hectic|lovely|miserable|awful|a nightmare)"
)
_DELIVERED = re.compile(r"[^,，。]{0,4}(?:送|派|寄|到货|嚟|来|上门)|[^,.]{0,10}(?:deliver|arriv|com(?:e|ing))")
_ASKS_IF = re.compile(r"(?:系咪|是不是|系唔系|是否|会唔会|会不会|(?:is|will|does) it)[^,，。]{0,5}$")


def is_delivered(after: str) -> bool:
    """Whether something is to come on the day before these words, at whatever hour: 今日送 幾點到."""
    return _DELIVERED.match(after) is not None


def asks_if(before: str) -> bool:
    """Whether what follows these words is only asked about: 係咪月尾扣."""
    return _ASKS_IF.search(before) is not None


def _is_of_contact(turn: Turn, entity: Entity) -> bool:
    """Whether a day is only when the customer got in touch, or small talk: 今朝喺App報嘅, 今日凍到震."""
    rest = folding.plain(turn.understanding.text[entity.end :][:30])
    if turn_words.THIS_DAY.search(folding.plain(entity.text)) is not None and _SMALL_TALK.match(rest) is not None:
        return True
    return turn_words.CONTACTED.match(rest) is not None


def _with_tail(turn: Turn, found: Values) -> Values:
    """A number of which only the tail is said anew: 尾四個字係4403. Digits that a check asks for are nobody's tail."""
    if turn.state.question is not None and turn.state.question.kind in ("check", "prove"):
        return found
    view = spoken.code_view(turn.simple)
    found = _with_house(turn, found)
    pieced = piecing.put_right(view.text if view is not None else turn.simple, _known(turn))
    is_whole = pieced is not None and any(len(value) >= len(pieced[1]) for value in found.get(pieced[0], ()))
    if pieced is not None and not is_whole:
        return {**found, pieced[0]: (pieced[1],)}
    match = turn_words.TAIL.search(view.text) if view is not None else None
    tail = (match["long"] or match["two"] or match["one"]) if match is not None else ""
    if not tail or tail in {v for values in found.values() for v in values}:
        return found
    before = [(k, v) for k, v in turn.state.said if v[-1:].isdigit() and len(v) > len(tail) and k != "date"]
    phones = [pair for pair in before if pair[0] == "phone"] if turn_words.OF_PHONE.search(turn.simple) else []
    if not (phones or before) or any(v.endswith(tail) for _, v in before):
        return found
    kind, value = (phones or before)[-1]
    if any(len(said) >= len(value) for said in found.get(kind, ())):  # the whole was said: 後面倒轉咗,係6841 2205
        return found
    return {**found, kind: (value[: -len(tail)] + tail,)}


def _known(turn: Turn) -> list[tuple[str, str]]:
    """What a part may be of: the values of the request in force, then all that was said, the latest first."""
    now = [(kind, value) for kind, values in turn.current.values for value in reversed(values)] if turn.current else []
    known = list(dict.fromkeys((*now, *reversed(turn.state.said))))
    if turn_words.OF_NUMBER.search(turn.simple) is None:
        return known
    is_phone = turn_words.OF_PHONE_ALONE.search(turn.simple) is not None
    return sorted(known, key=lambda pair: (pair[0] == "phone") != is_phone)


def _with_house(turn: Turn, found: Values) -> Values:
    """The e-mail address said before at another house: 係yahoo唔係gmail."""
    before = [v for k, v in turn.state.said if k == "email"]
    match = turn_words.MAIL_HOUSE.search(turn.simple) or turn_words.MAIL_DOMAIN.search(turn.simple)
    if match is None or not before or "email" in found:
        return found
    domain = match["house"] + (match["end"] or ".com")
    local = before[-1].split("@")[0]
    return found if before[-1].endswith(f"@{domain}") else {**found, "email": (f"{local}@{domain}",)}


def _in_month_spoken_of(turn: Turn, words: str, value: str) -> str:
    """A day without its month is of the month that is spoken of: 12月7號滿咗 … 9號啦."""
    before = next((days for t in reversed(turn.state.topics) if (days := dict(t.values).get("date", ()))), ())
    simple = folding.plain(words)
    if not before or turn_words.BARE_DAY.fullmatch(simple) is None or before[-1][:7] <= value[:7]:
        return value
    return f"{before[-1][:7]}{value[7:]}"


def completed(turn: Turn, kind: str, value: str) -> str:
    """A bare tail of a number becomes the number said before that ends so, or takes the head of the last one."""
    rule = turn.pack.entities.get(kind)
    if rule is None or rule.tail_of is None or not value.isdigit():
        return value
    before = [v for k, v in turn.state.said if k == kind]
    same = [v for v in before if len(value) >= 3 and v.replace("-", "").endswith(value)]
    if same:
        return same[-1]
    for earlier in reversed(before):
        match = re.fullmatch(rule.tail_of, earlier)
        if match is not None and len(match[1]) + len(value) == len(earlier):
            return match[1] + value
    return value
