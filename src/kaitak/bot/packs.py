"""Owns a tenant's pack: its files' schemas, their checks against each other, and the loaded whole."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, JsonValue, model_validator

from kaitak.bot import flow_checks, mood_text, pack_files, pack_text, wording_checks
from kaitak.bot.flows import Flow, HandoverReason, Name, Part
from kaitak.nlu.entities import EntityRule
from kaitak.nlu.model import Settings
from kaitak.nlu.mood_training import MoodLine
from kaitak.nlu.training import Example

Locale = Literal["zh-HK", "zh-Hans", "en"]
LOCALES: tuple[Locale, ...] = ("zh-HK", "zh-Hans", "en")
BUILT_IN_ENTITIES = frozenset({"phone", "email", "amount", "date"})
ENGINE_WORDINGS = frozenset(
    {
        "greeting", "goodbye", "affirm_alone", "deny_alone", "cancelled", "nothing_to_cancel", "not_understood",
        "clarify", "corrected_ask", "corrected_value", "correction_what", "out_of_scope", "offer_person",
        "no_number", "person_declined", "handover", "handover_urgent", "handover_safety", "option_person",
        "option_other", "which_order", "packet_summary", "packet_no_intent", "ask_phone_tail",
        "phone_tail_wrong", "option_yes", "option_no", "knowledge_source", "knowledge_missing", "resume",
        "next_request", "go_on", "which_value", "noted", "aside_unknown", "ask_again", "ask_again_plain",
        "choose_again", "confirm_again", "phone_tail_again", "reminder", "timed_out", "prove_ask_phone",
        "prove_ask_email", "prove_ask_either", "prove_address_wrong", "prove_code_sent", "prove_code_wrong",
        "prove_code_malformed", "prove_code_expired", "prove_code_again", "prove_code_exhausted", "prove_too_often",
        "prove_unavailable", "prove_refused", "proved_by_code", "proved_by_channel", "code_message", "option_resend",
        "option_other_address",
    }
)  # fmt: skip
Content = TypeVar("Content", bound=BaseModel)


class Titles(Part):
    zh_hk: str = Field(alias="zh-HK", min_length=1)
    zh_hans: str = Field(alias="zh-Hans", min_length=1)
    en: str = Field(min_length=1)

    def of(self, locale: Locale) -> str:
        return {"zh-HK": self.zh_hk, "zh-Hans": self.zh_hans, "en": self.en}[locale]


class Bands(Part):
    answer: Annotated[float, Field(gt=0, lt=1)]
    clarify: Annotated[float, Field(gt=0, lt=1)]


class PackHead(Part):
    name: Name
    version: str
    title: Titles
    languages: Annotated[list[Locale], Field(min_length=1)]
    seed: int
    bands: Bands | None = None  # the model finds its own
    misunderstandings: Annotated[int, Field(ge=1, le=5)] = 2
    remind_after: Annotated[int, Field(ge=1, le=1440)] | None = Field(
        default=None, description="minutes: who falls silent in the middle of a request is reminded once"
    )
    time_out_after: Annotated[int, Field(ge=2, le=10080)] | None = Field(
        default=None, description="minutes: then the request is put aside, politely; later than the reminder"
    )
    includes: list[Name] = []  # folders beside this one, whose intents and lines are also this pack's

    @model_validator(mode="after")
    def _reminds_before_the_end(self) -> "PackHead":
        if self.remind_after and self.time_out_after and self.time_out_after <= self.remind_after:
            raise ValueError("time_out_after must be longer than remind_after")
        return self


class Intent(Part):
    name: Name
    kind: Literal["small_talk", "act", "request", "out_of_scope"] = "request"
    title: Titles
    means: Annotated[str, Field(max_length=400)] = ""  # where it ends and a neighbour begins, in English
    flow: Name | None = None
    knowledge: bool = False  # answered from articles
    hand_over: HandoverReason | None = None
    examples: list[pack_text.Line] = []  # more lines, by writer, are under utterances/


class IntentFile(Part):
    intents: Annotated[list[Intent], Field(min_length=1)]


class Digits(Part):
    min: Annotated[int, Field(ge=3, le=20)]
    max: Annotated[int, Field(ge=3, le=20)]


Pattern = Annotated[str, Field(max_length=500)]
Word = Annotated[str, Field(min_length=1, max_length=60)]


class EntityForm(Part):
    """Another way to write a number: a pattern and the normal form of its groups."""

    match: Pattern
    normal: str = ""


class EntityKind(Part):
    """A kind of value. `intents` are the requests that need it; `carried` says how long one stays in force."""

    kind: Name
    patterns: list[Pattern] = []
    normal: str = ""
    forms: list[EntityForm] = []
    cues: list[str] = []
    digits: Digits | None = None
    tail_of: str | None = None
    words: Annotated[list[Word], Field(max_length=5000)] = []
    phrases: list[Pattern] = []
    reads: Literal["", "things", "people"] = ""  # what no list can name, read by what stands around it
    intents: list[Name] = []
    counts: Literal["when_needed", "always"] = "when_needed"  # whether one stated is used by any request
    carried: Literal["across_requests", "within_request", "never"] = "within_request"
    references: list[Pattern] = []


class EntityFile(Part):
    entities: list[EntityKind]


class RoutingRow(Part):
    team: Name
    reasons: list[HandoverReason] = []
    intents: list[Name] = []


class RoutingFile(Part):
    teams: list[RoutingRow]
    otherwise: Name


class NamesFile(Part):
    """What one kind of goods is called, in any language: a title that holds one of them is meant by the others."""

    names: list[Annotated[list[Word], Field(min_length=1, max_length=20)]]


Text = Annotated[str, Field(min_length=1, max_length=1000)]


class WordingFile(Part):
    """What the bot says in one language; of several variants it takes one by the number of the turn."""

    wording: dict[Name, Text | Annotated[list[Text], Field(min_length=1, max_length=20)]]
    values: dict[Name, dict[str, str]] = {}
    suggestions: dict[Name, list[str]] = {}

    def variants(self, key: str) -> list[str]:
        """The texts of a key."""
        found = self.wording[key]
        return [found] if isinstance(found, str) else found

    def over(self, shared: "WordingFile") -> "WordingFile":
        """This file with what a shared one has beside it."""
        return WordingFile(
            wording={**shared.wording, **self.wording},
            values={
                name: {**shared.values.get(name, {}), **self.values.get(name, {})}
                for name in {**shared.values, **self.values}
            },
            suggestions={**shared.suggestions, **self.suggestions},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A checked pack; `fingerprint` changes with any byte of its files."""

    head: PackHead
    intents: dict[str, Intent]
    flows: dict[str, Flow]
    wording: dict[Locale, WordingFile]
    entities: dict[str, EntityKind]
    routing: RoutingFile
    text: dict[str, list[Example]]
    mood: tuple[MoodLine, ...]
    fingerprint: str
    names: tuple[tuple[str, ...], ...] = ()

    def examples(self) -> list[Example]:
        return [example for name in self.intents for example in self.text[name]]

    def settings(self) -> Settings:
        """What the pack decides about its model."""
        outside = next((i.name for i in self.intents.values() if i.kind == "out_of_scope"), None)
        return Settings(
            answer_from=self.head.bands.answer if self.head.bands else None,
            clarify_from=self.head.bands.clarify if self.head.bands else None,
            out_of_scope=outside,
            entity_rules=tuple(rule for kind in self.entities.values() for rule in _rules(kind)),
        )

    def team_of(self, reason: HandoverReason, intent: str | None) -> str:
        """The team that takes a case: the first row whose reason fits, else whose intent fits."""
        by_reason = next((row.team for row in self.routing.teams if reason in row.reasons), None)
        by_intent = next((row.team for row in self.routing.teams if intent in row.intents), None)
        return by_reason or by_intent or self.routing.otherwise


