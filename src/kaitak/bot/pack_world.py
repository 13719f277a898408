"""Owns the business and the articles that pack tests declare: they answer a flow's calls with the gateway's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from kaitak.bot import slot_reading
from kaitak.bot.business_facts import DEED_FORMS, READ_FORMS, Row, Shape
from kaitak.bot.decision import (
    ActionResult,
    Arguments,
    BusinessDeed,
    BusinessRead,
    CodeRequest,
    CodeTry,
    KnowledgeQuestion,
    OrderCheck,
    Proof,
    ProofWays,
    SaidElsewhere,
    Source,
    TurnContext,
)
from kaitak.bot.flows import Name, Part
from kaitak.business import policy, rights
from kaitak.business.contract import Audience
from kaitak.business.facts import READS, Subject
from kaitak.business.policy import Right
from kaitak.contacts import codes

CUSTOMER = "C-1"  # whose an order is, and who writes in a verified conversation, unless the test says otherwise
_Rights = Mapping[str, Mapping[Audience, Right]]


class DeedOutcome(Part):
    """What comes of a deed."""

    outcome: Literal["done", "refused", "unknown"] = "done"
    reason: str | None = None
    reference: str | None = None
    failure: Literal["not_found", "unavailable", "not_permitted"] | None = None


class Article(Part):
    """An article's answer; without `about` it answers whatever is asked."""

    answer: str
    title: str = ""
    about: list[str] = Field(default=[], description="a question with one of these words is answered by it")


class ProofOnFile(Part):
    """How customers may prove who they are: the ways there are, and whose address is on file."""

    ways: list[Literal["phone", "email"]] = []
    on_file: dict[str, str] = Field(default={}, description="address -> customer number")
    code: Annotated[str, Field(pattern=r"^\d{6}$")] = "246810"
    tries: Annotated[int, Field(ge=1, le=9)] = 5
    is_throttled: bool = False


Told = Literal["done", "refused", "unknown", "not_found", "unavailable", "not_permitted"]


class Business(Part):
    """What the business system says: facts by the name of the read, and what comes of deeds.

    `orders`, and the facts of an order or article, by its number; facts of the customer as a list or a map.
    """

    orders: dict[str, Row] = {}
    reads: dict[str, JsonValue] = {}
    phone_tails: dict[str, str] = Field(default={}, description="order -> last digits of its buyer's telephone")
    deeds: dict[Name, Told | DeedOutcome] = {}
    proof: ProofOnFile = ProofOnFile()
    said_elsewhere: dict[Name, str] = Field(
        default={}, description="kind -> value of which the customer has spoken on another channel"
    )
    is_down: bool = False

    @model_validator(mode="before")
    @classmethod
    def _reads_by_name(cls, data: object) -> object:
        """Reads stand beside the other keys, by their own names."""
        if not isinstance(data, dict):
            return data
        reads = {name: value for name, value in data.items() if name in READ_FORMS}
        rest = {name: value for name, value in data.items() if name not in READ_FORMS}
        return {**rest, "reads": {**reads, **rest.get("reads", {})}} if reads else data

    @model_validator(mode="after")
    def _known_fields(self) -> Business:
        order = READ_FORMS["get_order"].row
        for number, row in self.orders.items():
            _refuse_unknown(row, order, f"orders.{number}")
        for name, value in self.reads.items():
            for row in _rows_within(value, READ_FORMS[name].argument is not None):
                _refuse_unknown(row, READ_FORMS[name].row, name)
        for name in self.deeds:
            if name not in DEED_FORMS:
                raise ValueError(f"there is no deed {name}")
        return self

    def over(self, other: Business) -> Business:
        """This business where it says something, else another."""
        return Business(
            orders={**other.orders, **self.orders},
            reads={**other.reads, **self.reads},
            phone_tails={**other.phone_tails, **self.phone_tails},
            deeds={**other.deeds, **self.deeds},
            proof=self.proof if self.proof.ways else other.proof,
            said_elsewhere={**other.said_elsewhere, **self.said_elsewhere},
            is_down=self.is_down or other.is_down,
        )


def _rows_within(value: JsonValue, is_by_subject: bool) -> list[Row]:
    found = list(value.values()) if is_by_subject and isinstance(value, dict) else [value]
    flat = [row for part in found for row in (part if isinstance(part, list) else [part])]
    return [row for row in flat if isinstance(row, dict)]


