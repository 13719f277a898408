"""Owns the demo's two web sites as applications: pages, the sign-in switch, and the signature that the widget needs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kaitak.business.connectors.demo_erp.connector import DemoErp
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    CustomerFacts,
    CustomerProfile,
)
from kaitak.business.facts import CLAIMS, POLICIES
from kaitak.core import crypto
from kaitak.demo.erp import insurer
from kaitak.demo.erp.world import MEI_LING
from kaitak.demo.shop import app_page, insurer_pages, pages
from kaitak.demo.shop.pages import Visitor, Widget

COOKIE = "shop_customer"  # the insurer's has another name: cookies do not keep ports apart
_FOLDER = Path(__file__).with_name("files")
_FILES = {
    "shop.css": (_FOLDER / "shop.css", "text/css"),
    "shop.js": (_FOLDER / "shop.js", "text/javascript"),
    "app.css": (_FOLDER / "app.css", "text/css"),
    "app.js": (_FOLDER / "app.js", "text/javascript"),
    "icon.svg": (_FOLDER / "art" / "logo.svg", "image/svg+xml"),
}

Site = Literal["shop", "insurer"]
CUSTOMERS: MappingProxyType[Site, tuple[str, ...]] = MappingProxyType(
    {"shop": (MEI_LING,), "insurer": (insurer.HOLDER, insurer.TRAVELLER, insurer.LAPSED)}
)


@dataclass(frozen=True, slots=True)
class Shop:
    """What a site's server knows: its widget, its ERP, and the secret that proves its customers to Kaitak."""

    widget: Widget
    erp: DemoErp
    identity_secret: str = field(repr=False)
    site: Site = "shop"
    app_id: str = ""
    app_secret: str = field(default="", repr=False)

    @property
    def cookie_name(self) -> str:
        """Where the signed-in customer is kept."""
        return COOKIE if self.site == "shop" else f"{self.site}_customer"

    def identifier_hash(self, identifier: str) -> str:
        """The proof that the shop itself says who this is."""
        return hmac.new(self.identity_secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()

    def app_token(self, claims: Mapping[str, str], now: float) -> str:
        """Who the app's user is: a JSON Web Token (HS256) for ten minutes."""
        body = {**{name: value for name, value in claims.items() if value}, "exp": int(now) + 600, "aud": self.app_id}
        head = b".".join(_encoded(orjson.dumps(part)) for part in ({"alg": "HS256", "typ": "JWT"}, body))
        mac = hmac.new(self.app_secret.encode(), head, hashlib.sha256).digest()
        return (head + b"." + _encoded(mac)).decode()

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
            Route("/app", show_app),
            Route("/app-token", sign_app, methods=["POST"]),
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
    ref = shop.customer_of(request.cookies.get(shop.cookie_name, ""))
    answer = HTMLResponse(await (_shop_page if shop.site == "shop" else _insurer_page)(shop, ref))
    answer.headers.update(_headers(shop.widget))
    return answer


async def show_app(request: Request) -> Response:
    """The sample app."""
    shop: Shop = request.app.state.shop
    ref = shop.customer_of(request.cookies.get(shop.cookie_name, ""))
    brand = "啟德百貨" if shop.site == "shop" else "啟德保險"
    answer = HTMLResponse(app_page.page(brand=brand, ref=ref, base_url=shop.widget.base_url, app_id=shop.app_id))
    answer.headers.update(_headers(shop.widget))
    return answer


async def sign_app(request: Request) -> Response:
    """A fresh identity for the signed-in customer's app."""
    shop: Shop = request.app.state.shop
    ref = shop.customer_of(request.cookies.get(shop.cookie_name, ""))
    refusal = _own_form(request)
    if refusal is not None or ref is None:
        return refusal or PlainTextResponse("sign in first", 401)
    try:
        profile = await shop.erp.find_customer(CustomerFacts(customer_ref=ref, is_verified=True))
    except (BusinessUnavailableError, BusinessNotFoundError):
        profile = None
    known = _visitor(shop, ref, profile)
    claims = {"sub": ref, "name": known.name, "email": known.email, "phone_number": known.phone}
    return JSONResponse({"token": shop.app_token(claims, time.time())}, headers={"Cache-Control": "no-store"})


async def sign_in(request: Request) -> Response:
    """Become one of the demo's customers; a real site would ask for a password here."""
    shop: Shop = request.app.state.shop
    back = "/app" if request.query_params.get("to") == "phone" else "/"
    answer = _own_form(request) or RedirectResponse(back, 303)
    known = CUSTOMERS[shop.site]
    ref = request.query_params.get("as", known[0])
    if answer.status_code == 303 and ref in known:
        answer.set_cookie(shop.cookie_name, shop.cookie(ref), httponly=True, samesite="lax")
    return answer


async def sign_out(request: Request) -> Response:
    """Become a visitor again."""
    answer = _own_form(request) or RedirectResponse("/", 303)
    if answer.status_code == 303:
        answer.delete_cookie(request.app.state.shop.cookie_name, httponly=True, samesite="lax")
    return answer


async def show_file(request: Request) -> Response:
    """The style sheet, the script and the icon."""
    known = _FILES.get(request.path_params["name"])
    if known is None:
        return PlainTextResponse("not found", 404)
    path, media_type = known
    return FileResponse(path, media_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


async def _shop_page(shop: Shop, ref: str | None) -> str:
    if ref is None:
        return pages.page(None, None, shop.widget)
    try:
        profile = await shop.erp.find_customer(CustomerFacts(customer_ref=ref, is_verified=True))
        orders = await shop.erp.list_orders(ref, 10)
    except (BusinessUnavailableError, BusinessNotFoundError):
        return pages.page(_visitor(shop, ref, None), None, shop.widget)
    return pages.page(_visitor(shop, ref, profile), orders, shop.widget)


async def _insurer_page(shop: Shop, ref: str | None) -> str:
    if ref is None:
        return insurer_pages.page(None, None, None, shop.widget)
    try:
        profile = await shop.erp.find_customer(CustomerFacts(customer_ref=ref, is_verified=True))
        policies = await shop.erp.read(POLICIES, ref, 20)
        claims = await shop.erp.read(CLAIMS, ref, 20)
    except (BusinessUnavailableError, BusinessNotFoundError):
        return insurer_pages.page(_visitor(shop, ref, None), None, None, shop.widget)
    return insurer_pages.page(_visitor(shop, ref, profile), policies, claims, shop.widget)


def _visitor(shop: Shop, ref: str, profile: CustomerProfile | None) -> Visitor:
    return Visitor(
        ref=ref,
        name=(profile.name if profile else None) or "客戶",
        email=(profile.email if profile else None) or "",
        phone=(profile.phone if profile else None) or "",
        identifier_hash=shop.identifier_hash(ref),
    )


def _encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


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
