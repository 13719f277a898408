"""Owns what is taken back in a talk, and that nothing of it is used again until it is said anew. Pure."""

from collections.abc import Iterable, Mapping

from kaitak.bot import focusing, righting, stating, turn_words, weighing
from kaitak.bot.dialogue import MAX_TAKEN_BACK, DialogueState, Topic
from kaitak.bot.weighing import Turn, Values
from kaitak.core.records import replace

Pair = tuple[str, str]


def withdrawn(turn: Turn, stated: Values) -> frozenset[Pair]:
    """Values that must not be used again: denied now, or replaced by a correction."""
    denied = [e for e in turn.understanding.entities if e.withdrawn]
    gone = {(e.kind, stating.completed(turn, e.kind, e.value)) for e in denied}
    said = {e.kind for e in turn.understanding.entities}
    if turn.current is not None:
        before, is_slip = dict(turn.current.values), turn_words.SLIP.search(turn.simple) is not None
        for kind, values in stated.items():
            if not turn.corrects and kind in said:  # a value pieced together stands in the place of the old one
                continue
            held = before.get(kind) or (_held_earlier(turn, kind) if is_slip else ())
            gone.update((kind, value) for value in held if value not in values)
        if "date" not in stated and righting.as_first_set(turn.simple):
            gone.update(("date", value) for value in before.get("date", ()))
        if "person" not in stated and righting.does_it_alone(turn.simple):
            gone.update(("person", value) for value in before.get("person", ()))
    return frozenset(gone - {(kind, value) for kind, values in stated.items() for value in values})


def _held_earlier(turn: Turn, kind: str) -> tuple[str, ...]:
    """What the latest request before the one in force has of a kind: a slip told late is put right there."""
    said = tuple(value for k, value in turn.state.said if k == kind)[-1:]
    return next((found for t in reversed(turn.state.topics[:-1]) if (found := dict(t.values).get(kind, ()))), said)


def instead(gone: frozenset[Pair], stated: Values) -> dict[str, str]:
    """Of each kind the one value that stands in the place of the one withdrawn."""
    kinds = [kind for kind, _ in gone]
    return {kind: values[0] for kind, values in stated.items() if kinds.count(kind) == 1 and len(values) == 1}


def without(state: DialogueState, gone: frozenset[Pair], instead: Mapping[str, str]) -> DialogueState:
    """The talk before without what is withdrawn now: no request, word or label leads to it any more."""
    return replace(
        state,
        topics=tuple(_cleared(topic, gone, instead) for topic in state.topics),
        said=tuple(pair for pair in state.said if pair not in gone),
        told=tuple(one for one in state.told if one[:2] not in gone),
    )


def _cleared(topic: Topic, gone: frozenset[Pair], instead: Mapping[str, str]) -> Topic:
    """A request without what is withdrawn; what was put right is right for an earlier request, too."""
    left: Values = {}
    for kind, values in topic.values:
        kept = (instead.get(kind, "") if (kind, v) in gone else v for v in values)
        left[kind] = tuple(dict.fromkeys(v for v in kept if v))
    return replace(topic, values=tuple((kind, values) for kind, values in left.items() if values))


def all_taken_back(state: DialogueState, gone: frozenset[Pair], stated: Values) -> tuple[Pair, ...]:
    """All that was taken back so far and not said anew since."""
    now = {(kind, value) for kind, values in stated.items() for value in values}
    return added((pair for pair in state.taken_back if pair not in now), sorted(gone - now))


def added(taken_back: Iterable[Pair], gone: Iterable[Pair]) -> tuple[Pair, ...]:
    """What was taken back before and now, each once; of very many the oldest are let go."""
    return tuple(dict.fromkeys((*taken_back, *gone)))[-MAX_TAKEN_BACK:]


def in_use(values: Values, taken_back: tuple[Pair, ...]) -> Values:
    """Values without those taken back, however they came to be among them."""
    back = set(taken_back)
    left = {kind: tuple(v for v in some if (kind, v) not in back) for kind, some in values.items()}
    return {kind: some for kind, some in left.items() if some}


def supersedes(turn: Turn, intent: str | None, reason: str) -> bool:
    """Whether the request before this message is taken back with it: 地址唔改喇,改下星期二送."""
    if turn.current is None or turn.current.intent == intent:
        return False
    is_unwanted = any(deed in turn.current.intent for deed in focusing.unwanted(turn.understanding.text))
    return reason == weighing.PUT_RIGHT or is_unwanted or turn_words.DROPPED.search(turn.simple) is not None


def left_behind(turn: Turn, topic: Topic, known: Values) -> frozenset[Pair]:
    """The values of a request taken back that the one in its place does not have; the customer's things stay known."""
    pairs = {(k, value) for k, values in topic.values if not weighing.is_number(turn.pack, k) for value in values}
    return frozenset(pairs - {(kind, value) for kind, values in known.items() for value in values})
