"""Owns the flow model: slots and steps as data, as `docs/guides/packs.md` explains them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Expression = Annotated[str, Field(min_length=1, max_length=300)]
Path = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}$", max_length=120)]
Words = Annotated[str, Field(min_length=1, max_length=60)]
Value = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,59}$")]  # of a closed list: a name or a code
HandoverReason = Literal[
    "customer_asked", "misunderstood", "anger", "safety", "legal_or_media", "fraud", "repeated_failure", "distress",
    "order_not_found", "system_unavailable", "not_handled", "no_value", "flow", "not_permitted", "unknown_outcome",
    "policy", "window_closed", "template_needed", "messages_used_up", "not_delivered",
]  # fmt: skip
ENTITY_OF_NONE = ""


class Part(BaseModel):
    """A part of a pack file: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Slot(Part):
    """A value that a flow needs, read in one of four ways: entity, words of a closed list, text, or a choice."""

    entity: Name | Literal[""] = Field(default=ENTITY_OF_NONE, description="the kind of entity that fills it")
    words: dict[Value, list[Words]] | None = Field(default=None, description="a closed list: value -> what people say")
    text: bool = Field(default=False, description="the whole next message is the value")
    among: bool = Field(default=False, description="filled by a `choose` step alone")
    ask: Name = Field(description="the wording that asks for it")
    after: list[Name] = Field(default=[], description="when one of these slots is corrected, this one is forgotten")
    optional: bool = False
    tells: list[Words] = Field(
        default=[], description="text: a message that holds one of these words is the value, before it is asked for"
    )
    follows: list[Words] = Field(default=[], description="text: what follows one of these words is the value")
    states: bool = Field(default=False, description="text: a question is no value, it is answered and the value asked")
    max: Annotated[int, Field(ge=1, le=1000)] = 300

    @model_validator(mode="after")
    def _read_in_one_way(self) -> "Slot":
        ways = [bool(self.entity), self.words is not None, self.text, self.among]
        if sum(ways) != 1:
            raise ValueError("a slot has exactly one of: entity, words, text, among")
        if (self.tells or self.follows or self.states) and not self.text:
            raise ValueError("tells, follows and states are for a slot of text")
        return self


class Case(Part):
    test: Expression = Field(alias="if")
    go: Name


class Collect(Part):
    """Ask for a slot. `renew` withdraws the present value first; the n-th entry beyond `tries` goes to `exhausted`.

    A new value for which `valid` is not true is withdrawn, and `invalid` (or the same question) is said. Who says that
    they have none goes to `lacking`; without it they are offered a person.
    """

    collect: Name
    wording: Name | None = None
    renew: bool = False
    tries: Annotated[int, Field(ge=1, le=9)] = 3
    exhausted: Name | None = None
    valid: Expression | None = None
    invalid: Name | None = None
    lacking: Name | None = None
    next: Name


class Choose(Part):
    """Offer the rows of a result as quick replies for a slot; one is taken without asking, none goes to `none`."""

    choose: Name
    source: Path = Field(alias="from", description="a result that is a list, or a list within one: `order.items`")
    value: Name = Field(default="order_no", description="the field of a row that becomes the slot's value")
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="what a row's quick reply shows: text with {field} and {field|filter}"
    )
    when: Expression | None = Field(default=None, description="which rows are offered; the row's name is `it`")
    wording: Name
    none: Name
    next: Name


class Call(Part):
    """Ask the business gateway; the result is known to later steps by the name `into`."""

    call: Name
    given: dict[Name, Expression] = Field(default={}, alias="with")
    into: Name
    ok: Name
    not_found: Name | None = None
    unavailable: Name
    not_permitted: Name


class Check(Part):
    """Let through whoever is proven to own the order of this slot; else ask for the last digits of the telephone.

    Who cannot say them goes to `lacking`; without it they are offered a person.
    """

    check: Name
    ok: Name
    failed: Name
    lacking: Name | None = None
    unavailable: Name | None = None


