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


class SiteNotFoundError(NotFoundError):
    """The account reads no site with this id."""

    code = "site_not_found"


class SitePageNotFoundError(NotFoundError):
    """The site has no page with this id."""

    code = "site_page_not_found"


class SiteKnownError(ConflictError):
    """The site is on the list already."""

    code = "site_known"


class CrawlBusyError(ConflictError):
    """A site of this account is being read; one is read at a time."""

    code = "crawl_busy"


class SiteAddressInvalidError(InvalidError):
    """Not an address of a web site that can be read."""

    code = "site_address_invalid"


class ArticleKeyTakenError(ConflictError):
    """Another article of the account has this key."""

    code = "article_key_taken"


class ArticleUnreadableError(InvalidError):
    """The article's text or front matter cannot be read; the message names the line and the remedy."""

    code = "article_unreadable"


class TooMuchKnowledgeError(TooLargeError):
    """The account would hold more pieces of knowledge than `limit`, or the request more files."""

    code = "knowledge_too_large"
