"""Owns the drawing of a flow as text and as a Mermaid diagram. Pure."""

from __future__ import annotations

from kaitak.bot import flows
from kaitak.bot.flows import Branch, Flow, Step

_SHAPES = {
    "collect": ("[/", "/]"),
    "choose": ("[/", "/]"),
    "check": ("[/", "/]"),
    "prove": ("[/", "/]"),
    "confirm": ("[/", "/]"),
    "call": ("[(", ")]"),
    "do": ("[[", "]]"),
    "branch": ("{", "}"),
    "hand_over": ("([", "])"),
    "end": ("([", "])"),
}


def as_text(flow: Flow) -> str:
    """Each step on a line, with where it leads."""
    heading = f"{flow.flow}  (starts with: {', '.join(flow.intents) or 'another flow'}; first step: {flow.start})"
    slots = [f"  slot {name}: {_slot(slot)}" for name, slot in flow.slots.items()]
    width = max(len(name) for name in flow.steps)
    steps = [f"  {name:<{width}}  {_what(step)}{_ways(step)}" for name, step in flow.steps.items()]
    return "\n".join([heading, *slots, *steps])


def as_mermaid(flow: Flow) -> str:
    """The flow as a diagram that Mermaid draws."""
    lines = ["flowchart TD", f"  begin_(({flow.flow})) --> {flow.start}"]
    for name, step in flow.steps.items():
        left, right = _SHAPES.get(str(flows.kind_of(step)), ("[", "]"))
        lines.append(f'  {name}{left}"{_quoted(f"{name}: {_what(step)}")}"{right}')
        for loc, target in flows.targets(step):
            label = _label(step, loc)
            lines.append(f'  {name} -->|"{_quoted(label)}"| {target}' if label else f"  {name} --> {target}")
    return "\n".join(lines)


def _slot(slot: flows.Slot) -> str:
    if slot.entity:
        return f"entity {slot.entity}"
    if slot.words is not None:
        return f"one of {', '.join(slot.words)}"
    return "free text" if slot.text else "chosen from a list"


def _what(step: Step) -> str:
    kind = str(flows.kind_of(step))
    about = getattr(step, kind)
    if isinstance(step, Branch):
        return "branch"
    if isinstance(step, flows.Set):
        return f"set {', '.join(step.set)}"
    return kind if about is True or about is None else f"{kind} {about}"


def _ways(step: Step) -> str:
    ways = [f"{_label(step, loc) or 'next'} -> {target}" for loc, target in flows.targets(step)]
    return f"  [{'; '.join(ways)}]" if ways else ""


def _label(step: Step, loc: flows.Loc) -> str:
    """What a way is taken for; nothing for the plain next step."""
    if isinstance(step, Branch) and loc[0] == "branch":
        return step.branch[int(loc[1])].test
    return "" if loc == ("next",) else ".".join(str(part) for part in loc)


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;").replace("\n", " ")[:120]
