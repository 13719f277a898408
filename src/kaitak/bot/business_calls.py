"""Owns a flow's business calls: through the gateway, with the customer's own rights and no more."""

from __future__ import annotations

from kaitak.bot.decision import ActionResult, Arguments, GetOrder
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    CustomerFacts,
)
from kaitak.business.gateway import Gateway
from kaitak.conversations.road_rows import ClaimedTurn


def access_of(turn: ClaimedTurn) -> Access:
    """The rights of the customer in this conversation: proven, claimed or none."""
    contact = turn.contact
    is_verified = bool(contact.get("verified"))
    facts = CustomerFacts(
        customer_ref=_text(contact.get("identifier")) if is_verified else None,
        email=_text(contact.get("email")),
        phone=_text(contact.get("phone_number")),
        is_verified=is_verified,
    )
    claimed = Audience.VISITOR if facts.is_empty else Audience.CLAIMED
    return Access(
        audience=Audience.VERIFIED if is_verified else claimed,
        facts=facts,
        contact_id=turn.contact_id,
        conversation_id=turn.conversation_id,
    )


async def call(gateway: Gateway, turn: ClaimedTurn, arguments: Arguments) -> ActionResult:
    """Make one business call; a failure is a result that the flow decides about."""
    access = access_of(turn)
    try:
        if isinstance(arguments, GetOrder):
            reading = await gateway.get_order(turn.account_id, arguments.order_no, access)
            return ActionResult(arguments=arguments, orders=(reading.order,))
        listed = await gateway.list_orders(turn.account_id, access)
        return ActionResult(arguments=arguments, orders=listed.orders)
    except BusinessNotFoundError:
        return ActionResult(arguments=arguments, failure="not_found")
    except BusinessNotPermittedError:
        return ActionResult(arguments=arguments, failure="not_permitted")
    except BusinessUnavailableError:
        return ActionResult(arguments=arguments, failure="unavailable")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
