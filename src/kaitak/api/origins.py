"""Owns whether a browser's request comes from our own pages: the Origin check of unsafe requests and WebSockets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from kaitak.core.errors import ForbiddenError


class OriginRefusedError(ForbiddenError):
    """The request comes from a page of another site."""

    code = "foreign_page_refused"


def check_origin(headers: Mapping[str, str], public_url: str) -> None:
    """Raise if a browser says that another site's page sent this; programs send neither header and pass."""
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"}:
            raise OriginRefusedError
        return
    if not is_ours(origin, headers.get("host", ""), public_url):
        raise OriginRefusedError


def is_ours(origin: str, host: str, public_url: str) -> bool:
    """Whether an origin is the deployment's own address, or the very host that it speaks to."""
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"}:
        return False
    own = urlsplit(public_url)
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc) or bool(host and parts.netloc == host)
