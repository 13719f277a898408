"""Owns the making of views: packs, models, jobs, training lines, an audit, an understanding."""

from __future__ import annotations

from collections.abc import Mapping

from kaitak.bot.models import NluModel
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.bot.packs import Intent, Pack, Titles
from kaitak.learning.example_schemas import (
    BatchView,
    ConflictView,
    ExampleView,
    IntentAudit,
    PairView,
    PlacedLine,
    ShareView,
)
from kaitak.learning.models import NluExample, NluJob
from kaitak.learning.queries import Batch
from kaitak.learning.schemas import (
    ActiveView,
    EntityView,
    EvidenceView,
    FiguresView,
    GateView,
    IntentView,
    JobErrorView,
    JobResultView,
    JobView,
    MakerView,
    ModelView,
    MoodView,
    PackView,
    RankedView,
    TitleView,
    TryView,
)
from kaitak.nlu.audit import Conflict, IntentText, Line, Pair
from kaitak.nlu.understanding import Understanding

Names = Mapping[int, str]


def maker(user_id: int | None, names: Names) -> MakerView | None:
    """Who did it; somebody who is gone keeps their number."""
    return None if user_id is None else MakerView(id=user_id, name=names.get(user_id, f"#{user_id}"))


def title(titles: Titles) -> TitleView:
    """A name in the three languages."""
    return TitleView(zh_hk=titles.zh_hk, zh_hans=titles.zh_hans, en=titles.en)


def active(model: NluModel | None, own: ReadyPack | None) -> ActiveView:
    """The model that answers: a version of the account, or the pack's own, whose version is empty until it is made."""
    if model is None:
        version = own.model.version if own is not None else ""
        return ActiveView(id=None, number=None, version=version, is_pack_own=True)
    return ActiveView(id=model.id, number=model.number, version=model.version, is_pack_own=False)


def pack(found: Pack, answering: ActiveView, own: Mapping[str, int], default: str | None) -> PackView:
    """A pack as the account uses it."""
    head, examples = found.head, found.examples()
    counts = dict[str, int]()
    for example in examples:
        counts[example.intent] = counts.get(example.intent, 0) + 1
    return PackView(
        name=head.name,
        title=title(head.title),
        version=head.version,
        languages=list(head.languages),
        is_default=head.name == default,
        pack_examples=len(examples),
        own_examples=sum(own.values()),
        active=answering,
        intents=[_intent(each, counts, own) for each in found.intents.values()],
    )


def _intent(intent: Intent, counts: Mapping[str, int], own: Mapping[str, int]) -> IntentView:
    return IntentView(
        name=intent.name,
        kind=intent.kind,
        title=title(intent.title),
        pack_examples=counts.get(intent.name, 0),
        own_examples=own.get(intent.name, 0),
    )


def model(row: NluModel, names: Names, now: Pack) -> ModelView:
    """One version; `now` is its pack as the program carries it."""
    return ModelView(
        id=row.id,
        pack=row.pack,
        number=row.number,
        version=row.version,
        status=row.status,
        figures=FiguresView.model_validate(row.figures["figures"]),
        gate=GateView.model_validate(row.figures["gate"]),
        is_pack_changed=row.pack_fingerprint != now.fingerprint,
        size=row.size,
        created_by=maker(row.created_by, names),
        trained_at=row.trained_at,
        promoted_at=row.promoted_at,
    )


def job(row: NluJob, names: Names) -> JobView:
    """One job."""
    return JobView(
        id=row.id,
        kind=row.kind,
        pack=row.pack,
        status=row.status,
        progress=round(row.progress, 3),
        step=row.step,
        error=JobErrorView.model_validate(row.error) if row.error else None,
        result=JobResultView.model_validate(row.result) if row.result else None,
        created_by=maker(row.created_by, names),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def example(row: NluExample, names: Names) -> ExampleView:
    """One training line of the account."""
    return ExampleView(
        id=row.id,
        pack=row.pack,
        intent=row.intent,
        text=row.text,
        source=row.source,
        batch=row.batch,
        created_by=maker(row.created_by, names),
        created_at=row.created_at,
    )


def batch(found: Batch, of_pack: str, names: Names) -> BatchView:
    """Lines that came in together."""
    return BatchView(
        batch=found.batch,
        pack=of_pack,
        source=found.source,
        lines=found.lines,
        created_by=maker(found.created_by, names),
        created_at=found.created_at,
    )


def line(found: Line) -> PlacedLine:
    """A training line and where it is from."""
    return PlacedLine(text=found.text, intent=found.intent, is_own=found.is_own, example_id=found.id)


def conflict(found: Conflict) -> ConflictView:
    """One text under several intents."""
    return ConflictView(text=found.text, lines=[line(each) for each in found.lines])


def pair(found: Pair) -> PairView:
    """Two lines that say nearly the same."""
    return PairView(similarity=found.similarity, first=line(found.first), second=line(found.second))


def intent_text(found: IntentText) -> IntentAudit:
    """How much real text an intent has."""
    return IntentAudit(
        intent=found.intent,
        lines=found.lines,
        own_lines=found.own_lines,
        skeletons=found.skeletons,
        variety=round(found.variety, 3),
        is_starved=found.is_starved,
    )


def shares(counts: Mapping[str, int], total: int) -> list[ShareView]:
    """How many lines are of each kind."""
    return [ShareView(name=name, lines=n, share=round(n / total, 4) if total else 0.0) for name, n in counts.items()]


def understanding(read: Understanding, of: Pack, by: ActiveView, took_ms: float) -> TryView:
    """Everything that was read from one message."""
    mood = read.mood
    return TryView(
        model=by,
        language=read.language,
        act=read.act,
        intents=[
            RankedView(
                name=each.name,
                title=title(of.intents[each.name].title) if each.name in of.intents else None,
                confidence=each.confidence,
            )
            for each in read.intents
        ],
        band=read.band,
        entities=[
            EntityView(
                kind=each.kind,
                text=each.text,
                value=each.value,
                start=each.start,
                end=each.end,
                spoken=each.spoken,
                withdrawn=each.withdrawn,
            )
            for each in read.entities
        ],
        mood=MoodView(
            sentiment=mood.sentiment,
            emotion=mood.emotion,
            urgency=mood.urgency,
            escalate=list(mood.reasons),
            evidence=list(mood.evidence),
        ),
        evidence=EvidenceView(source=read.evidence.source, detail=list(read.evidence.detail)),
        is_correction=read.is_correction,
        kept_text=read.kept_text,
        took_ms=round(took_ms, 2),
    )
