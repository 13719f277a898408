"""Owns the flow model: steps as data, checked when the pack is read."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
ActionName = Literal["get_order", "list_orders"]
HandoverReason = Literal[
    "customer_asked", "misunderstood", "anger", "safety", "legal_or_media", "fraud", "repeated_failure", "distress",
    "order_not_found", "system_unavailable", "not_handled", "no_value", "flow",
]  # fmt: skip


class Part(BaseModel):
    """A part of a pack file: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Slot(Part):
    """A value that a flow needs; `entity` says which kind of entity fills it."""

    entity: Name
    ask: Name


class Condition(Part):
    """True when every given test is true."""

    filled: Name | None = None
    customer: Literal["known", "verified"] | None = None
    value: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+){1,2}$")] | None = None
    among: list[str] | None = Field(default=None, alias="in")


class Case(Part):
    test: Condition = Field(alias="if")
    go: Name


class Collect(Part):
    """Ask for a slot. `renew` withdraws the present value first; the n-th entry beyond `tries` goes to `exhausted`."""

    collect: Name
    wording: Name | None = None
    renew: bool = False
    tries: Annotated[int, Field(ge=1, le=9)] = 3
    exhausted: Name | None = None
    next: Name


class Choose(Part):
    """Offer the orders of a result as quick replies for a slot; one is taken without asking, none goes to `none`."""

    choose: Name
    source: Name = Field(alias="from")
    wording: Name
    none: Name
    next: Name


class Call(Part):
    """Ask the business gateway; the result is known to later steps by the name `into`."""

    call: ActionName
    into: Name
    order_no: Name | None = None
    ok: Name
    not_found: Name
    unavailable: Name
    not_permitted: Name


class Say(Part):
    say: Name
    next: Name


class Branch(Part):
    branch: Annotated[list[Case], Field(min_length=1)]
    otherwise: Name


class HandOver(Part):
    hand_over: HandoverReason


class End(Part):
    end: Literal[True]


Kind = Literal["collect", "choose", "call", "say", "branch", "hand_over", "end"]
_KINDS: tuple[Kind, ...] = ("collect", "choose", "call", "say", "branch", "hand_over", "end")


def _kind(value: object) -> str | None:
    present = [k for k in _KINDS if (k in value if isinstance(value, dict) else hasattr(value, k))]
    return present[0] if len(present) == 1 else None


Step = Annotated[
    Annotated[Collect, Tag("collect")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[Call, Tag("call")]
    | Annotated[Say, Tag("say")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[HandOver, Tag("hand_over")]
    | Annotated[End, Tag("end")],
    Discriminator(_kind),
]


class Flow(Part):
    """One business errand: its slots and its steps, the first of which is `start`."""

    flow: Name
    intent: Name
    slots: dict[Name, Slot]
    start: Name
    steps: Annotated[dict[Name, Step], Field(min_length=1, max_length=200)]


def targets(step: Step) -> list[tuple[tuple[str | int, ...], str]]:
    """Where in a step a next step is named, and its name."""
    if isinstance(step, Branch):
        cases: list[tuple[tuple[str | int, ...], str]] = [
            (("branch", index, "go"), case.go) for index, case in enumerate(step.branch)
        ]
        return [*cases, (("otherwise",), step.otherwise)]
    keys = ("next", "none", "exhausted", "ok", "not_found", "unavailable", "not_permitted")
    return [((key,), target) for key in keys if isinstance(target := getattr(step, key, None), str)]


def wordings(step: Step) -> list[str]:
    """The wording keys that a step says."""
    match step:
        case Collect():
            return [step.wording] if step.wording else []
        case Choose():
            return [step.wording]
        case Say():
            return [step.say]
        case _:
            return []
