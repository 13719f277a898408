"""Owns the demo shop as a web application: pages, the sign-in switch, and the signature that the widget needs."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kaitak.business.contract import (
    BusinessConnector,
    BusinessNotFoundError,
    BusinessUnavailableError,
    CustomerFacts,
    CustomerProfile,
    Order,
)
from kaitak.core import crypto
from kaitak.demo.erp.world import MEI_LING
from kaitak.demo.shop import pages
from kaitak.demo.shop.pages import Visitor, Widget

COOKIE = "shop_customer"
_FOLDER = Path(__file__).with_name("files")
_FILES = {
    "shop.css": (_FOLDER / "shop.css", "text/css"),
    "shop.js": (_FOLDER / "shop.js", "text/javascript"),
    "icon.svg": (_FOLDER / "art" / "logo.svg", "image/svg+xml"),
}


@dataclass(frozen=True, slots=True)
class Shop:
    """What the shop's server knows: its widget, its ERP, and the secret that proves its customers to Kaitak."""

    widget: Widget
    erp: BusinessConnector
    identity_secret: str = field(repr=False)

    def identifier_hash(self, identifier: str) -> str:
        """The proof that the shop itself says who this is."""
        return hmac.new(self.identity_secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()

    def cookie(self, ref: str) -> str:
        """A cookie that only this server can make."""
        mac = hmac.new(self.identity_secret.encode(), f"cookie\n{ref}".encode(), hashlib.sha256).hexdigest()
        return f"{ref}.{mac}"

    def customer_of(self, cookie: str) -> str | None:
        """The customer of a cookie of ours."""
        ref, _, _ = cookie.partition(".")
        return ref if cookie and crypto.is_same(cookie, self.cookie(ref)) else None


def create_app(shop: Shop) -> Starlette:
    """The shop's application."""
    app = Starlette(
        routes=[
            Route("/", show_page),
            Route("/sign-in", sign_in, methods=["POST"]),
            Route("/sign-out", sign_out, methods=["POST"]),
            Route("/{name}", show_file),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "testserver"])],
    )
    app.state.shop = shop
    return app


async def show_page(request: Request) -> Response:
    """The shop's one page."""
    shop: Shop = request.app.state.shop
    ref = shop.customer_of(request.cookies.get(COOKIE, ""))
    visitor: Visitor | None = None
    orders: tuple[Order, ...] | None = None
    if ref is not None:
        profile, orders = await _look_up(shop, ref)
        visitor = _visitor(shop, ref, profile)
    answer = HTMLResponse(pages.page(visitor, orders, shop.widget))
    answer.headers.update(_headers(shop.widget))
    return answer


async def sign_in(request: Request) -> Response:
    """Become 陳美玲; a real shop would ask for a password here."""
    shop: Shop = request.app.state.shop
    answer = _own_form(request) or RedirectResponse("/", 303)
    if answer.status_code == 303:
        answer.set_cookie(COOKIE, shop.cookie(MEI_LING), httponly=True, samesite="lax")
    return answer


async def sign_out(request: Request) -> Response:
    """Become a visitor again."""
    answer = _own_form(request) or RedirectResponse("/", 303)
    if answer.status_code == 303:
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


async def show_file(request: Request) -> Response:
    """The style sheet, the script and the icon."""
    known = _FILES.get(request.path_params["name"])
    if known is None:
        return PlainTextResponse("not found", 404)
    path, media_type = known
    return FileResponse(path, media_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


async def _look_up(shop: Shop, ref: str) -> tuple[CustomerProfile | None, tuple[Order, ...] | None]:
    try:
        profile = await shop.erp.find_customer(CustomerFacts(customer_ref=ref, is_verified=True))
        return profile, await shop.erp.list_orders(ref, 10)
    except (BusinessUnavailableError, BusinessNotFoundError):
        return None, None


def _visitor(shop: Shop, ref: str, profile: CustomerProfile | None) -> Visitor:
    return Visitor(
        ref=ref,
        name=(profile.name if profile else None) or "陳美玲",
        email=(profile.email if profile else None) or "",
        phone=(profile.phone if profile else None) or "",
        identifier_hash=shop.identifier_hash(ref),
    )


def _own_form(request: Request) -> Response | None:
    """A refusal, unless the form came from our own page."""
    origin = request.headers.get("origin", "")
    is_own = bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
    return None if is_own else PlainTextResponse("this form was not ours", 403)


def _headers(widget: Widget) -> dict[str, str]:
    base = widget.base_url
    live = base.replace("http", "ws", 1)
    policy = (
        f"default-src 'none'; script-src 'self' {base}; style-src 'self'; img-src 'self' data: blob: {base};"
        f" media-src {base}; connect-src 'self' {base} {live}; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cache-Control": "no-store",
    }
