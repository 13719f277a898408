"""Owns the demo's sample app as HTML: a phone-sized page on which the app channel's client talks to Kaitak."""

from __future__ import annotations

from html import escape

from kaitak.demo.shop.pages import switch


def page(*, brand: str, ref: str | None, base_url: str, app_id: str) -> str:
    """The whole page; without a signed-in customer it offers to sign in, since the app channel knows no strangers."""
    signed = (
        "" if ref is None else f' data-user="{escape(ref)}" data-base="{escape(base_url)}" data-app="{escape(app_id)}"'
    )
    inner = switch("/sign-in?to=phone", "未登入", "登入示範客戶") if ref is None else _chat()
    return f"""<!doctype html>
<html lang="zh-HK"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(brand)} App</title><link rel="stylesheet" href="/app.css"><link rel="icon" href="/icon.svg"></head>
<body{signed}><main class="phone"><header><h1>{escape(brand)}</h1>
<span id="unread" class="badge" hidden></span><span id="state" role="status"></span></header>
{inner}</main>
<script type="module" src="/app.js"></script></body></html>"""


def _chat() -> str:
    return """<div id="scroll"><button id="older" type="button" hidden>較早的訊息</button>
<ol id="messages" role="log" aria-live="polite"></ol><ol id="waiting" aria-label="待送出"></ol>
<p id="typing" hidden></p></div>
<form id="composer"><label class="file" title="傳送檔案"><span aria-hidden="true">＋</span>
<span class="hidden">傳送檔案</span><input id="file" type="file" class="hidden"></label>
<input id="text" autocomplete="off" maxlength="10000" aria-label="訊息" placeholder="輸入訊息…">
<button>傳送</button></form>
<p id="problem" role="alert" hidden></p>"""
