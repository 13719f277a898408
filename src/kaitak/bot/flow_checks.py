"""Owns the checks of a flow against itself and its pack: names, paths, expressions, and the ways through its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from kaitak.bot import business_facts, expressions, flows, pack_files, templates
from kaitak.bot.business_facts import DEED_FORMS, READ_FORMS, Shape
from kaitak.bot.expressions import ExpressionError
from kaitak.bot.flows import Call, Choose, Collect, Confirm, Do, Flow, Loc, Run

CUSTOMER: dict[str, Shape] = {"known": None, "verified": None, "checked": [None], "language": None, "channel": None}
NOW: dict[str, Shape] = {"date": None, "hour": None}


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the pack has that a flow may name."""

    intents: Set[str]
    entities: Set[str]
    flows: Mapping[str, Flow]


def check(flow: Flow, at: pack_files.PackFile, known: Known) -> None:
    """Raise the first fault of a flow with its line and remedy."""
    _check_heading(flow, at, known)
    shapes = shapes_of(flow)
    for name, step in flow.steps.items():
        loc: Loc = ("steps", name)
        for place, target in flows.targets(step):
            if target not in flow.steps:
                raise at.fault((*loc, *place), f"there is no step {target}", "name a step of this flow")
        slot = flows.slot_of(step)
        if slot is not None and slot not in flow.slots:
            raise at.fault(loc, f"there is no slot {slot}", "add it under slots")
        _check_business(step, at, loc)
        _check_parts(flow, step, at, loc, known)
        for place, text in flows.expressions(step):
            _check_expression(text, shapes, at, (*loc, *place))
    _check_ways(flow, at)


def shapes_of(flow: Flow) -> dict[str, Shape]:
    """What the expressions of a flow may read, by name."""
    found: dict[str, Shape] = {name: business_facts.shape_of(call) for name, call in flows.results(flow).items()}
    named: dict[str, Shape] = dict.fromkeys(sorted(flows.set_names(flow)))
    for step in flow.steps.values():
        if isinstance(step, flows.Set):
            given = {name: text for name, text in step.set.items() if name in named}
            named.update({name: expressions.shape_at(text, found) for name, text in given.items() if text.strip()})
    slots: dict[str, Shape] = dict.fromkeys(flow.slots)
    known: dict[str, Shape] = {"customer": CUSTOMER, "now": NOW, "beneath": [None]}
    return {"slots": slots, "filled": slots, **known, "vars": named, **found}


def names_of(flow: Flow) -> frozenset[str]:
    """The names that the expressions of a flow may read."""
    return frozenset({"slots", "filled", "customer", "now", "vars", "beneath", *flows.results(flow)})


def said_shapes(flow: Flow, step: flows.Step | None) -> dict[str, Shape]:
    """What the wording that a step says may show, by name; None for the step: what a slot's question may."""
    shapes = shapes_of(flow)
    named = shapes["vars"]
    assert isinstance(named, dict)
    given: Mapping[str, str] = getattr(step, "given", {}) if step is not None else {}
    extra = {name: expressions.shape_at(text, shapes) for name, text in given.items()}
    return {**shapes, **named, **dict.fromkeys(flow.slots), **extra}


def row_shape(flow: Flow, step: Choose) -> dict[str, Shape]:
    """The fields of the rows that a step offers."""
    listed = expressions.shape_at(step.source, shapes_of(flow))
    row = listed[0] if isinstance(listed, list) else None
    return row if isinstance(row, dict) else {}


def check_text(text: str, shapes: Mapping[str, Shape], filters: Set[str]) -> str | None:
    """What is wrong with the placeholders of a text, or None."""
    for placeholder in templates.placeholders(text):
        if placeholder.filter is not None and placeholder.filter not in filters:
            return f"there is no filter {placeholder.filter}; there are: {', '.join(sorted(filters))}"
        try:
            expressions.check_path(placeholder.path, shapes)
        except ExpressionError as exc:
            return f"{{{placeholder.path}}}: {exc}"
    return None


def _check_heading(flow: Flow, at: pack_files.PackFile, known: Known) -> None:
    for index, intent in enumerate(flow.intents):
        if intent not in known.intents:
            raise at.fault(("intents", index), f"there is no intent {intent}", "add it under intents/")
    for name, slot in flow.slots.items():
        if slot.entity and slot.entity not in known.entities:
            raise at.fault(("slots", name, "entity"), f"there is no entity {slot.entity}", "add it to entities.yaml")
        for index, other in enumerate(slot.after):
            if other not in flow.slots or other == name:
                raise at.fault(("slots", name, "after", index), f"there is no other slot {other}", "name one above")
    taken = {"slots", "filled", "customer", "now", "vars", "beneath", "it"}
    for name, step in flow.steps.items():
        if getattr(step, "into", None) in taken:
            raise at.fault(("steps", name, "into"), "this name is taken", "choose another")
    if flow.start not in flow.steps:
        raise at.fault(("start",), f"there is no step {flow.start}", "name a step of this flow")


