"""Owns the insurer's page for people: policies and claims, press a claim on by one step. Only from this machine."""

from __future__ import annotations

from html import escape
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from psycopg.rows import DictRow

from kaitak.demo.erp import more_store, pages
from kaitak.demo.erp.rest import ConnectionDep

CLAIM_WORDS = MappingProxyType(
    {
        "notified": "已收到",
        "documents_missing": "欠文件",
        "assessing": "審核中",
        "approved": "已批核",
        "paid": "已賠付",
        "refused": "不獲批",
    }
)
POLICY_WORDS = MappingProxyType({"in_force": "生效中", "lapsed": "已失效", "ended": "已完結"})
_FOLLOWING = MappingProxyType(
    {"notified": "assessing", "documents_missing": "assessing", "assessing": "approved", "approved": "paid"}
)
router = APIRouter(dependencies=[Depends(pages.local_only)], include_in_schema=False)
router.add_api_route("/style.css", pages.style, response_class=HTMLResponse)


@router.get("/")
async def show_insurer(
    connection: ConnectionDep, words: Annotated[str, Query(alias="q", max_length=60)] = ""
) -> HTMLResponse:
    """The claims and policies, or those that match."""
    words = words.replace("\0", "").strip()
    claims = "".join(_claim(row, words) for row in await more_store.search_claims(connection, words))
    policies = "".join(_policy(row) for row in await more_store.search_policies(connection, words))
    none = '<tr><td colspan="7">沒有符合的紀錄。請輸入保單號碼、索償編號或客戶姓名。</td></tr>'
    body = f"""<!doctype html><html lang="zh-HK"><head><meta charset="utf-8"><title>啟德保險 核心系統（示範）</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"></head><body>
<header><h1>啟德保險 核心系統（示範）</h1><form method="get" action="/" role="search">
<input name="q" value="{escape(words)}" placeholder="保單／索償／客戶" aria-label="搜尋保單或索償" maxlength="60">
<button>搜尋</button></form></header>
<main><p><small>這是一個獨立的示範系統，有自己的數據庫。按「下一步」推進索償，客服機械人隨即讀到新狀態。</small></p>
<h2>索償</h2><table><thead><tr><th>索償</th><th>客戶</th><th>保單</th><th>事發日</th><th>申請／批核</th><th>狀態</th>
<th></th></tr></thead><tbody>{claims or none}</tbody></table>
<h2>保單</h2><table><thead><tr><th>保單</th><th>客戶</th><th>產品</th><th>保額</th><th>保障期</th><th>繳費</th><th>狀態</th>
</tr></thead><tbody>{policies or none}</tbody></table></main></body></html>"""
    return HTMLResponse(body, headers=pages.HEADERS)


@router.post("/claims/{claim_no}/next")
async def step_claim(
    connection: ConnectionDep,
    claim_no: Annotated[str, Path(min_length=1, max_length=40)],
    words: Annotated[str, Query(alias="q", max_length=60)] = "",
) -> RedirectResponse:
    """Press a claim on by one step, then show the list again."""
    status = await more_store.find_claim_status(connection, claim_no)
    if status is None:
        raise HTTPException(404, "沒有這宗索償")
    if status not in _FOLLOWING:
        raise HTTPException(409, "這宗索償已經沒有下一步")
    await more_store.set_claim_status(connection, claim_no, _FOLLOWING[status])
    return RedirectResponse(f"/?q={quote(words)}", status_code=303)


def _claim(row: DictRow, words: str) -> str:
    number, status = str(row["claim_no"]), str(row["status"])
    step = ""
    if status in _FOLLOWING:
        target = f"/claims/{quote(number, safe='')}/next?q={quote(words)}"
        label = f"下一步：{CLAIM_WORDS[_FOLLOWING[status]]}"
        step = f'<form method="post" action="{escape(target)}">'
        step += f'<button aria-label="{escape(number)} {label}">{label}</button></form>'
    missing = f"<br><small>{escape('、'.join(row['missing_documents']))}</small>" if row["missing_documents"] else ""
    return f"""<tr><td><b>{escape(number)}</b></td>{_customer(row)}<td>{escape(row["policy_no"])}</td>
<td>{row["incident_on"]}</td><td class="number">{_money(row["amount"])}<br>{_money(row["approved"])}</td>
<td><span class="state {escape(status)}">{CLAIM_WORDS.get(status, escape(status))}</span>{missing}</td>
<td>{step}</td></tr>"""


def _policy(row: DictRow) -> str:
    status = str(row["status"])
    return f"""<tr><td><b>{escape(row["policy_no"])}</b></td>{_customer(row)}<td>{escape(row["product"])}</td>
<td class="number">{_money(row["sum_insured"])}</td><td>{row["starts_on"]} 至 {row["ends_on"]}</td>
<td>{escape(row["payment_method"])}</td>
<td><span class="state {escape(status)}">{POLICY_WORDS.get(status, escape(status))}</span></td></tr>"""


def _customer(row: DictRow) -> str:
    return f"<td>{escape(row['name'])}<br><small>{escape(row['customer_ref'])}</small></td>"


def _money(amount: object) -> str:
    return "—" if amount is None else f"HK${amount:,.2f}"
