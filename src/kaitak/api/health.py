"""Owns what machines ask about this process: is it alive, can it serve, what does it measure."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import Response

from kaitak.api.dependencies import PublicSessionDep
from kaitak.api.problems import problems
from kaitak.core import metrics
from kaitak.core.errors import UnavailableError
from kaitak.db import migrate
from kaitak.db.session import DatabaseUnavailableError

router = APIRouter(tags=["health"])


class NotReadyError(UnavailableError):
    """The database's schema is not the one that this program needs."""

    code = "not_ready"


class Health(BaseModel):
    """The process answers."""

    status: str


@router.get("/healthz")
async def healthz() -> Health:
    """Alive: the process answers requests."""
    return Health(status="ok")


@router.get("/readyz", responses=problems(DatabaseUnavailableError, NotReadyError))
async def readyz(session: PublicSessionDep) -> Health:
    """Ready: the database answers and has the schema of this program."""
    found = (await session.execute(text("select version_num from alembic_version"))).scalar_one_or_none()
    if found != _needed():
        raise NotReadyError("the database's schema is not the one this program needs; run: kaitak migrate")
    return Health(status="ok")


@router.get("/metrics", include_in_schema=False)
async def read_metrics() -> Response:
    """The measurements in Prometheus' form; keep this path behind the proxy."""
    return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)


def _needed() -> str:
    if not _heads:
        _heads.append(migrate.head())
    return _heads[0]


_heads: list[str] = []
