"""Owns the errors of the conversations slice."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, TooLargeError


class ConversationNotFoundError(NotFoundError):
    """The conversation does not exist, or the caller may not see its inbox."""

    code = "conversation_not_found"


class MessageNotFoundError(NotFoundError):
    """The message does not exist in this conversation."""

    code = "message_not_found"


class AttachmentNotFoundError(NotFoundError):
    """The file does not exist, or its link is not valid."""

    code = "attachment_not_found"


class AttachmentExpiredError(NotFoundError):
    """The file was kept for as long as the operator said, and is gone."""

    code = "attachment_expired"
    status = 410


class OriginalNotFoundError(NotFoundError):
    """Nothing more is kept of this message than it shows: it did not come by a channel that has originals."""

    code = "original_not_found"


class OriginalGoneError(NotFoundError):
    """The original was kept for as long as the operator said, or its person was erased; the message stays."""

    code = "original_gone"
    status = 410


class DeliveryNotFoundError(NotFoundError):
    """The delivery does not exist, or is not one that can be replayed."""

    code = "delivery_not_found"


class OwnershipChangedError(ConflictError):
    """Somebody else took the conversation meanwhile; the error's fields say who holds it now."""

    code = "ownership_changed"


class TransitionRefusedError(ConflictError):
    """The conversation's state does not allow this."""

    code = "transition_refused"


class ConversationOpenError(ConflictError):
    """A conversation with this contact is open there already; the error's field is its number: write in that one."""

    code = "conversation_open"


class ContactUnreachableError(ConflictError):
    """The contact cannot be written to there: no address, another contact's address, or a paused inbox."""

    code = "contact_unreachable"


class ReplyWindowClosedError(ConflictError):
    """The channel lets nobody write to this customer now; the error's fields say why and when it closed."""

    code = "reply_window_closed"


class TemplateRefusedError(InvalidError):
    """This channel has no templates, or the template is not complete."""

    code = "template_refused"


class SearchTooShortError(InvalidError):
    """A search needs a word of two characters or more."""

    code = "search_too_short"


class MessageEmptyError(InvalidError):
    """A message needs text or a file."""

    code = "message_empty"


class AttachmentUnusableError(InvalidError):
    """A file was not uploaded by the sender, is already part of a message, or does not exist."""

    code = "attachment_unusable"


class AttachmentTypeError(InvalidError):
    """Files of this type are not taken; the type was read from the bytes."""

    code = "attachment_type_refused"


class AttachmentTooLargeError(TooLargeError):
    """The file is larger than the limit that the error names."""

    code = "attachment_too_large"


class AttachmentEmptyError(InvalidError):
    """The file has no content."""

    code = "attachment_empty"


class AssigneeUnknownError(InvalidError):
    """The user or team is not of this account, or the user does not work in this inbox."""

    code = "assignee_unknown"


class SnoozeTimeError(InvalidError):
    """A conversation is snoozed until a time that lies ahead, within a year."""

    code = "snooze_time_invalid"


class LabelUnknownError(InvalidError):
    """A label has to exist before it is put on a conversation."""

    code = "label_unknown"


class NameTakenError(ConflictError):
    """Another one has this name already."""

    code = "name_taken"


class IdentityInvalidError(ForbiddenError):
    """The identity is not signed with this inbox's identity secret."""

    code = "identity_invalid"
    status = 401


class OriginRefusedError(ForbiddenError):
    """This inbox does not take visitors from this web site."""

    code = "origin_refused"


class ContactBlockedError(ForbiddenError):
    """This contact may not write."""

    code = "contact_blocked"


class LabelNotFoundError(NotFoundError):
    """No label has this title."""

    code = "label_not_found"


class CannedResponseNotFoundError(NotFoundError):
    """No canned response has this id."""

    code = "canned_response_not_found"


class VisitorUnknownError(ForbiddenError):
    """The visitor's token is missing or no longer good: begin a new session."""

    code = "visitor_unknown"
    status = 401


class WidgetUnknownError(NotFoundError):
    """No web widget has this token."""

    code = "widget_unknown"


class IdentityRequiredError(ForbiddenError):
    """This inbox takes messages from signed identities only."""

    code = "identity_required"
