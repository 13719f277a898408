"""Owns what the public help centre shows: only public articles that hold today, of the account whose address it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit as audit_log
from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import Actor
from kaitak.core.ids import AccountId
from kaitak.db.session import set_scope
from kaitak.knowledge import days, queries
from kaitak.knowledge.errors import HelpCentreAddressTakenError, HelpPageNotFoundError
from kaitak.knowledge.models import Article, ArticleVersion, HelpCentre

MOST_LISTED = 1000  # articles of one language on the pages that list all
_FIND = text("select account_id from find_help_centre(:slug)")


class HelpCentreAction(StrEnum):
    """What is recorded of the help centre."""

    SET = "help_centre.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCentre:
    """A help centre that is open, on one day."""

    account_id: AccountId
    slug: str
    is_listed: bool
    titles: Mapping[str, str]
    account_name: str
    locale: str
    pack: str
    today: date

    def title(self, locale: str) -> str:
        """What it is called in a language."""
        return self.titles.get(locale) or self.account_name


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as lists show it."""

    id: int
    key: str
    title: str
    locale: str
    category: str
    body: str
    updated_at: datetime


async def enter(session: AsyncSession, slug: str, now: datetime) -> OpenCentre:
    """The open help centre at an address, with the session moved into its account; one that is shut is not found."""
    found = (await session.execute(_FIND, {"slug": slug})).scalar_one_or_none()
    if found is None:
        raise HelpPageNotFoundError("there is no help centre at this address")
    account_id = AccountId(found)
    await set_scope(session, account_id)
    centre = await session.get_one(HelpCentre, account_id)
    account = await account_queries.get_account(session, account_id)
    return OpenCentre(
        account_id=account_id,
        slug=centre.slug,
        is_listed=centre.is_listed,
        titles=centre.titles,
        account_name=account.name,
        locale=account.locale,
        pack=account.pack,
        today=days.day_in(account.timezone, now),
    )


async def list_locales(session: AsyncSession, centre: OpenCentre) -> dict[str, int]:
    """The languages that there is something to read in, with how much."""
    statement = select(Article.locale, func.count()).where(*_shown(centre)).group_by(Article.locale)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def list_articles(
    session: AsyncSession, centre: OpenCentre, locale: str, *, category: str | None = None
) -> list[Listed]:
    """The articles of a language, by category and title."""
    statement = _with_words().where(*_shown(centre), Article.locale == locale)
    if category is not None:
        statement = statement.where(Article.category == category)
    statement = statement.order_by(Article.category == "", Article.category, Article.title, Article.id)
    return [Listed(*row) for row in await session.execute(statement.limit(MOST_LISTED))]


async def list_pages(session: AsyncSession, centre: OpenCentre) -> list[tuple[int, str, str, datetime]]:
    """(id, key, locale, changed) of every article, for the site map."""
    statement = select(Article.id, Article.key, Article.locale, Article.updated_at).where(*_shown(centre))
    rows = await session.execute(statement.order_by(Article.id).limit(10 * MOST_LISTED))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def get_article(session: AsyncSession, centre: OpenCentre, article_id: int) -> tuple[Article, str]:
    """An article with its words, if everybody may read it today."""
    row = (await session.scalars(select(Article).where(*_shown(centre), Article.id == article_id))).one_or_none()
    if row is None:
        raise HelpPageNotFoundError("there is no such article, or it holds no more")
    return row, await queries.get_body(session, row)


async def list_by_id(session: AsyncSession, centre: OpenCentre, ids: Sequence[int]) -> dict[int, Listed]:
    """Those of some articles that everybody may read today."""
    rows = await session.execute(_with_words().where(*_shown(centre), Article.id.in_(ids)))
    return {row[0]: Listed(*row) for row in rows}


async def list_by_title(session: AsyncSession, centre: OpenCentre, words: str) -> list[Listed]:
    """Articles whose title holds these words."""
    found = Article.title.icontains(words, autoescape=True)
    statement = _with_words().where(*_shown(centre), found).order_by(Article.title, Article.id)
    return [Listed(*row) for row in await session.execute(statement.limit(10))]


async def find_settings(session: AsyncSession, account_id: AccountId) -> HelpCentre | None:
    """How the account's help centre is set, if anybody did."""
    return await session.get(HelpCentre, account_id)


async def count_shown(session: AsyncSession, account_id: AccountId, today: date) -> int:
    """How many articles everybody may read today."""
    statement = select(func.count()).select_from(Article).where(*queries.readable_by_all(account_id, today))
    return (await session.execute(statement)).scalar_one()


async def set_up(
    session: AsyncSession, by: Actor, *, slug: str, is_open: bool, is_listed: bool, titles: Mapping[str, str]
) -> HelpCentre:
    """Open or shut the help centre, and say where it is and what it is called."""
    row = await session.get(HelpCentre, by.account_id)
    if row is None:
        row = HelpCentre(account_id=by.account_id)
        session.add(row)
    row.slug, row.is_open, row.is_listed, row.titles = slug, is_open, is_listed, dict(titles)
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as exc:
        raise HelpCentreAddressTakenError(f"another help centre has the address {slug}; choose another") from exc
    await session.refresh(row)
    details: dict[str, audit_log.Detail] = {"slug": slug, "is_open": is_open, "is_listed": is_listed}
    await audit_log.record(
        session, by, HelpCentreAction.SET, target_type="help_centre", target_id=by.account_id, details=details
    )
    return row


def _with_words() -> Select[int, str, str, str, str, str, datetime]:
    columns = (
        Article.id,
        Article.key,
        Article.title,
        Article.locale,
        Article.category,
        func.left(ArticleVersion.body, 600),
    )
    return select(*columns, Article.updated_at).join(
        ArticleVersion,
        (ArticleVersion.account_id == Article.account_id)
        & (ArticleVersion.article_id == Article.id)
        & (ArticleVersion.number == Article.version),
    )


def _shown(centre: OpenCentre) -> tuple[ColumnElement[bool], ...]:
    return queries.readable_by_all(centre.account_id, centre.today)
