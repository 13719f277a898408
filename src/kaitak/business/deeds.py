"""Owns what a business system may be asked to do: typed deeds and their three outcomes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from kaitak.business.facts import F, Read, Ref

_Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
_Note = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
_Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\",;]{1,64}@[^@\s<>\",;]{1,189}$")]
_Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
_Count = Annotated[int, Field(ge=1, le=999)]
KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9:_-]{7,99}$"
ActionKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]


class _Deed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _OnOrder(_Deed):
    order_no: Ref

    @property
    def owned(self) -> tuple[str, str]:
        """The thing that must be the customer's own."""
        return "order", self.order_no


class _OnGoods(_OnOrder):
    sku: Ref
    qty: _Count = 1


class ChangeAddress(_OnOrder):
    """Bring an order to another address."""

    action: Literal["change_address"] = "change_address"
    address: _Line


class ChangeDeliverySlot(_OnOrder):
    """Bring an order at another time."""

    action: Literal["change_delivery_slot"] = "change_delivery_slot"
    day: date
    slot: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CancelOrder(_OnOrder):
    """Cancel an order."""

    action: Literal["cancel_order"] = "cancel_order"
    reason: _Note = ""


class RequestReturn(_OnGoods):
    """Send goods back for a refund."""

    action: Literal["request_return"] = "request_return"
    reason: _Note = ""


class RequestExchange(_OnGoods):
    """Send goods back for others."""

    action: Literal["request_exchange"] = "request_exchange"
    wanted_sku: Ref
    reason: _Note = ""


class ReportItem(_OnGoods):
    """Say that goods of an order are missing or damaged."""

    action: Literal["report_item"] = "report_item"
    problem: Literal["missing", "damaged"]
    note: _Note = ""


class RequestInvoice(_OnOrder):
    """Have an order's invoice made and sent."""

    action: Literal["request_invoice"] = "request_invoice"
    email: _Email | None = None


class UpdateContact(_Deed):
    """Change the customer's e-mail address or telephone number."""

    action: Literal["update_contact"] = "update_contact"
    email: _Email | None = None
    phone: _Phone | None = None

    @model_validator(mode="after")
    def _something(self) -> UpdateContact:
        if self.email is None and self.phone is None:
            raise ValueError("give email or phone")
        return self

    @property
    def owned(self) -> tuple[str, str] | None:
        """It is the proven customer's own by itself."""
        return None


class ChangePaymentMethod(_Deed):
    """Pay a policy's premiums in another way; card and account numbers are never taken here."""

    action: Literal["change_payment_method"] = "change_payment_method"
    policy_no: Ref
    method: Literal["autopay", "card_on_file", "fps", "cheque"]

    @property
    def owned(self) -> tuple[str, str]:
        """The thing that must be the customer's own."""
        return "policy", self.policy_no


class SubmitClaim(_Deed):
    """Give notice of a claim."""

    action: Literal["submit_claim"] = "submit_claim"
    policy_no: Ref
    incident_on: date
    description: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)] | None = None

    @property
    def owned(self) -> tuple[str, str]:
        """The thing that must be the customer's own."""
        return "policy", self.policy_no


Deed = Annotated[
    ChangeAddress
    | ChangeDeliverySlot
    | CancelOrder
    | RequestReturn
    | RequestExchange
    | ReportItem
    | RequestInvoice
    | UpdateContact
    | ChangePaymentMethod
    | SubmitClaim,
    Field(discriminator="action"),
]
DEED: TypeAdapter[Deed] = TypeAdapter(Deed)
DEED_NAMES = (
    "change_address",
    "change_delivery_slot",
    "cancel_order",
    "request_return",
    "request_exchange",
    "report_item",
    "request_invoice",
    "update_contact",
    "change_payment_method",
    "submit_claim",
)


class Outcome(StrEnum):
    """How a deed ended; no fourth way."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # it was sent and no answer came: it may have happened


@dataclass(frozen=True, slots=True)
class DeedResult:
    """The outcome, with the reason of a refusal and the reference that the system gave."""

    outcome: Outcome
    reason: str | None = None  # a word such as "already_shipped"; "unavailable": nothing was sent, try later
    reference: str | None = None


NOT_SENT = DeedResult(Outcome.REFUSED, "unavailable")  # the same key may be tried again
UNANSWERED = DeedResult(Outcome.UNKNOWN, "no_answer")  # it may have happened


@runtime_checkable
class ReadsFacts(Protocol):
    """A connector that answers further questions."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the questions that this system can answer."""
        ...

    async def read(self, read: Read[F], subject: str, limit: int) -> tuple[F, ...]:
        """The facts about this subject, newest first; BusinessNotFoundError if there is no such subject."""
        ...


@runtime_checkable
class Acts(Protocol):
    """A connector whose system does things. The system must know a key again: the same key never acts twice."""

    @property
    def deeds(self) -> frozenset[str]:
        """The names of the deeds that this system can do."""
        ...

    async def perform(self, deed: Deed, customer_ref: str, key: str) -> DeedResult:
        """Do it for this customer. Never raises for the system's failing: not sent is refused, no answer is unknown."""
        ...

    async def check_deed(self, key: str) -> DeedResult | None:
        """What became of a key; None if the system never got it; BusinessUnavailableError if it cannot be asked."""
        ...
