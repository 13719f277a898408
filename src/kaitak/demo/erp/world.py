"""Owns the demo ERP's content: forty customers and a hundred and twenty orders, the same each time. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kaitak.demo import catalogue
from kaitak.demo.erp import after, steps
from kaitak.demo.erp.rows import Row, World

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
MEI_LING = "KT100001"  # 陳美玲, the demo's signed-in customer
FIRST_ORDER, LAST_ORDER = 100150, 100269
_SEED = 852
_SURNAMES = (
    "陳|Chan 黃|Wong 李|Lee 張|Cheung 林|Lam 梁|Leung 何|Ho "
    "吳|Ng 劉|Lau 鄭|Cheng 周|Chow 葉|Yip 郭|Kwok 曾|Tsang 馮|Fung"
)
_GIVEN = (
    "家豪|Ka Ho 詠琳|Wing Lam 志明|Chi Ming 嘉欣|Ka Yan 俊傑|Chun Kit 淑儀|Shuk Yee 浩然|Ho Yin 曉彤|Hiu Tung "
    "國強|Kwok Keung 麗珍|Lai Chun 子軒|Tsz Hin 佩珊|Pui Shan 偉文|Wai Man 穎詩|Wing Sze"
)
_PLACES = (
    ("旺角", "彌敦道 688 號 12 樓"),
    ("觀塘", "開源道 55 號 7 樓"),
    ("沙田", "沙田正街 18 號 23 樓"),
    ("荃灣", "青山公路 302 號 9 樓"),
    ("銅鑼灣", "軒尼詩道 499 號 15 樓"),
    ("將軍澳", "唐德街 9 號 31 樓"),
    ("元朗", "教育路 66 號 5 樓"),
    ("啟德", "沐安街 11 號 18 樓"),
    ("北角", "英皇道 401 號 20 樓"),
    ("屯門", "屯順街 1 號 11 樓"),
    ("黃大仙", "龍翔道 136 號 8 樓"),
    ("大埔", "安慈路 3 號 6 樓"),
)
_REGIONS = {"銅鑼灣": "香港", "北角": "香港", "旺角": "九龍", "觀塘": "九龍", "啟德": "九龍", "黃大仙": "九龍"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """One order before it is spread over the tables."""

    number: int
    customer: int
    status: str
    age: timedelta
    basket: tuple[tuple[str, int], ...]
    carrier: str = steps.CARRIERS[0]
    eta_in_days: int | None = None


_TOLD = {  # the orders that the demo's walk-through speaks of
    100162: _Plan(100162, 0, "delivered", timedelta(days=41), (("KT-HM-5103", 1),)),
    100186: _Plan(100186, 0, "returned", timedelta(days=33), (("KT-HA-3148", 1),)),
    100198: _Plan(100198, 0, "delivered", timedelta(days=19), (("KT-BT-6102", 2), ("KT-BT-6118", 1))),
    100234: _Plan(100234, 0, "shipped", timedelta(days=2), (("KT-AU-2101", 1), ("KT-FD-8101", 2)), eta_in_days=1),
    100235: _Plan(100235, 0, "packing", timedelta(hours=20), (("KT-HA-3102", 1),)),
    100240: _Plan(100240, 3, "out_for_delivery", timedelta(days=3), (("KT-FS-7101", 1),), eta_in_days=0),
}


def make(now: datetime) -> World:
    """The whole content, with dates relative to now."""
    dice = random.Random(_SEED)  # noqa: S311 (the same world each time is the point)
    world = World()
    for item in catalogue.PRODUCTS:
        world.products.append((item.sku, item.name, item.english, item.category, item.price))
        world.stock.extend((item.sku, shop, dice.choice((0, 2, 5, 8, 12, 30))) for shop in catalogue.SHOPS)
    add_customers(world, dice, now)
    for number in range(FIRST_ORDER, LAST_ORDER + 1):
        made_up = _invent(dice, number)
        _add_order(world, dice, _TOLD.get(number, made_up), now)
    after.add(world, now)
    return world


def add_customers(world: World, dice: random.Random, now: datetime) -> None:
    """Forty people; the first is the demo's signed-in customer."""
    surnames = [part.split("|") for part in _SURNAMES.split()]
    given = [part.split("|") for part in _given_names()]
    today = now.astimezone(HONG_KONG).date()
    people = [("陳", "Chan", "美玲", "Mei Ling")]
    while len(people) < 40:
        surname, first = dice.choice(surnames), dice.choice(given)
        person = (surname[0], surname[1], first[0], first[1])
        if person not in people:
            people.append(person)
    phones = dice.sample(range(51000000, 69999999), 40)
    for index, (surname_zh, surname_en, given_zh, given_en) in enumerate(people):
        district, street = dice.choice(_PLACES)
        tier, points = dice.choice((("普通會員", 240), ("普通會員", 860), ("銀卡", 1850), ("金卡", 4200)))
        english = f"{surname_en} {given_en}"
        email = f"{given_en.replace(' ', '').lower()}.{surname_en.lower()}{index or ''}@example.com"
        since = today - timedelta(days=dice.randrange(60, 2500))
        row: Row = (
            f"KT{100001 + index}",
            surname_zh + given_zh,
            english,
            email,
            f"+852{phones[index]}",
            tier,
            points + dice.randrange(0, 99),
            since,
            district,
            f"{_REGIONS.get(district, '新界')}{district}{street}",
        )
        world.customers.append(row)
    _make_mei_ling(world, today)


