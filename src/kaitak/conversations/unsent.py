"""Owns what follows when an answer of the bot finally failed: its conversation's next turn gives it to a person.

The turn is made due here; that the answer did not arrive stands in the bot's state, good for one ownership only, so
that nothing is left over once a person has taken the conversation. What the bot was about to say then counts no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from kaitak.channels.errors import OptedOutError, RecipientGoneError
from kaitak.conversations.road_connections import Connection
from kaitak.conversations.road_rows import DeliveryOutcome, Json
from kaitak.core.ids import AccountId, MessageId

UNSENT = "unsent"  # in the bot's state
_UNREACHABLE = (RecipientGoneError.code, OptedOutError.code)  # there a person could not write either

# Conversations are locked before deliveries, as whoever acts on one locks them.
LOCK = """
select 1 from conversation c
where c.account_id = %(account)s and c.id = any(array(
    select m.conversation_id from message m where m.account_id = %(account)s and m.id = any(%(messages)s::bigint[])))
order by c.id for no key update
"""
HAND_OVER = """
with lost as materialized (
    select distinct on (m.conversation_id) m.conversation_id as id, m.status_reason as code, h.created_at as heard_at
    from message m
    left join lateral (
        select i.created_at from message i
        where i.account_id = m.account_id and i.conversation_id = m.conversation_id and i.seq < m.seq
          and i.message_type = 'incoming' order by i.seq desc limit 1) h on true
    where m.account_id = %(account)s and m.id = any(%(messages)s::bigint[]) and m.sender_type = 'bot'
      and m.status = 'failed' and coalesce(m.status_reason, '') <> all (%(unreachable)s::text[])
    order by m.conversation_id, m.seq
)
update conversation c
set bot_state = c.bot_state || jsonb_build_object('unsent',
        jsonb_build_object('token', c.owner_token + 1, 'code', coalesce(l.code, ''))),
    owner_token = c.owner_token + 1, claimed_until = null, claimed_by = null, turn_attempts = 0,
    turn_due_at = now(), turn_waiting_since = coalesce(c.turn_waiting_since, now()),
    waiting_since = coalesce(c.waiting_since, l.heard_at, now())
from lost l
where c.account_id = %(account)s and c.id = any(array(select l.id from lost l)) and c.id + 0 = l.id
  and c.owner = 'bot' and c.status <> 'resolved'
"""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Why the bot's last answer did not arrive: the code of the channel's error, or the platform's own words."""

    code: str


def is_lost(outcome: DeliveryOutcome) -> bool:
    """Whether the customer goes without this answer of the bot, while a person could still see to them."""
    return (
        outcome.status == "failed" and outcome.delivery.sender_type == "bot" and outcome.error_code not in _UNREACHABLE
    )


def read(state: Json, owner_token: int) -> Unsent | None:
    """What the state says of an answer that did not arrive under this ownership."""
    found: JsonValue = state.get(UNSENT)
    if not isinstance(found, dict) or found.get("token") != owner_token:
        return None
    return Unsent(str(found.get("code") or ""))


async def lock(connection: Connection, account_id: AccountId, messages: Sequence[MessageId]) -> None:
    """Lock the conversations of messages whose failure is about to be written down."""
    await connection.execute(LOCK, {"account": account_id, "messages": list(messages)})


async def hand_over(connection: Connection, account_id: AccountId, messages: Sequence[MessageId]) -> None:
    """Have the next turn of the bot's conversations give them to a person; of messages that did not fail, none."""
    values = {"account": account_id, "messages": list(messages), "unreachable": list(_UNREACHABLE)}
    await connection.execute(HAND_OVER, values)