def _rules(kind: EntityKind) -> list[EntityRule]:
    lengths = (kind.digits.min, kind.digits.max) if kind.digits else (0, 0)
    whole = EntityRule(
        kind=kind.kind,
        patterns=tuple(kind.patterns),
        normal=kind.normal,
        cues=tuple(kind.cues),
        spoken_lengths=lengths,
        words=tuple(kind.words),
        phrases=tuple(kind.phrases),
        reads=kind.reads,
    )
    forms = [EntityRule(kind=kind.kind, patterns=(form.match,), normal=form.normal) for form in kind.forms]
    return [whole, *forms]


class _Reader:
    """Reads the files of one folder and remembers their bytes for the fingerprint."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digest = hashlib.sha256()

    def read(self, path: Path, content: type[Content]) -> tuple[Content, pack_files.PackFile]:
        found = pack_files.read(path, self.root, content)
        self.digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return found

    def read_all(self, folder: str, content: type[Content]) -> list[tuple[Content, pack_files.PackFile]]:
        return [self.read(path, content) for path in sorted((self.root / folder).glob("*.yaml"))]

    def read_included(
        self, included: Name, folder: str, content: type[Content]
    ) -> list[tuple[Content, pack_files.PackFile]]:
        """The same of a folder beside this pack; faults name it with its folder."""
        beside = _Reader(self.root.parent)
        beside.digest = self.digest
        return beside.read_all(f"{included}/{folder}", content)


def load(root: Path) -> Pack:
    """Read and check every file of a pack; the first fault is raised with its file, line and remedy."""
    reader = _Reader(root)
    head, head_at = reader.read(root / "pack.yaml", PackHead)
    entity_file, entities_at = reader.read(root / "entities.yaml", EntityFile)
    routing, routing_at = reader.read(root / "routing.yaml", RoutingFile)
    intent_files, text_files = _read_intents(reader, head, head_at)
    named = reader.read(root / "names.yaml", NamesFile)[0].names if (root / "names.yaml").is_file() else []
    flow_files = reader.read_all("flows", Flow)
    wording_files = {locale: _read_wording(reader, head, locale) for locale in head.languages}
    mood = mood_text.read(root.parent, (*head.includes, root.name), reader.digest)
    _check_entities(entity_file, entities_at)
    intents = _check_intents(intent_files, {flow.flow for flow, _ in flow_files})
    text = _check_text(intent_files, text_files)
    kinds = {e.kind: e for e in entity_file.entities}
    known = flow_checks.Known(
        intents=set(intents),
        entities=set(kinds) | BUILT_IN_ENTITIES,
        flows={flow.flow: flow for flow, _ in flow_files},
    )
    for flow, at in flow_files:
        _check_flow_name(flow, at)
        flow_checks.check(flow, at, known)
    wording_checks.check(wording_files, flow_files, ENGINE_WORDINGS)
    _check_routing(routing, routing_at, intents)
    return Pack(
        head=head,
        intents=intents,
        flows={flow.flow: flow for flow, _ in flow_files},
        wording={locale: file for locale, (file, _) in wording_files.items()},
        entities=kinds,
        routing=routing,
        text=text,
        mood=mood,
        fingerprint=reader.digest.hexdigest()[:16],
        names=tuple(map(tuple, named)),
    )


def _read_intents(
    reader: _Reader, head: PackHead, head_at: pack_files.PackFile
) -> tuple[list[tuple[IntentFile, pack_files.PackFile]], list[tuple[pack_text.UtteranceFile, pack_files.PackFile]]]:
    """The pack's own files, then those that it shares; a shared line may lie with an intent of the pack's own."""
    intents, text = reader.read_all("intents", IntentFile), reader.read_all("utterances", pack_text.UtteranceFile)
    for number, included in enumerate(head.includes):
        shared = reader.read_included(included, "intents", IntentFile)
        if not shared:
            problem = f"the folder {included}/intents beside this pack holds no .yaml file"
            raise head_at.fault(("includes", number), problem, "add one or remove this entry")
        intents += shared
        text += reader.read_included(included, "utterances", pack_text.UtteranceFile)
    if not intents:
        raise pack_files.PackInvalidError("intents", 1, "the folder holds no .yaml file", "add one")
    return intents, text


def _check_entities(content: EntityFile, at: pack_files.PackFile) -> None:
    for index, kind in enumerate(content.entities):
        patterns: list[tuple[tuple[str | int, ...], str, str]] = [
            *((("patterns", n), text, kind.normal) for n, text in enumerate(kind.patterns)),
            *((("forms", n, "match"), form.match, form.normal) for n, form in enumerate(kind.forms)),
            *((("phrases", n), text, "") for n, text in enumerate(kind.phrases)),
            *((("references", n), text, "") for n, text in enumerate(kind.references)),
            *([(("tail_of",), kind.tail_of, "")] if kind.tail_of else []),
        ]
        for place, text, normal in patterns:
            loc = ("entities", index, *place)
            try:
                normal.format(*[""] * re.compile(text).groups)
            except re.error as exc:
                raise at.fault(loc, f"not a regular expression: {exc}", "correct the pattern") from exc
            except (IndexError, KeyError, ValueError) as exc:
                problem = "`normal` names a group that the pattern lacks"
                raise at.fault(loc, problem, "number the groups from {0}") from exc


def _check_intents(files: list[tuple[IntentFile, pack_files.PackFile]], known_flows: set[str]) -> dict[str, Intent]:
    intents: dict[str, Intent] = {}
    for content, at in files:
        for index, intent in enumerate(content.intents):
            if intent.name in intents:
                raise at.fault(("intents", index, "name"), f"intent {intent.name} is written twice", "join the two")
            if intent.flow is not None and intent.flow not in known_flows:
                raise at.fault(
                    ("intents", index, "flow"), f"there is no flow {intent.flow}", "add it or remove this key"
                )
            intents[intent.name] = intent
    return intents


def _check_text(
    intent_files: list[tuple[IntentFile, pack_files.PackFile]],
    text_files: list[tuple[pack_text.UtteranceFile, pack_files.PackFile]],
) -> dict[str, list[Example]]:
    collector = pack_text.TextCollector(intent.name for content, _ in intent_files for intent in content.intents)
    for content, at in intent_files:
        for index, intent in enumerate(content.intents):
            collector.add(intent.name, intent.examples, "definition", at, ("intents", index, "examples"))
    for lines, at in text_files:
        collector.add_file(lines, at)
    for content, at in intent_files:
        for index, intent in enumerate(content.intents):
            if len(collector.examples[intent.name]) < pack_text.FEWEST_LINES:
                problem = f"intent {intent.name} has fewer than {pack_text.FEWEST_LINES} lines"
                raise at.fault(("intents", index), problem, "write some under examples here or in utterances/")
    return collector.examples


def _check_flow_name(flow: Flow, at: pack_files.PackFile) -> None:
    if at.name != f"flows/{flow.flow}.yaml":
        raise at.fault(("flow",), f"flow {flow.flow} lies in {at.name}", "name the file after the flow")


def _read_wording(reader: _Reader, head: PackHead, locale: Locale) -> tuple[WordingFile, pack_files.PackFile]:
    """A language's own file, over what the shared folders say in it."""
    own, at = reader.read(reader.root / "wording" / f"{locale}.yaml", WordingFile)
    for included in head.includes:
        for shared, shared_at in reader.read_included(included, "wording", WordingFile):
            if shared_at.name.endswith(f"/{locale}.yaml"):
                own = own.over(shared)
    return own, at


def _check_routing(routing: RoutingFile, at: pack_files.PackFile, intents: dict[str, Intent]) -> None:
    for index, row in enumerate(routing.teams):
        for number, intent in enumerate(row.intents):
            if intent not in intents:
                raise at.fault(("teams", index, "intents", number), f"there is no intent {intent}", "correct the name")


def json_schemas() -> dict[str, JsonValue]:
    """The JSON Schema of each kind of pack file, for editors."""
    kinds: dict[str, type[BaseModel]] = {
        "pack": PackHead,
        "intents": IntentFile,
        "utterances": pack_text.UtteranceFile,
        "flow": Flow,
        "wording": WordingFile,
        "entities": EntityFile,
        "routing": RoutingFile,
        "names": NamesFile,
    }
    return {name: kind.model_json_schema(by_alias=True) for name, kind in kinds.items()}
