"""Owns how the bot reads a message: as the model does, and where a number hides what is asked, without the number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaitak.bot import engine, escalation, focusing, matters, parts, references, replacing, turn_words, weighing, wishes
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.enumerating import Matter
from kaitak.bot.packs import EntityKind, Pack
from kaitak.core.records import replace
from kaitak.nlu import engine as nlu
from kaitak.nlu import entities, folding, normalising
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Entity, Evidence, RankedIntent, Understanding

_ASKING = frozenset({"request", "correct"})
_BEYOND_DOUBT = 0.995
_LIKELY, _MORE_THAN_TALK = 0.25, 8
_ABOUT_AS_LIKELY = 0.15
_MEANT_OF_THING = 0.9
_NOT_UNLIKELY = 0.1  # of what needs the thing that a message points at
_LEFT_TO = 0.6  # how likely what is wanted must be beside what is left as it is
_MORE_LIKELY = 0.6  # what follows an assent or thanks
_A_MATTER, _SURE = 0.4, 0.95  # how likely one of several matters must be; that the first of them is meant
_FEWEST = 2  # characters of substance beside the numbers: 退HK25-100198 is a wish, 咁HK25-100198呢 leans on the last


# 單號等一下搵畀你 takes nothing back: what is promised comes later.
_LATER_ON = re.compile(
    r"等(?:一下|一陣|一阵|陣|阵|下)(?=(?:再|先|我|我再)?(?:找|搵|揾|俾|畀|比|给|給|send|發|发|補|补|話|话|告|講|讲|報|报|影|拍|上載|上传))"
)


def _as_long(match: re.Match[str]) -> str:
    """The same in words of the same length."""
    return "稍後再" if len(match[0]) > len("等陣") else "稍後"


def open_all(model: Model, texts: Sequence[str]) -> list[nlu.Opened]:
    """Several messages opened together, each for `understand`."""
    return nlu.open_all(model, [_LATER_ON.sub(_as_long, text) for text in texts])


def understand(
    pack: Pack,
    model: Model,
    text: str,
    state: DialogueState,
    context: TurnContext,
    *,
    opened: nlu.Opened | None = None,
) -> Understanding:
    """What a message says at this point of a conversation; `opened` is the same message from `open_all`."""
    folding.forget()
    known = engine.nlu_context(pack, state, context)
    read = replace(nlu.understand(model, _LATER_ON.sub(_as_long, text), known, opened=opened), text=text)
    read = _behind_deed(pack, model, _with_lacking_number(pack, read, state, known), known)
    whole = _with_whole_names(pack, _declined(read))
    whole = parts.without_parts(pack, state, replacing.without_replaced(pack, state, _felt(model, whole, known)))
    numbers = [entity for entity in whole.entities if _is_number(pack, entity)]
    whole = by_values(pack, _supplied(pack, model, whole, known, state), state)
    is_asked = state.question is not None and any(known.asked_entity == entity.kind for entity in numbers)
    is_plain = whole.band == "answer" or whole.act != "request" or wishes.substance(whole) < _FEWEST
    if is_plain or is_asked or not numbers:
        return _focused(pack, model, whole, known)
    first = _first_wanted(pack, model, whole, known) if whole.act in _ASKING else None
    if first is not None:
        return first
    bare = nlu.ask(model, _without(text, numbers), known)
    is_read = bare.band == "answer" and bare.act in ("request", "cancel")
    if not is_read or not _needs(pack, bare.intent, numbers):
        return _focused(pack, model, whole, known)
    evidence = Evidence(source=bare.evidence.source, detail=("read without its numbers", *bare.evidence.detail))
    return replace(whole, intents=bare.intents, band=bare.band, evidence=evidence)


_LEAST_DIGITS = 6
_TELEPHONE = re.compile(r"[2-9]\d{7}|1\d{10}")


def _with_lacking_number(pack: Pack, read: Understanding, state: DialogueState, known: Context) -> Understanding:
    """A message with the bare number that the request in force still lacks: 等我攞副眼鏡…一八八零四四二九."""
    topic = state.topics[-1] if state.topics else None
    if topic is None or state.question is None or state.question.kind in ("check", "prove"):
        return read
    if any(_is_numbered(pack, kind) for kind in (*dict(topic.values), *(e.kind for e in read.entities))):
        return read
    for kind, rule in pack.entities.items():
        if rule.carried != "across_requests" or topic.intent not in rule.intents:
            continue
        asking = replace(known, asked="slot", asked_entity=kind)
        found = entities.find_entities(normalising.fold(read.text), read.text, pack.settings().entity_rules, asking)
        numbers = [e for e in found if e.kind == kind and _is_bare_number(e.value)]
        if len(numbers) == 1 and not any(e.start < numbers[0].end and numbers[0].start < e.end for e in read.entities):
            return replace(read, entities=tuple(sorted((*read.entities, *numbers), key=lambda e: e.start)))
    return read


def _is_bare_number(value: str) -> bool:
    """Whether digits are more than a count or a year, and can be no telephone number."""
    return value.isdigit() and len(value) >= _LEAST_DIGITS and _TELEPHONE.fullmatch(value) is None


def _is_numbered(pack: Pack, kind: str) -> bool:
    rule = pack.entities.get(kind)
    return rule is not None and rule.carried == "across_requests"


def _behind_deed(pack: Pack, model: Model, read: Understanding, known: Context) -> Understanding:
    """A message by what it asks of the thing that it knows by a deed: 改地址嗰張再加條圍巾 changes no address."""
    rest = references.behind_deed(folding.plain(read.text))
    if rest is None or read.act not in _ASKING or not known.earlier_intents:
        return read
    asked = nlu.ask(model, rest, known)
    if asked.act != "request" or asked.confidence < _LEFT_TO or not wishes.is_request(pack, asked.intent):
        return read
    evidence = Evidence(source=asked.evidence.source, detail=("read behind a deed", *asked.evidence.detail))
    return replace(read, intents=asked.intents, band=asked.band, evidence=evidence)


# What names a number and asks nothing about what it stands for.
_NAMES = re.compile(
    r"(?:(?:我|你|張|张|份|個|个|呢|嗰|這|这|那)*(?:訂單|订单|保單|保单|索償|索偿|理賠|理赔|單|单)(?:編號|编号|號碼|号码|號|号)?"
    r"|編號|编号|(?:my |the )?(?:order|policy|claim)(?: (?:no\.?|number))?)(?:係|系|是|is|[:：,， ])*",
    re.IGNORECASE,
)


def _supplied(pack: Pack, model: Model, whole: Understanding, known: Context, state: DialogueState) -> Understanding:
    """A message with the number that its request still lacks, by what else it says: 單號HK25-100111,而家著緊M."""
    topic = state.topics[-1] if state.topics else None
    numbers = [e for e in whole.entities if _is_number(pack, e) and not e.withdrawn]
    if topic is None or not numbers or whole.intent == topic.intent or whole.act not in _ASKING:
        return whole
    lacks = [e for e in numbers if e.kind not in dict(topic.values) and topic.intent in pack.entities[e.kind].intents]
    if not lacks:
        return whole
    rest = _NAMES.sub(" ", _without(whole.text, numbers)).strip(" ,，。:：")
    if len(rest) < _FEWEST:
        return whole
    bare = nlu.ask(model, rest, known)
    if bare.band == "answer" and wishes.is_request(pack, bare.intent):
        return whole
    evidence = Evidence(source=bare.evidence.source, detail=("gives what was lacking", *bare.evidence.detail))
    return replace(whole, intents=bare.intents, band=bare.band, act=bare.act, evidence=evidence)


def _pointed(pack: Pack, whole: Understanding, state: DialogueState | None) -> list[EntityKind]:
    """The things spoken of before that the message asks for by pointing: 旺角店有它嗎 asks about a thing."""
    if state is None or turn_words.STOCK.search(folding.plain(whole.text)) is None:
        return []
    simple, known = folding.plain(whole.text), {kind for kind, _ in state.said}
    things = (rule for kind, rule in pack.entities.items() if rule.reads == "things" and kind in known)
    return [rule for rule in things if references.points_at(rule, simple)]


def by_values(pack: Pack, whole: Understanding, state: DialogueState | None = None) -> Understanding:
    """Of two readings about as likely, the one that needs all that is said: a thing is no matter of opening hours."""
    if whole.band == "answer" or whole.act != "request" or len(whole.intents) < 2:
        return whole
    first, second, *rest = whole.intents
    pointed = _pointed(pack, whole, state)
    is_near = first.confidence - second.confidence <= _ABOUT_AS_LIKELY or (
        pointed and second.confidence >= _NOT_UNLIKELY
    )
    if not is_near or not wishes.is_request(pack, second.name):
        return whole
    rules = [pack.entities[e.kind] for e in whole.entities if e.kind in pack.entities and not e.withdrawn] + pointed
    lacks, needs_all = (any(first.name not in r.intents for r in rules), all(second.name in r.intents for r in rules))
    if not lacks or not needs_all:
        return whole
    share = max(first.confidence, _MEANT_OF_THING) if pointed else first.confidence
    swapped = (RankedIntent(second.name, share), replace(second, name=first.name), *rest)
    return replace(whole, intents=swapped, evidence=replace(whole.evidence, detail=("needs all that is said",)))


def _felt(model: Model, whole: Understanding, known: Context) -> Understanding:
    """The message with the mood of the words that may show one."""
    words = escalation.masked(whole) if whole.mood.reasons else whole.text
    if words == whole.text or not words.strip():
        return whole
    return replace(whole, mood=nlu.feel(model, words, known))


def _focused(pack: Pack, model: Model, whole: Understanding, known: Context) -> Understanding:
    """The message by the part of it that asks, where the whole leaves doubt and that part does not."""
    is_plain = not focusing.leaves_other(whole.text)
    if is_plain and whole.act in _ASKING and (first := _first_wanted(pack, model, whole, known)) is not None:
        return first
    deeds = focusing.unwanted(whole.text)
    whole = _without_unwanted(pack, whole, deeds)
    part = _part_that_asks(whole, known)
    if part is None:
        return whole
    read = nlu.ask(model, part, known)
    is_sure = read.band == "answer" or (whole.band == "handover" and read.confidence > whole.confidence)
    is_sure = is_sure or (_is_talk(pack, whole.intent or "") and read.confidence >= _MORE_LIKELY)
    is_sure = is_sure or (focusing.leaves_other(whole.text) and read.confidence >= _LEFT_TO)
    if not is_sure or read.act != "request" or not wishes.is_request(pack, read.intent):
        return whole
    evidence = Evidence(source=read.evidence.source, detail=("read by the part that asks", *read.evidence.detail))
    return _without_unwanted(pack, replace(whole, intents=read.intents, band=read.band, evidence=evidence), deeds)


def _part_that_asks(whole: Understanding, known: Context) -> str | None:
    """The words to read a message by where others stand before them: the next matter, or what follows a story."""
    if whole.act not in _ASKING or whole.confidence >= _BEYOND_DOUBT:
        return None
    after = matters.next_matter(whole.text) if known.earlier_intents else None
    return focusing.focus(after or whole.text) or after


def _first_wanted(pack: Pack, model: Model, whole: Understanding, known: Context) -> Understanding | None:
    """A message of several matters by the one that the customer wants seen to first; the others follow or wait."""
    found = matters.ordered(whole.text)
    said = [(matter, nlu.ask(model, matter.text, known)) for matter in found if matter.text]
    asked = [(m, u) for m, u in said if wishes.is_request(pack, u.intent) and u.confidence >= _A_MATTER]
    pointer = asked.pop() if len(asked) > 2 and matters.is_pointer(asked[-1][0]) else None
    names = tuple(dict.fromkeys(u.intents[0].name for _, u in asked))
    if len(names) < 2:
        return None
    first = _wanted_first(found, asked, pointer) or names[0]
    others = tuple(name for name in names if name != first)
    waits = matters.puts_off(found)
    ranked = (RankedIntent(first, _SURE), *(i for i in whole.intents if i.name != first))
    evidence = Evidence(source="model", detail=(weighing.ORDERED, *whole.evidence.detail))
    return replace(
        whole, intents=ranked, band="answer", act="request", is_correction=False, evidence=evidence,
        requests=() if waits else (first, *others), put_off=others if waits else (),
    )  # fmt: skip


_Asked = tuple[Matter, nlu.Wish]


def _wanted_first(found: Sequence[Matter], asked: Sequence[_Asked], pointer: _Asked | None) -> str | None:
    """The request that is to come first: as it is named again, by its place among them, or what is not put off."""
    names = [u.intents[0].name for _, u in asked]
    place = next((m.place for m in found if not m.text and m.rank == "first"), None)
    if place is not None:
        return names[place] if place < len(names) else None
    if pointer is not None:
        shares = {i.name: i.confidence for i in pointer[1].intents}
        return max(names, key=lambda name: shares.get(name, 0.0))
    firsts = [name for (m, _), name in zip(asked, names, strict=True) if m.rank == "first"]
    plain = [name for (m, _), name in zip(asked, names, strict=True) if m.rank == "plain"]
    return next(iter((*firsts, *plain)), None)


def _without_unwanted(pack: Pack, whole: Understanding, deeds: frozenset[str]) -> Understanding:
    """The message without a deed that it says is not wanted, or a mere greeting, where another wish is likely."""
    is_more = whole.act == "request" and whole.band != "answer" and wishes.substance(whole) >= _MORE_THAN_TALK
    left = tuple(
        i for i in whole.intents if not any(d in i.name for d in deeds) and not (is_more and _is_talk(pack, i.name))
    )
    share = sum(i.confidence for i in left)
    if len(left) == len(whole.intents) or not left or left[0].confidence < _LIKELY:
        return whole
    if left[0] == whole.intents[0] or not wishes.is_request(pack, left[0].name):
        return whole
    gone = sum(i.confidence for i in whole.intents) - share
    scaled = tuple(replace(i, confidence=round(i.confidence * (1 + gone / share), 4)) for i in left)
    return replace(whole, intents=scaled, band="clarify" if whole.band == "handover" else whole.band)


def _is_talk(pack: Pack, intent: str) -> bool:
    known = pack.intents.get(intent)
    return known is not None and known.kind == "small_talk"


def _declined(whole: Understanding) -> Understanding:
    """A message that only declines a person asks for none."""
    return replace(whole, act="deny") if whole.act == "human" and escalation.wants_no_person(whole) else whole


def _with_whole_names(pack: Pack, whole: Understanding) -> Understanding:
    """Two listed names that touch are one: of 尖沙咀海港城 the second says where in the first."""
    kept: list[Entity] = []
    for entity in whole.entities:
        last, rule = kept[-1] if kept else None, pack.entities.get(entity.kind)
        is_listed = rule is not None and bool(rule.words) and not rule.reads and not entity.withdrawn
        if last is not None and is_listed and last.kind == entity.kind and last.end == entity.start:
            kept[-1] = replace(entity, start=last.start, text=last.text + entity.text)
        else:
            kept.append(entity)
    return replace(whole, entities=tuple(kept)) if len(kept) < len(whole.entities) else whole


def _is_number(pack: Pack, entity: Entity) -> bool:
    """Whether an entity names a thing of the customer's by a number: of an order, a policy, a claim."""
    return _is_numbered(pack, entity.kind)


def _needs(pack: Pack, intent: str | None, numbers: list[Entity]) -> bool:
    return any(intent in pack.entities[entity.kind].intents for entity in numbers)


def _without(text: str, numbers: list[Entity]) -> str:
    for entity in sorted(numbers, key=lambda e: -e.start):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    return " ".join(text.split())
