"""Owns the errors of the contacts slice."""

from __future__ import annotations

from kaitak.core.errors import NotFoundError


class ContactNotFoundError(NotFoundError):
    """The contact does not exist, or the caller may not see any of its conversations' inboxes."""

    code = "contact_not_found"
