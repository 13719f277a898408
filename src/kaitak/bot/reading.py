"""Owns how the bot reads a message: as the model does, and where a number hides what is asked, without the number."""

from __future__ import annotations

from dataclasses import replace

from kaitak.bot import engine, escalation, focusing, replacing, wishes
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.nlu import engine as nlu
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Entity, Evidence, Understanding

_ASKING = frozenset({"request", "correct"})
_BEYOND_DOUBT = 0.995
_LIKELY, _MORE_THAN_TALK = 0.25, 8
_FEWEST = 2  # characters of substance beside the numbers: 退HK25-100198 is a wish, 咁HK25-100198呢 leans on the last


def understand(pack: Pack, model: Model, text: str, state: DialogueState, context: TurnContext) -> Understanding:
    """What a message says at this point of a conversation."""
    known = engine.nlu_context(pack, state, context)
    whole = _with_whole_names(pack, _declined(nlu.understand(model, text, known)))
    whole = replacing.without_replaced(state, _felt(model, whole, known))
    numbers = [entity for entity in whole.entities if _is_number(pack, entity)]
    is_asked = state.question is not None and any(known.asked_entity == entity.kind for entity in numbers)
    is_plain = whole.band == "answer" or whole.act != "request" or wishes.substance(whole) < _FEWEST
    if is_plain or is_asked or not numbers:
        return _focused(pack, model, whole, known)
    bare = nlu.understand(model, _without(text, numbers), known)
    is_read = bare.band == "answer" and bare.act in ("request", "cancel")
    if not is_read or not _needs(pack, bare.intent, numbers):
        return _focused(pack, model, whole, known)
    evidence = Evidence(source=bare.evidence.source, detail=("read without its numbers", *bare.evidence.detail))
    return replace(whole, intents=bare.intents, band=bare.band, evidence=evidence)


def _felt(model: Model, whole: Understanding, known: Context) -> Understanding:
    """The message with the mood of the words that may show one."""
    words = escalation.masked(whole) if whole.mood.reasons else whole.text
    if words == whole.text or not words.strip():
        return whole
    return replace(whole, mood=nlu.understand(model, words, known).mood)


def _focused(pack: Pack, model: Model, whole: Understanding, known: Context) -> Understanding:
    """The message by the part of it that asks, where the whole leaves doubt and that part does not."""
    deeds = focusing.unwanted(whole.text)
    whole = _without_unwanted(pack, whole, deeds)
    part = focusing.focus(whole.text) if whole.act in _ASKING and whole.confidence < _BEYOND_DOUBT else None
    if part is None:
        return whole
    read = nlu.understand(model, part, known)
    is_sure = read.band == "answer" or (whole.band == "handover" and read.confidence > whole.confidence)
    if not is_sure or read.act != "request" or not wishes.is_request(pack, read.intent):
        return whole
    evidence = Evidence(source=read.evidence.source, detail=("read by the part that asks", *read.evidence.detail))
    return _without_unwanted(pack, replace(whole, intents=read.intents, band=read.band, evidence=evidence), deeds)


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
    rule = pack.entities.get(entity.kind)
    return rule is not None and rule.carried == "across_requests"


def _needs(pack: Pack, intent: str | None, numbers: list[Entity]) -> bool:
    return any(intent in pack.entities[entity.kind].intents for entity in numbers)


def _without(text: str, numbers: list[Entity]) -> str:
    for entity in sorted(numbers, key=lambda e: -e.start):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    return " ".join(text.split())
