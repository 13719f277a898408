"""Table of the realtime slice: the stream of things that changed, read by id and pruned after a day."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountHot, Base


class StreamEvent(AccountHot, Base):
    """Says what changed, not to what: readers fetch the row's present view, so a late or doubled event is harmless."""

    __tablename__ = "stream_event"
    __table_args__ = (Index("stream_event_id", "id"),)

    kind: Mapped[str] = mapped_column()  # realtime/kinds.py
    conversation_id: Mapped[int | None]
    message_id: Mapped[int | None]
    payload: Mapped[dict[str, object] | None] = mapped_column(JSONB)  # for kinds that no row holds (typing, viewing)
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
