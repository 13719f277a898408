"""Tables of the realtime slice: the stream of things that changed (pruned after a day), and tickets to read it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountHot, AccountKeyed, Base


class StreamEvent(AccountHot, Base):
    """Says what changed, not to what: readers fetch the row's present view, so a late or doubled event is harmless."""

    __tablename__ = "stream_event"
    __table_args__ = (Index("stream_event_id", "id"),)

    kind: Mapped[str] = mapped_column()  # realtime/kinds.py
    conversation_id: Mapped[int | None]
    message_id: Mapped[int | None]
    payload: Mapped[dict[str, object] | None] = mapped_column(JSONB)  # for kinds that no row holds (typing, viewing)
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class StreamTicket(AccountKeyed, Base):
    """A ticket that opens one stream once, for clients that cannot send the cookie; the row holds its SHA-256."""

    __tablename__ = "stream_ticket"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    expires_at: Mapped[datetime]
