"""Owns the demo ERP's page for people: look at orders, and press a parcel on by one step. Only from this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kaitak.demo.erp import steps, store
from kaitak.demo.erp.rest import ConnectionDep
from kaitak.demo.erp.store import OrderRow
from kaitak.demo.erp.world import HONG_KONG

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
}
_STYLE = """
:root { --teal: #0e7c86; --amber: #d98e04; --ink: #16282b; --soft: #5b6d70; --line: #dfe7e8; --paper: #f4f7f7; }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 14px/1.6 "PingFang HK", "Microsoft JhengHei", "Noto Sans HK", "Noto Sans CJK HK", sans-serif }
header { background: var(--teal); color: #fff; padding: 16px 24px; display: flex; gap: 24px; align-items: center }
header h1 { font-size: 18px; margin: 0; flex: 1 }
main { max-width: 1180px; margin: 24px auto; padding: 0 24px }
input, button { font: inherit; padding: 6px 12px; border-radius: 6px; border: 1px solid var(--line) }
button { background: var(--teal); border-color: var(--teal); color: #fff; cursor: pointer; white-space: nowrap }
button:focus-visible, input:focus-visible { outline: 3px solid var(--amber); outline-offset: 1px }
table { width: 100%; border-collapse: collapse; background: #fff; border: 1px solid var(--line) }
th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top }
th { background: #eef4f4; font-weight: 600; white-space: nowrap }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
small { color: var(--soft) }
.state { display: inline-block; padding: 0 10px; border-radius: 10px; background: #e5f1f2; white-space: nowrap }
.state.cancelled, .state.returned, .state.pending_payment { background: #f7ecd6 }
"""


def local_only(request: Request) -> None:
    """Refuse other hosts' pages: the name must be this machine's, and a form must come from our own page."""
    host = request.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in _LOCAL:
        raise HTTPException(403, "this page is for the machine that it runs on")
    origin = request.headers.get("origin")
    if request.method == "POST" and (origin is None or urlsplit(origin).netloc != host):
        raise HTTPException(403, "this form was not ours")


router = APIRouter(dependencies=[Depends(local_only)], include_in_schema=False)


@router.get("/style.css")
async def style() -> HTMLResponse:
    """The page's style sheet."""
    return HTMLResponse(_STYLE, media_type="text/css")


@router.get("/")
async def show_orders(
    connection: ConnectionDep, words: Annotated[str, Query(alias="q", max_length=60)] = ""
) -> HTMLResponse:
    """The orders, newest first, or those that match."""
    words = words.replace("\0", "").strip()
    rows = "".join(_row(order, words) for order in await store.search_orders(connection, words, 60))
    empty = '<tr><td colspan="7">沒有符合的訂單。請輸入訂單編號、客戶姓名或運單號碼。</td></tr>'
    body = f"""<!doctype html><html lang="zh-HK"><head><meta charset="utf-8"><title>啟德百貨 ERP（示範）</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"></head><body>
<header><h1>啟德百貨 ERP（示範）</h1><form method="get" action="/" role="search">
<input name="q" value="{escape(words)}" placeholder="訂單編號／客戶／運單" aria-label="搜尋訂單" maxlength="60">
<button>搜尋</button></form></header>
<main><p><small>這是一個獨立的示範系統，有自己的數據庫。按「下一步」推進訂單，客服機械人隨即讀到新狀態。</small></p>
<table><thead><tr><th>訂單</th><th>客戶</th><th>貨品</th><th>金額</th><th>狀態</th><th>物流</th><th></th></tr></thead>
<tbody>{rows or empty}</tbody></table></main></body></html>"""
    return HTMLResponse(body, headers=HEADERS)


@router.post("/orders/{order_no}/next")
async def step_order(
    connection: ConnectionDep,
    order_no: Annotated[str, Path(min_length=1, max_length=40)],
    words: Annotated[str, Query(alias="q", max_length=60)] = "",
) -> RedirectResponse:
    """Press an order on by one step, then show the list again."""
    try:
        await store.set_status(connection, order_no, None, datetime.now(UTC))
    except store.OrderUnknownError:
        raise HTTPException(404, "沒有這張訂單") from None
    except store.StepRefusedError:
        raise HTTPException(409, "這張訂單已經沒有下一步") from None
    return RedirectResponse(f"/?q={quote(words)}", status_code=303)


def _row(order: OrderRow, words: str) -> str:
    goods = "<br>".join(f"{escape(line['name'])} × {line['qty']}" for line in order["lines"])
    placed = order["placed_at"].astimezone(HONG_KONG).strftime("%m 月 %d 日 %H:%M")
    following = steps.NEXT.get(order["status"])
    step = ""
    if following:
        target = f"/orders/{quote(order['order_no'], safe='')}/next?q={quote(words)}"
        label = f"{order['order_no']} 下一步：{steps.WORDS[following]}"
        step = f'<form method="post" action="{escape(target)}"><button aria-label="{escape(label)}">'
        step += f"下一步：{steps.WORDS[following]}</button></form>"
    return f"""<tr><td><b>{escape(order["order_no"])}</b><br><small>{placed}</small></td>
<td>{escape(order["customer_name"])}<br><small>{escape(order["customer_ref"])}</small></td><td>{goods}</td>
<td class="number">HK${order["total"]:,.2f}</td>
<td><span class="state {escape(order["status"])}">{steps.WORDS[order["status"]]}</span></td>
<td>{_parcel(order)}</td><td>{step}</td></tr>"""


def _parcel(order: OrderRow) -> str:
    parcel = order["shipment"]
    if parcel is None:
        return "<small>尚未寄出</small>"
    eta = f"，預計 {parcel['eta']:%m 月 %d 日}送達" if parcel["eta"] else ""
    return (
        f"{escape(parcel['carrier'])} {escape(parcel['tracking_no'])}{eta}"
        f"<br><small>{escape(parcel['last_event'] or '')}</small>"
    )
