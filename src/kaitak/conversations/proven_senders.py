"""Owns what follows when a channel proves a sender's number or mail address: evidence, and the join that it proves."""

from __future__ import annotations

from procrastinate import JobContext
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from kaitak.accounts.audit import Actor
from kaitak.contacts import families, suggesting
from kaitak.contacts.identity import normal_forms
from kaitak.conversations.road_rows import IncomingMessage
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import RETRIED, deps_of, tasks

ATTRIBUTE = "sender_verified"  # of a message whose sender the channel has proven, this very message
_NOTE = """
insert into contact_evidence (account_id, contact_id, kind, value, source, verified_by, verified_at)
values (%(account)s, %(contact)s, %(kind)s, %(value)s, 'check', 'channel', now())
on conflict (account_id, contact_id, kind, value) do update
set source = 'check', verified_by = 'channel', verified_at = now() where contact_evidence.verified_by is null
returning id
"""


async def note(connection: AsyncConnection[TupleRow], message: IncomingMessage, contact_id: int) -> None:
    """Keep the evidence in the caller's transaction; what is new is looked at by a job, to join whom it proves."""
    phone, email = normal_forms.phone(message.phone_number or ""), normal_forms.email(message.email or "")
    is_new = False
    for kind, value in (("phone", phone), ("email", email)):
        if value is not None:
            where = {"account": message.account_id, "contact": contact_id, "kind": kind, "value": value}
            is_new = (await (await connection.execute(_NOTE, where)).fetchone()) is not None or is_new
    if is_new:
        job = join_proven.configure(connection=connection, lock=f"contact:{message.account_id}:{contact_id}")
        await job.defer_async(account_id=message.account_id, contact_id=contact_id)


@tasks.task(name="contacts.join_proven", pass_context=True, retry=RETRIED)
async def join_proven(context: JobContext, account_id: int, contact_id: int) -> None:
    """Put together what the policy proves to be one person now; what people set apart stays apart."""
    account = AccountId(account_id)
    async with deps_of(context).database.transaction(account) as session:
        roots = await families.roots_of(session, account, [contact_id])
        if contact_id in roots:
            await suggesting.join_on_proof(session, Actor(account, None, None), roots[contact_id])
