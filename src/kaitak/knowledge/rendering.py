"""Owns Markdown as HTML for readers: raw HTML is shown as text, links are checked, pictures become links. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kaitak.knowledge import limits

_SAFE_LINK = re.compile(r"^(?:https?://|mailto:|tel:|#|/(?!/))", re.IGNORECASE)
_DEEPEST = 6


def to_html(body: str, *, heading_from: int = 1) -> str:
    """An article's words as HTML that cannot run; its highest heading becomes `<h{heading_from}>`."""
    text = body[: limits.BODY_CHARACTERS]
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    markdown.validateLink = _is_safe_link  # type: ignore[method-assign]
    tokens = markdown.parse(text)
    _lower(tokens, heading_from)
    for token in tokens:
        if token.children:
            token.children = [each for child in token.children for each in _without_picture(child)]
            _mark_links(token.children)
    rendered = str(markdown.renderer.render(tokens, markdown.options, {}))
    return rendered.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


def without_title(body: str, title: str) -> str:
    """The words without a first heading that only repeats the title."""
    first, _, rest = body.lstrip().partition("\n")
    return rest if first.startswith("# ") and first[2:].strip(" #") == title.strip() else body


def summary(body: str, *, longest: int = 155) -> str:
    """The first words of an article, for a list or a search engine."""
    parts: list[str] = []
    is_heading = False
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(body[:5000]):
        if token.type == "heading_open":
            is_heading = True
        elif token.type == "inline" and not is_heading:
            words = (" " if child.type.endswith("break") else child.content for child in token.children or ())
            parts.append("".join(words))
        elif token.type == "heading_close":
            is_heading = False
        if sum(map(len, parts)) > longest:
            break
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _is_safe_link(url: str) -> bool:
    return _SAFE_LINK.match(url.strip()) is not None


def _lower(tokens: Sequence[Token], heading_from: int) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1:]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(_DEEPEST, int(token.tag[1:]) - highest + heading_from)}"


def _without_picture(token: Token) -> list[Token]:
    """A picture from elsewhere would tell that site who reads what: its words stay, as a link to it."""
    if token.type != "image":
        return [token]
    address = str(token.attrs.get("src", ""))
    opening = Token("link_open", "a", 1, attrs={"href": address})
    words = Token("text", "", 0, content=token.content or address)
    return [opening, words, Token("link_close", "a", -1)]


def _mark_links(children: Sequence[Token]) -> None:
    for token in children:
        if token.type == "link_open" and str(token.attrs.get("href", "")).lower().startswith("http"):
            token.attrs["rel"] = "noopener noreferrer nofollow"
            token.attrs["target"] = "_blank"
