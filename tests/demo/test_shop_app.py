"""The sample app's server: it signs its own customer and nobody else."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import httpx
import pytest

from kaitak.business.connectors.demo_erp.connector import DemoErp, DemoErpConfig
from kaitak.channels.connectors.app import identity
from kaitak.core.addresses import read_allow_list
from kaitak.core.http import OutgoingHttp
from kaitak.demo.erp.world import MEI_LING
from kaitak.demo.shop import app
from kaitak.demo.shop.pages import Widget

SECRET = "identity-secret-of-the-app-0123456789"
BASE = "http://testserver"


@pytest.mark.parametrize("signed_in", [True, False])
async def test_identity_is_signed_for_the_customer_of_the_cookie_alone(signed_in: bool) -> None:
    async with OutgoingHttp(allow=read_allow_list([])) as http:
        erp = DemoErp(DemoErpConfig.model_validate({"base_url": "http://127.0.0.1:9", "api_key": "k" * 32}), http)
        shop = app.Shop(Widget("http://127.0.0.1:8800", "w"), erp, "x" * 40, "shop", "app-1", SECRET)
        cookies = {shop.cookie_name: shop.cookie(MEI_LING)} if signed_in else {}
        transport = httpx.ASGITransport(app.create_app(shop))
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies) as client:
            foreign = await client.post("/app-token", headers={"Origin": "https://evil.example"})
            answer = await client.post("/app-token", headers={"Origin": BASE})
            page = (await client.get("/app")).text
    assert foreign.status_code == 403
    assert ('data-app="app-1"' in page, SECRET in page) == (signed_in, False)
    if not signed_in:
        assert answer.status_code == 401
        return
    now = datetime.fromtimestamp(time.time(), UTC)
    assert identity.read(answer.json()["token"], SECRET.encode(), audience="app-1", now=now).identifier == MEI_LING
