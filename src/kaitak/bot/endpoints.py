"""Routes of the optional language model: an account's switch, its budget, and what it used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import AccountNotFoundError, PrincipalDep, SessionDep, require, require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.bot import actions, queries
from kaitak.bot.arbiter import Arbiter, Terms
from kaitak.bot.errors import BudgetTooLargeError, LanguageModelMissingError
from kaitak.bot.models import LanguageModelTerms, LanguageModelUsage
from kaitak.bot.schemas import (
    LanguageModelForm,
    LanguageModelTestView,
    LanguageModelView,
    LimitView,
    OfferView,
    UsageList,
    UsageView,
)
from kaitak.core.ids import AccountId
from kaitak.db import session as sessions

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/language_model",
    tags=["language model"],
    responses=problems(AccountNotFoundError),
)
_READ = [Depends(require(Permission.READ_LANGUAGE_MODEL))]
_MANAGE = [Depends(require(Permission.MANAGE_LANGUAGE_MODEL))]


@router.get("", dependencies=_READ)
async def get_language_model(session: SessionDep, principal: PrincipalDep, deps: DepsDep) -> LanguageModelView:
    """Whether the account lets the language model choose, within which limits, and what today has used."""
    return await _view(session, principal.account_id, deps)


@router.patch("", dependencies=_MANAGE, responses=problems(LanguageModelMissingError, BudgetTooLargeError))
async def change_language_model(
    form: LanguageModelForm, session: SessionDep, by: ActorDep, deps: DepsDep
) -> LanguageModelView:
    """Switch it on or off, and say what a day may use; it counts from the next message on."""
    arbiter = deps.get(Arbiter)
    present = await queries.find_terms(session, by.account_id)
    enabled = form.enabled if form.enabled is not None else present is not None and present.enabled
    tokens, cost = (present.daily_tokens, present.daily_cost_micros) if present else (None, None)
    tokens = form.daily_tokens if "daily_tokens" in form.model_fields_set else tokens
    cost = form.daily_cost_micros if "daily_cost_micros" in form.model_fields_set else cost
    if form.enabled and arbiter.terms is None:
        raise LanguageModelMissingError
    if arbiter.terms is not None:
        _check_limit(form.daily_tokens, arbiter.terms.most.tokens)
        _check_limit(form.daily_cost_micros, arbiter.terms.most.cost_micros)
    await actions.change_terms(
        session, by, enabled=enabled, daily_tokens=tokens, daily_cost_micros=cost, at=deps.clock.now()
    )
    sessions.after_commit(session, lambda: arbiter.forget(by.account_id))
    return await _view(session, by.account_id, deps)


@router.post("/test", responses=problems(LanguageModelMissingError))
async def test_language_model(
    principal: Annotated[Principal, Depends(require_alone(Permission.MANAGE_LANGUAGE_MODEL))], deps: DepsDep
) -> LanguageModelTestView:
    """Ask the endpoint something of no consequence; its use counts for today."""
    arbiter = deps.get(Arbiter)
    if arbiter.terms is None:
        raise LanguageModelMissingError
    async with deps.database.transaction(principal.account_id) as session:
        account = await account_queries.get_account(session, principal.account_id)
    found = await arbiter.try_out(principal.account_id, account.timezone)
    return LanguageModelTestView(outcome=found.outcome, took_ms=found.took_ms, tokens=found.tokens)


@router.get("/usage", dependencies=_READ)
async def list_language_model_usage(
    session: SessionDep, principal: PrincipalDep, deps: DepsDep, days: Annotated[int, Query(ge=1, le=366)] = 31
) -> UsageList:
    """What each of the latest days used."""
    today = await _today(session, principal.account_id, deps)
    since = today - timedelta(days=days - 1)
    rows = await queries.list_usage(session, principal.account_id, since=since, until=today)
    return UsageList(payload=[_usage(row) for row in rows])


async def _today(session: AsyncSession, account_id: AccountId, deps: Deps) -> date:
    account = await account_queries.get_account(session, account_id)
    return deps.clock.now().astimezone(ZoneInfo(account.timezone)).date()


async def _view(session: AsyncSession, account_id: AccountId, deps: Deps) -> LanguageModelView:
    offer = deps.get(Arbiter).terms
    row = await queries.find_terms(session, account_id)
    today = await _today(session, account_id, deps)
    used = await queries.list_usage(session, account_id, since=today, until=today)
    return LanguageModelView(
        offer=_offer(offer) if offer else None,
        enabled=row is not None and row.enabled,
        daily_tokens=row.daily_tokens if row else None,
        daily_cost_micros=row.daily_cost_micros if row else None,
        limit=_limit(offer, row),
        today=_usage(used[0]) if used else _unused(today),
        updated_at=row.updated_at if row else None,
    )


def _check_limit(said: int | None, most: int) -> None:
    if said is not None and said > most:
        raise BudgetTooLargeError(most=most)


def _limit(offer: Terms | None, row: LanguageModelTerms | None) -> LimitView | None:
    limit = offer.limit_of(row) if offer else None
    return LimitView(tokens=limit.tokens, cost_micros=limit.cost_micros) if limit else None


def _offer(terms: Terms) -> OfferView:
    endpoint = terms.endpoint
    return OfferView(
        model=endpoint.model,
        currency=terms.currency,
        timeout_ms=round(terms.timeout.total_seconds() * 1000),
        price_input=f"{endpoint.price_input:f}",
        price_output=f"{endpoint.price_output:f}",
        daily_limit=LimitView(tokens=terms.most.tokens, cost_micros=terms.most.cost_micros),
    )


def _usage(row: LanguageModelUsage) -> UsageView:
    return UsageView(
        day=row.day,
        calls=row.calls,
        chosen=row.chosen,
        none=row.declined,
        failed=row.failed,
        tokens=row.tokens,
        cost_micros=row.cost_micros,
    )


def _unused(day: date) -> UsageView:
    return UsageView(day=day, calls=0, chosen=0, none=0, failed=0, tokens=0, cost_micros=0)
