"""The files that browsers load, served from folders that a test fills."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from kaitak.api import edge, static
from kaitak.core import resources
from kaitak.db.session import Database
from tests.factories import accounts, web
from tests.factories.accounts import SetClock

PAGE = '<!doctype html><meta name="csp-nonce" content="" /><div id="root"></div>'
SCRIPT = "console.log('" + "harbour " * 500 + "')"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A built workbench and widget in folders of their own, and something beside them."""
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text(PAGE)
    (tmp_path / "web" / "assets" / "main-4f2a.js").write_text(SCRIPT)
    (tmp_path / "web" / "kaitak.svg").write_text("<svg/>")
    (tmp_path / "widget").mkdir()
    (tmp_path / "widget" / "widget.js").write_text(SCRIPT)
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


@pytest.fixture
async def files(folders: Path, database: Database, clock: SetClock) -> httpx.AsyncClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(static.make_router(web=lambda: folders / "web", widget=lambda: folders / "widget"))
    edge.install(app, web.make_deps(database, clock), upload_bytes=web.UPLOAD_BYTES)
    return accounts.open_client(app)


@pytest.mark.parametrize("address", ["/", "/app", "/app/accounts/1/conversations/7"])
async def test_page_is_served_for_every_view_with_a_fresh_nonce(files: httpx.AsyncClient, address: str) -> None:
    seen = set()
    for _ in range(2):
        answer = await files.get(address)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        found = re.search(r'csp-nonce" content="([\w-]{20,})"', answer.text)
        assert found
        policy = answer.headers["content-security-policy"]
        assert f"'nonce-{found[1]}'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        seen.add(found[1])
    assert len(seen) == 2


async def test_asset_is_compressed_and_kept_for_good(files: httpx.AsyncClient) -> None:
    answer = await files.get("/assets/main-4f2a.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == SCRIPT
    assert len(gzip.compress(SCRIPT.encode())) + 100 > int(answer.headers["content-length"])
    assert "immutable" in answer.headers["cache-control"]
    plain = await files.get("/assets/main-4f2a.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT


async def test_unchanged_file_is_not_sent_again(files: httpx.AsyncClient, folders: Path) -> None:
    first = await files.get("/assets/main-4f2a.js")
    known = {"if-none-match": first.headers["etag"]}
    assert (await files.get("/assets/main-4f2a.js", headers=known)).status_code == 304
    (folders / "web" / "assets" / "main-4f2a.js").write_text("other")
    assert (await files.get("/assets/main-4f2a.js", headers=known)).text == "other"


async def test_widget_loads_on_any_page_and_is_kept_by_version(files: httpx.AsyncClient) -> None:
    versioned = await files.get("/widget.js?v=1")
    assert versioned.headers["access-control-allow-origin"] == "*"
    assert versioned.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "immutable" in versioned.headers["cache-control"]
    assert (await files.get("/widget.js")).headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets//etc/passwd",
        "/assets/",
        "/no.such",
        "/assets/..%2f..%2fsecret.txt",
        "/.env",
        "/assets/main-4f2a.js%00",
    ],
)
async def test_nothing_outside_the_folders_can_be_named(files: httpx.AsyncClient, address: str) -> None:
    answer = await files.get(address)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_icon_beside_the_page_is_served(files: httpx.AsyncClient) -> None:
    assert (await files.get("/kaitak.svg")).headers["content-type"] == "image/svg+xml"


async def test_unbuilt_files_say_how_to_build_them(database: Database, clock: SetClock) -> None:
    def missing() -> Path:
        raise resources.ResourceMissingError("web/ is not built yet: run ./run build")

    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(static.make_router(web=missing, widget=missing))
    edge.install(app, web.make_deps(database, clock), upload_bytes=web.UPLOAD_BYTES)
    async with accounts.open_client(app) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_built")
    assert "./run build" in answer.json()["detail"]
