"""Owns furnishing a demo account: people, teams, inboxes, wording, the ERP's connection, past conversations.

Running it again changes nothing but what depends on addresses; an account that the demo did not make is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import actions as accounts
from kaitak.accounts import queries as account_queries
from kaitak.accounts import sign_in, team_actions
from kaitak.accounts.audit import Actor
from kaitak.accounts.models import AccountUser
from kaitak.accounts.policy import Role
from kaitak.business import actions as business
from kaitak.business import queries as business_queries
from kaitak.business import registry
from kaitak.channels import actions as channels
from kaitak.channels import live
from kaitak.channels.connectors.api.connector import Api
from kaitak.channels.connectors.app.connector import App, AppConfig
from kaitak.channels.connectors.web_widget.connector import WebWidget, WebWidgetConfig
from kaitak.channels.models import Inbox
from kaitak.channels.schemas import InboxBody
from kaitak.channels.settings import InboxSettings
from kaitak.conversations import catalog
from kaitak.core.crypto import Keyring
from kaitak.core.errors import ConflictError
from kaitak.core.ids import AccountId, TeamId, UserId
from kaitak.db.session import Database, set_scope
from kaitak.demo import history, talks
from kaitak.demo.history import Person, Stage
from kaitak.demo.tenants import SHOP, Member, Tenant

APP_INBOX = "會員 App"


class NotDemoAccountError(ConflictError):
    """The demo's user belongs to an account that the demo did not make; nothing was changed."""

    code = "not_a_demo_account"


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid")

    color: str
    description: str


