"""Owns the errors of the channels slice."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError


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
