"""Owns the making of views of packs: their files, flows, versions, faults and drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from kaitak.bot import business_facts, flows, pack_files, pack_overlay, pack_trial, packs, turn_rows
from kaitak.bot import pack_version_queries as queries
from kaitak.bot.decision import ActionResult, Arguments, BusinessDeed, KnowledgeQuestion
from kaitak.bot.flows import Flow, HandoverReason, Step
from kaitak.bot.models import PackVersion
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.pack_schemas import (
    DrawingView,
    EdgeView,
    FlowView,
    NamedView,
    NodeView,
    PackDraftView,
    PackFaultView,
    PackFileBrief,
    PackFileView,
    PackMaker,
    PackStateView,
    PackTalkFailureView,
    PackTalksView,
    PackTitleView,
    PackVersionFile,
    PackVersionFilesView,
    PackVersionView,
    TrialCall,
    TrialHandOver,
    TrialOption,
    TrialReply,
    TrialView,
)
from kaitak.bot.pack_talks import Played
from kaitak.bot.pack_trial import Trial
from kaitak.bot.pack_version_queries import ChangedFile
from kaitak.bot.packs import Pack, Titles, WordingFile

Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PackState:
    """A pack with an account's versions of it, and the names of the people in them."""

    folder: Path
    own: Pack
    published: PackVersion | None
    draft: PackVersion | None
    names: Names
    is_default: bool
    is_fit: bool = True

    @property
    def edited(self) -> dict[str, ChangedFile]:
        """The account's files as they are edited."""
        return queries.files_of(self.draft if self.draft is not None else self.published)

    @property
    def answering(self) -> dict[str, ChangedFile]:
        """The account's files that customers get."""
        return queries.files_of(self.published)

    def edited_text(self, path: str) -> str | None:
        """A file as it is edited; None where it is not there."""
        return _text(self.edited, path, self.folder)

    def published_text(self, path: str) -> str | None:
        """A file as customers get it; None where it is not there."""
        return _text(self.answering, path, self.folder)


def state(of: PackState) -> PackStateView:
    """The whole of an account's pack."""
    paths = sorted({*pack_overlay.shipped_paths(of.folder), *of.edited, *of.answering})
    briefs = {path: _brief(of, path) for path in paths}
    return PackStateView(
        name=of.own.head.name,
        title=title(of.own.head.title),
        version=of.own.head.version,
        languages=list(of.own.head.languages),
        is_default=of.is_default,
        flows=[_flow(of, briefs[path]) for path in paths if path.startswith("flows/")],
        files=[brief for path, brief in briefs.items() if not path.startswith("flows/")],
        published=version(of.published, of.names) if of.published else None,
        is_published_fit=of.is_fit,
        draft=_draft(of),
    )


def file(of: PackState, path: str) -> PackFileView:
    """One file."""
    return PackFileView(
        path=path,
        text=of.edited_text(path),
        published_text=of.published_text(path),
        shipped_text=pack_overlay.shipped_text(of.folder, path),
        edition=of.draft.edition if of.draft else 0,
    )


def version(row: PackVersion, names: Names) -> PackVersionView:
    """A version without its texts."""
    return PackVersionView(
        id=row.id,
        number=row.number,
        status=row.status,
        note=row.note,
        paths=sorted(row.files),
        created_at=row.created_at,
        published_at=row.published_at,
        published_by=maker(row.published_by, names),
    )


def version_files(of: PackState, row: PackVersion) -> PackVersionFilesView:
    """A version with the files in which it differs from what customers get."""
    files = queries.files_of(row)
    pairs = {path: (_text(files, path, of.folder), of.published_text(path)) for path in {*files, *of.answering}}
    return PackVersionFilesView(
        version=version(row, of.names),
        files=[
            PackVersionFile(path=path, text=text, published_text=published)
            for path, (text, published) in sorted(pairs.items())
            if text != published
        ],
    )


def talks(played: Played) -> PackTalksView:
    """How sample conversations went."""
    failures = [
        PackTalkFailureView(name=each.case, file=each.file, line=each.line, problem=each.problem, said=each.said)
        for each in played.failures
    ]
    return PackTalksView(talks=played.talks, failures=failures)


def fault(found: PackInvalidError) -> PackFaultView:
    """A fault of a file."""
    fields = found.fields
    return PackFaultView(
        file=found.file, line=found.line, problem=str(fields.get("problem", "")), remedy=str(fields.get("remedy", ""))
    )


def drawing(text: str, path: str, wording: WordingFile) -> DrawingView:
    """A flow's steps and the ways between them, from its text."""
    try:
        flow, at = pack_files.parse(text.encode(), path, Flow)
    except PackInvalidError as found:
        return DrawingView(start="", nodes=[], edges=[], fault=fault(found))
    nodes = [_node(name, step, flow, at, wording) for name, step in flow.steps.items()]
    edges = [
        EdgeView(source=name, target=target, outcome=".".join(str(part) for part in loc), test=_test(step, loc))
        for name, step in flow.steps.items()
        for loc, target in flows.targets(step)
        if target in flow.steps
    ]
    return DrawingView(start=flow.start, nodes=nodes, edges=edges, fault=None)


def maker(user_id: int | None, names: Names) -> PackMaker | None:
    """Who did it; somebody who is gone keeps their number."""
    return None if user_id is None else PackMaker(id=user_id, name=names.get(user_id, f"#{user_id}"))


def title(titles: Titles) -> PackTitleView:
    """A name in the three languages."""
    return PackTitleView(zh_hk=titles.zh_hk, zh_hans=titles.zh_hans, en=titles.en)


