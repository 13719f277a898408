"""Owns the demo ERP's own database: its tables, made by itself, and the filling of an empty one."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from kaitak.demo.erp.world import World

_LOCK = 0x4552500001
_SCHEMA = """
create table if not exists erp_fact (name text primary key, value text not null);
create table if not exists products (
  sku text primary key, name text not null, english text not null, category text not null,
  price numeric(12, 2) not null check (price >= 0));
create table if not exists stock (
  sku text not null references products, shop text not null, qty int not null check (qty >= 0),
  primary key (sku, shop));
create table if not exists customers (
  ref text primary key, name text not null, english text not null, email text not null unique,
  phone text not null unique, tier text not null, points int not null, since date not null,
  district text not null, address text not null);
create table if not exists orders (
  order_no text primary key, customer_ref text not null references customers, currency text not null default 'HKD',
  total numeric(12, 2) not null, placed_at timestamptz not null, changed_at timestamptz not null,
  status text not null check (status in
    ('pending_payment', 'paid', 'packing', 'shipped', 'out_for_delivery', 'delivered', 'cancelled', 'returned')));
create index if not exists orders_of_customer on orders (customer_ref, placed_at desc, order_no desc);
create table if not exists order_lines (
  order_no text not null references orders on delete cascade, line int not null, sku text not null references products,
  name text not null, qty int not null check (qty > 0), price numeric(12, 2) not null, primary key (order_no, line));
create table if not exists shipments (
  order_no text primary key references orders on delete cascade, carrier text not null,
  tracking_no text not null unique, status text not null, eta date);
create table if not exists shipment_events (
  id bigint generated always as identity primary key, order_no text not null references shipments on delete cascade,
  at timestamptz not null, text text not null);
create index if not exists shipment_events_newest on shipment_events (order_no, id desc);
"""


async def prepare(connection: AsyncConnection[tuple[object, ...]], world: World, now: datetime) -> bool:
    """Make the tables, and fill them if they are empty; true if they were. An older demo is moved up to today."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute(_SCHEMA)
        cursor = await connection.execute("select value from erp_fact where name = 'today'")
        row = await cursor.fetchone()
        if row is None:
            await _fill(connection, world)
            await connection.execute("insert into erp_fact values ('today', %s)", (now.isoformat(),))
            return True
        days = (now - datetime.fromisoformat(str(row[0]))).days
        if days > 0:
            await _move(connection, days)
            await connection.execute(
                "update erp_fact set value = %s where name = 'today'",
                ((datetime.fromisoformat(str(row[0])) + timedelta(days=days)).isoformat(),),
            )
        return False


async def _move(connection: AsyncConnection[tuple[object, ...]], days: int) -> None:
    """Dates are relative to now: a demo that is started again days later moves up as a whole."""
    for statement in (
        "update orders set placed_at = placed_at + make_interval(days => %(days)s)",
        "update orders set changed_at = changed_at + make_interval(days => %(days)s)",
        "update shipments set eta = eta + %(days)s",
        "update shipment_events set at = at + make_interval(days => %(days)s)",
    ):
        await connection.execute(statement, {"days": days})


async def _fill(connection: AsyncConnection[tuple[object, ...]], world: World) -> None:
    rows = {
        "insert into products values (%s, %s, %s, %s, %s)": world.products,
        "insert into stock values (%s, %s, %s)": world.stock,
        "insert into customers values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)": world.customers,
        "insert into orders (order_no, customer_ref, total, placed_at, changed_at, status)"
        " values (%s, %s, %s, %s, %s, %s)": world.orders,
        "insert into order_lines values (%s, %s, %s, %s, %s, %s)": world.lines,
        "insert into shipments values (%s, %s, %s, %s, %s)": world.shipments,
        "insert into shipment_events (order_no, at, text) values (%s, %s, %s)": world.events,
    }
    async with connection.cursor() as cursor:
        for statement, values in rows.items():
            await cursor.executemany(statement, values)
