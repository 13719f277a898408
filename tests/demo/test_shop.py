"""The demo shop's page: strict policy, signed identity, forms of its own only."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest

from kaitak.business.connectors.demo_erp.connector import DemoErp, DemoErpConfig
from kaitak.core.addresses import read_allow_list
from kaitak.core.http import OutgoingHttp
from kaitak.demo import catalogue
from kaitak.demo.erp.world import MEI_LING
from kaitak.demo.shop import app, drawings
from kaitak.demo.shop.pages import Widget
from tests.demo.erp_server import KEY, RunningErp

SECRET = "identity-secret-of-the-inbox-0123456789"
BASE = "http://testserver"
OWN = {"Origin": BASE}


@pytest.fixture
async def shop(erp: RunningErp) -> AsyncIterator[httpx.AsyncClient]:
    async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        config = DemoErpConfig.model_validate({"base_url": erp.url, "api_key": KEY})
        made = app.Shop(Widget("http://127.0.0.1:8800", "tok'en<>\""), DemoErp(config, http), SECRET)
        transport = httpx.ASGITransport(app.create_app(made))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield client


async def test_page_has_a_strict_policy_and_keeps_it(shop: httpx.AsyncClient) -> None:
    page = await shop.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' http://127.0.0.1:8800;" in policy
    assert "connect-src 'self' http://127.0.0.1:8800 ws://127.0.0.1:8800;" in policy
    assert "unsafe" not in policy
    tags = _tags(page.text)
    assert not [name for _, fields in tags for name in fields if name == "style" or name.startswith("on")]
    assert not [tag for tag, _ in tags if tag == "style"]
    sources = [fields.get("src") for tag, fields in tags if tag == "script"]
    assert sources == ["/shop.js", "http://127.0.0.1:8800/widget.js"]
    assert {"data-website-token": "tok'en<>\""}.items() <= next(
        f for t, f in tags if t == "script" and "async" in f
    ).items()


async def test_visitor_has_no_identity_and_sees_the_goods(shop: httpx.AsyncClient) -> None:
    page = (await shop.get("/")).text
    assert "identifier" not in page
    assert "我的訂單" not in page
    assert all(product.name in page for product in catalogue.PRODUCTS)


async def test_signed_in_customer_gets_the_signature_of_the_inboxs_secret_and_their_orders(
    shop: httpx.AsyncClient,
) -> None:
    answer = await shop.post("/sign-in", headers=OWN)
    assert answer.status_code == 303
    assert "httponly" in answer.headers["set-cookie"].lower()
    page = (await shop.get("/")).text
    body = next(fields for tag, fields in _tags(page) if tag == "body")
    assert body["data-identifier"] == MEI_LING
    wanted = hmac.new(SECRET.encode(), MEI_LING.encode(), hashlib.sha256).hexdigest()
    assert body["data-identifier-hash"] == wanted
    assert SECRET not in page
    assert "HK25-100234" in page
    await shop.post("/sign-out", headers=OWN)
    assert "identifier" not in (await shop.get("/")).text


async def test_forged_cookie_and_foreign_form_are_worth_nothing(shop: httpx.AsyncClient) -> None:
    for cookie in (MEI_LING, f"{MEI_LING}.", f"{MEI_LING}.{'0' * 64}", "x" * 3000):
        shop.cookies.set(app.COOKIE, cookie)
        assert "identifier" not in (await shop.get("/")).text
    shop.cookies.clear()
    assert (await shop.post("/sign-in", headers={"Origin": "http://evil.example"})).status_code == 403
    assert (await shop.post("/sign-in")).status_code == 403
    assert (await shop.get("/", headers={"Host": "evil.example"})).status_code == 400


async def test_only_its_own_files_are_served(shop: httpx.AsyncClient) -> None:
    for name, kind in {"shop.css": "text/css", "shop.js": "text/javascript", "icon.svg": "image/svg+xml"}.items():
        answer = await shop.get(f"/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert not re.search(r"https?://(?!www\.w3\.org)", answer.text)
    for name in ("app.py", "..%2fapp.py", "%2e%2e/app.py", "wording.yaml"):
        assert (await shop.get(f"/{name}")).status_code == 404


def test_every_product_has_its_drawing() -> None:
    assert all(drawings.of(product.art).startswith("<svg ") for product in catalogue.PRODUCTS)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(text)
    return parser.found
