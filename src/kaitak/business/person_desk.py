"""Owns whose an address is: the one customer on file with a number or mail address, for proving who somebody is.

What is found is never shown to the one who asks: it says to whom a code may be sent, and who has proven to be whom.
"""

from __future__ import annotations

from kaitak.business import asking
from kaitak.business.contract import (
    Access,
    BusinessNotFoundError,
    BusinessUnavailableError,
    CustomerProfile,
    FindsByAddress,
)
from kaitak.business.door import BusinessNotConnectedError, BusinessNotSupportedError, Door
from kaitak.core.ids import AccountId


class PersonDesk:
    """Part of the gateway."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def finds_by(self, account_id: AccountId, access: Access) -> frozenset[str]:
        """By which addresses the business system finds its customers; none without a system."""
        try:
            look = await self._door.open(account_id, access, "find_customer", "ways")
        except BusinessNotConnectedError:
            return frozenset()
        connector = look.live.connector
        return connector.finds_by if isinstance(connector, FindsByAddress) else frozenset()

    async def find_by_address(
        self, account_id: AccountId, medium: str, address: str, access: Access
    ) -> CustomerProfile | None:
        """The one customer on file with this address, whole; None when there is none, or several."""
        look = await self._door.open(account_id, access, "find_customer", medium)
        connector = look.live.connector
        if not isinstance(connector, FindsByAddress) or medium not in connector.finds_by:
            raise await look.refuse(BusinessNotSupportedError("the business system does not find customers so"))
        try:
            answer = await look.ask(asking.address_question(medium, address))
        except BusinessNotFoundError:
            return None
        if answer.freshness.is_stale:
            raise await look.refuse(BusinessUnavailableError("what is remembered proves nobody"))
        await look.log("checked", look.live.connection_id, ("customer_ref",), answer.freshness)
        return answer.value
