"""Owns the first look at foreign HTML: a tree made in linear time, without what is not to be read. Pure.

The standard library's HTML parser takes minutes for some kilobytes of unclosed tags, and a page's author may want that.
"""

from __future__ import annotations

from lxml import etree, html

_OF_HEAD = frozenset({"title", "meta", "base", "link", "noscript"})
_UNREAD = ("script", "style", "template", "svg", "math", "iframe", "object", "embed", "canvas")


def parse(text: str) -> html.HtmlElement | None:
    """The tree of a page or a part of one; None when there is nothing in it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(text.replace("\0", "").encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    drop(root, *_UNREAD)
    _settle(root)
    return root


def _settle(root: html.HtmlElement) -> None:
    """The parser leaves a page's <main> in the head where no <body> is written: what is not of the head moves out."""
    head = root.find("head")
    strays = [each for each in head if each.tag not in _OF_HEAD] if head is not None else []
    if not strays:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, stray in enumerate(strays):
        body.insert(place, stray)


def drop(root: html.HtmlElement, *tags: str) -> None:
    """Take elements out with all that is in them; the words after each stay."""
    for element in list(root.iter(*tags)):
        if element.getparent() is not None:
            element.drop_tree()


def written(root: html.HtmlElement) -> str:
    """The tree as plain well-formed HTML without attributes."""
    for element in root.iter():
        element.attrib.clear()
    return str(etree.tostring(root, method="html", encoding="unicode"))


def well_formed(text: str) -> str:
    """Foreign HTML as well-formed HTML that says the same."""
    root = parse(text)
    return "" if root is None else written(root)
