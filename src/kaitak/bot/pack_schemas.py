"""Owns how packs, their files and the account's versions of them look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from kaitak.api.wire import Body, Wire
from kaitak.bot.pack_overlay import MAX_FILE_CHARACTERS, MAX_FILES, MAX_PATH

PackName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
FilePath = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATH)]
FileText = Annotated[str, StringConstraints(max_length=MAX_FILE_CHARACTERS)]
Edition = Annotated[int, Field(ge=0, le=2**31 - 1, description="of the draft as the caller saw it; 0: there was none")]


class PackTitleView(Wire):
    """A name in the three languages."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    zh_hk: str = Field(alias="zh-HK")
    zh_hans: str = Field(alias="zh-Hans")
    en: str


class NamedView(Wire):
    """An intent and what it is called."""

    name: str
    title: PackTitleView


class PackMaker(Wire):
    """Who did something."""

    id: int
    name: str


class PackFaultView(Wire):
    """What is wrong in a file, where, and what to do about it."""

    file: str
    line: int
    problem: str
    remedy: str


class PackFileBrief(Wire):
    """A file of the pack that may be changed. `draft` says that what is edited differs from what customers get."""

    path: str
    origin: Literal["shipped", "changed", "added"] = Field(description="what customers get, beside the shipped pack")
    draft: Literal["none", "changed", "added", "removed"]
    changed_at: datetime | None
    changed_by: PackMaker | None


class FlowView(Wire):
    """A flow as it is edited: what it is for, and what it asks of business systems and knowledge."""

    name: str
    file: PackFileBrief
    intents: list[NamedView]
    reads: list[str]
    deeds: list[str]
    asks_knowledge: bool
    hands_over: bool
    steps: int
    fault: PackFaultView | None = Field(description="why the flow could not be read; the lists are empty then")


class PackVersionView(Wire):
    """A version of the account's files."""

    id: int
    number: int
    status: Literal["draft", "published", "retired"]
    note: str
    paths: list[str] = Field(description="the files that differ from the shipped pack")
    created_at: datetime
    published_at: datetime | None
    published_by: PackMaker | None


class PackDraftView(Wire):
    """What has been changed and not published."""

    edition: int
    number: int
    paths: list[str] = Field(description="the files that differ from what customers get")
    updated_at: datetime
    updated_by: PackMaker | None


class PackStateView(Wire):
    """A pack as an account has it: its flows and other files, what is published, and the draft."""

    name: str
    title: PackTitleView
    version: str
    languages: list[str]
    is_default: bool
    flows: list[FlowView]
    files: list[PackFileBrief]
    published: PackVersionView | None = Field(description="null: customers get the pack as it is shipped")
    is_published_fit: bool = Field(
        description="false: the published files do not fit the pack any more, shipped ones answer"
    )
    draft: PackDraftView | None


class PackFileView(Wire):
    """A file: as it is edited, as customers get it, and as it is shipped; null where it is not there."""

    path: str
    text: str | None
    published_text: str | None
    shipped_text: str | None
    edition: int


class PackVersionFile(Wire):
    """A file of a version, beside what customers get now; null where it is not there."""

    path: str
    text: str | None
    published_text: str | None


class PackVersionFilesView(Wire):
    """A version with every file in which it differs from what customers get now."""

    version: PackVersionView
    files: list[PackVersionFile]


class PackVersionList(Wire):
    """What is or was published, the latest first."""

    payload: list[PackVersionView]


class PackCheckView(Wire):
    """The faults of the files as edited; none: they could answer customers."""

    faults: list[PackFaultView]


class PackTalkFailureView(Wire):
    """A sample conversation that goes otherwise than it is written."""

    name: str
    file: str
    line: int
    problem: str
    said: str = Field(description="what the bot said there")


class PackTalksView(Wire):
    """How the sample conversations went with the draft."""

    talks: int
    failures: list[PackTalkFailureView]


class PackSchemaView(Wire):
    """What an editor can offer: the JSON Schema of each kind of file, and the names that files may use."""

    schemas: dict[str, JsonValue]
    names: dict[str, list[str]] = Field(description="of intents, entities, wording, flows, reads and deeds")


class SaveBody(Body):
    """A file for the draft; a text of null takes an added file away, or leaves a shipped one out."""

    path: FilePath
    text: FileText | None
    edition: Edition


class CheckBody(Body):
    """Files not saved yet, to be checked together with the draft."""

    files: Annotated[dict[FilePath, FileText | None], Field(max_length=MAX_FILES)] = Field(default_factory=dict)


class DrawBody(Body):
    """The text of a flow."""

    text: FileText


class EditionBody(Body):
    """The draft as the caller saw it."""

    edition: Edition


class PublishBody(EditionBody):
    """The draft, and what it is about."""

    note: Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)] = ""
    despite_failing: bool = Field(default=False, description="publish though sample conversations go otherwise")


class UseBody(Body):
    """The version that customers shall get; null: the pack as it is shipped."""

    version_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None


class NodeView(Wire):
    """A step of a drawn flow; `about` is what it asks, calls or does, `text` its wording in the reader's language."""

    step: str
    kind: str
    about: str
    text: str
    line: int


class EdgeView(Wire):
    """A way from one step to another; `outcome` names it as the file does, `test` is its expression."""

    source: str
    target: str
    outcome: str
    test: str


class DrawingView(Wire):
    """A flow as a diagram; with a fault there is nothing to draw."""

    start: str
    nodes: list[NodeView]
    edges: list[EdgeView]
    fault: PackFaultView | None


class TrialOption(Wire):
    """A quick reply."""

    title: str
    value: str


class TrialReply(Wire):
    """What the bot would say."""

    text: str
    options: list[TrialOption]


class TrialCall(Wire):
    """Something that the turn asked of another system; a deed is shown and never sent."""

    kind: Literal["read", "deed", "check", "knowledge"]
    name: str
    arguments: dict[str, str]
    outcome: str
    is_pretended: bool


class TrialHandOver(Wire):
    """That a person would take over."""

    reason: str
    team: str
    summary: str


class TrialView(Wire):
    """A turn of a conversation that nobody keeps; `state` goes with the next message."""

    replies: list[TrialReply]
    calls: list[TrialCall]
    hand_over: TrialHandOver | None
    understanding: dict[str, JsonValue]
    trace: list[JsonValue]
    state: dict[str, JsonValue]
    took_ms: int


class TrialBody(CheckBody):
    """A message to try with the draft and these unsaved files, as a visitor or with the rights of a contact."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    chosen: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="the value of the quick reply that was tapped"
    )
    contact_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = Field(default=None, description="null: a visitor")
    state: dict[str, JsonValue] = Field(default_factory=dict, description="of the turn before; none begins afresh")
