"""Owns the files that browsers load: the workbench (one page under `/` and `/app`), its assets, widget, app client."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from kaitak.api.headers import workbench_policy
from kaitak.core import resources
from kaitak.core.errors import NotFoundError, UnavailableError

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"})
_FOREVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
_NONCE_PLACE = b'<meta name="csp-nonce" content=""'

Find = Callable[[], Path]


class NotBuiltError(UnavailableError):
    """The files that browsers load are not built; the detail says how to build them."""

    code = "not_built"


class FileNotFoundHereError(NotFoundError):
    """There is no such file among those that browsers load."""

    code = "file_not_found"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: its bytes, plain and compressed, and their fingerprint."""

    changed_ns: int
    plain: bytes
    compressed: bytes | None
    etag: str
    media_type: str


_assets: dict[Path, Asset] = {}


def make_router(
    *, web: Find = resources.web_folder, widget: Find = resources.widget_folder, sdk: Find = resources.sdk_folder
) -> APIRouter:
    """The routes of the files in these folders, which are looked for when a browser first asks."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/app")
    @router.get("/app/{rest:path}")
    async def workbench() -> Response:
        """The workbench's page, with a fresh nonce for the style elements that its components add."""
        return _page(_load(_folder(web), "index.html").plain)

    @router.get("/assets/{name:path}")
    async def workbench_asset(name: str, request: Request) -> Response:
        """A file of the workbench whose name carries its fingerprint."""
        return _send(_load(_folder(web) / "assets", name), request, _FOREVER)

    @router.get("/widget.js")
    async def widget_script(request: Request, v: str = "") -> Response:
        """The widget's one script, loadable by pages of any site; with `?v=` browsers keep it for good."""
        return _for_any_site(_send(_load(_folder(widget), "widget.js"), request, _FOREVER if v else _A_WHILE))

    @router.get("/kaitak-app.js")
    async def app_client(request: Request, v: str = "") -> Response:
        """The client of the app channel as one module, for web views and for trying it out."""
        return _for_any_site(_send(_load(_folder(sdk), "kaitak-app.js"), request, _FOREVER if v else _A_WHILE))

    @router.get("/{name}.{ending}")
    async def workbench_file(name: str, ending: str, request: Request) -> Response:
        """A file beside the workbench's page, such as its icon; mounted last, so that it hides no route."""
        return _send(_load(_folder(web), f"{name}.{ending}"), request, _A_WHILE)

    return router


router = make_router()


def _for_any_site(answer: Response) -> Response:
    answer.headers["access-control-allow-origin"] = "*"
    answer.headers["cross-origin-resource-policy"] = "cross-origin"
    return answer


def _page(template: bytes) -> Response:
    nonce = secrets.token_urlsafe(16)
    body = template.replace(_NONCE_PLACE, f'<meta name="csp-nonce" content="{nonce}"'.encode(), 1)
    headers = {"content-security-policy": workbench_policy(nonce), "cache-control": "no-cache"}
    return Response(body, media_type="text/html", headers=headers)


def _folder(find: Find) -> Path:
    try:
        return find()
    except resources.ResourceMissingError as exc:
        raise NotBuiltError(exc.message) from exc


def _load(folder: Path, name: str) -> Asset:
    """A file inside the folder, kept in memory until it changes; nothing outside can be named."""
    path = (folder / PurePosixPath(name)).resolve() if "\0" not in name else folder
    if not path.is_relative_to(folder.resolve()) or path.name.startswith(".") or not path.is_file():
        raise FileNotFoundHereError
    changed_ns = path.stat().st_mtime_ns
    found = _assets.get(path)
    if found is None or found.changed_ns != changed_ns:
        found = _assets[path] = _read(path, changed_ns)
    return found


def _read(path: Path, changed_ns: int) -> Asset:
    plain = path.read_bytes()
    is_text = path.suffix in _COMPRESSED and len(plain) > 1024
    return Asset(
        changed_ns=changed_ns,
        plain=plain,
        compressed=gzip.compress(plain, 6, mtime=0) if is_text else None,
        etag=f'"{hashlib.sha256(plain).hexdigest()[:32]}"',
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
    )


def _send(asset: Asset, request: Request, cache: str) -> Response:
    headers = {"etag": asset.etag, "cache-control": cache, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    body = asset.plain
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = asset.compressed
        headers["content-encoding"] = "gzip"
    headers["content-type"] = asset.media_type
    return Response(body, headers=headers)
