"""Owns what a fetched page says: its own words as Markdown, without the site's frame, and where it leads. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from lxml.html import HtmlElement
from yarl import URL

from kaitak.knowledge import crawl_rules, html_reading, html_tree, office_reading, reading
from kaitak.knowledge.faults import RefusedError
from kaitak.knowledge.reading import Audience, Draft

_FRAME = ("header", "footer", "aside", "nav")
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", re.IGNORECASE)


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
        root = html_tree.parse(_decoded(headers, data))
        if root is None:
            raise NotForUsError("empty")
        found = crawl_rules.links_of(root, url)
        links = tuple(found.found)
        if not found.may_index:
            raise NotForUsError("noindex", links)
        body = html_reading.to_markdown(_own_part(root))
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


def _own_part(root: HtmlElement) -> str:
    """The page without the frame that all pages of the site share."""
    title = html.escape(" ".join((root.findtext(".//title") or "").split()))
    main = next(root.iter("main", "article"), None)
    if main is None:
        html_tree.drop(root, *_FRAME)
    body = next(root.iter("body"), root)
    return f"<html><head><title>{title}</title></head><body>{html_tree.written(body if main is None else main)}</body>"


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
