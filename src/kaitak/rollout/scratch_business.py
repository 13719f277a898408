"""Owns the business system of a replayed dialogue: it knows what the customer names, and grants what is asked.

The customer of a replay is a proven one whose orders, policies and claims are those of the dialogue; everything is
under way, in stock and in force. Articles answer every question with one sentence. Nothing is kept.
"""

from datetime import datetime, timedelta

from kaitak.bot.business_facts import Row
from kaitak.bot.decision import (
    ActionResult,
    Arguments,
    BusinessDeed,
    BusinessRead,
    KnowledgeQuestion,
    OrderCheck,
    Source,
)
from kaitak.bot.dialogue import DialogueState

CUSTOMER = "replayed"
_ANSWER = "OK."


def answer(
    arguments: Arguments, state: DialogueState, named: tuple[tuple[str, str], ...], now: datetime
) -> ActionResult:
    """What comes of a call; `named` are the kinds and values of this message, `state` knows those before."""
    if isinstance(arguments, KnowledgeQuestion):
        return ActionResult(arguments=arguments, answer=_ANSWER, sources=(Source("-"),))
    if isinstance(arguments, BusinessDeed):
        return ActionResult(arguments=arguments, outcome="done", reference="1")
    if isinstance(arguments, OrderCheck):
        return ActionResult(arguments=arguments, rows=(_order(arguments.order_no, now),))
    if isinstance(arguments, BusinessRead):
        return ActionResult(arguments=arguments, rows=tuple(_rows(arguments, (*state.said, *named), now)))
    return ActionResult(arguments=arguments, outcome="done", reference=CUSTOMER)  # proof: they are proven already


def _rows(read: BusinessRead, said: tuple[tuple[str, str], ...], now: datetime) -> list[Row]:
    def values(kind: str) -> list[str]:
        return list(dict.fromkeys(value for each, value in said if each == kind))

    day = now.date()
    if read.name == "get_order":
        return [_order(read.argument("order_no"), now)]
    if read.name == "list_orders":
        return [_order(number, now) for number in values("order_no")]
    if read.name == "list_policies":
        return [_policy(number, now) for number in values("policy_no")]
    if read.name == "list_claims":
        return [
            {"claim_no": number, "policy_no": None, "status": "assessing", "incident_on": day.isoformat(),
             "submitted_at": day.isoformat(), "amount": 1000, "currency": "HKD", "missing_documents": []}
            for number in values("claim_no")
        ]  # fmt: skip
    if read.name == "list_premiums":
        due = (day + timedelta(days=20)).isoformat()
        return [
            {"premium_no": f"P{number}", "policy_no": number, "amount": 1000, "currency": "HKD", "due_on": due,
             "status": "due", "paid_on": None}
            for number in values("policy_no")
        ]  # fmt: skip
    return _others(read, now)


def _others(read: BusinessRead, now: datetime) -> list[Row]:
    day = now.date().isoformat()
    if read.name == "list_stock":
        return [{"sku": read.argument("article"), "name": "-", "shop": "-", "is_available": True, "qty": 3}]
    if read.name == "get_profile":
        return [{"customer_ref": CUSTOMER, "name": "-", "tier": "gold", "points": 1200, "since": day}]
    if read.name == "get_delivery":
        return [{"order_no": read.argument("order_no"), "address": "-", "day": day, "slot": "AM"}]
    if read.name == "list_points":
        return [{"entry_no": "1", "at": day, "points": 1200, "reason": "-", "expires_on": day}]
    return []


def _order(number: str, now: datetime) -> Row:
    eta = (now + timedelta(days=2)).date().isoformat()
    shipment: Row = {"eta": eta, "carrier": "SF Express", "tracking_no": None}
    items: list[Row] = [{"sku": "1", "name": "-", "qty": 1, "price": 100}]
    return {
        "order_no": number, "status": "shipped", "shipment": shipment, "customer_ref": CUSTOMER, "total": 100,
        "currency": "HKD", "placed_at": now.date().isoformat(), "items": [*items],
    }  # fmt: skip


def _policy(number: str, now: datetime) -> Row:
    day = now.date()
    return {
        "policy_no": number, "product": "-", "status": "in_force", "sum_insured": 100000, "currency": "HKD",
        "starts_on": (day - timedelta(days=90)).isoformat(), "ends_on": (day + timedelta(days=275)).isoformat(),
        "payment_method": "autopay", "beneficiary": "-",
    }  # fmt: skip
