"""Owns the demo shop's HTML: products, the signed-in customer's orders, and the widget's script tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from kaitak.business.contract import Order
from kaitak.demo import catalogue
from kaitak.demo.catalogue import Product
from kaitak.demo.erp.steps import WORDS
from kaitak.demo.erp.world import HONG_KONG
from kaitak.demo.shop import drawings


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer whom the shop knows, with the signature that tells the widget so."""

    ref: str
    name: str
    email: str
    phone: str
    identifier_hash: str


@dataclass(frozen=True, slots=True)
class Widget:
    """Where the customer's window comes from."""

    base_url: str
    website_token: str


def page(visitor: Visitor | None, orders: Sequence[Order] | None, widget: Widget) -> str:
    """The whole page."""
    categories = list(dict.fromkeys(product.category for product in catalogue.PRODUCTS))
    menu = "".join(f'<a href="#{quote(name)}">{escape(name)}</a>' for name in categories)
    shelves = "".join(_shelf(name) for name in categories)
    script = f"{widget.base_url}/widget.js"
    return f"""<!doctype html>
<html lang="zh-HK"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>啟德百貨 Kai Tak Store</title><link rel="stylesheet" href="/shop.css"><link rel="icon" href="/icon.svg"></head>
<body{identity(visitor)}>
<a class="skip" href="#main">跳到內容</a>
<header><a class="brand" href="/">{drawings.of("logo")}<span>啟德百貨<small>KAI TAK STORE</small></span></a>
<nav aria-label="分類">{menu}</nav>{_account(visitor)}</header>
<main id="main">{_hero()}{_orders(visitor, orders)}{shelves}</main>
<footer><p>啟德百貨有限公司 · 九龍啟德沐安街 1 號 · 這是 Kaitak 的示範網店，貨品及客戶均屬虛構。</p></footer>
<script src="/shop.js"></script>
<script src="{escape(script)}" data-website-token="{escape(widget.website_token)}" async></script>
</body></html>"""


def identity(visitor: Visitor | None) -> str:
    """What the page tells its script of who is signed in."""
    if visitor is None:
        return ""
    fields = {
        "identifier": visitor.ref,
        "identifier-hash": visitor.identifier_hash,
        "name": visitor.name,
        "email": visitor.email,
        "phone": visitor.phone,
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in fields.items())


def _account(visitor: Visitor | None) -> str:
    if visitor is None:
        return switch("/sign-in", "訪客", "以陳美玲登入")
    return switch("/sign-out", visitor.name, "登出")


def switch(action: str, name: str, verb: str) -> str:
    """A form that signs in or out."""
    inner = f"<span>{escape(name)}</span><button>{escape(verb)}</button>"
    return f'<form class="account" method="post" action="{action}">{inner}</form>'


def _hero() -> str:
    return f"""<section class="hero"><div><h1>由跑道到生活</h1>
<p>啟德的老地方，新的百貨店。全港買滿 HK$500 免運費，順豐最快翌日送達。</p>
<a class="button" href="#{quote("影音數碼")}">立即選購</a></div>
{drawings.of("runway")}</section>"""


def _orders(visitor: Visitor | None, orders: Sequence[Order] | None) -> str:
    if visitor is None:
        return ""
    if orders is None:
        inner = '<p class="note">暫時未能讀取訂單，請稍後再試。</p>'
    elif not orders:
        inner = '<p class="note">您還沒有訂單。</p>'
    else:
        inner = f'<ul class="orders">{"".join(_order(order) for order in orders)}</ul>'
    return f'<section id="orders"><h2>我的訂單</h2>{inner}</section>'


def _order(order: Order) -> str:
    goods = "、".join(f"{escape(item.name)} × {item.qty}" for item in order.items or ())
    placed = order.placed_at.astimezone(HONG_KONG).strftime("%Y 年 %m 月 %d 日") if order.placed_at else ""
    eta = ""
    if order.shipment is not None and order.shipment.eta is not None:
        eta = f"<small>預計 {order.shipment.eta:%m 月 %d 日}送達</small>"
    total = "" if order.total is None else f"HK${order.total:,.2f}"
    state = escape(order.status.value)
    return f"""<li><b>{escape(order.order_no)}</b><span class="state {state}">{WORDS[order.status.value]}</span>
<span class="goods">{goods}</span><span class="when">{placed} {eta}</span><span class="price">{total}</span></li>"""


def _shelf(category: str) -> str:
    cards = "".join(_card(product) for product in catalogue.PRODUCTS if product.category == category)
    return f'<section id="{quote(category)}"><h2>{escape(category)}</h2><div class="shelf">{cards}</div></section>'


def _card(product: Product) -> str:
    note = f'<span class="tag">{escape(product.note)}</span>' if product.note else ""
    return f"""<article class="card {escape(product.art)}">{drawings.of(product.art)}{note}
<h3>{escape(product.name)}</h3>
<small lang="en">{escape(product.english)}</small><p class="price">HK${product.price:,.2f}</p></article>"""