class Prove(Part):
    """Let through whoever is proven to be a customer; else by a code to an address on file. `none`: there is no way.

    `quietly` asks nothing: whoever their channel has proven goes on, everybody else goes to `none`, as do those who
    cannot be reached at any address on file.
    """

    prove: Literal["customer"]
    quietly: bool = False
    ok: Name
    failed: Name
    none: Name


class Confirm(Part):
    """Ask whether to go on; a changed value meanwhile brings the flow back here by its start."""

    confirm: Name
    given: dict[Name, Expression] = Field(default={}, alias="with")
    yes: Name
    no: Name
    means_yes: list[Words] = Field(default=[], description="a short answer that holds one of these words is a yes")
    means_no: list[Words] = Field(default=[], description="and one that holds one of these a no")


class Do(Part):
    """Do a business deed once; `sure` says that it is harmless and needs no `confirm` before it."""

    do: Name
    given: dict[Name, Expression] = Field(default={}, alias="with")
    into: Name | None = None
    sure: bool = False
    done: Name
    refused: dict[Name, Name] = Field(default={}, description="reason of the refusal -> step")
    otherwise: Name
    unknown: Name
    unavailable: Name
    not_permitted: Name


class Say(Part):
    say: Name
    given: dict[Name, Expression] = Field(default={}, alias="with")
    next: Name


class Branch(Part):
    branch: Annotated[list[Case], Field(min_length=1)]
    otherwise: Name


class Set(Part):
    """Set slots, or names that expressions read as `vars.NAME`."""

    set: Annotated[dict[Name, Expression], Field(min_length=1)]
    next: Name


class Answer(Part):
    """Answer from knowledge: the text of an expression, or the customer's own message."""

    answer: Expression | None
    found: Name
    missing: Name


class Run(Part):
    """Another flow as a part of this one."""

    run: Name
    given: dict[Name, Expression] = Field(default={}, alias="with")
    next: Name


class HandOver(Part):
    hand_over: HandoverReason
    say: Name | None = None
    given: dict[Name, Expression] = Field(default={}, alias="with")


class End(Part):
    end: Literal[True]


Kind = Literal[
    "collect", "choose", "call", "check", "prove", "confirm", "do", "say", "branch", "set", "answer", "run",
    "hand_over", "end",
]  # fmt: skip
KINDS: dict[Kind, type[Part]] = {
    "collect": Collect,
    "choose": Choose,
    "call": Call,
    "check": Check,
    "prove": Prove,
    "confirm": Confirm,
    "do": Do,
    "say": Say,
    "branch": Branch,
    "set": Set,
    "answer": Answer,
    "run": Run,
    "hand_over": HandOver,
    "end": End,
}
RESTING = (Collect, Choose, Check, Prove, Confirm)  # steps that may wait for the customer
_SPOKEN_BESIDE = {"hand_over": {"say"}}  # keys that are a kind by themselves, but belong to another here


def kind_of(value: object) -> Kind | None:
    """The kind of a step, as it is written or read; None unless it is exactly one."""
    if isinstance(value, Part):
        return next((kind for kind, model in KINDS.items() if type(value) is model), None)
    if not isinstance(value, dict):
        return None
    present = [kind for kind in KINDS if kind in value]
    for kind in list(present):
        present = [each for each in present if each not in _SPOKEN_BESIDE.get(kind, set())]
    return present[0] if len(present) == 1 else None


