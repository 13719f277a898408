"""Owns who may see which field of a further fact, and who may do what: two tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaitak.business.contract import Audience
from kaitak.business.deeds import Deed
from kaitak.business.facts import F, Read
from kaitak.business.policy import Right, mask_email, mask_text, table

# visitor, claimed, checked (one order), verified (their own), agent, supervisor, administrator
_OWN = "- - - f f f f"
_SPARED = "- - - m m f f"
_OPEN = "f f f f f f f"
_CHECKED = "- - f f f f f"
_STAFF = "- - - - f f f"

FACT_RIGHTS: Mapping[str, Mapping[str, Mapping[Audience, Right]]] = MappingProxyType(
    {
        "list_parcel_events": table(
            {"order_no": _CHECKED, "at": _CHECKED, "text": _CHECKED, "carrier": _CHECKED, "tracking_no": _CHECKED}
        ),
        "get_delivery": table({"order_no": _CHECKED, "address": _SPARED, "day": _CHECKED, "slot": _CHECKED}),
        "list_service_records": table({"record_no": _OWN, "at": _OWN, "kind": _OWN, "summary": _OWN}),
        "list_stock": table({"sku": _OPEN, "name": _OPEN, "shop": _OPEN, "is_available": _OPEN, "qty": _STAFF}),
        "list_returns": table(
            {
                "return_no": _OWN,
                "order_no": _OWN,
                "kind": _OWN,
                "status": _OWN,
                "reason": _OWN,
                "refund": _OWN,
                "currency": _OWN,
                "requested_at": _OWN,
                "refunded_at": _OWN,
            }
        ),
        "list_invoices": table(
            {
                "invoice_no": _OWN,
                "order_no": _OWN,
                "total": _OWN,
                "currency": _OWN,
                "issued_at": _OWN,
                "sent_to": _SPARED,
            }
        ),
        "list_points": table({"entry_no": _OWN, "at": _OWN, "points": _OWN, "reason": _OWN, "expires_on": _OWN}),
        "list_policies": table(
            {
                "policy_no": _OWN,
                "product": _OWN,
                "status": _OWN,
                "sum_insured": _OWN,
                "currency": _OWN,
                "starts_on": _OWN,
                "ends_on": _OWN,
                "payment_method": _SPARED,
                "beneficiary": "- - - - m f f",  # a change or a question goes to a person
            }
        ),
        "list_claims": table(
            {
                "claim_no": _OWN,
                "policy_no": _OWN,
                "status": _OWN,
                "incident_on": _OWN,
                "submitted_at": _OWN,
                "amount": _OWN,
                "approved": _OWN,
                "currency": _OWN,
                "missing_documents": _OWN,
            }
        ),
        "list_premiums": table(
            {
                "premium_no": _OWN,
                "policy_no": _OWN,
                "amount": _OWN,
                "currency": _OWN,
                "due_on": _OWN,
                "status": _OWN,
                "paid_on": _OWN,
            }
        ),
    }
)
DEED_RIGHTS = table(
    {
        "change_address": _OWN,
        "change_delivery_slot": _CHECKED,
        "cancel_order": _OWN,
        "request_return": _OWN,
        "request_exchange": _OWN,
        "report_item": _CHECKED,
        "request_invoice": _OWN,
        "request_invoice.email": _STAFF,  # the bot sends it only to the address that the system holds
        "update_contact": _OWN,
        "update_contact.email": _STAFF,  # whoever holds the e-mail address can take the account over
        "change_payment_method": "- - - f - f f",
        "submit_claim": _OWN,
    }
)


def show(read: Read[F], fact: F, audience: Audience) -> F:
    """The fact with fields masked or taken away as this audience's rights say."""
    changes: dict[str, object] = {}
    withheld: list[str] = []
    for name, row in FACT_RIGHTS[read.name].items():
        right, value = row[audience], getattr(fact, name)
        if right is Right.NONE:
            changes[name] = None
            withheld.append(name)
        elif right is Right.MASKED and value is not None:
            changes[name] = mask_email(value) if "@" in str(value) else mask_text(str(value))
    return fact.model_copy(update={**changes, "withheld": tuple(withheld)})


def may_read(read: Read[F], audience: Audience) -> bool:
    """Whether this audience may see the field that names the fact; without it nothing is shown."""
    first = next(iter(FACT_RIGHTS[read.name]))
    return FACT_RIGHTS[read.name][first][audience] is not Right.NONE


def fields_shown(read: Read[F], audience: Audience) -> list[str]:
    """The names of the fields that this audience gets, for the access log."""
    return [name for name, row in FACT_RIGHTS[read.name].items() if row[audience] is not Right.NONE]


def refused_part(deed: Deed, audience: Audience) -> str | None:
    """The deed, or the field of it, that this audience may not do; None if all of it is permitted."""
    given = [name for name, value in iter(deed) if value not in (None, "")]
    for name in (deed.action, *(f"{deed.action}.{field}" for field in given)):
        row = DEED_RIGHTS.get(name)
        if row is not None and row[audience] is not Right.FULL:
            return name
    return None
