"""Owns the demo insurer's HTML: products, the signed-in holder's policies and claims, and the widget's script tag."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kaitak.business.facts import InsuranceClaim, InsurancePolicy
from kaitak.demo.erp import insurer
from kaitak.demo.erp.insurer_pages import CLAIM_WORDS, POLICY_WORDS
from kaitak.demo.shop import drawings
from kaitak.demo.shop.pages import Visitor, Widget, identity, switch

_PRODUCTS = (
    ("汽車綜合保險", "Comprehensive motor", "撞車、盜竊、第三者責任，24 小時拖車", "HK$4,860／年起"),
    ("旅遊保險（全年）", "Annual travel", "不限次數，每次最多 90 日", "HK$1,280／年"),
    ("家居保險", "Home", "水漬、爆竊、家居責任", "HK$960／年起"),
    ("自願醫保（標準計劃）", "VHIS standard plan", "住院及手術，可扣稅", "HK$3,950／年起"),
    ("定期人壽保險", "Term life", "純保障，保額最高 HK$800 萬", "HK$6,120／年起"),
)
_SIGN_INS = (
    (insurer.HOLDER, "陳美玲（汽車、醫保）"),
    (insurer.TRAVELLER, "旅遊及人壽客戶"),
    (insurer.LAPSED, "有失效保單的客戶"),
)


def page(
    visitor: Visitor | None,
    policies: Sequence[InsurancePolicy] | None,
    claims: Sequence[InsuranceClaim] | None,
    widget: Widget,
) -> str:
    """The whole page."""
    script = f"{widget.base_url}/widget.js"
    cards = "".join(_card(*product) for product in _PRODUCTS)
    return f"""<!doctype html>
<html lang="zh-HK"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>啟德保險 Kai Tak Insurance</title><link rel="stylesheet" href="/shop.css">
<link rel="icon" href="/icon.svg"></head>
<body{identity(visitor)}>
<a class="skip" href="#main">跳到內容</a>
<header><a class="brand" href="/">{drawings.of("logo")}<span>啟德保險<small>KAI TAK INSURANCE</small></span></a>
<nav aria-label="分類"><a href="#products">保險產品</a><a href="#mine">我的保單</a></nav>{_account(visitor)}</header>
<main id="main"><section class="hero"><div><h1>飛得遠，有人保</h1>
<p>旅遊、汽車、家居、醫療、人壽。右下角問小保，保單同索償即時查到。</p>
<a class="button" href="#products">睇產品</a></div>{drawings.of("runway")}</section>
{_mine(visitor, policies, claims)}
<section id="products"><h2>保險產品</h2><div class="shelf">{cards}</div></section></main>
<footer><p>啟德保險有限公司 · 九龍啟德沐安街 1 號 · 這是 Kaitak 的示範網站，產品及客戶均屬虛構。</p></footer>
<script src="/shop.js"></script>
<script src="{escape(script)}" data-website-token="{escape(widget.website_token)}" async></script>
</body></html>"""


def _account(visitor: Visitor | None) -> str:
    if visitor is not None:
        return switch("/sign-out", visitor.name, "登出")
    return "".join(switch(f"/sign-in?as={ref}", "", f"以{name}登入") for ref, name in _SIGN_INS)


def _mine(
    visitor: Visitor | None, policies: Sequence[InsurancePolicy] | None, claims: Sequence[InsuranceClaim] | None
) -> str:
    if visitor is None:
        return ""
    if policies is None or claims is None:
        return '<section id="mine"><h2>我的保單</h2><p class="note">暫時未能讀取保單，請稍後再試。</p></section>'
    held = "".join(_policy(policy) for policy in policies)
    made = "".join(_claim(claim) for claim in claims)
    return f"""<section id="mine"><h2>我的保單</h2><ul class="orders">{held}</ul></section>
<section id="claims"><h2>我的索償</h2><ul class="orders">{made or "<li>沒有索償</li>"}</ul></section>"""


def _policy(policy: InsurancePolicy) -> str:
    status = escape(POLICY_WORDS.get(policy.status or "", policy.status or ""))
    return f"""<li><b>{escape(policy.policy_no)}</b><span class="state">{status}</span>
<span class="goods">{escape(policy.product or "")}</span>
<span class="when">{policy.starts_on} 至 {policy.ends_on}</span>
<span class="price">HK${policy.sum_insured or 0:,.0f}</span></li>"""


def _claim(claim: InsuranceClaim) -> str:
    status = claim.status or ""
    missing = "、".join(claim.missing_documents or ())
    return f"""<li><b>{escape(claim.claim_no)}</b><span class="state">{escape(CLAIM_WORDS.get(status, status))}</span>
<span class="goods">{escape(claim.policy_no or "")} {escape(missing)}</span>
<span class="when">{claim.incident_on}</span><span class="price">HK${claim.amount or 0:,.0f}</span></li>"""


def _card(name: str, english: str, note: str, price: str) -> str:
    return f"""<article class="card"><h3>{escape(name)}</h3><small lang="en">{escape(english)}</small>
<p class="note">{escape(note)}</p><p class="price">{escape(price)}</p></article>"""
