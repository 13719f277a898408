"""The ledger by inbox and period, and what each channel's limits are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Wire
from kaitak.conversations import ledger, limits
from kaitak.conversations.ledger import InboxLedger
from kaitak.conversations.limits import InboxLimits
from kaitak.core.errors import InvalidError

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["deliveries"])
READ = [Depends(require(Permission.READ_DELIVERIES))]
LONGEST = timedelta(days=92)
InboxQuery = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class PeriodInvalidError(InvalidError):
    """A period ends after it begins, and is at most 92 days long."""

    code = "period_invalid"


class UnbalancedView(Wire):
    """A row without its counterpart: `id` is an event's (stored without message) or a message's."""

    kind: Literal["stored_without_message", "outgoing_without_delivery", "waits_for_nothing"]
    id: int
    conversation_id: int | None
    at: datetime


class InboxLedgerView(Wire):
    """One inbox: accepted = settled + waiting; to send = sent + failed + unknown + waiting to be sent."""

    inbox_id: int
    name: str
    channel: str
    accepted: int
    reports: int
    ignored: int
    dropped: int
    refused_calls: int
    settled: int
    waiting: int
    turns: dict[str, int]
    deliveries: dict[str, int]
    imbalance: int
    unbalanced: list[UnbalancedView]


class LedgerReport(Wire):
    """All inboxes in a period."""

    since: datetime
    until: datetime
    is_balanced: bool
    payload: list[InboxLedgerView]


class PlatformAnswerView(Wire):
    """What the platform said of our messages in the last day: throttled, window_closed, auth_failed."""

    code: str
    count: int
    at: datetime
    until: datetime | None
    detail: str


class InboxLimitsView(Wire):
    """What an inbox's channel takes, and how it goes there."""

    inbox_id: int
    name: str
    channel: str
    paused_reason: str | None
    max_text: int | None
    max_buttons: int | None
    media: dict[str, int] | None
    reply_window_seconds: int | None
    person_window_seconds: int | None
    quota: int | None
    has_templates: bool
    sent_in_a_day: int
    waiting: int
    reports_quota: bool
    answers: list[PlatformAnswerView]


class InboxLimitsList(Wire):
    """All inboxes."""

    payload: list[InboxLimitsView]


@router.get("/ledger/report", dependencies=READ, response_model=LedgerReport, responses=problems(PeriodInvalidError))
async def report_ledger(
    session: SessionDep,
    principal: PrincipalDep,
    deps: DepsDep,
    *,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
    inbox_id: InboxQuery = None,
) -> LedgerReport:
    """Whether everything that came in and everything to send is accounted for, by inbox; a day by default."""
    end = until or deps.clock.now()
    begin = since or end - timedelta(days=1)
    if not timedelta(0) < end - begin <= LONGEST:
        raise PeriodInvalidError
    found = await ledger.read(session, principal.account_id, since=begin, until=end, inbox_id=inbox_id)
    is_balanced = not any(each.unbalanced for each in found)
    return LedgerReport(since=begin, until=end, is_balanced=is_balanced, payload=[_ledger(each) for each in found])


@router.get("/inbox_limits", dependencies=READ, response_model=InboxLimitsList)
async def list_limits(session: SessionDep, principal: PrincipalDep, deps: DepsDep) -> InboxLimitsList:
    """What each channel takes (size, window, quota), and where its platform slows us down."""
    found = await limits.read(session, principal.account_id, now=deps.clock.now())
    return InboxLimitsList(payload=[_limits(each) for each in found])


def _ledger(found: InboxLedger) -> InboxLedgerView:
    return InboxLedgerView(
        inbox_id=found.inbox_id,
        name=found.name,
        channel=found.channel,
        accepted=found.count("inbound", "stored"),
        reports=found.count("inbound", "applied"),
        ignored=found.count("inbound", "ignored"),
        dropped=found.count("inbound", "dropped"),
        refused_calls=found.count("refused"),
        settled=found.count("messages", "settled"),
        waiting=found.count("messages", "waiting"),
        turns=dict(found.parts.get("turns", {})),
        deliveries=dict(found.parts.get("deliveries", {})),
        imbalance=len(found.unbalanced),
        unbalanced=[
            UnbalancedView.model_validate(
                {"kind": each.kind, "id": each.id, "conversation_id": each.conversation_id, "at": each.at}
            )
            for each in found.unbalanced
        ],
    )


def _limits(found: InboxLimits) -> InboxLimitsView:
    can = found.capabilities
    return InboxLimitsView(
        inbox_id=found.inbox_id,
        name=found.name,
        channel=found.channel,
        paused_reason=found.paused_reason,
        max_text=can.max_text if can else None,
        max_buttons=can.max_buttons if can else None,
        media=dict(can.media) if can and can.media is not None else None,
        reply_window_seconds=_seconds(can.reply_window if can else None),
        person_window_seconds=_seconds(can.person_window if can else None),
        quota=can.quota if can else None,
        has_templates=bool(can and can.has_templates),
        sent_in_a_day=found.sent,
        waiting=found.waiting,
        reports_quota=found.reports_quota,
        answers=[
            PlatformAnswerView(code=each.code, count=each.count, at=each.at, until=each.until, detail=each.detail)
            for each in found.answers
        ],
    )


def _seconds(length: timedelta | None) -> int | None:
    return int(length.total_seconds()) if length is not None else None
