"""Owns the error families: every error of the program is a class with one code and one HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar


class KaitakError(Exception):
    """The root of every error that a caller may expect; keyword fields travel to the client beside the code."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "", **fields: str | int | bool | None) -> None:
        super().__init__(message or self.code)
        self.message = message or self.code
        self.fields: Mapping[str, str | int | bool | None] = fields


class NotFoundError(KaitakError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"
    status = 404


class ForbiddenError(KaitakError):
    """The caller is known and may not do this."""

    code = "forbidden"
    status = 403


class UnauthenticatedError(KaitakError):
    """Nobody is signed in, or the proof that was sent is not valid."""

    code = "unauthenticated"
    status = 401


class ConflictError(KaitakError):
    """The state of the thing does not allow this now."""

    code = "conflict"
    status = 409


class InvalidError(KaitakError):
    """The request is understood and its content cannot be accepted."""

    code = "invalid"
    status = 422


class TooLargeError(KaitakError):
    """The content is larger than the limit that the error names."""

    code = "too_large"
    status = 413


class RateLimitedError(KaitakError):
    """Too many tries; `retry_after` says when the next one may succeed."""

    code = "rate_limited"
    status = 429

    def __init__(self, message: str = "", *, retry_after: timedelta, **fields: str | int | bool | None) -> None:
        super().__init__(message, **fields)
        self.retry_after = retry_after


class UnavailableError(KaitakError):
    """Something that we depend on does not answer; the same request may succeed later."""

    code = "unavailable"
    status = 503
