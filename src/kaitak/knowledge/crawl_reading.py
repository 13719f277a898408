"""Owns what a fetched page says: its own words as Markdown, without the site's frame, and where it leads. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from yarl import URL

from kaitak.knowledge import crawl_rules, html_reading, office_reading, reading
from kaitak.knowledge.faults import RefusedError
from kaitak.knowledge.reading import Audience, Draft

_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", re.IGNORECASE)
_MAIN = re.compile(r"<(main|article)\b[^>]*>(.*)</\1>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_FRAME = re.compile(r"<(header|footer|aside|nav)\b[^>]*>.*?</\1>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class NotForUsError(ValueError):
    """A page that gives no article; `reason` is a word of the wire."""

    def __init__(self, reason: str, links: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.links = reason, links


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a page says."""

    title: str
    body: str
    pieces: int
    links: tuple[str, ...]
    digest: bytes


def read(url: URL, headers: Mapping[str, str], data: bytes) -> Fetched:
    """The words of an answer, or why it gives no article."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    links: tuple[str, ...] = ()
    if kind == "application/pdf":
        body = _pdf(data)
    elif kind in {"text/html", "application/xhtml+xml", ""}:
        html = _COMMENT.sub("", _decoded(headers, data))
        found = crawl_rules.links_of(html, url)
        links = tuple(found.found)
        if not found.may_index:
            raise NotForUsError("noindex", links)
        body = html_reading.to_markdown(_own_part(html))
    else:
        raise NotForUsError("not_a_page")
    try:
        draft = draft_of(url, body)
    except RefusedError as exc:
        raise NotForUsError("empty" if "no text" in exc.detail else "too_large", links) from exc
    digest = sha256(f"{draft.title}\0{draft.body}".encode()).digest()
    return Fetched(title=draft.title, body=draft.body, pieces=len(draft.pieces), links=links, digest=digest)


def draft_of(url: URL, body: str, *, audience: Audience = "internal", category: str | None = None) -> Draft:
    """The article that a page becomes. A page says nothing of who may see it or how long it holds: people do."""
    name = (url.name or url.host or "page")[:80]
    draft = reading.draft_of(name, "\n" + body.lstrip())  # what looks like front matter is a page's words
    return replace(
        draft, key=crawl_rules.article_key(url), source=str(url), body=body, audience=audience, category=category
    )


def _own_part(html: str) -> str:
    """The page without the frame that all pages of the site share."""
    found = _MAIN.search(html)
    title = _TITLE.search(html)
    head = f"<title>{title.group(1)}</title>" if title else ""
    return head + (found.group(2) if found else _FRAME.sub(" ", html))


def _pdf(data: bytes) -> str:
    try:
        return office_reading.from_pdf(data)
    except RefusedError as exc:
        raise NotForUsError("unreadable") from exc


def _decoded(headers: Mapping[str, str], data: bytes) -> str:
    named = _CHARSET.search(headers.get("Content-Type", ""))
    meta = _META.search(data[:2048])
    encoding = named.group(1) if named else meta.group(1).decode() if meta else "utf-8"
    if encoding.lower() in {"gb2312", "gbk"}:
        encoding = "gb18030"
    elif encoding.lower() == "big5":
        encoding = "big5hkscs"
    try:
        return data.decode(encoding, errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")