Step = Annotated[
    Annotated[Collect, Tag("collect")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[Call, Tag("call")]
    | Annotated[Check, Tag("check")]
    | Annotated[Prove, Tag("prove")]
    | Annotated[Confirm, Tag("confirm")]
    | Annotated[Do, Tag("do")]
    | Annotated[Say, Tag("say")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[Set, Tag("set")]
    | Annotated[Answer, Tag("answer")]
    | Annotated[Run, Tag("run")]
    | Annotated[HandOver, Tag("hand_over")]
    | Annotated[End, Tag("end")],
    Discriminator(kind_of),
]


class Flow(Part):
    """One business errand: the intents that start it, its slots and its steps, the first of which is `start`."""

    flow: Name
    intents: list[Name] = Field(default=[], description="what starts it; a flow that others `run` may have none")
    intent: Name | Literal[""] = Field(default="", description="short form of one intent")
    remind_after: Annotated[int, Field(ge=0, le=1440)] | None = Field(
        default=None, description="minutes of silence before the one reminder; 0: none; else as the pack has it"
    )
    slots: dict[Name, Slot] = {}
    start: Name
    steps: Annotated[dict[Name, Step], Field(min_length=1, max_length=200)]

    @model_validator(mode="before")
    @classmethod
    def _both_forms(cls, data: object) -> object:
        """`intent` is the first of `intents`, however it was written."""
        if not isinstance(data, dict):
            return data
        if "intent" in data and "intents" in data:
            raise ValueError("write either intent or intents")
        if "intent" in data:
            return {**data, "intents": [data["intent"]]}
        listed = data.get("intents")
        return {**data, "intent": listed[0]} if isinstance(listed, list) and listed else data


_TARGET_KEYS = (
    "next", "none", "exhausted", "ok", "not_found", "unavailable", "not_permitted", "failed", "yes", "no", "done",
    "otherwise", "unknown", "found", "missing", "lacking",
)  # fmt: skip
Loc = tuple[str | int, ...]


def targets(step: Step) -> list[tuple[Loc, str]]:
    """Where in a step a next step is named, and its name."""
    listed: list[tuple[Loc, str]] = []
    if isinstance(step, Branch):
        listed = [(("branch", index, "go"), case.go) for index, case in enumerate(step.branch)]
    if isinstance(step, Do):
        listed = [(("refused", reason), target) for reason, target in step.refused.items()]
    known = type(step).model_fields  # asking a model for what it has not is slow
    plain = [((key,), getattr(step, key)) for key in _TARGET_KEYS if key in known]
    return [*listed, *((loc, target) for loc, target in plain if isinstance(target, str))]


def wordings(step: Step) -> list[tuple[Loc, str]]:
    """Where a step names wording, and which."""
    keys: tuple[str, ...] = ()
    match step:
        case Collect():
            keys = ("wording", "invalid")
        case Choose():
            keys = ("wording",)
        case Confirm():
            keys = ("confirm",)
        case Say() | HandOver():
            keys = ("say",)
        case _:
            pass
    return [((key,), text) for key in keys if (text := getattr(step, key)) is not None]


def expressions(step: Step) -> list[tuple[Loc, str]]:
    """Where a step holds an expression, and its text; the `when` of a `choose` is about a row and is left out."""
    given: dict[str, str] = getattr(step, "given", {})
    found: list[tuple[Loc, str]] = [(("with", name), text) for name, text in given.items()]
    match step:
        case Branch():
            for index, case in enumerate(step.branch):
                found.append((("branch", index, "if"), case.test))
        case Collect() if step.valid is not None:
            found.append((("valid",), step.valid))
        case Set():
            found += [(("set", name), text) for name, text in step.set.items()]
        case Answer() if step.answer is not None:
            found.append((("answer",), step.answer))
        case _:
            pass
    return found


def slot_of(step: Step) -> str | None:
    """The slot that a step fills or looks at by its name."""
    match step:
        case Collect():
            return step.collect
        case Choose():
            return step.choose
        case Check():
            return step.check
        case _:
            return None


def results(flow: Flow) -> dict[str, str]:
    """The names of a flow's results, each with the read or deed that gives it."""
    named: dict[str, str] = {}
    for step in flow.steps.values():
        if isinstance(step, Call):
            named[step.into] = step.call
        if isinstance(step, Do) and step.into is not None:
            named[step.into] = step.do
    return named


def set_names(flow: Flow) -> set[str]:
    """The names that a flow's `set` steps give beside its slots; expressions read them as `vars.NAME`."""
    named = {name for step in flow.steps.values() if isinstance(step, Set) for name in step.set}
    return named - set(flow.slots)
