"""Fills an empty Tryton over its own protocol: a company, goods in a warehouse, two customers and what they ordered."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Mapping, Sequence

Fields = Mapping[str, object]


class RefusedError(Exception):
    """Tryton did not do it."""


class Client:
    """A user of a Tryton database, the plain way."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url, self._token = url, ""
        signed_in = self.call("common.db.login", user, {"password": password}, "en")
        assert isinstance(signed_in, list)
        self._token = base64.b64encode(f"{user}:{signed_in[0]}:{signed_in[1]}".encode()).decode()
        self.context = self.call("model.res.user.get_preferences", True, {})

    def call(self, method: str, *params: object) -> object:
        body = json.dumps({"id": 1, "method": method, "params": list(params)}).encode()
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Session {self._token}"} if self._token else {}
        )
        with urllib.request.urlopen(urllib.request.Request(self._url, body, headers), timeout=60) as reply:
            answer = json.load(reply)
        if "error" in answer:
            raise RefusedError(f"{method}: {answer['error'][:2]}")
        return answer["result"]

    def create(self, model: str, **values: object) -> int:
        made = self.call(f"model.{model}.create", [values], self.context)
        assert isinstance(made, list)
        return int(made[0])

    def find(self, model: str, *domain: object) -> int:
        found = self.call(f"model.{model}.search", list(domain), 0, 1, None, self.context)
        assert isinstance(found, list)
        assert found, f"no {model} {domain}"
        return int(found[0])

    def do(self, model: str, button: str, *ids: int) -> object:
        return self.call(f"model.{model}.{button}", list(ids), self.context)


def decimal(text: str) -> Fields:
    return {"__class__": "Decimal", "decimal": text}


def day(year: int, month: int, of_month: int) -> Fields:
    return {"__class__": "date", "year": year, "month": month, "day": of_month}


def fill(url: str, admin_password: str, user: str, password: str) -> None:
    """Everything."""
    client = Client(url, "admin", admin_password)
    currency = client.create(
        "currency.currency", code="HKD", name="Hong Kong dollar", symbol="HK$", rounding=decimal("0.01"), digits=2
    )
    company = client.create(
        "company.company",
        party=client.create("party.party", name="Kai Tak Goods"),
        currency=currency,
        timezone="Asia/Hong_Kong",
    )
    admin = client.find("res.user", ["login", "=", "admin"])
    client.call(
        "model.res.user.write", [admin], {"companies": [["add", [company]]], "company": company}, client.context
    )
    client = Client(url, "admin", admin_password)
    groups = [client.find("res.group", ["name", "=", name]) for name in ("Sales", "Stock", "Accounting")]
    client.create(
        "res.user",
        name="Kaitak",
        login=user,
        password=password,
        groups=[["add", groups]],
        companies=[["add", [company]]],
        company=company,
    )
    numbers = client.find("ir.sequence", ["sequence_type.name", "=", "Sale"])
    numbering = {"prefix": "HK25-", "padding": 6, "number_next": 200001}
    client.call("model.ir.sequence.write", [numbers], numbering, client.context)
    goods = {code: _article(client, code, name, price) for code, name, price in _GOODS}
    _receive(client, company, goods["KT-AU-2101"], 12)
    for code, name, email, mobile, orders in _CUSTOMERS:
        party = client.create(
            "party.party",
            name=name,
            code=code,
            addresses=[["create", [{"street_unstructured": "1 Kai Tak Road", "city": "Kowloon City"}]]],
            contact_mechanisms=[["create", [{"type": "email", "value": email}, {"type": "mobile", "value": mobile}]]],
        )
        for steps, date, lines in orders:
            wanted = [{"product": goods[sku], "quantity": n, "unit_price": decimal(price)} for sku, n, price in lines]
            _sell(client, party, steps, date, wanted)


_GOODS = (("KT-AU-2101", "Wireless earphones", "899.00"), ("KT-HM-3302", "Rice cooker", "1280.00"))
_EARPHONES, _COOKER = ("KT-AU-2101", 2, "899.00"), ("KT-HM-3302", 1, "1280.00")
_CUSTOMERS = (
    (
        "KT100001",
        "陳美玲",
        "meiling@example.com",
        "+85261231234",
        (
            (("quote", "confirm", "ship"), day(2026, 3, 1), [_EARPHONES, _COOKER]),
            (("quote", "confirm"), day(2026, 3, 2), [_COOKER]),
            (("quote",), day(2026, 3, 3), [_EARPHONES]),
            (("quote",), day(2026, 3, 4), [_COOKER]),
        ),
    ),
    ("KT100004", "李大文", "tai@example.com", "+85297654321", ((("quote",), day(2026, 3, 5), [_COOKER]),)),
)


def _article(client: Client, code: str, name: str, price: str) -> int:
    unit = client.find("product.uom", ["name", "=", "Unit"])
    client.create(
        "product.template",
        name=name,
        type="goods",
        default_uom=unit,
        sale_uom=unit,
        salable=True,
        list_price=decimal(price),
        products=[["create", [{"suffix_code": code}]]],
    )
    return client.find("product.product", ["code", "=", code])


def _receive(client: Client, company: int, product: int, qty: int) -> None:
    lost = client.find("stock.location", ["type", "=", "lost_found"])
    storage = client.find("stock.location", ["code", "=", "STO"])
    unit = client.find("product.uom", ["name", "=", "Unit"])
    move = client.create(
        "stock.move", product=product, unit=unit, quantity=qty, from_location=lost, to_location=storage, company=company
    )
    client.do("stock.move", "do", move)


def _sell(client: Client, party: int, steps: tuple[str, ...], date: Fields, lines: Sequence[Fields]) -> None:
    address = client.find("party.address", ["party", "=", party])
    unit = client.find("product.uom", ["name", "=", "Unit"])
    sale = client.create(
        "sale.sale",
        company=client.find("company.company"),
        currency=client.find("currency.currency", ["code", "=", "HKD"]),
        party=party,
        invoice_address=address,
        shipment_address=address,
        warehouse=client.find("stock.location", ["type", "=", "warehouse"]),
        sale_date=date,
        invoice_method="manual",
        shipment_method="order",
        lines=[["create", [{"type": "line", "unit": unit, **line} for line in lines]]],
    )
    for step in steps:
        if step != "ship":
            client.do("sale.sale", step, sale)
            continue
        shipment = client.find("stock.shipment.out", ["moves.sale", "=", sale])
        for button in ("wait", "assign_force", "pick", "pack", "ship"):
            client.do("stock.shipment.out", button, shipment)
