"""Owns the doing of deeds through the door: rights, ownership, one effect for each key, and the truth about it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from kaitak.business import actions, asking, policy, queries, rights
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
)
from kaitak.business.deeds import KEY_PATTERN, NOT_SENT, UNANSWERED, Acts, Deed, DeedResult, Outcome, ReadsFacts
from kaitak.business.door import BusinessNotSupportedError, Door, Look
from kaitak.business.errors import DeedKeyReusedError, DeedUnknownError
from kaitak.business.facts import POLICIES
from kaitak.business.models import BusinessDeed
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId

LEASE = timedelta(seconds=30)  # a deed that was sent longer ago and has no outcome was left by a process that died
IN_PROGRESS = DeedResult(Outcome.UNKNOWN, "in_progress")
_KEY = re.compile(KEY_PATTERN)


@dataclass(frozen=True, slots=True)
class _Task:
    """One deed on its way."""

    look: Look
    connector: Acts
    deed: Deed
    customer_ref: str
    key: str


class DeedDesk:
    """Part of the gateway."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def perform(self, account_id: AccountId, deed: Deed, key: str, access: Access) -> DeedResult:
        """Do it once: the same key again gives the first outcome. An unknown outcome is looked up, never repeated."""
        if not _KEY.fullmatch(key):
            raise InvalidError("a key is 8 to 100 letters, digits, colons, underscores or hyphens")
        look = await self._door.open(account_id, access, deed.action, _object(deed, access))
        connector = look.live.connector
        if not isinstance(connector, Acts) or deed.action not in connector.deeds:
            raise await look.refuse(BusinessNotSupportedError("the business system does not do this"))
        task = _Task(look, connector, deed, await self._owner(look, deed), key)
        result = await self._begin(task)
        if result is None:
            result = await self._send(task)
        await self._end(look, key, result)
        fields = [name for name, value in iter(deed) if name != "action" and value not in (None, "")]
        await look.log(result.outcome.value, look.live.connection_id, fields, None)
        return result

    async def check(self, account_id: AccountId, key: str, access: Access) -> DeedResult:
        """What became of a deed, asked of the system if it is not known yet; nothing is ever sent again here."""
        async with self._door.database.transaction(account_id) as session:
            row = await queries.find_deed(session, account_id, key[:100])
        if row is None or not _is_theirs(row, access):
            raise DeedUnknownError("there is no such deed")
        if row.state in {"done", "refused"}:
            return DeedResult(Outcome(row.state), row.reason, row.reference)
        if row.state == "not_sent":
            return NOT_SENT
        if row.state == "sending" and self._door.clock.now() - row.attempted_at < LEASE:
            return IN_PROGRESS
        look = await self._door.open(account_id, access, "check_deed", f"deed:{key}")
        connector = look.live.connector
        if not isinstance(connector, Acts) or look.live.connection_id != row.connection_id:
            raise await look.refuse(BusinessNotSupportedError("it was asked of another business system"))
        result = await self._look_up(look, connector, key) or NOT_SENT
        await self._end(look, key, result)
        await look.log(result.outcome.value, look.live.connection_id, (), None)
        return result

    async def _owner(self, look: Look, deed: Deed) -> str:
        """Whose it is; refused and logged unless this access may do this deed for that customer."""
        access, owned = look.access, deed.owned
        audience, owner = access.audience, access.behalf
        if owned is not None and owned[0] == "order":
            order = (await look.ask(asking.order_question(owned[1]))).value
            owner = order.customer_ref
            audience = await self._door.audience_for(look.account_id, access, order)
            is_theirs = owner is not None and (owner == access.behalf or audience is Audience.CHECKED)
            is_theirs = is_theirs or (policy.is_staff(audience) and await self._was_checked(look, owned[1]))
        else:
            is_theirs = owner is not None and (owned is None or await self._holds_policy(look, owned[1]))
        refused = rights.refused_part(deed, audience)
        if owner is None or not is_theirs or refused is not None:
            raise await look.refuse(BusinessNotPermittedError("this may not be done here", part=refused or deed.action))
        return owner

    async def _was_checked(self, look: Look, order_no: str) -> bool:
        if look.access.conversation_id is None:
            return False
        since = self._door.clock.now() - timedelta(hours=24)
        async with self._door.database.transaction(look.account_id) as session:
            return await queries.was_order_checked(
                session, look.account_id, look.access.conversation_id, order_no, since=since
            )

    async def _holds_policy(self, look: Look, policy_no: str) -> bool:
        connector = look.live.connector
        if not isinstance(connector, ReadsFacts) or POLICIES.name not in connector.reads or look.access.behalf is None:
            return False
        held = await look.ask(asking.facts_question(POLICIES, connector, look.access.behalf, 50))
        return any(one.policy_no == policy_no for one in held.value)

    async def _begin(self, task: _Task) -> DeedResult | None:
        """Write down that it will be sent; the outcome instead, if this key has one or it is found out now."""
        now, look = self._door.clock.now(), task.look
        digest = hashlib.sha256(f"{task.customer_ref}\n{task.deed.model_dump_json()}".encode()).digest()
        async with self._door.database.transaction(look.account_id) as session:
            is_new = await actions.begin_deed(
                session,
                BusinessDeed(
                    account_id=look.account_id,
                    key=task.key,
                    connection_id=look.live.connection_id,
                    customer_ref=task.customer_ref,
                    action=task.deed.action,
                    object=look.object,
                    digest=digest,
                    state="sending",
                    actor=look.access.actor,
                    contact_id=look.access.contact_id,
                    conversation_id=look.access.conversation_id,
                    attempted_at=now,
                    updated_at=now,
                ),
            )
            if is_new:
                return None
            row = await queries.find_deed(session, look.account_id, task.key, is_locked=True)
            if row is None or row.digest != digest or row.connection_id != look.live.connection_id:
                raise DeedKeyReusedError("this key stands for another deed")
            state = row.state
            if state in {"done", "refused"}:
                return DeedResult(Outcome(state), row.reason, row.reference)
            if state == "sending" and now - row.attempted_at < LEASE:
                return IN_PROGRESS
            row.state, row.attempted_at, row.updated_at = "sending", now, now
        return None if state == "not_sent" else await self._look_up(look, task.connector, task.key)

    async def _send(self, task: _Task) -> DeedResult:
        breaker = task.look.live.breaker
        if not breaker.admits(self._door.clock.now()):
            return NOT_SENT
        result = UNANSWERED
        try:
            async with asyncio.timeout(self._door.limits.deed.total_seconds()):
                result = await task.connector.perform(task.deed, task.customer_ref, task.key)
        except (TimeoutError, BusinessUnavailableError, BusinessNotFoundError):
            pass  # it may have happened
        if result.outcome is Outcome.UNKNOWN or result == NOT_SENT:
            breaker.note_failure(self._door.clock.now())
        else:
            breaker.note_success()
        self._door.forget_answers(task.look.account_id)
        return result

    async def _look_up(self, look: Look, connector: Acts, key: str) -> DeedResult | None:
        """What the system says became of the key; None: it never got it."""
        if not look.live.breaker.admits(self._door.clock.now()):
            return UNANSWERED
        try:
            async with asyncio.timeout(self._door.limits.budget.total_seconds()):
                found = await connector.check_deed(key)
        except (TimeoutError, BusinessUnavailableError, BusinessNotFoundError):
            look.live.breaker.note_failure(self._door.clock.now())
            return UNANSWERED
        look.live.breaker.note_success()
        self._door.forget_answers(look.account_id)
        return found

    async def _end(self, look: Look, key: str, result: DeedResult) -> None:
        if result == IN_PROGRESS:
            return
        state = "not_sent" if result == NOT_SENT else result.outcome.value
        async with self._door.database.transaction(look.account_id) as session:
            row = await queries.find_deed(session, look.account_id, key, is_locked=True)
            if row is not None and row.state not in {"done", "refused"}:
                row.state, row.reason, row.reference = state, result.reason, result.reference
                row.updated_at = self._door.clock.now()


def _object(deed: Deed, access: Access) -> str:
    owned = deed.owned
    return f"{owned[0]}:{owned[1]}" if owned else f"customer:{access.behalf or '-'}"


def _is_theirs(row: BusinessDeed, access: Access) -> bool:
    if access.behalf is not None and access.behalf == row.customer_ref:
        return True
    return access.conversation_id is not None and access.conversation_id == row.conversation_id
