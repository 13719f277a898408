"""Owns the administration of business connections, and the reading of the access log.

A connection is tested against the real system before it is saved. The test is never inside a database transaction,
so the routes that test open their own short transactions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, AccountPath, SessionDep, require, require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.paging import CursorQuery, LimitQuery, PageMeta
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.business import actions, queries, registry, schemas
from kaitak.business.actions import Tested
from kaitak.business.contract import BusinessNotFoundError, BusinessUnavailableError, ConnectorConfig
from kaitak.business.errors import (
    AlreadyConnectedError,
    ConnectionConfigError,
    ConnectionNameTakenError,
    ConnectionNotFoundError,
    ConnectionTestError,
    ConnectorUnknownError,
)
from kaitak.business.gateway import Gateway
from kaitak.business.models import BusinessConnection
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId

router = APIRouter(prefix="/api/v1/accounts/{account_id}/business", tags=["business"])
ConnectionPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
_READ = [Depends(require(Permission.MANAGE_BUSINESS))]
_TESTING = problems(ConnectorUnknownError, ConnectionConfigError, ConnectionTestError)


_MANAGE_ALONE = Depends(require_alone(Permission.MANAGE_BUSINESS))
ManagerDep = Annotated[Principal, _MANAGE_ALONE]


@router.get("/connectors", dependencies=_READ)
async def list_connectors() -> schemas.ConnectorList:
    """The kinds of business systems that can be connected."""
    kinds = [
        schemas.ConnectorView(name=kind.name, title=kind.title, config_schema=kind.config_type.model_json_schema())
        for kind in registry.CONNECTORS.values()
    ]
    return schemas.ConnectorList(payload=kinds)


@router.get("/connections", dependencies=_READ)
async def list_connections(session: SessionDep, account_id: AccountPath, deps: DepsDep) -> schemas.ConnectionList:
    """The account's connections, without their secrets."""
    rows = await queries.list_connections(session, AccountId(account_id))
    return schemas.ConnectionList(payload=[_view(deps, row) for row in rows])


@router.post("/connections/test", responses=_TESTING, dependencies=[_MANAGE_ALONE])
async def try_connection(body: schemas.ConnectionTest, deps: DepsDep) -> schemas.ConnectionTested:
    """Try settings against the real system; nothing is saved."""
    config = registry.read_config(body.connector, dict(body.config))
    tested = await _try(deps, body.connector, config)
    return schemas.ConnectionTested(system_name=tested.system_name)


@router.post(
    "/connections", status_code=201, responses={**_TESTING, **problems(ConnectionNameTakenError, AlreadyConnectedError)}
)
async def create_connection(
    body: schemas.ConnectionCreate, principal: ManagerDep, request: Request, deps: DepsDep
) -> schemas.ConnectionView:
    """Connect a business system: tested first, saved only if it answers."""
    config = registry.read_config(body.connector, dict(body.config))
    tested = await _try(deps, body.connector, config)
    account_id = principal.account_id
    async with deps.database.transaction(account_id, principal.user_id) as session:
        row = await actions.create_connection(
            session, account_id, deps.keyring, name=body.name, tested=tested, enabled=body.enabled
        )
        await session.refresh(row)
        await _note(
            session,
            audit.actor_of(request, principal),
            "created",
            row.id,
            {"name": row.name, "connector": row.connector},
        )
        view = _view(deps, row)
    deps.get(Gateway).forget(account_id)
    return view


@router.patch(
    "/connections/{connection_id}",
    responses={
        **_TESTING,
        **problems(ConnectionNotFoundError, ConnectionNameTakenError, AlreadyConnectedError),
    },
)
async def update_connection(
    connection_id: ConnectionPath,
    body: schemas.ConnectionUpdate,
    principal: ManagerDep,
    request: Request,
    deps: DepsDep,
) -> schemas.ConnectionView:
    """Change a connection; changed settings are tested first."""
    account_id = principal.account_id
    tested: Tested | None = None
    if body.config is not None:
        async with deps.database.transaction(account_id, principal.user_id) as session:
            row = await queries.get_connection(session, account_id, connection_id)
            present, connector = actions.unseal(deps.keyring, row), row.connector
        config = registry.changed_config(connector, present, dict(body.config))
        tested = await _try(deps, connector, config)
    async with deps.database.transaction(account_id, principal.user_id) as session:
        row = await queries.get_connection(session, account_id, connection_id)
        row = await actions.update_connection(
            session,
            row,
            deps.keyring,
            name=row.name if body.name is None else body.name,
            enabled=row.enabled if body.enabled is None else body.enabled,
            tested=tested,
            at=deps.clock.now(),
        )
        changed = ", ".join(sorted(body.model_fields_set))
        await _note(
            session, audit.actor_of(request, principal), "changed", row.id, {"name": row.name, "changed": changed}
        )
        view = _view(deps, row)
    deps.get(Gateway).forget(account_id)
    return view


@router.delete("/connections/{connection_id}", status_code=204, responses=problems(ConnectionNotFoundError))
async def delete_connection(
    connection_id: ConnectionPath, principal: ManagerDep, request: Request, deps: DepsDep
) -> None:
    """Disconnect a business system; the access log stays."""
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        row = await queries.get_connection(session, principal.account_id, connection_id)
        await _note(session, audit.actor_of(request, principal), "removed", connection_id, {"name": row.name})
        await actions.delete_connection(session, principal.account_id, connection_id)
    deps.get(Gateway).forget(principal.account_id)


@router.get("/access_log", dependencies=_READ)
async def list_access(
    session: SessionDep,
    account_id: AccountPath,
    *,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
    behalf: Annotated[str | None, Query(max_length=64)] = None,
    contact_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> schemas.AccessPage:
    """Who saw what, newest first."""
    before = paging.id_in(cursor)
    rows = await queries.list_access(
        session, AccountId(account_id), before=before, behalf=behalf, contact_id=contact_id, limit=limit + 1
    )
    following = paging.next_cursor([(row.id,) for row in rows], limit)
    payload = [schemas.view_access(row) for row in rows[:limit]]
    return schemas.AccessPage(payload=payload, meta=PageMeta(next_cursor=following))


async def _note(
    session: AsyncSession, actor: audit.Actor, deed: str, connection_id: int, details: Mapping[str, audit.Detail]
) -> None:
    """One line of the audit log."""
    action, kind = f"business_connection.{deed}", "business_connection"
    await audit.record(session, actor, action, target_type=kind, target_id=connection_id, details=details)


async def _try(deps: Deps, connector: str, config: ConnectorConfig) -> Tested:
    try:
        system_name = await registry.build(connector, config, deps.get(OutgoingHttp)).check()
    except (BusinessUnavailableError, BusinessNotFoundError) as exc:
        raise ConnectionTestError(exc.message) from exc
    return Tested(connector=connector, config=config, system_name=system_name, checked_at=deps.clock.now())


def _view(deps: Deps, row: BusinessConnection) -> schemas.ConnectionView:
    return schemas.view_connection(row, registry.masked(actions.unseal(deps.keyring, row)))
