"""Errors of the administration of business connections."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError, RateLimitedError


class ConnectionNotFoundError(NotFoundError):
    """There is no such business connection in this account."""

    code = "business_connection_not_found"


class ConnectionNameTakenError(ConflictError):
    """Another business connection of the account has this name."""

    code = "business_connection_name_taken"


class AlreadyConnectedError(ConflictError):
    """The account already has an enabled business connection; disable that one first."""

    code = "business_already_connected"


class ConnectorUnknownError(InvalidError):
    """There is no connector of this name."""

    code = "business_connector_unknown"


class ConnectionConfigError(InvalidError):
    """The connector's settings are not complete or not acceptable."""

    code = "business_config_invalid"


class ConnectionTestError(InvalidError):
    """The business system could not be reached with these settings, so they were not saved."""

    code = "business_test_failed"


class DeedKeyReusedError(ConflictError):
    """This key already stands for another deed."""

    code = "business_key_reused"


class DeedUnknownError(NotFoundError):
    """No deed was asked for under this key."""

    code = "business_deed_unknown"


class DeedTokenError(InvalidError):
    """The confirmation is not of this user and conversation, or it is too old."""

    code = "business_confirmation_invalid"


class CheckLimitError(RateLimitedError):
    """Too many wrong checks of one order, or in one conversation."""

    code = "business_check_limit"


class MappingInvalidError(ConnectionConfigError):
    """A mapping file is wrong; the message names the line."""

    code = "business_mapping_invalid"
