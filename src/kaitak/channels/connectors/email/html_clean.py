"""Owns a mail's HTML as people may see it: without what runs, calls home, or hides where a link leads. Pure."""

from __future__ import annotations

import html
import re

import nh3

from kaitak.channels.connectors.email import html_text

MAX_HTML = 512 * 1024
MAX_TAGS = 30_000
MAX_DEPTH = 400
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_FLAT = frozenset(
    re.findall(r"\S+", "p li td th tr dd dt tbody thead tfoot br hr img input meta link col area base wbr")
)
_TAGS = frozenset(
    re.findall(
        r"\S+",
        """
    a abbr b blockquote br caption center code col colgroup dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i
    img li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr u ul
    """,
    )
)
_GONE = frozenset(
    re.findall(
        r"\S+",
        """
    script style title template svg math iframe object embed noscript textarea select xmp noembed
    noframes
    """,
    )
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
    "font": {"color"},
}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]{1,200000}")
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}")


def sanitised(markup: str) -> str:
    """HTML that is safe inside a page: pictures only from the mail itself, links only to web, mail and telephone."""
    source = markup[:MAX_HTML]
    if (
        source.count("<") > MAX_TAGS or _depth(source) > MAX_DEPTH
    ):  # hostile: nobody writes so, and a tree of it costs too much
        return "<p>" + html.escape(html_text.text_of(source)).replace("\n", "<br>") + "</p>"
    return nh3.clean(
        source,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _depth(source: str) -> int:
    """How deep the elements may nest at most; those that close by themselves are not counted."""
    deepest = depth = 0
    opened: dict[str, int] = {}
    for found in _ANY_TAG.finditer(source):
        is_end, tag = bool(found.group(1)), found.group(2).lower()
        if tag in _FLAT or (is_end and not opened.get(tag)):
            continue
        step = -1 if is_end else 1
        opened[tag] = opened.get(tag, 0) + step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _kept(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.lower().startswith("cid:") or _PICTURE.fullmatch(value) else None
    if tag == "a" and name == "href":
        return value if _LINK.match(value.strip()) else None
    if name == "color":
        return value if _COLOUR.fullmatch(value) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if re.fullmatch(r"\d{1,4}%?", value) else None
    return value
