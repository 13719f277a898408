"""Owns how the road's rows are written for its statements and read from what they answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

import orjson
from psycopg.rows import TupleRow

from kaitak.conversations.road_rows import (
    MAX_LINES,
    ClaimedDelivery,
    ClaimedTurn,
    CustomerLine,
    DeliveryOutcome,
    FinishedTurn,
    IncomingMessage,
    Json,
    StoredFile,
)

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def dumped(rows: list[Json]) -> str:
    """JSON that PostgreSQL can hold: it has no NUL character, so one becomes the replacement character."""
    text = orjson.dumps(rows).decode()
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def without_nul(message: IncomingMessage) -> IncomingMessage:
    """The message as `dumped` would write it, for statements that take its values one by one."""
    names = ("external_id", "source_id", "name", "email", "phone_number")
    values = {name: value.replace("\0", "\ufffd") for name in names if (value := getattr(message, name)) is not None}
    return replace(message, **values)


def first_of_each(numbers: Sequence[int], messages: Sequence[IncomingMessage]) -> list[int]:
    """One number for each (inbox, external id): a repetition within one group is a duplicate like any other."""
    first: dict[tuple[int, str], int] = {}
    for number in numbers:
        first.setdefault((messages[number].inbox_id, messages[number].external_id), number)
    return list(first.values())


def of_message(number: int, message: IncomingMessage) -> Json:
    """What `INGEST` takes of a message; `number` is its place in the answer."""
    return {
        "ord": number,
        "inbox_id": message.inbox_id,
        "external_id": message.external_id,
        "source_id": message.source_id,
        "content": message.content,
        "attributes": message.attributes,
        "echo_id": message.echo_id,
        "settle": message.settle.total_seconds(),
        "raw": message.raw,
    }


def of_finished(finished: FinishedTurn) -> Json:
    """What `FINISH` takes of a turn."""
    turn, hand_over = finished.turn, finished.hand_over
    return {
        "conversation_id": turn.conversation_id,
        "token": turn.owner_token,
        "claim": turn.claim,
        "seen_seq": turn.last_seq,
        "from_seq": turn.lines[0].seq if turn.lines else turn.answered_seq,
        "to_seq": turn.to_seq,
        "more": len(turn.lines) >= MAX_LINES,
        "state": finished.state,
        "messages": list(finished.messages),
        "understanding": finished.understanding,
        "trace": list(finished.trace),
        "outcome": finished.outcome,
        "hand_over": hand_over is not None,
        "priority": hand_over.priority if hand_over else None,
        "team": hand_over.team if hand_over else None,
        "packet": hand_over.packet if hand_over else None,
        "reason": hand_over.reason if hand_over else None,
        "look_at": finished.look_at.isoformat() if finished.look_at is not None and hand_over is None else None,
        "only_if_quiet": finished.only_if_quiet,
    }


def of_outcome(outcome: DeliveryOutcome) -> Json:
    """What `RECORD` takes of a delivery's outcome."""
    return {
        "delivery_id": outcome.delivery.delivery_id,
        "claim": outcome.delivery.claim,
        "status": outcome.status,
        "counted": outcome.is_counted,
        "retry": outcome.retry.total_seconds(),
        "error_code": outcome.error_code,
        "error_detail": outcome.error_detail,
        "external_ids": list(outcome.external_ids),
    }


def turn_of(row: TupleRow, claim: str) -> ClaimedTurn:
    """A row of `claim_turns`."""
    return ClaimedTurn(
        account_id=row[0],
        conversation_id=row[1],
        display_id=row[2],
        inbox_id=row[3],
        contact_id=row[4],
        owner_token=row[5],
        answered_seq=row[6],
        last_seq=row[7],
        attempts=row[8],
        bot_state=row[9],
        pack=row[10],
        timezone=row[11],
        locale=row[12],
        contact=row[13],
        lines=tuple(CustomerLine(**line) for line in row[14]),
        model_id=row[15],
        pack_version_id=row[16],
        channel=row[17],
        inbox_version=row[18],
        inbox_name=row[19],
        source_id=row[20],
        heard_at=_heard_at(row[21], row[22]),
        sent_since=row[23],
        claim=claim,
    )


def _heard_at(stored_at: datetime | None, said_at: str | None) -> datetime | None:
    """By the channel's own clock where the message came late."""
    return datetime.fromisoformat(said_at) if said_at else stored_at


def delivery_of(row: TupleRow, claim: str) -> ClaimedDelivery:
    """A row of `claim_deliveries`."""
    files = tuple(StoredFile(**{**file, "id": UUID(file["id"])}) for file in row[15] or ())
    return ClaimedDelivery(
        account_id=row[0],
        delivery_id=row[1],
        message_id=row[2],
        display_id=row[3],
        inbox_id=row[4],
        channel=row[5],
        inbox_version=row[6],
        attempts=row[7],
        source_id=row[8],
        content=row[9],
        content_type=row[10],
        content_attributes=row[11],
        sender_type=row[12],
        sender_name=row[13] or "",
        created_at=row[14],
        files=files,
        claim=claim,
    )


def answer_of(finished: FinishedTurn, row: TupleRow, claim: str) -> ClaimedDelivery:
    """The first answer of a turn, as it was stored, to be sent."""
    turn = finished.turn
    said = next(message for message in finished.messages if message["type"] == "outgoing")
    return ClaimedDelivery(
        account_id=turn.account_id,
        delivery_id=row[1],
        message_id=row[2],
        display_id=turn.display_id,
        inbox_id=turn.inbox_id,
        channel=turn.channel,
        inbox_version=turn.inbox_version,
        attempts=0,
        source_id=turn.source_id,
        content=str(said["content"]),
        content_type=str(said["content_type"]),
        content_attributes=cast("Json", said["attributes"]),
        sender_type=str(said["sender"]),
        sender_name=turn.inbox_name,
        created_at=row[3],
        files=(),
        claim=claim,
    )
