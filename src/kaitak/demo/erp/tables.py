"""Owns the demo ERP's own database: its tables, made by itself, and the filling of an empty one."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from kaitak.demo.erp.rows import World

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
create table if not exists deliveries (
  order_no text primary key references orders on delete cascade, address text not null, day date, slot text);
create table if not exists service_records (
  record_no text primary key, customer_ref text not null references customers, at timestamptz not null,
  kind text not null, summary text not null);
create table if not exists returns (
  return_no text primary key, customer_ref text not null references customers, order_no text not null references orders,
  sku text, qty int, kind text not null, status text not null, reason text not null, refund numeric(12, 2),
  requested_at timestamptz not null, refunded_at timestamptz);
create table if not exists invoices (
  invoice_no text primary key, customer_ref text not null references customers,
  order_no text not null unique references orders, total numeric(12, 2) not null, issued_at timestamptz not null,
  sent_to text not null);
create table if not exists points (
  entry_no text primary key, customer_ref text not null references customers, at timestamptz not null,
  points int not null, reason text not null, expires_on date);
create table if not exists policies (
  policy_no text primary key, customer_ref text not null references customers, product text not null,
  status text not null, sum_insured numeric(12, 2) not null, starts_on date not null, ends_on date not null,
  payment_method text not null, beneficiary text);
create table if not exists claims (
  claim_no text primary key, customer_ref text not null references customers,
  policy_no text not null references policies, status text not null, incident_on date not null,
  submitted_at timestamptz not null, amount numeric(12, 2), approved numeric(12, 2), missing_documents text[] not null,
  description text not null default '');
create table if not exists premiums (
  premium_no text primary key, customer_ref text not null references customers,
  policy_no text not null references policies, amount numeric(12, 2) not null, due_on date not null,
  status text not null, paid_on date);
create table if not exists deeds (
  key text primary key, customer_ref text not null, request jsonb not null, outcome text not null, reason text,
  reference text, at timestamptz not null);
create sequence if not exists numbers start 700001;
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
        "update deliveries set day = day + %(days)s",
        "update service_records set at = at + make_interval(days => %(days)s)",
        "update returns set requested_at = requested_at + make_interval(days => %(days)s)",
        "update returns set refunded_at = refunded_at + make_interval(days => %(days)s)",
        "update invoices set issued_at = issued_at + make_interval(days => %(days)s)",
        "update points set at = at + make_interval(days => %(days)s), expires_on = expires_on + %(days)s",
        "update policies set starts_on = starts_on + %(days)s, ends_on = ends_on + %(days)s",
        "update claims set incident_on = incident_on + %(days)s",
        "update claims set submitted_at = submitted_at + make_interval(days => %(days)s)",
        "update premiums set due_on = due_on + %(days)s, paid_on = paid_on + %(days)s",
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
        "insert into deliveries values (%s, %s, %s, %s)": world.deliveries,
        "insert into service_records values (%s, %s, %s, %s, %s)": world.service,
        "insert into returns values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)": world.returns,
        "insert into invoices values (%s, %s, %s, %s, %s, %s)": world.invoices,
        "insert into points values (%s, %s, %s, %s, %s, %s)": world.points,
        "insert into policies values (%s, %s, %s, %s, %s, %s, %s, %s, %s)": world.policies,
        "insert into claims values (%s, %s, %s, %s, %s, %s, %s, %s, %s)": world.claims,
        "insert into premiums values (%s, %s, %s, %s, %s, %s, %s)": world.premiums,
    }
    async with connection.cursor() as cursor:
        for statement, values in rows.items():
            await cursor.executemany(statement, values)
