"""Owns a shop's page under the strictest content security policy that the widget promises to live with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from urllib.parse import parse_qs, urlsplit

NONCE = "c2hvcC1wYWdl"
_PAGE = Template("""<!doctype html>
<html lang="zh-HK"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>啟德百貨</title>
<style nonce="$nonce">
body { font: 20px/1.4 serif; margin: 40px; background: #f7f3ec; }
button { font: 40px cursive; background: red; } textarea { border: 9px solid red; } div { letter-spacing: 9px; }
</style>
<script nonce="$nonce">
window.kaitakSettings = $settings;
window.violations = []; window.heard = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
for (const name of ["ready", "error", "opened", "closed", "on-message", "postback", "on-start-conversation"])
  addEventListener("kaitak:" + name, (e) => heard.push([name, e.detail && (e.detail.code || e.detail.value || null)]));
</script></head>
<body><h1>秋冬新品</h1><p id="host-text">精選外套八折</p><button id="host-button">加入購物車</button>
<script src="$base/widget.js" data-website-token="$token" async></script></body></html>""")


@contextmanager
def serving(base_url: str, website_token: str) -> Iterator[str]:
    """The page's address, for the length of a block; `?settings=` puts settings on the page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            settings = parse_qs(urlsplit(self.path).query).get("settings", ["{}"])[0]
            values = {
                "nonce": NONCE,
                "base": base_url,
                "token": website_token,
                "settings": json.dumps(json.loads(settings)),
            }
            body = _PAGE.substitute(values).encode()
            self.send_response(200 if urlsplit(self.path).path == "/" else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", policy(base_url))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def policy(base_url: str) -> str:
    """Scripts and connections to Kaitak only; no inline style, no eval, no markup made from text."""
    rules: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": f"{base_url} 'nonce-{NONCE}'",
        "style-src": f"'nonce-{NONCE}'",
        "connect-src": f"{base_url} {base_url.replace('http', 'ws', 1)}",
        "img-src": base_url,
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
