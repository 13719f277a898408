"""Owns how articles, search, answers, imports and gaps look on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from kaitak.api.paging import PageMeta
from kaitak.api.wire import Body, Wire
from kaitak.knowledge import limits

Locale = Literal["zh-HK", "zh-Hans", "en"]
Audience = Literal["public", "internal"]
Status = Literal["published", "archived"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=limits.LONGEST_TITLE, strip_whitespace=True)]
CategoryName = Annotated[str, StringConstraints(max_length=limits.LONGEST_CATEGORY, strip_whitespace=True)]
TagName = Annotated[str, StringConstraints(min_length=1, max_length=limits.LONGEST_TAG, strip_whitespace=True)]
Tags = Annotated[list[TagName], Field(max_length=limits.TAGS)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
BodyText = Annotated[str, StringConstraints(min_length=1, max_length=limits.BODY_CHARACTERS)]
QuestionText = Annotated[
    str, StringConstraints(min_length=1, max_length=limits.LONGEST_QUESTION, strip_whitespace=True)
]


class ArticleView(Wire):
    """An article without its words."""

    id: int
    key: str
    title: str
    locale: Locale
    audience: Audience
    status: Status
    valid_from: date | None
    valid_to: date | None
    review_at: date | None
    owner_id: int | None
    category: str
    tags: list[str]
    version: int
    created_at: datetime
    updated_at: datetime


class ArticleDetail(ArticleView):
    """An article with the words in force, as Markdown."""

    body: str


class ArticleList(Wire):
    """One page of articles, newest first."""

    meta: PageMeta
    payload: list[ArticleView]


class ArticleForm(Body):
    """A new article; without `key` one is made."""

    key: Key | None = Field(default=None, examples=["warranty"])
    title: Title = Field(examples=["產品保養期"])
    body: BodyText = Field(examples=["- 小型家電 **12個月**;大型家電 **24個月**。"])
    locale: Locale = "zh-HK"
    audience: Audience = "internal"
    valid_from: date | None = None
    valid_to: date | None = None
    review_at: date | None = None
    category: CategoryName = Field(default="", description="the shelf it stands on in the help centre")
    tags: Tags = Field(default=[], examples=[["保養"]])
    owner_id: int | None = Field(default=None, ge=1, description="who looks after it; none: who writes it")


class ArticlePatch(Body):
    """What changes; what is left out stays."""

    title: Title | None = None
    body: BodyText | None = Field(default=None, examples=["- 小型家電 **18個月**。"])
    locale: Locale | None = None
    audience: Audience | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    review_at: date | None = None
    category: CategoryName | None = None
    tags: Tags | None = None
    owner_id: int | None = Field(default=None, ge=1)


class ArchiveForm(Body):
    """Whether the article answers no more."""

    archived: bool = True


class VersionView(Wire):
    """The words of an article at one time."""

    number: int
    title: str
    body: str
    source: str
    created_by: int | None
    created_at: datetime


class VersionList(Wire):
    """The latest hundred versions, newest first."""

    payload: list[VersionView]


class PieceView(Wire):
    """What was understood as one thing that the article says."""

    kind: Literal["sentence", "item", "row"]
    heading: str
    text: str


class ImportFaultView(Wire):
    """What is wrong in a file, and what to do."""

    file: str
    line: int
    detail: str
    remedy: str


class ImportedView(Wire):
    """An article that a file gives; `article_id` is null for one that is not there yet."""

    article_id: int | None
    file: str
    key: str
    title: str
    locale: Locale
    audience: Audience
    valid_from: date | None
    valid_to: date | None
    change: Literal["new", "changed", "same"]
    pieces: int
    preview: list[PieceView]


class KnowledgeImportView(Wire):
    """What an import did, or would do."""

    dry_run: bool
    articles: list[ImportedView]
    faults: list[ImportFaultView]


class HitView(Wire):
    """A piece that fits a question."""

    article_id: int
    key: str
    title: str
    audience: Audience
    kind: Literal["sentence", "item", "row"]
    heading: str
    text: str
    score: float
    is_past: bool


class HitList(Wire):
    """The pieces that fit best."""

    payload: list[HitView]


class AskForm(Body):
    """A question to try; as a customer asks it unless `as_staff`."""

    question: QuestionText = Field(examples=["風筒保幾耐"])
    as_staff: bool = False
    asked_at: AwareDatetime | None = None


class SourceView(Wire):
    """Where an answer was taken from."""

    article_id: int
    key: str
    title: str
    heading: str
    version: int
    valid_from: date | None
    valid_to: date | None
    is_past: bool


class AnswerView(Wire):
    """What the customer would be told, and what was considered."""

    behaviour: Literal["answer", "abstain", "refuse"]
    text: str
    source: SourceView | None
    confidence: float
    reason: Literal["", "nothing_near", "unsure", "own_case", "attack", "empty"]
    considered: list[HitView]


class GapView(Wire):
    """A question that nothing answers."""

    id: int
    question: str
    locale: str
    times: int
    first_at: datetime
    last_at: datetime


class GapList(Wire):
    """The open gaps, most asked first."""

    payload: list[GapView]


class GapForm(Body):
    """Whether the question is off the list: answered by an article, or not to be answered."""

    closed: bool = True


class PreviewForm(Body):
    """Words to look at before they are kept."""

    title: Annotated[str, StringConstraints(max_length=limits.LONGEST_TITLE)] = ""
    body: Annotated[str, StringConstraints(max_length=limits.BODY_CHARACTERS)] = Field(examples=["- 離島 **$260**。"])


class PreviewView(Wire):
    """How the words look to a reader, and what is understood of them."""

    html: str
    pieces: int
    preview: list[PieceView]


class CountedName(Wire):
    """A category or a tag, and how many published articles carry it."""

    name: str
    articles: int


class FacetsView(Wire):
    """What articles are sorted by."""

    categories: list[CountedName]
    tags: list[CountedName]