class Wording(BaseModel):
    """The furniture of wording.yaml."""

    model_config = ConfigDict(extra="forbid")

    teams: dict[str, str]
    labels: dict[str, _Label]
    canned_responses: dict[str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of the demo answer in this run."""

    shop_url: str
    erp_url: str
    erp_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Run:
    """What one furnishing works with."""

    keyring: Keyring
    tenant: Tenant
    places: Places
    now: datetime


@dataclass(frozen=True, slots=True)
class Furnished:
    """What the other parts of the demo need to know of the account."""

    account_id: AccountId
    user_ids: dict[str, UserId]
    website_token: str
    identity_secret: str = field(repr=False)
    app_id: str = ""
    app_secret: str = field(default="", repr=False)


async def furnish(
    database: Database, keyring: Keyring, places: Places, now: datetime, tenant: Tenant = SHOP
) -> Furnished:
    """Make the tenant's account, or bring the one that is there up to this run's addresses."""
    run = _Run(keyring, tenant, places, now)
    async with database.transaction() as session:
        account_id = await find_account(session, tenant)
        if account_id is None:
            account_id = await _make(session, run)
        else:
            await set_scope(session, account_id)
        inbox = await _refresh(session, account_id, run)
        config = live.unseal(keyring, account_id, inbox.channel, inbox.config_encrypted)
        app_id, app_secret = await _app_inbox(session, account_id, run)
        user_ids = {}
        for member in tenant.members:
            user = await account_queries.find_user_by_email(session, member.email)
            if user is not None:
                user_ids[member.email] = UserId(user.id)
    assert isinstance(config, WebWidgetConfig)
    secret = config.identity_secret.get_secret_value()
    return Furnished(account_id, user_ids, inbox.identifier, secret, app_id, app_secret)


async def sign_in_links(database: Database, furnished: Furnished, base_url: str, now: datetime) -> dict[str, str]:
    """A fresh one-time link for each member, by e-mail address; those of earlier runs end."""
    links = {}
    async with database.transaction(furnished.account_id) as session:
        for email, user_id in furnished.user_ids.items():
            await sign_in.forget_links(session, user_id)
            links[email] = f"{base_url}/#/signin/{await sign_in.make_link_token(session, user_id, now)}"
    return links


async def find_account(session: AsyncSession, tenant: Tenant = SHOP) -> AccountId | None:
    """The tenant's account by its administrator; NotDemoAccountError if that is somebody's real account."""
    user = await account_queries.find_user_by_email(session, tenant.members[0].email)
    if user is None:
        return None
    memberships = await account_queries.list_memberships(session, UserId(user.id))
    if [item.name for item in memberships] != [tenant.account_name]:
        email = tenant.members[0].email
        raise NotDemoAccountError(f"{email} is a member of an account that the demo did not make")
    return AccountId(memberships[0].account_id)


async def _make(session: AsyncSession, run: _Run) -> AccountId:
    account = await accounts.create_account(session, run.tenant.account_name, pack=run.tenant.pack)
    account_id = AccountId(account.id)
    by = Actor(account_id, None, None)
    user_ids = [await _add_member(session, by, member) for member in run.tenant.members]
    pairs = zip(user_ids, run.tenant.members, strict=True)
    agents = [user_id for user_id, member in pairs if member.role is Role.AGENT]
    wording = Wording.model_validate(yaml.safe_load(run.tenant.wording_file.read_text("utf-8")))
    teams = [
        await team_actions.create_team(session, by, name=name, code=code, description="", member_ids=agents)
        for code, name in wording.teams.items()
    ]
    for title, label in wording.labels.items():
        await catalog.create_label(session, account_id, title, description=label.description, color=label.color)
    for short_code, content in wording.canned_responses.items():
        await catalog.create_canned_response(session, account_id, short_code, content)
    inboxes = await _make_inboxes(session, account_id, agents, run)
    people = [
        Person(str(row[0]), str(row[1]), str(row[3]), str(row[4])) for row in run.tenant.make_world(run.now).customers
    ]
    stage = Stage(account_id, inboxes, agents, TeamId(teams[0].id), people)
    await history.write(session, stage, talks.read(run.tenant.talks_file), run.now)
    return account_id


async def _add_member(session: AsyncSession, by: Actor, member: Member) -> UserId:
    user = await accounts.create_user(session, email=member.email, name=member.name)
    if user is None:
        raise NotDemoAccountError(f"somebody has the address {member.email} already")
    await accounts.add_member(session, by, UserId(user.id), member.role)
    row = await session.get_one(AccountUser, (by.account_id, user.id))
    row.availability = "online"
    await session.flush()
    return UserId(user.id)


async def _make_inboxes(
    session: AsyncSession, account_id: AccountId, agents: list[UserId], run: _Run
) -> dict[str, int]:
    widget = InboxBody(
        name=run.tenant.widget_inbox,
        channel=WebWidget.name,
        settings=_widget_settings(run),
        settle_ms=700,
        member_ids=list(agents),
    )
    api = InboxBody(name=run.tenant.api_inbox, channel=Api.name, settle_ms=700, member_ids=list(agents))
    none = timedelta()
    made_widget, _ = await channels.create_inbox(session, run.keyring, account_id, widget, settle=none)
    made_api, _ = await channels.create_inbox(session, run.keyring, account_id, api, settle=none)
    return {"widget": made_widget.id, "api": made_api.id}


async def _app_inbox(session: AsyncSession, account_id: AccountId, run: _Run) -> tuple[str, str]:
    """The inbox of the sample app, made once, at this run's address; its identifier and its identity secret."""
    statement = select(Inbox).where(Inbox.account_id == account_id, Inbox.channel == App.name).order_by(Inbox.id)
    inbox = (await session.scalars(statement)).first()
    if inbox is None:
        members = await session.scalars(
            select(AccountUser.user_id).where(
                AccountUser.account_id == account_id, AccountUser.role == Role.AGENT.value
            )
        )
        body = InboxBody(name=APP_INBOX, channel=App.name, settle_ms=700, member_ids=list(members))
        inbox, _ = await channels.create_inbox(session, run.keyring, account_id, body, settle=timedelta())
    inbox.settings = _widget_settings(run).model_dump(mode="json")
    await session.flush()
    config = live.unseal(run.keyring, account_id, inbox.channel, inbox.config_encrypted)
    assert isinstance(config, AppConfig)
    return inbox.identifier, config.identity_secret.get_secret_value()


def _widget_settings(run: _Run) -> InboxSettings:
    return InboxSettings(
        greeting=run.tenant.greeting,
        suggestions=list(run.tenant.suggestions),
        bot_name=run.tenant.bot_name,
        locale="zh-HK",
        allowed_origins=[run.places.shop_url],
    )


async def _refresh(session: AsyncSession, account_id: AccountId, run: _Run) -> Inbox:
    """Bring what depends on addresses up to date: the page's origin and the ERP's connection."""
    statement = (
        select(Inbox).where(Inbox.account_id == account_id, Inbox.name == run.tenant.widget_inbox).order_by(Inbox.id)
    )
    inbox = (await session.scalars(statement)).first()
    if inbox is None:
        raise NotDemoAccountError("the demo's inbox is gone: start over with --fresh")
    wanted = {**inbox.settings, "allowed_origins": [run.places.shop_url]}
    if inbox.settings != wanted:
        inbox.settings = wanted
        inbox.version += 1
    await _connect(session, account_id, run)
    await session.flush()
    return inbox


async def _connect(session: AsyncSession, account_id: AccountId, run: _Run) -> None:
    config = registry.read_config("demo_erp", {"base_url": run.places.erp_url, "api_key": run.places.erp_key})
    tested = business.Tested(
        connector="demo_erp", config=config, system_name=run.tenant.system_name, checked_at=run.now
    )
    rows = await business_queries.list_connections(session, account_id)
    mine = next((row for row in rows if row.name == run.tenant.erp_name), None)
    if mine is None:
        enabled = not any(row.enabled for row in rows)
        await business.create_connection(
            session, account_id, run.keyring, name=run.tenant.erp_name, tested=tested, enabled=enabled
        )
    elif business.unseal(run.keyring, mine) != config:
        await business.update_connection(
            session, mine, run.keyring, name=mine.name, enabled=mine.enabled, tested=tested, at=run.now
        )
