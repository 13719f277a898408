"""Owns turning rows and findings of knowledge into their wire form. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from kaitak.knowledge.actions import Planned
from kaitak.knowledge.answers import KnowledgeAnswer
from kaitak.knowledge.faults import Fault
from kaitak.knowledge.models import Article
from kaitak.knowledge.pieces import Piece
from kaitak.knowledge.reading import Draft
from kaitak.knowledge.schemas import (
    AnswerView,
    ArticleDetail,
    ArticleView,
    HitView,
    ImportedView,
    ImportFaultView,
    PieceView,
    SourceView,
)
from kaitak.knowledge.search import Hit

_PREVIEWED = 20
_FACTS = tuple(ArticleView.model_fields)


def article(row: Article) -> ArticleView:
    """An article without its words."""
    return ArticleView.model_validate({name: getattr(row, name) for name in _FACTS})


def detail(row: Article, body: str) -> ArticleDetail:
    """An article with its words."""
    return ArticleDetail.model_validate({name: getattr(row, name) for name in _FACTS} | {"body": body})


def hit(found: Hit) -> HitView:
    """A piece that fits."""
    return HitView.model_validate(
        {
            "article_id": found.article.id,
            "key": found.article.key,
            "title": found.article.title,
            "audience": found.article.audience,
            "kind": found.chunk.kind,
            "heading": found.chunk.heading,
            "text": found.chunk.text,
            "score": round(found.score, 4),
            "is_past": found.is_past,
        }
    )


def answer(given: KnowledgeAnswer) -> AnswerView:
    """An answer with what was considered."""
    return AnswerView(
        behaviour=given.behaviour,
        text=given.text,
        source=SourceView.model_validate(asdict(given.source)) if given.source else None,
        confidence=given.confidence,
        reason=given.reason,
        considered=[hit(each) for each in given.considered],
    )


def imported(planned: Planned) -> ImportedView:
    """An article that a file gives."""
    draft: Draft = planned.draft
    return ImportedView.model_validate(
        {
            "article_id": planned.article_id,
            "file": draft.source,
            "key": draft.key,
            "title": draft.title,
            "locale": draft.locale,
            "audience": draft.audience,
            "valid_from": draft.valid_from,
            "valid_to": draft.valid_to,
            "change": planned.change,
            "pieces": len(draft.pieces),
            "preview": previewed(draft.pieces),
        }
    )


def previewed(pieces: Sequence[Piece]) -> list[PieceView]:
    """The first of what was understood."""
    return [PieceView(kind=each.kind, heading=each.heading, text=each.text) for each in pieces[:_PREVIEWED]]


def fault(found: Fault) -> ImportFaultView:
    """What is wrong in a file."""
    return ImportFaultView(file=found.file, line=found.line, detail=found.detail, remedy=found.remedy)
