"""Owns logging: JSON lines on stdout with the ids of what is being done, and without secrets or customers' words."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

_SECRET_KEYS = re.compile(r"(?i)(password|passwd|secret|token|api_?key|authorization|cookie|credential|dsn|signature)")
_SECRET_TEXTS = (
    (re.compile(r"(?i)(\w+://[^\s:/@]+):[^\s@]+@"), r"\1:…@"),
    (re.compile(r"(?i)\b(password|secret|token|api_access_token|authorization)=\S+"), r"\1=…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 …"),
)
_CUSTOMER_KEYS = frozenset(
    {"content", "text", "body", "message_text", "email", "phone", "phone_number", "name", "query"}
)
_HIDDEN = "…"
Id = str | int | None


def configure(level: str = "info", form: Literal["json", "text"] = "json", *, stream: TextIO | None = None) -> None:
    """Send the standard library's loggers and structlog's through one renderer; call once at start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _redact,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "aiohttp.access", "alembic", "asyncio", "procrastinate"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for own in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own).handlers.clear()
        logging.getLogger(own).propagate = True
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def bind(**ids: Id) -> Mapping[str, object]:
    """Add ids (request_id, account_id, conversation_id, turn_id, delivery_id …) to all further lines of this task."""
    return structlog.contextvars.bind_contextvars(**ids)


@contextmanager
def bound(**ids: Id) -> Iterator[None]:
    """Ids for the lines of a block."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def forget() -> None:
    """Drop all bound ids: at the start of a request or job, so that none is inherited."""
    structlog.contextvars.clear_contextvars()


def hide_secrets(text: str) -> str:
    """The text without passwords in addresses, bearer tokens and `token=…` pairs."""
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


def _redact(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for key, value in event.items():
        if key in _CUSTOMER_KEYS or (key != "event" and _SECRET_KEYS.search(key)):
            event[key] = _HIDDEN
        elif isinstance(value, str):
            event[key] = hide_secrets(value)
        elif isinstance(value, (dict, list, tuple)):
            event[key] = _hide_within(value)
    return event


def _hide_within(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: _HIDDEN
            if isinstance(key, str) and (key in _CUSTOMER_KEYS or _SECRET_KEYS.search(key))
            else _hide_within(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_hide_within(inner) for inner in value]
    return hide_secrets(value) if isinstance(value, str) else value
