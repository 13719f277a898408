"""Every statement of the demo ERP over returns, invoices, points, service, policies, claims, premiums, stock."""

from __future__ import annotations

from types import MappingProxyType

from psycopg.rows import DictRow

from kaitak.demo.erp.store import Connection

OF_CUSTOMER = MappingProxyType(
    {
        "service_records": "select record_no, at, kind, summary from service_records where customer_ref = %s"
        " order by at desc, record_no limit %s",
        "returns": "select return_no, order_no, kind, status, reason, refund, 'HKD' as currency, requested_at,"
        " refunded_at from returns where customer_ref = %s order by requested_at desc, return_no desc limit %s",
        "invoices": "select invoice_no, order_no, total, 'HKD' as currency, issued_at, sent_to from invoices"
        " where customer_ref = %s order by issued_at desc, invoice_no limit %s",
        "points": "select entry_no, at, points, reason, expires_on from points where customer_ref = %s"
        " order by at desc, entry_no limit %s",
        "policies": "select policy_no, product, status, sum_insured, 'HKD' as currency, starts_on, ends_on,"
        " payment_method, beneficiary from policies where customer_ref = %s order by policy_no limit %s",
        "claims": "select claim_no, policy_no, status, incident_on, submitted_at, amount, approved, 'HKD' as currency,"
        " missing_documents from claims where customer_ref = %s order by submitted_at desc, claim_no desc limit %s",
        "premiums": "select premium_no, policy_no, amount, 'HKD' as currency, due_on, status, paid_on from premiums"
        " where customer_ref = %s order by due_on desc, premium_no limit %s",
    }
)
OF_ORDER = MappingProxyType(
    {
        "events": "select e.order_no, e.at, e.text, s.carrier, s.tracking_no from shipment_events e"
        " join shipments s using (order_no) where e.order_no = %s order by e.id desc limit %s",
        "delivery": "select order_no, address, day, slot from deliveries where order_no = %s limit %s",
    }
)
_STOCK = """select s.sku, p.name, s.shop, s.qty > 0 as is_available, s.qty from stock s join products p using (sku)
where s.sku = %s order by s.shop limit %s"""


async def list_rows(connection: Connection, statement: str, subject: str, limit: int) -> list[DictRow]:
    """The rows of one of the statements above."""
    cursor = await connection.execute(statement.encode(), (subject, limit))
    return await cursor.fetchall()


async def list_stock(connection: Connection, sku: str, limit: int) -> list[DictRow]:
    """How many of an article each shop has."""
    return await list_rows(connection, _STOCK, sku, limit)


_CLAIMS = """select h.*, c.name from claims h join customers c on c.ref = h.customer_ref
where h.claim_no ilike %(like)s or h.policy_no ilike %(like)s or c.ref ilike %(like)s or c.name ilike %(like)s
order by h.submitted_at desc, h.claim_no desc limit 60"""
_POLICIES = """select h.*, c.name from policies h join customers c on c.ref = h.customer_ref
where h.policy_no ilike %(like)s or c.ref ilike %(like)s or c.name ilike %(like)s order by h.policy_no limit 60"""


async def search_claims(connection: Connection, words: str) -> list[DictRow]:
    """Claims whose number, policy or holder matches, newest first."""
    cursor = await connection.execute(_CLAIMS.encode(), {"like": _like(words)})
    return await cursor.fetchall()


async def search_policies(connection: Connection, words: str) -> list[DictRow]:
    """Policies whose number or holder matches."""
    cursor = await connection.execute(_POLICIES.encode(), {"like": _like(words)})
    return await cursor.fetchall()


async def find_claim_status(connection: Connection, claim_no: str) -> str | None:
    """How far a claim is, locked until the end of the request."""
    cursor = await connection.execute("select status from claims where claim_no = %s for update", (claim_no,))
    row = await cursor.fetchone()
    return str(row["status"]) if row else None


async def set_claim_status(connection: Connection, claim_no: str, status: str) -> None:
    """Move a claim on; complete papers are no longer missing, an approved claim is approved in full."""
    await connection.execute(
        """update claims set status = %(status)s, missing_documents = '{}',
           approved = case when %(status)s = 'approved' then coalesce(approved, amount, 0) else approved end
           where claim_no = %(claim_no)s""",
        {"status": status, "claim_no": claim_no},
    )


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
