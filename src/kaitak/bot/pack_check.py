"""Owns `kaitak pack check`: every fault of a pack that can be told, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaitak.bot import flows, pack_files, pack_tests, packs, templates, wording_checks
from kaitak.bot.expressions import paths_in
from kaitak.bot.flows import Flow, HandoverReason
from kaitak.bot.pack_files import PackFile, PackInvalidError
from kaitak.bot.packs import ENGINE_WORDINGS, IntentFile, Pack, PackHead, WordingFile
from kaitak.bot.recalling import AGAIN

_WORD_OF_REASON = "reason"


@dataclass(frozen=True, slots=True)
class _Files:
    """The parsed files of a pack, with their lines."""

    intents: list[tuple[IntentFile, PackFile]]
    flows: list[tuple[Flow, PackFile]]
    wording: list[tuple[WordingFile, PackFile]]


def find_faults(root: Path) -> list[PackInvalidError]:
    """The faults of a pack: one that keeps it from loading, or all that keep it from being whole; none if it is."""
    try:
        pack = packs.load(root)
        cases = pack_tests.read(root)
    except PackInvalidError as exc:
        return [exc]
    files = _read(root, pack.head)
    found = [*_intents(pack, files), *_flows(pack, files), *_slots(pack, files), *_wording(pack, files)]
    names = [case.name for case in cases]
    for case in cases:
        if names.count(case.name) > 1:
            loc = ("conversations", case.number, "name")
            found.append(case.at.fault(loc, f"the name {case.talk.name} is given twice", "choose another"))
    return sorted(found, key=lambda fault: (fault.file, fault.line))


def _read(root: Path, head: PackHead) -> _Files:
    folders = [root, *(root.parent / name for name in head.includes)]
    intents = [
        pack_files.read(path, root if folder == root else root.parent, IntentFile)
        for folder in folders
        for path in sorted((folder / "intents").glob("*.yaml"))
    ]
    return _Files(
        intents=intents,
        flows=[pack_files.read(path, root, Flow) for path in sorted((root / "flows").glob("*.yaml"))],
        wording=[pack_files.read(root / "wording" / f"{each}.yaml", root, WordingFile) for each in head.languages],
    )


def _intents(pack: Pack, files: _Files) -> Iterator[PackInvalidError]:
    """Each request leads to exactly one end, and a flow and its intents name each other."""
    for content, at in files.intents:
        for index, intent in enumerate(content.intents):
            ways = [intent.flow is not None, intent.knowledge, intent.hand_over is not None]
            loc = ("intents", index)
            if intent.kind == "request" and sum(ways) != 1:
                problem = f"intent {intent.name} has {'no end' if not any(ways) else 'more than one end'}"
                yield at.fault(loc, problem, "give exactly one of: flow, knowledge: true, hand_over")
            if intent.flow is not None and intent.name not in pack.flows[intent.flow].intents:
                problem = f"flow {intent.flow} does not name the intent {intent.name}"
                yield at.fault((*loc, "flow"), problem, "add it to the flow's intents")


def _flows(pack: Pack, files: _Files) -> Iterator[PackInvalidError]:
    run = {step.run for flow in pack.flows.values() for step in flow.steps.values() if isinstance(step, flows.Run)}
    for flow, at in files.flows:
        for index, name in enumerate(flow.intents):
            if pack.intents[name].flow != flow.flow:
                yield at.fault(("intents", index), f"intent {name} does not lead to this flow", "give it `flow:`")
        if not flow.intents and flow.flow not in run:
            yield at.fault(("flow",), f"nothing starts flow {flow.flow}", "give it intents, or run it from a flow")
        for name, step in flow.steps.items():
            if isinstance(step, flows.HandOver):
                yield from _reason(pack, step.hand_over, at, ("steps", name))


def _reason(pack: Pack, reason: HandoverReason, at: PackFile, loc: flows.Loc) -> Iterator[PackInvalidError]:
    """Staff read why a conversation was handed over."""
    for locale, content in pack.wording.items():
        if reason not in content.values.get(_WORD_OF_REASON, {}):
            problem = f"the reason {reason} has no words in {locale}"
            yield at.fault(loc, problem, f"add it under values.{_WORD_OF_REASON} of wording/{locale}.yaml")


def _slots(pack: Pack, files: _Files) -> Iterator[PackInvalidError]:
    for flow, at in files.flows:
        used = _used_slots(pack, flow)
        for name in flow.slots:
            if name not in used:
                yield at.fault(("slots", name), f"slot {name} is never used", "remove it")


def _used_slots(pack: Pack, flow: Flow) -> set[str]:
    """The slots that steps fill or check, expressions read, or wording shows."""
    used: set[str] = set()
    for step in flow.steps.values():
        used.update(name for name in (flows.slot_of(step),) if name is not None)
        texts = [text for _, text in flows.expressions(step)]
        if isinstance(step, flows.Choose) and step.when is not None:
            texts.append(step.when)
        for path in (path for text in texts for path in paths_in(text)):
            parts = path.split(".")
            if parts[0] in {"slots", "filled"} and len(parts) > 1:
                used.add(parts[1])
    said = {key for _, key, _ in wording_checks.spoken(flow)}
    for key in said:
        for text in next(iter(pack.wording.values())).variants(key):
            used.update(placeholder.path.split(".")[0] for placeholder in templates.placeholders(text))
    return used


def _wording(pack: Pack, files: _Files) -> Iterator[PackInvalidError]:
    said = set(ENGINE_WORDINGS) | {key for flow in pack.flows.values() for _, key, _ in wording_checks.spoken(flow)}
    said |= {f"{key}{AGAIN}" for key in said}
    for content, at in files.wording:
        for key in content.wording:
            if key not in said:
                yield at.fault(("wording", key), f"nobody says {key}", "remove it")
