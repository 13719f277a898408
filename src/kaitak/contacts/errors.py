"""Owns the errors of the contacts slice."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError


class ContactNotFoundError(NotFoundError):
    """The contact does not exist, or the caller may not see any of its conversations' inboxes."""

    code = "contact_not_found"


class MergeNotFoundError(NotFoundError):
    """The contact has no such merge, or it was undone already."""

    code = "contact_merge_not_found"


class ContactMergedError(ConflictError):
    """One of the contacts was put into another already; act on that one, or undo the later merge first."""

    code = "contact_already_merged"


class CustomerNumbersDifferError(ConflictError):
    """Each contact has a verified customer number of its own; make them one in the business system first."""

    code = "contact_customer_numbers_differ"


class SameContactError(InvalidError):
    """A contact cannot be joined with itself."""

    code = "contact_same"


class EvidenceInvalidError(InvalidError):
    """The value is no telephone number, e-mail address or number of the kind named."""

    code = "contact_evidence_invalid"


class ContactErasedError(ConflictError):
    """Nothing personal is left of this contact, or it was put into another: act on that one."""

    code = "contact_erased"


class PersonRequestNotFoundError(NotFoundError):
    """The contact has no such export or erasure, or its file is no longer kept."""

    code = "person_request_not_found"


class PersonRequestStateError(ConflictError):
    """The erasure is not planned any more, the plan is older than half an hour, or the number typed is not the one."""

    code = "person_request_state"


class ConsentWithdrawnError(ConflictError):
    """The person has asked for no such messages on this channel, or never agreed to them."""

    code = "consent_withdrawn"
