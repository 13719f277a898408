"""Owns which addresses a crawl may read: one host, what robots.txt allows, pages rather than pictures. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from lxml.html import HtmlElement
from protego import Protego
from yarl import URL

AGENT = "KaitakBot"
USER_AGENT = "KaitakBot/1.0 (reads a company's own pages for its customer service)"
LONGEST_URL = 1000
MOST_LINKS = 500  # of one page
_OTHER_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|zip|gz|rar|7z|mp[34]|mov|avi|webm|woff2?|ttf|exe|dmg|apk|ics)$",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"^(?:utm_\w+|gclid|fbclid|sessionid|sid|phpsessid)$", re.IGNORECASE)
_KEY = re.compile(r"[^\w.-]+")


def normalised(address: str, base: URL | None = None) -> URL | None:
    """One form of a page's address, or None if it is no address that can be read."""
    if not address.strip():
        return None
    try:
        found = URL(address.strip())
        url = base.join(found) if base is not None else found
        if url.scheme not in {"http", "https"} or not url.host or url.user is not None or url.password is not None:
            return None
        kept = [(name, value) for name, value in url.query.items() if not _TRACKING.match(name)]
        url = url.with_path("/") if url.path in {"", "/"} else url
        url = url.with_query(kept or None).with_fragment(None)
    except (ValueError, TypeError):
        return None
    return url if len(str(url)) <= LONGEST_URL else None


def is_same_site(url: URL, start: URL) -> bool:
    """Whether a page belongs to the site: the very host and port, or the same host's other standard port."""
    if url.host != start.host:
        return False
    return url.port == start.port or {url.port, start.port} == {80, 443}


def is_page(url: URL) -> bool:
    """Whether an address may be a page with words."""
    return _OTHER_FILES.search(url.path) is None


def article_key(url: URL) -> str:
    """The id of the article that a page becomes: readable, and the same at every reading."""
    words = _KEY.sub("-", unquote(f"{url.host}{url.path}")).strip("-.")[:80].strip("-.")
    return f"{words}-{sha256(str(url).encode()).hexdigest()[:8]}"


class Robots:
    """What a site's robots.txt lets us read."""

    def __init__(self, text: str | None, *, is_shut: bool = False) -> None:
        self._rules = Protego.parse(text) if text else None
        self._is_shut = is_shut

    def allows(self, url: URL) -> bool:
        """Whether this page may be read."""
        if self._is_shut:
            return False
        return self._rules is None or bool(self._rules.can_fetch(str(url), AGENT))

    @property
    def delay(self) -> float:
        """The seconds that the site wants between two requests, as far as we go along."""
        wanted = self._rules.crawl_delay(AGENT) if self._rules is not None else None
        return min(5.0, max(0.0, float(wanted or 0.0)))


@dataclass(slots=True)
class Links:
    """Where a page leads, and what it says to robots."""

    found: list[str]
    may_index: bool = True
    may_follow: bool = True


def links_of(root: HtmlElement, page: URL) -> Links:
    """The addresses that a page links to, each once, in order."""
    rules = " ".join(
        meta.get("content", "").lower()
        for meta in root.iter("meta")
        if meta.get("name", "").lower() in {"robots", AGENT.lower()}
    )
    may_follow = "nofollow" not in rules and "none" not in rules
    base = next((normalised(each.get("href", ""), page) for each in root.iter("base")), None) or page
    links: dict[str, None] = {}
    for link in root.iter("a") if may_follow else ():
        url = None if "nofollow" in link.get("rel", "").lower() else normalised(link.get("href", ""), base)
        if url is not None:
            links.setdefault(str(url))
        if len(links) >= MOST_LINKS:
            break
    return Links(list(links), "noindex" not in rules and "none" not in rules, may_follow)
