"""Logging: JSON lines with ids, without secrets and without what customers wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from kaitak.core import logging as logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    logs.forget()


def last(stream: io.StringIO) -> dict[str, object]:
    found = json.loads(stream.getvalue().splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_line_has_time_level_logger_and_bound_ids(lines: io.StringIO) -> None:
    with logs.bound(request_id="r1", account_id=7):
        logging.getLogger("kaitak.x").info("turn finished in %d ms", 12)
    line = last(lines)
    assert line["event"] == "turn finished in 12 ms"
    assert (line["request_id"], line["account_id"], line["level"], line["logger"]) == ("r1", 7, "info", "kaitak.x")
    assert str(line["at"]).endswith("Z")


def test_ids_end_with_their_block_and_can_be_forgotten(lines: io.StringIO) -> None:
    with logs.bound(request_id="r1"):
        pass
    logs.bind(account_id=1)
    logs.forget()
    structlog.get_logger("kaitak.y").info("later")
    assert {"request_id", "account_id"}.isdisjoint(last(lines))


@pytest.mark.parametrize(
    "key", ["password", "api_access_token", "Authorization", "secret_key", "content", "email", "text"]
)
def test_fields_that_hold_secrets_or_customers_words_are_hidden(key: str, lines: io.StringIO) -> None:
    structlog.get_logger("kaitak").info("seen", **{key: "hunter2"})
    logging.getLogger("kaitak").info("seen", extra={key: "hunter2", "outer": {"inner": [{key: "hunter2"}]}})
    assert "hunter2" not in lines.getvalue()
    assert len(lines.getvalue().splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "cannot connect to postgresql://user:hunter2@host/db",
        "header Bearer hunter2hunter2",
        "GET /x?token=hunter2",
        "password=hunter2 host=x",
    ],
)
def test_secrets_within_texts_are_hidden(text: str, lines: io.StringIO) -> None:
    logging.getLogger("kaitak").error(text)
    assert "hunter2" not in lines.getvalue()


def test_traceback_is_part_of_its_line(lines: io.StringIO) -> None:
    try:
        raise RuntimeError("postgresql://u:hunter2@h/d")
    except RuntimeError:
        logging.getLogger("kaitak").exception("failed")
    assert "RuntimeError" in str(last(lines)["exception"])
    assert "hunter2" not in lines.getvalue()
    assert len(lines.getvalue().splitlines()) == 1


def test_lower_levels_are_left_out(lines: io.StringIO) -> None:
    logging.getLogger("kaitak").debug("detail")
    assert lines.getvalue() == ""