def _refuse_unknown(row: Row, shape: Mapping[str, Shape], where: str) -> None:
    for name, value in row.items():
        if name not in shape:
            raise ValueError(f"{where} has no {name}; it has: {', '.join(shape)}")
        inner = shape[name]
        if isinstance(value, dict) and isinstance(inner, dict):
            _refuse_unknown(value, inner, f"{where}.{name}")


@dataclass(slots=True)
class World:
    """One conversation's business and articles; it remembers who was checked and which deeds were done."""

    business: Business
    articles: Mapping[str, Article]
    customer: str | None
    article: str | None = None  # the one that answers this turn's question, if the test names it
    checked: set[str] = field(default_factory=set)
    outcomes: dict[str, ActionResult] = field(default_factory=dict)
    did: list[tuple[str, Row]] = field(default_factory=list)
    heard: str = ""  # what the customer has written, where the engine sees dots
    waiting: str | None = None  # whose code is awaited; empty: of an address that is nobody's
    wrong: int = 0

    def answer(self, arguments: Arguments, context: TurnContext) -> ActionResult:
        """What comes of a call."""
        match arguments:
            case KnowledgeQuestion():
                return self._known(arguments)
            case _ if self.business.is_down and not isinstance(arguments, ProofWays | SaidElsewhere):
                return ActionResult(arguments=arguments, failure="unavailable")
            case BusinessRead():
                return self._read(arguments, context)
            case OrderCheck():
                return self._check(arguments)
            case ProofWays() | CodeRequest() | CodeTry() | SaidElsewhere():
                return self._prove(arguments)
            case BusinessDeed():
                return self._do(arguments)

    def _known(self, asked: KnowledgeQuestion) -> ActionResult:
        said = slot_reading.fold(asked.text)
        for key, article in self.articles.items():
            is_about = any(slot_reading.fold(word) in said for word in article.about)
            if key == self.article or (self.article is None and (is_about or not article.about)):
                return ActionResult(
                    arguments=asked, answer=article.answer, sources=(Source(article.title or key, key),)
                )
        return ActionResult(arguments=asked)

    def _orders(self) -> dict[str, Row]:
        given = self.business.reads.get("get_order")
        own = {number: row for number, row in given.items() if isinstance(row, dict)} if isinstance(given, dict) else {}
        found = {**self.business.orders, **own}
        return {number: {"customer_ref": CUSTOMER, **row, "order_no": number} for number, row in found.items()}

    def _audience(self, order_no: str) -> Audience:
        owner = self._orders().get(order_no, {}).get("customer_ref")
        if self.customer is not None and owner == self.customer:
            return Audience.VERIFIED
        return Audience.CHECKED if order_no in self.checked else Audience.VISITOR

    def _read(self, read: BusinessRead, context: TurnContext) -> ActionResult:
        form = READ_FORMS[read.name]
        subject = next((value for _, value in read.arguments), "")
        if form.argument is None and context.customer_ref is None and self.customer is None:
            return ActionResult(arguments=read, failure="not_permitted")
        audience = Audience.VERIFIED if form.argument is None else Audience.VISITOR
        if form.argument == "order_no":
            if subject not in self._orders():
                return ActionResult(arguments=read, failure="not_found")
            audience = self._audience(subject)
        rows = self._rows(read.name, subject)
        if rows is None:
            return ActionResult(arguments=read, failure="not_found")
        table = _rights_of(read.name)
        first = next(iter(form.row))
        if first in table and table[first][audience] is Right.NONE:
            return ActionResult(arguments=read, failure="not_permitted")
        shown = tuple(_shown(_whole(row, form.row), table, audience) for row in rows)
        return ActionResult(arguments=read, rows=shown)

    def _rows(self, name: str, subject: str) -> list[Row] | None:
        """The declared facts of a read; None where the business knows nothing of the kind."""
        if name == "get_order":
            return [self._orders()[subject]]
        if name not in self.business.reads and name == "list_orders":
            return [row for row in self._orders().values() if row["customer_ref"] == self.customer]
        value = self.business.reads.get(name)
        is_by_subject = name in READS and READS[name].subject is not Subject.CUSTOMER
        if is_by_subject and isinstance(value, dict):
            value = next((each for key, each in value.items() if key.casefold() == subject.casefold()), None)
        if value is None:
            return [] if READ_FORMS[name].gives_list and name in self.business.reads else None
        listed = value if isinstance(value, list) else [value]
        return [row for row in listed if isinstance(row, dict)]

    def _check(self, asked: OrderCheck) -> ActionResult:
        tail = self.business.phone_tails.get(asked.order_no)
        if tail is None or tail != asked.phone_tail or asked.order_no not in self._orders():
            return ActionResult(arguments=asked)
        self.checked.add(asked.order_no)
        return ActionResult(arguments=asked, rows=(self._orders()[asked.order_no],))

    def _prove(self, asked: Proof | SaidElsewhere) -> ActionResult:
        proof = self.business.proof
        match asked:
            case ProofWays():
                self.waiting = None
                return ActionResult(arguments=asked, rows=tuple({"way": way} for way in proof.ways))
            case CodeRequest():
                if proof.is_throttled:
                    return ActionResult(arguments=asked, outcome="refused", reason="throttled")
                self.waiting, self.wrong = proof.on_file.get(asked.address, ""), 0
                return ActionResult(arguments=asked, outcome="done")
            case CodeTry():
                return self._try(asked)
            case SaidElsewhere():
                said = self.business.said_elsewhere.items()
                return ActionResult(arguments=asked, rows=tuple({"kind": k, "value": v} for k, v in said))

    def _try(self, asked: CodeTry) -> ActionResult:
        proof, said = self.business.proof, codes.read(self.heard)
        if self.waiting is None:
            return ActionResult(arguments=asked, outcome="refused", reason="expired")
        if isinstance(said, codes.Reading):
            return ActionResult(arguments=asked, outcome="refused", reason="malformed")
        if self.waiting and said == proof.code:
            self.customer, self.waiting = self.waiting, None
            return ActionResult(arguments=asked, outcome="done", reference=self.customer)
        self.wrong += 1
        left = proof.tries - self.wrong
        reason = "wrong" if left > 0 else "exhausted"
        return ActionResult(arguments=asked, outcome="refused", reason=reason, rows=({"left": left},))

    def _do(self, asked: BusinessDeed) -> ActionResult:
        if asked.key in self.outcomes:
            return self.outcomes[asked.key]
        deed = asked.deed
        owned = deed.owned
        audience = Audience.VERIFIED if self.customer is not None else Audience.VISITOR
        if owned is not None and owned[0] == "order":
            if owned[1] not in self._orders():
                return ActionResult(arguments=asked, failure="not_found")
            audience = self._audience(owned[1])
        if rights.refused_part(deed, audience) is not None:
            return ActionResult(arguments=asked, failure="not_permitted")
        told = self.business.deeds.get(deed.action, "done")
        result = _result(asked, _outcome(told))
        self.outcomes[asked.key] = result
        if result.outcome in {"done", "unknown"}:
            self.did.append((deed.action, deed.model_dump(mode="json", exclude={"action"})))
        return result