def _text(files: Mapping[str, ChangedFile], path: str, folder: Path) -> str | None:
    return files[path].text if path in files else pack_overlay.shipped_text(folder, path)


def _brief(of: PackState, path: str) -> PackFileBrief:
    edited, answering = of.edited_text(path), of.published_text(path)
    shipped = pack_overlay.shipped_text(of.folder, path)
    changed = of.edited.get(path) or of.answering.get(path)
    if edited == answering:
        draft = "none"
    else:
        draft = "removed" if edited is None else "added" if answering is None else "changed"
    return PackFileBrief(
        path=path,
        origin="shipped" if answering == shipped else "added" if shipped is None else "changed",
        draft=draft,
        changed_at=changed.at if changed else None,
        changed_by=maker(changed.by, of.names) if changed else None,
    )


def _flow(of: PackState, brief: PackFileBrief) -> FlowView:
    text = of.edited_text(brief.path) or of.published_text(brief.path) or ""
    name = Path(brief.path).stem
    try:
        flow, _ = pack_files.parse(text.encode(), brief.path, Flow)
    except PackInvalidError as found:
        return FlowView(
            name=name,
            file=brief,
            intents=[],
            reads=[],
            deeds=[],
            asks_knowledge=False,
            hands_over=False,
            steps=0,
            fault=fault(found),
        )
    steps = list(flow.steps.values())
    intents = [of.own.intents[each] for each in flow.intents if each in of.own.intents]
    return FlowView(
        name=name,
        file=brief,
        intents=[NamedView(name=each.name, title=title(each.title)) for each in intents],
        reads=sorted({step.call for step in steps if isinstance(step, flows.Call)}),
        deeds=sorted({step.do for step in steps if isinstance(step, flows.Do)}),
        asks_knowledge=any(isinstance(step, flows.Answer) for step in steps),
        hands_over=any(isinstance(step, flows.HandOver) for step in steps),
        steps=len(steps),
        fault=None,
    )


def _draft(of: PackState) -> PackDraftView | None:
    row = of.draft
    if row is None:
        return None
    paths = sorted({*of.edited, *of.answering})
    return PackDraftView(
        edition=row.edition,
        number=row.number,
        paths=[path for path in paths if of.edited_text(path) != of.published_text(path)],
        updated_at=row.updated_at,
        updated_by=maker(row.updated_by, of.names),
    )


def _node(name: str, step: Step, flow: Flow, at: pack_files.PackFile, wording: WordingFile) -> NodeView:
    kind = flows.kind_of(step) or ""
    spoken = [key for _, key in flows.wordings(step)]
    asked = flow.slots.get(getattr(step, "collect", ""))
    if asked is not None and not spoken:
        spoken = [asked.ask]
    said = wording.wording.get(spoken[0], "") if spoken else ""
    named = getattr(step, kind, None) if kind not in ("branch", "end", "set") else None
    about = ", ".join(getattr(step, "set", {})) if kind == "set" else named
    return NodeView(
        step=name,
        kind=kind,
        about=about if isinstance(about, str) else "",
        text=said if isinstance(said, str) else next(iter(said), ""),
        line=at.line_of(("steps", name)),
    )


def _test(step: Step, loc: flows.Loc) -> str:
    """The expression that leads this way, if one does."""
    if not isinstance(step, flows.Branch) or loc[0] != "branch" or not isinstance(loc[1], int):
        return ""
    return step.branch[loc[1]].test


def names(pack: Pack) -> dict[str, list[str]]:
    """The names that the files of a pack may use."""
    return {
        "intents": sorted(pack.intents),
        "entities": sorted({*pack.entities, *packs.BUILT_IN_ENTITIES}),
        "wording": sorted({key for file in pack.wording.values() for key in file.wording}),
        "flows": sorted(pack.flows),
        "reads": sorted(business_facts.READ_FORMS),
        "deeds": sorted(business_facts.DEED_FORMS),
        "reasons": sorted(get_args(HandoverReason)),
    }


def trial(of: Trial, pack: Pack, took_ms: int) -> TrialView:
    """A turn that nobody keeps."""
    final = of.final
    request = final.handover
    return TrialView(
        replies=[
            TrialReply(
                text=reply.text,
                options=[TrialOption(title=option.title, value=option.value) for option in reply.quick_replies],
            )
            for reply in final.replies
        ],
        calls=[_call(arguments, result) for arguments, result in of.asked],
        hand_over=TrialHandOver(reason=request.reason, team=request.team, summary=request.packet.summary)
        if request
        else None,
        understanding={**turn_rows.predicted(pack, final, of.understanding), "text": of.understanding.text},
        trace=[{"step": step.step, "detail": step.detail} for step in final.trace],
        state=of.state,
        took_ms=took_ms,
    )


def _call(arguments: Arguments, result: ActionResult) -> TrialCall:
    name, given = pack_trial.about(arguments)
    is_deed = isinstance(arguments, BusinessDeed)
    if result.failure is not None:
        outcome: str = result.failure
    elif isinstance(arguments, KnowledgeQuestion):
        outcome = "found" if result.answer else "missing"
    else:
        outcome = result.outcome or ("ok" if result.rows else "not_found")
    kind: CallKind = "deed" if is_deed else _KINDS.get(name, "read")
    return TrialCall(kind=kind, name=name, arguments=given, outcome=outcome, is_pretended=is_deed)


CallKind = Literal["read", "deed", "check", "knowledge"]
_KINDS: dict[str, CallKind] = {"check_order": "check", "proof": "check", "knowledge": "knowledge"}
