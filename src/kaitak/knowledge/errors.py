"""Owns the errors of the knowledge slice."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError, TooLargeError


class ArticleNotFoundError(NotFoundError):
    """The account has no article with this id."""

    code = "article_not_found"


class GapNotFoundError(NotFoundError):
    """The account has no unanswered question with this id."""

    code = "knowledge_gap_not_found"


class HelpPageNotFoundError(NotFoundError):
    """There is no open help centre at this address, or no such page in it."""

    code = "help_page_not_found"


class HelpCentreAddressTakenError(ConflictError):
    """Another help centre has this address."""

    code = "help_centre_address_taken"


class ArticleKeyTakenError(ConflictError):
    """Another article of the account has this key."""

    code = "article_key_taken"


class ArticleUnreadableError(InvalidError):
    """The article's text or front matter cannot be read; the message names the line and the remedy."""

    code = "article_unreadable"


class TooMuchKnowledgeError(TooLargeError):
    """The account would hold more pieces of knowledge than `limit`, or the request more files."""

    code = "knowledge_too_large"