def _make_mei_ling(world: World, today: date) -> None:
    world.customers[0] = (
        MEI_LING,
        "陳美玲",
        "Chan Mei Ling",
        "meiling.chan@example.com",
        "+85260001234",
        "金卡",
        3280,
        today.replace(year=today.year - 4, day=1),
        "啟德",
        "九龍啟德沐安街 11 號 18 樓 A 室",
    )


def _given_names() -> list[str]:
    """`家豪|Ka Ho 詠琳|Wing Lam` split before each Chinese name."""
    parts: list[str] = []
    for word in _GIVEN.split(" "):
        if "|" in word:
            parts.append(word)
        elif parts:
            parts[-1] += f" {word}"
    return parts


def _invent(dice: random.Random, number: int) -> _Plan:
    position = (LAST_ORDER - number) / (LAST_ORDER - FIRST_ORDER)  # 0 newest, 1 oldest
    age = timedelta(days=position * 55, hours=dice.randrange(0, 12))
    if position > 0.2:
        status = dice.choices(("delivered", "returned", "cancelled"), (86, 6, 8))[0]
    else:
        choice = ("pending_payment", "paid", "packing", "shipped", "out_for_delivery", "delivered", "cancelled")
        status = dice.choices(choice, (8, 18, 20, 26, 12, 12, 4))[0]
    goods = dice.sample(catalogue.PRODUCTS, dice.choices((1, 2, 3, 4), (50, 30, 15, 5))[0])
    basket = tuple((item.sku, dice.choices((1, 2, 3), (80, 15, 5))[0]) for item in goods)
    carrier = dice.choices(steps.CARRIERS, (75, 25))[0]
    return _Plan(number, dice.randrange(1, 40), status, age, basket, carrier, dice.choice((1, 1, 2, 3)))


def _add_order(world: World, dice: random.Random, plan: _Plan, now: datetime) -> None:
    order_no = f"HK25-{plan.number}"
    goods = {item.sku: item for item in catalogue.PRODUCTS}
    total = sum((goods[sku].price * qty for sku, qty in plan.basket), Decimal(0))
    placed_at = (now - plan.age).replace(microsecond=0)
    trail = _trail(plan, placed_at, now, str(world.customers[plan.customer][8]))
    changed_at = trail[-1][0] if trail else placed_at + min(plan.age, timedelta(hours=3))
    world.orders.append((order_no, world.customers[plan.customer][0], total, placed_at, changed_at, plan.status))
    for line, (sku, qty) in enumerate(plan.basket, start=1):
        world.lines.append((order_no, line, sku, goods[sku].name, qty, goods[sku].price))
    if plan.status in steps.WITH_PARCEL:
        number = f"SF{13902847:08d}{plan.number}" if plan.carrier == steps.CARRIERS[0] else _post_number(dice)
        world.shipments.append((order_no, plan.carrier, number, plan.status, _eta(plan, now)))
        world.events.extend((order_no, at, text) for at, text in trail)


def _trail(plan: _Plan, placed_at: datetime, now: datetime, district: str) -> list[tuple[datetime, str]]:
    reached = {
        "shipped": ("shipped",),
        "out_for_delivery": ("shipped", "out_for_delivery"),
        "delivered": ("shipped", "out_for_delivery", "delivered"),
        "returned": ("shipped", "out_for_delivery", "delivered", "returned"),
    }.get(plan.status, ())
    step = min(timedelta(hours=20), (now - placed_at) / (len(reached) + 1))
    told = (
        (placed_at + step * (i + 1), steps.event_text(one, plan.carrier, district)) for i, one in enumerate(reached)
    )
    return [(at.replace(microsecond=0), text) for at, text in told if text is not None]


def _eta(plan: _Plan, now: datetime) -> date | None:
    if plan.status not in {"shipped", "out_for_delivery"}:
        return None
    days = 0 if plan.status == "out_for_delivery" else plan.eta_in_days or 1
    return now.astimezone(HONG_KONG).date() + timedelta(days=days)


def _post_number(dice: random.Random) -> str:
    return f"RB{dice.randrange(10**8, 10**9)}HK"
