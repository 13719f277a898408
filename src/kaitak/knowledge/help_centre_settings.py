"""Setting up the public help centre over HTTP: open or shut, its address, its name in each language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import ActorDep
from kaitak.api.dependencies import AccountNotFoundError, AccountPath, SessionDep
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.core.ids import AccountId
from kaitak.knowledge import days, help_centre
from kaitak.knowledge.endpoints import READING, WRITING
from kaitak.knowledge.errors import HelpCentreAddressTakenError
from kaitak.knowledge.models import HelpCentre
from kaitak.knowledge.schemas import Locale

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/knowledge", tags=["knowledge"], responses=problems(AccountNotFoundError)
)
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
CentreTitle = Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)]


class HelpCentreView(Wire):
    """The help centre, and how many articles it shows today; `slug` is empty until it was first set up."""

    slug: str
    is_open: bool
    is_listed: bool
    titles: dict[str, str]
    account_name: str
    url: str
    articles: int


class HelpCentreForm(Body):
    """How the help centre shall be."""

    slug: Slug = Field(examples=["harbour-goods"], description="the last part of its address")
    is_open: bool = False
    is_listed: bool = Field(default=True, description="whether search engines may list it")
    titles: dict[Locale, CentreTitle] = Field(default={}, examples=[{"zh-HK": "海港百貨"}])


@router.get("/help_centre", dependencies=READING)
async def get_help_centre(session: SessionDep, account_id: AccountPath, deps: DepsDep) -> HelpCentreView:
    """How the help centre is set up."""
    row = await help_centre.find_settings(session, AccountId(account_id))
    return await _view(session, AccountId(account_id), row, deps)


@router.put("/help_centre", dependencies=WRITING, responses=problems(HelpCentreAddressTakenError))
async def set_help_centre(form: HelpCentreForm, session: SessionDep, by: ActorDep, deps: DepsDep) -> HelpCentreView:
    """Open or shut it, and say where it is; links to its former address end."""
    titles = {str(locale): title for locale, title in form.titles.items() if title}
    row = await help_centre.set_up(
        session, by, slug=form.slug, is_open=form.is_open, is_listed=form.is_listed, titles=titles
    )
    return await _view(session, by.account_id, row, deps)


async def _view(session: SessionDep, account_id: AccountId, row: HelpCentre | None, deps: Deps) -> HelpCentreView:
    account = await account_queries.get_account(session, account_id)
    today = days.day_in(account.timezone, deps.clock.now())
    return HelpCentreView(
        slug=row.slug if row else "",
        is_open=row.is_open if row else False,
        is_listed=row.is_listed if row else True,
        titles=row.titles if row else {},
        account_name=account.name,
        url=f"{deps.public_url}/hc/{row.slug}" if row else f"{deps.public_url}/hc/",
        articles=await help_centre.count_shown(session, account_id, today),
    )
