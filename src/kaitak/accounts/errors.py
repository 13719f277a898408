"""Errors of the accounts slice."""

from __future__ import annotations

from kaitak.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthenticatedError,
)


class CredentialsInvalidError(UnauthenticatedError):
    """The e-mail address and the password do not belong together; which of them is wrong is not told."""

    code = "credentials_invalid"


class SignInLinkInvalidError(UnauthenticatedError):
    """The one-time link was used, has expired or was never ours."""

    code = "sign_in_link_invalid"


class SignInThrottledError(RateLimitedError):
    """Too many failed sign-ins for this e-mail address or from this address; `retry_after` says when to try again."""

    code = "sign_in_throttled"


class SessionRequiredError(ForbiddenError):
    """This is for a person who signed in, not for an access token."""

    code = "session_required"


class PasswordWeakError(InvalidError):
    """The password is too short, too simple or too close to the e-mail address."""

    code = "password_weak"


class PasswordWrongError(InvalidError):
    """The current password is not right."""

    code = "password_wrong"


class EmailInvalidError(InvalidError):
    """The e-mail address does not look like one."""

    code = "email_invalid"


class EmailTakenError(ConflictError):
    """The user with this e-mail address belongs to another account; only the operator can add them here too."""

    code = "email_taken"


class AlreadyMemberError(ConflictError):
    """The user is a member of this account already."""

    code = "already_member"


class BelongsElsewhereError(ConflictError):
    """The user belongs to other accounts too, so this account's administrators may not reset how they sign in."""

    code = "belongs_elsewhere"


class LastAdministratorError(ConflictError):
    """An account keeps at least one administrator."""

    code = "last_administrator"


class AgentNotFoundError(NotFoundError):
    """The account has no such member."""

    code = "agent_not_found"


class TeamNotFoundError(NotFoundError):
    """The account has no such team."""

    code = "team_not_found"


class TeamNameTakenError(ConflictError):
    """The account has a team of this name already."""

    code = "team_name_taken"


class AccessTokenNotFoundError(NotFoundError):
    """The account has no such access token, or it is another member's."""

    code = "access_token_not_found"


class SessionNotFoundError(NotFoundError):
    """The user has no such session."""

    code = "session_not_found"


class AccountNameUnknownError(NotFoundError):
    """There is no account of this name or number."""

    code = "account_name_unknown"