def _outcome(told: Told | DeedOutcome) -> DeedOutcome:
    if isinstance(told, DeedOutcome):
        return told
    if told in {"done", "refused", "unknown"}:
        return DeedOutcome.model_validate({"outcome": told})
    return DeedOutcome.model_validate({"failure": told})


def _result(asked: BusinessDeed, told: DeedOutcome) -> ActionResult:
    if told.failure is not None:
        return ActionResult(arguments=asked, failure=told.failure)
    reference = told.reference or ("R-1001" if told.outcome == "done" else None)
    return ActionResult(arguments=asked, outcome=told.outcome, reason=told.reason, reference=reference)


def _whole(row: Row, shape: Mapping[str, Shape]) -> Row:
    """The row with every field that it may have; what was not declared is not known."""
    return {**dict.fromkeys(shape), **row}


def _rights_of(name: str) -> _Rights:
    if name in {"get_order", "list_orders"}:
        return policy.ORDER_RIGHTS
    return policy.PROFILE_RIGHTS if name == "get_profile" else rights.FACT_RIGHTS[name]


def _shown(row: Row, table: _Rights, audience: Audience) -> Row:
    """The row as this audience may see it."""
    shown = dict(row)
    for path, marks in table.items():
        outer, _, inner = path.partition(".")
        holder = shown.get(outer) if inner else shown
        if not isinstance(holder, dict):
            continue
        name = inner or outer
        value = holder.get(name)
        changed = dict(holder)
        if marks[audience] is Right.NONE:
            changed[name] = None
        elif marks[audience] is Right.MASKED and isinstance(value, str):
            changed[name] = _masked(name, value)
        if inner:
            shown[outer] = changed
        else:
            shown = changed
    return shown


def _masked(name: str, value: str) -> str:
    if "@" in value:
        return policy.mask_email(value)
    return policy.mask_phone(value) if name == "phone" else policy.mask_text(value)
