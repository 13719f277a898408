"""Owns the content of the demo's insurer: thirty holders with policies, claims and premiums. Pure."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from kaitak.demo.erp import world as shop
from kaitak.demo.erp.rows import World

HOLDER = "KI300001"  # 陳美玲 again, as the insurer knows her: motor and medical, a claim that lacks papers
TRAVELLER = "KI300007"  # annual travel and term life, a refused claim
LAPSED = "KI300016"  # motor, and a medical policy that has lapsed
_SEED = 305
_PRODUCTS = (
    ("汽車綜合保險", Decimal(380000), Decimal("4860.00")),
    ("旅遊保險（全年）", Decimal(1500000), Decimal("1280.00")),
    ("家居保險", Decimal(800000), Decimal("960.00")),
    ("自願醫保（標準計劃）", Decimal(420000), Decimal("3950.00")),
    ("定期人壽保險", Decimal(2000000), Decimal("6120.00")),
)
_METHODS = ("autopay", "card_on_file", "fps", "cheque")
_CLAIMS: tuple[tuple[str, list[str]], ...] = (
    ("documents_missing", ["醫生紙", "收據正本"]),
    ("assessing", []),
    ("approved", []),
    ("paid", []),
    ("refused", []),
)


def make(now: datetime) -> World:
    """The whole content, with dates relative to now."""
    dice = random.Random(_SEED)  # noqa: S311 (the same world each time is the point)
    everybody, world = World(), World()
    shop.add_customers(everybody, dice, now)
    today = now.astimezone(shop.HONG_KONG).date()
    for index, person in enumerate(everybody.customers[:30]):
        ref = f"KI{300001 + index}"
        world.customers.append((ref, *person[1:5], "保單持有人", 0, *person[7:]))
        for place in range(2 if index % 3 == 0 else 1):
            _add_policy(world, dice, ref=ref, kind=(index + place * 3) % len(_PRODUCTS), today=today)
    for index, holding in enumerate(world.policies[::2]):
        _add_claim(world, index, holding[1], holding[0], now=now)
    medical = next(str(row[0]) for row in world.policies if row[1] == HOLDER and "醫" in str(row[2]))
    for index, status in enumerate(("paid", "assessing")):
        at = (now - timedelta(days=38 - index * 34)).replace(microsecond=0)
        incident_on = (at - timedelta(days=5)).date()
        approved = Decimal(11800) if status == "paid" else None
        number, asked = f"KC-{60101 + index}", Decimal(12600)
        world.claims.append((number, HOLDER, medical, status, incident_on, at, asked, approved, []))
    return world


def _add_policy(world: World, dice: random.Random, *, ref: str, kind: int, today: date) -> None:
    product, insured, premium = _PRODUCTS[kind]
    number = 88001 + len(world.policies)
    starts_on = today - timedelta(days=dice.randrange(20, 330))
    lapsed = number % 11 == 0
    world.policies.append(
        (
            f"KP-{number}",
            ref,
            product,
            "lapsed" if lapsed else "in_force",
            insured,
            starts_on,
            starts_on + timedelta(days=365),
            _METHODS[number % len(_METHODS)],
            "黃志強（配偶）" if kind == 4 else None,
        )
    )
    world.premiums.append((f"PR-{number}-1", ref, f"KP-{number}", premium, starts_on, "paid", starts_on))
    due_on = starts_on + timedelta(days=365)
    world.premiums.append(
        (f"PR-{number}-2", ref, f"KP-{number}", premium, due_on, "overdue" if lapsed else "due", None)
    )


def _add_claim(world: World, index: int, ref: object, policy_no: object, *, now: datetime) -> None:
    status, missing = _CLAIMS[index % len(_CLAIMS)]
    at = (now - timedelta(days=6 + index)).replace(microsecond=0)
    amount = Decimal(1800 + index * 120)
    approved = amount - 200 if status in {"approved", "paid"} else None
    incident_on = (at - timedelta(days=2)).date()
    world.claims.append((f"KC-{60001 + index}", ref, policy_no, status, incident_on, at, amount, approved, missing))
