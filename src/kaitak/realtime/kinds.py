"""Owns the names of what can happen on the stream; a free string is never published."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """One kind of change; the value is the event name that clients see."""

    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_UPDATED = "conversation.updated"
    MESSAGE_CREATED = "message.created"
    MESSAGE_UPDATED = "message.updated"
    TYPING_ON = "conversation.typing_on"
    TYPING_OFF = "conversation.typing_off"
    VIEWING = "conversation.viewing"
    PRESENCE = "presence.update"
    CONTACT_UPDATED = "contact.updated"
    INBOX_UPDATED = "inbox.updated"
    LABEL_CREATED = "label.created"
    LABEL_UPDATED = "label.updated"
    LABEL_DELETED = "label.deleted"
    CANNED_RESPONSE_CREATED = "canned_response.created"
    CANNED_RESPONSE_UPDATED = "canned_response.updated"
    CANNED_RESPONSE_DELETED = "canned_response.deleted"


CONVERSATION_KINDS = frozenset({Kind.CONVERSATION_CREATED, Kind.CONVERSATION_UPDATED})
MESSAGE_KINDS = frozenset({Kind.MESSAGE_CREATED, Kind.MESSAGE_UPDATED})
EPHEMERAL_KINDS = frozenset({Kind.TYPING_ON, Kind.TYPING_OFF, Kind.VIEWING})
