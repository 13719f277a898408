"""Errors of the administration of business connections."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError


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
