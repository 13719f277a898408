"""Owns the help centre's pages as HTML: templates, addresses, and headers under which nothing can run. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kaitak.knowledge import help_centre_words as words
from kaitak.knowledge import rendering
from kaitak.knowledge.help_centre import Listed, OpenCentre

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SHOWN_OF_CATEGORY = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with its first articles."""

    name: str
    url: str
    total: int
    articles: Sequence[Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reader is: the help centre, its language, the address that others should know the page by."""

    centre: OpenCentre
    locale: str
    public_url: str
    locales: Sequence[str]

    @property
    def home(self) -> str:
        """The first page in this language."""
        return home_path(self.centre.slug, self.locale)

    def word(self, key: str, *, n: int = 0, q: str = "", day: str = "") -> str:
        """A phrase in the reader's language, with its number, question or day."""
        told = words.WORDS[self.locale]
        if n == 1 and f"{key}_one" in told:
            key = f"{key}_one"
        return told[key].format(n=n, q=q, day=day)

    def article(self, row: Listed) -> str:
        """An article's address, read in this language's frame."""
        return f"{self.home}/articles/{row.id}-{quote(row.key, safe='')}"

    def summary(self, row: Listed) -> str:
        """An article's first words."""
        return rendering.summary(row.body)


def home_path(slug: str, locale: str) -> str:
    """The first page of a help centre in a language."""
    return f"/hc/{slug}/{words.PATHS[locale]}"


def category_path(slug: str, locale: str, category: str) -> str:
    """The page of a category."""
    return f"{home_path(slug, locale)}/category/{quote(category, safe='')}"


def article_path(slug: str, locale: str, article_id: int, key: str) -> str:
    """The page of an article."""
    return f"{home_path(slug, locale)}/articles/{article_id}-{quote(key, safe='')}"


def shelves(place: Place, articles: Sequence[Listed]) -> list[Shelf]:
    """The articles of a language by category; those without one come last."""
    by_name: dict[str, list[Listed]] = {}
    for row in articles:
        by_name.setdefault(row.category, []).append(row)
    return [
        Shelf(
            name=name or place.word("others"),
            url=category_path(place.centre.slug, place.locale, name) if name else "",
            total=len(rows),
            articles=rows[:SHOWN_OF_CATEGORY] if name else rows,
        )
        for name, rows in by_name.items()
    ]


def render(name: str, place: Place, values: Mapping[str, object]) -> str:
    """A page; `path` among the values is the address that search engines should list it under."""
    shared = {"place": place, "t": place.word, "words": words, "style": style_path(), "day": words.day}
    return _templates().get_template(f"{name}.html").render(shared | dict(values))


def render_bare(name: str, locale: str, values: Mapping[str, object]) -> str:
    """A page that belongs to no open help centre."""
    told = words.WORDS[locale]
    shared = {"locale": locale, "t": told.__getitem__, "words": words, "style": style_path()}
    return _templates().get_template(f"{name}.html").render(shared | dict(values))


def body_html(body: str, title: str) -> Markup:
    """An article's words under the page's own heading."""
    return Markup(rendering.to_html(rendering.without_title(body, title), heading_from=2))  # noqa: S704 (raw HTML was escaped, links were checked)


def sitemap(place: Place, pages: Sequence[tuple[int, str, str, object]]) -> str:
    """Every page that search engines should know."""
    return (
        _templates().get_template("sitemap.xml").render(place=place, pages=pages, home=home_path, article=article_path)
    )


def style_path() -> str:
    """The style sheet's address, which changes with its words."""
    return f"/hc/-/{_style()[0]}.css"


def style_text(fingerprint: str) -> str | None:
    """The style sheet, if this is its present fingerprint."""
    known, text = _style()
    return text if fingerprint == known else None


@cache
def _style() -> tuple[str, str]:
    text = resources.files("kaitak.knowledge").joinpath("pages", "style.css").read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:16], text


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("kaitak.knowledge", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
