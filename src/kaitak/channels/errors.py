"""Owns the errors of the channels slice: what is refused to its callers, and how a channel itself may fail."""

from __future__ import annotations

from datetime import timedelta

from kaitak.core.errors import (
    ConflictError,
    InvalidError,
    KaitakError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)


class InboxNotFoundError(NotFoundError):
    """The inbox does not exist, or the caller does not work in it."""

    code = "inbox_not_found"


class InboxInUseError(ConflictError):
    """An inbox with conversations is kept; pause it instead."""

    code = "inbox_in_use"


class ConfigInvalidError(InvalidError):
    """The channel's configuration cannot be accepted; `field` says which part."""

    code = "config_invalid"


class ChannelRefusesError(InvalidError):
    """The platform does not accept what an inbox is set up with; the detail is for the administrator to read."""

    code = "channel_refuses"


class NotOfThisChannelError(InvalidError):
    """This channel cannot do that."""

    code = "not_of_this_channel"


class MemberUnknownError(InvalidError):
    """A member of an inbox is a member of the account."""

    code = "member_unknown"


class ConnectorError(KaitakError):
    """Something at the border with a channel failed. `taken` are the channel's ids of parts that got through before."""

    code = "connector_failed"
    status = 502
    taken: tuple[str, ...] = ()


class RefusedError(ConnectorError):
    """The channel will never take this message: it has failed, and the agent is told."""

    code = "refused"


class WindowClosedError(RefusedError):
    """The channel lets us answer only for some time or some messages after the customer's last one."""

    code = "window_closed"


class RecipientGoneError(RefusedError):
    """The customer cannot be reached there any more: blocked us, left, or has another id now."""

    code = "recipient_gone"


class OptedOutError(RefusedError):
    """The customer has asked for no more messages on this channel; only they can take that back."""

    code = "opted_out"


class AuthFailedError(ConnectorError):
    """The channel no longer accepts our credentials: the inbox pauses until an administrator reconnects it."""

    code = "auth_failed"


class ThrottledError(ConnectorError):
    """The channel asks us to wait; the attempt is not counted."""

    code = "throttled"

    def __init__(self, message: str = "", *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChannelUnavailableError(ConnectorError, UnavailableError):
    """The channel does not answer or says that it is broken: tried again with backoff."""

    code = "channel_unavailable"


class OutcomeUnknownError(ConnectorError):
    """Sent, and no answer came: repeated only where the channel honours our key, else shown as unknown.

    `may_repeat` says it for this one call where it is not as the capabilities say.
    """

    code = "outcome_unknown"

    def __init__(self, message: str = "", *, may_repeat: bool | None = None) -> None:
        super().__init__(message)
        self.may_repeat = may_repeat


class InvalidSignatureError(UnauthenticatedError):
    """The call's signature is missing, wrong or stale."""

    code = "signature_invalid"


class MalformedPayloadError(InvalidError):
    """The call is signed and cannot be read."""

    code = "payload_malformed"
    status = 400