def _check_business(step: flows.Step, at: pack_files.PackFile, loc: Loc) -> None:
    if isinstance(step, Call):
        form = READ_FORMS.get(step.call)
        if form is None:
            known = ", ".join(sorted(READ_FORMS))
            raise at.fault((*loc, "call"), f"there is no read {step.call}", f"there are: {known}")
        given = set(step.given)
        wanted = {form.argument} if form.argument else set()
        if given != wanted:
            remedy = f"give `with: {{{form.argument}: …}}`" if form.argument else "remove `with`"
            raise at.fault(loc, f"{step.call} takes {form.argument or 'no argument'}", remedy)
    if isinstance(step, Do):
        deed = DEED_FORMS.get(step.do)
        if deed is None:
            known = ", ".join(sorted(DEED_FORMS))
            raise at.fault((*loc, "do"), f"there is no deed {step.do}", f"there are: {known}")
        for name in sorted(set(step.given) - deed.arguments):
            remedy = f"it takes: {', '.join(sorted(deed.arguments))}"
            raise at.fault((*loc, "with", name), f"{step.do} takes no {name}", remedy)
        for name in sorted(deed.needed - set(step.given)):
            raise at.fault(loc, f"{step.do} needs {name}", "give it under with")


def _check_parts(flow: Flow, step: flows.Step, at: pack_files.PackFile, loc: Loc, known: Known) -> None:
    if isinstance(step, Run):
        part = known.flows.get(step.run)
        if part is None:
            raise at.fault((*loc, "run"), f"there is no flow {step.run}", "add it or correct the name")
        for name in step.given:
            if name not in part.slots:
                raise at.fault((*loc, "with", name), f"flow {step.run} has no slot {name}", "name one of its slots")
        if flow.flow in _parts_of(part, known.flows):
            raise at.fault((*loc, "run"), f"{step.run} runs {flow.flow} again", "a part must not lead back")
    if isinstance(step, Choose):
        _check_choose(flow, step, at, loc)


def _parts_of(flow: Flow, known: Mapping[str, Flow]) -> set[str]:
    """The flows that a flow runs, and those that they run, itself included."""
    found: set[str] = set()
    waiting = [flow.flow]
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting += [step.run for step in known[name].steps.values() if isinstance(step, Run)]
    return found


def _check_choose(flow: Flow, step: Choose, at: pack_files.PackFile, loc: Loc) -> None:
    shapes = shapes_of(flow)
    try:
        expressions.check_path(step.source, shapes)
    except ExpressionError as exc:
        raise at.fault((*loc, "from"), str(exc), "name the `into` of a call") from exc
    row = row_shape(flow, step)
    if not row:
        raise at.fault((*loc, "from"), f"{step.source} is not a list of facts", "name a list")
    if step.value not in row:
        raise at.fault((*loc, "value"), f"a row has no {step.value}", f"it has: {', '.join(row)}")
    if step.when is not None:
        _check_expression(step.when, {**shapes, "it": row}, at, (*loc, "when"))


def _check_expression(text: str, shapes: Mapping[str, Shape], at: pack_files.PackFile, loc: Loc) -> None:
    try:
        expressions.check(text, shapes)
    except ExpressionError as exc:
        raise at.fault(loc, f"expression `{text}`: {exc}", "correct it") from exc


def _check_ways(flow: Flow, at: pack_files.PackFile) -> None:
    """Every step is reached, no circle goes without waiting for the customer, nothing is done unasked."""
    ways = {name: _next_of(flow, name) for name in flow.steps}
    resting = {name for name, step in flow.steps.items() if _rests(flow, step)}
    onwards = {name: [] if name in resting else ways[name] for name in flow.steps}
    reached = walk(flow, flow.start, lambda name: ways[name])
    unasked = walk(flow, flow.start, lambda name: _next_but_yes(flow, name))
    for name, step in flow.steps.items():
        loc = ("steps", name)
        if name not in reached:
            raise at.fault(loc, f"step {name} is never reached", "lead to it or remove it")
        if isinstance(step, Do) and not step.sure and name in unasked:
            remedy = "put a `confirm` before it, or say `sure: true` if it is harmless"
            raise at.fault(loc, f"{step.do} can be reached without a confirm", remedy)
        comes_round = name not in resting and any(
            name in walk(flow, to, lambda each: onwards[each]) for to in ways[name]
        )
        if comes_round:
            remedy = "put a step that waits in the circle, such as a `collect` with renew: true"
            raise at.fault(loc, f"step {name} can come round without waiting for the customer", remedy)


def walk(flow: Flow, start: str, next_of: Callable[[str], list[str]]) -> set[str]:
    """The steps that are reached from one, itself included."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in flow.steps:
            reached.add(name)
            waiting += next_of(name)
    return reached


def _next_of(flow: Flow, name: str) -> list[str]:
    return [target for _, target in flows.targets(flow.steps[name])]


def _next_but_yes(flow: Flow, name: str) -> list[str]:
    step = flow.steps[name]
    return [step.no] if isinstance(step, Confirm) else _next_of(flow, name)


def _rests(flow: Flow, step: flows.Step) -> bool:
    """Whether a step waits for the customer each time it is entered."""
    if not isinstance(step, Collect):
        return isinstance(step, flows.RESTING)
    is_set = any(isinstance(other, flows.Set) and step.collect in other.set for other in flow.steps.values())
    return step.renew or step.valid is not None or is_set
