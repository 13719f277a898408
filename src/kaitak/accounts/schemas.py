"""Wire shapes of the accounts slice; what is read back never holds a password, a token or the hash of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kaitak.accounts.passwords import LONGEST
from kaitak.accounts.policy import Availability, Role
from kaitak.api.dependencies import LARGEST_ID
from kaitak.api.paging import PageMeta

Locale = Literal["zh-HK", "zh-CN", "en"]
_TIMEZONES = frozenset(available_timezones())


def _known_timezone(value: str) -> str:
    if value not in _TIMEZONES:
        raise ValueError("is not a time zone of the IANA database")
    return value


def _small(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(orjson.dumps(value)) > 16_384:
        raise ValueError("is larger than 16 KiB")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
Token = Annotated[str, StringConstraints(min_length=16, max_length=200)]
Timezone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_timezone)]
UserIds = Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(max_length=500)]
UiSettings = Annotated[dict[str, JsonValue], AfterValidator(_small)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInForm(_In):
    """How a person proves who they are."""

    email: Email = Field(examples=["may@example.hk"])
    password: Password = Field(examples=["correct horse battery"])


class SignInTokenForm(_In):
    """The token of a one-time link."""

    token: Token


class ProfileForm(_In):
    """What a user may change about themselves; a new password needs the current one, if there is one."""

    name: Name | None = None
    locale: Locale | None = None
    ui_settings: UiSettings | None = None
    password: Password | None = None
    current_password: Password | None = None


class AvailabilityForm(_In):
    """Whether the member takes conversations now."""

    availability: Availability


class AccountForm(_In):
    """What an administrator may change about the account."""

    name: Name | None = None
    locale: Locale | None = None
    timezone: Timezone | None = None


class InviteForm(_In):
    """A new member."""

    email: Email = Field(examples=["siu.ming@example.hk"])
    name: Name = Field(examples=["陳小明"])
    role: Role = Role.AGENT


class AgentForm(_In):
    """What an administrator may change about a member."""

    role: Role | None = None
    availability: Availability | None = None


class TeamForm(_In):
    """A new team."""

    name: Name = Field(examples=["退換貨"])
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    member_ids: UserIds = []


class TeamChangeForm(_In):
    """What may change about a team; `member_ids` replaces all its members."""

    name: Name | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    member_ids: UserIds | None = None


class AccessTokenForm(_In):
    """A new access token, good for so many days or until it is revoked."""

    name: Name = Field(examples=["Nightly export"])
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class UserView(BaseModel):
    """A user, to themselves."""

    id: int
    name: str
    email: str
    locale: str
    ui_settings: dict[str, JsonValue]
    has_password: bool


class MembershipView(BaseModel):
    """An account that the user belongs to."""

    id: int
    name: str
    role: Role
    availability: Availability
    locale: str
    timezone: str
    pack: str
    permissions: list[str]


class MeView(BaseModel):
    """Who is signed in, and where they may go."""

    user: UserView
    accounts: list[MembershipView]


class SessionView(BaseModel):
    """A browser in which the user is signed in."""

    id: int
    ip: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_current: bool


class AccountView(BaseModel):
    """The account."""

    id: int
    name: str
    locale: str
    timezone: str
    pack: str
    created_at: datetime


class AgentView(BaseModel):
    """A member of the account, to their colleagues."""

    id: int
    name: str
    email: str
    role: Role
    availability: Availability
    is_active: bool
    created_at: datetime


class InvitationView(BaseModel):
    """A member and the one-time link that lets them sign in; it is shown this once."""

    agent: AgentView
    sign_in_url: str
    expires_at: datetime


class TeamView(BaseModel):
    """A team and who is in it."""

    id: int
    name: str
    description: str
    member_ids: list[int]
    created_at: datetime


class AccessTokenView(BaseModel):
    """An access token, without the token."""

    id: int
    name: str
    user_id: int
    last_four: str
    last_used_at: datetime | None
    expires_at: datetime | None
    created_at: datetime


class NewAccessTokenView(AccessTokenView):
    """An access token with the token itself, shown this once."""

    token: str


class AuditLogView(BaseModel):
    """One deed."""

    id: int
    user_id: int | None
    user_name: str | None
    action: str
    target_type: str
    target_id: str
    details: dict[str, JsonValue]
    ip: str | None
    created_at: datetime


class AuditLogPage(BaseModel):
    """Deeds, the latest first."""

    payload: list[AuditLogView]
    meta: PageMeta
