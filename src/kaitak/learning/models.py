"""Tables of the learning slice: an account's own training lines, and its long-running work with its progress."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountOwned, Base


class NluExample(AccountOwned, Base):
    """A line that the account adds to its pack's own lines."""

    __tablename__ = "nlu_example"
    __table_args__ = (
        UniqueConstraint("account_id", "pack", "intent", "text"),
        CheckConstraint("length(text) between 1 and 500", name="text_length"),
        Index("nlu_example_batch", "account_id", "pack", "batch"),
    )

    pack: Mapped[str]
    intent: Mapped[str]
    text: Mapped[str]
    source: Mapped[str] = mapped_column()  # the file's name, or `console`
    batch: Mapped[str] = mapped_column()  # lines that came together can be taken back together
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))


class NluJob(AccountOwned, Base):
    """One piece of long work: how far it is, and how it ended. One of an account may wait or run at a time."""

    __tablename__ = "nlu_job"
    __table_args__ = (
        CheckConstraint("kind in ('train')", name="kind_known"),
        CheckConstraint("status in ('waiting', 'running', 'done', 'failed', 'cancelled')", name="status_known"),
        CheckConstraint("progress between 0 and 1", name="progress_range"),
        Index("nlu_job_at_work", "account_id", unique=True, postgresql_where=sql("status in ('waiting', 'running')")),
    )

    kind: Mapped[str]
    pack: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=sql("'waiting'"))
    progress: Mapped[float] = mapped_column(Double, server_default=sql("0"))
    step: Mapped[str] = mapped_column(server_default=sql("'waiting'"))
    error: Mapped[dict[str, str] | None] = mapped_column(JSONB)  # {code, detail}
    result: Mapped[dict[str, object] | None] = mapped_column(JSONB)  # {model_id} once it is done
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None] = mapped_column()  # the worker's last sign of life
    finished_at: Mapped[datetime | None]
