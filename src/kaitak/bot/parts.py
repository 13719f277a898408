"""Owns which things that a message names are only parts of the one that it is about: 條水喉, of a dishwasher. Pure."""

from __future__ import annotations

import re

from kaitak.bot import turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu import folding
from kaitak.nlu.understanding import Entity, RankedIntent, Understanding

_PART = re.compile(
    r"(?:前|后|左|右|上|下|底|内|外|侧|排水|入水|电源|充电|开关){0,2}(?:水喉|喉管?|胶圈|胶边|胶塞|滤网|滤芯|遥控器?|插头|插苏|火牛"
    r"|电?线|铰|轮|辘|链|铃|脚|枱脚|枱面|枱|台面|柜桶|柜门|柜|椅背|椅脚|扶手|床板|床脚|层板|背板|底板|底座|底盘|面板|屏幕|萤幕|荧幕|芒"
    r"|玻璃|镜头|镜片|镜|手柄|手挽|把手|拉杆|肩带|鞋底|鞋面|片?刀|袖|领|钮|袋口|内袋|内胆|胆|刀片|刀头|灯胆|灯泡|灯|电池|电芯|门|管|架|网|扇叶)"
)
# How a part is brought up: 條水喉, 佢個燈, 得盞燈.
_BEFORE = re.compile(r"(?:[条个粒块只盏支扇道边张]|嘅|的|啲|佢|它|近排|最近|而家)$")
_JOINED = re.compile(r"(?:同埋?|和|及|与|或|、|[+&]|连埋?|加埋?)(?:[一两二三]?[条个粒块只盏支部件张])?$")
_FAULT = re.compile("damaged|warranty|wrong|missing|return|exchange|product_info")
_NEAR = 6
_SURE = 0.9


def without_parts(pack: Pack, state: DialogueState, whole: Understanding) -> Understanding:
    """The message without the parts of the thing that it names, or that the request in force is about."""
    things = [e for e in whole.entities if (rule := pack.entities.get(e.kind)) and rule.reads == "things"]
    found = [e for e in things if _is_part(whole.text, e)]
    if not found:
        return whole
    wholes = [e for e in things if e not in found and e.start < found[0].start]
    kept = tuple(e for e in whole.entities if e not in found)
    if not wholes:
        return _of_thing_in_hand(state, replace(whole, entities=kept)) if _is_about_thing(pack, state, whole) else whole
    if all(e.withdrawn for e in things if e not in found):  # 部洗衣機…唔啱 條水喉又短 puts no other thing in its place
        kept = tuple(replace(e, withdrawn=False) if e in wholes else e for e in kept)
    return replace(whole, entities=kept)


def _is_part(text: str, thing: Entity) -> bool:
    before = folding.plain(text[: thing.start])[-_NEAR:]
    is_brought_up = _BEFORE.search(before) is not None and _JOINED.search(before) is None
    return is_brought_up and _PART.fullmatch(folding.plain(thing.text)) is not None


def _of_thing_in_hand(state: DialogueState, whole: Understanding) -> Understanding:
    """What is said of a part belongs to the request about the whole, unless it is plainly another."""
    if whole.band == "answer" or whole.act not in ("request", "correct"):
        return whole
    current = state.topics[-1].intent
    ranked = (RankedIntent(current, _SURE), *(i for i in whole.intents if i.name != current))
    evidence = replace(whole.evidence, source="context", detail=("of a part of the thing in hand",))
    return replace(whole, intents=ranked, band="answer", evidence=evidence)


def _is_about_thing(pack: Pack, state: DialogueState, whole: Understanding) -> bool:
    """Whether the talk is of what is wrong with a thing, and the message adds no other to it."""
    current, simple = state.topics[-1] if state.topics else None, folding.plain(whole.text)
    if current is None or _FAULT.search(current.intent) is None:
        return False
    others = (turn_words.ADDING, turn_words.SWITCH, turn_words.DROPPED)
    has_thing = any((rule := pack.entities.get(kind)) and rule.reads == "things" for kind, _ in current.values)
    return has_thing and not any(pattern.search(simple) is not None for pattern in others)
