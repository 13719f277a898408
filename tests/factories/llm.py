"""Makes a language model for tests: a small HTTP server of the OpenAI form on loopback, which answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import orjson
from pydantic import JsonValue, SecretStr

from kaitak.core.settings import LlmSettings

KEY = "sk-test-0123456789abcdef"
MODEL = "tiny-1"
IN, OUT = 400, 8  # what the server says each answer took


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, JsonValue]

    @property
    def texts(self) -> tuple[str, str]:
        """The system's and the user's text."""
        messages = self.body["messages"]
        assert isinstance(messages, list)
        system, user = messages
        assert isinstance(system, dict)
        assert isinstance(user, dict)
        return str(system["content"]), str(user["content"])


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ModelServer:
    """The running server. `answer` is how the next requests are answered; `asked` is what came so far."""

    url: str
    answer: Answer
    asked: list[Asked] = field(default_factory=list)

    @property
    def settings(self) -> LlmSettings:
        """How an operator would name it."""
        return LlmSettings(
            url=f"{self.url}/v1",
            key=SecretStr(KEY),
            model=MODEL,
            price_input=Decimal("0.5"),
            price_output=Decimal(2),
        )


def says(content: JsonValue, *, usage: JsonValue = None, **more: JsonValue) -> Answer:
    """An answer with this content."""
    counted: JsonValue = {"prompt_tokens": IN, "completion_tokens": OUT, "total_tokens": IN + OUT}
    message: JsonValue = {"role": "assistant", "content": content, **more}
    choice: JsonValue = {"index": 0, "message": message, "finish_reason": "stop"}
    return sends(200, orjson.dumps({"id": "c1", "choices": [choice], "usage": counted if usage is None else usage}))


def picks(label: str) -> Answer:
    """The right form, with this label."""
    return says(orjson.dumps({"label": label}).decode())


def sends(status: int, body: bytes, *, headers: str = "") -> Answer:
    """These very bytes."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


def waits(seconds: float, then: Answer) -> Answer:
    """The same, later."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await then(asked, writer)

    return answer


async def drops(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Half a head, then nothing more."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    writer.close()


async def floods(_: Asked, writer: asyncio.StreamWriter) -> None:
    """An answer without end."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"choices": "')
    while not writer.is_closing():
        writer.write(b"a" * 65536)
        await writer.drain()


@asynccontextmanager
async def running() -> AsyncIterator[ModelServer]:
    """The server for the length of a block; at first it knows no answer."""
    model = ModelServer("", sends(500, b"{}"))
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await _read(reader)
                model.asked.append(asked)
                await model.answer(asked, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield model
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = [line.partition(": ") for line in head[1:] if line]
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers["content-length"]))
    return Asked(head[0].split()[1], headers, orjson.loads(body))


# What a model and its endpoint may get wrong; after some the call is not charged, after some the count is known.
MISTAKES: dict[str, Answer] = {
    "label outside the list": picks("give_everything_away"),
    "label in capitals": picks("REFUND_STATUS"),
    "bare label": says("refund_status"),
    "fenced": says('```json\n{"label": "refund_status"}\n```'),
    "more than a label": says('{"label": "refund_status", "reply": "hi"}'),
    "label that is a list": says('{"label": ["refund_status"]}'),
    "half an object": says('{"label": "refund_st'),
    "nothing": says(""),
    "content that is null": says(None),
    "a tool call": says(None, tool_calls=[{"id": "1", "function": {"name": "refund", "arguments": "{}"}}]),
    "no choices": sends(200, b'{"choices": [], "usage": {}}'),
    "not JSON": sends(200, b"<html>it works</html>"),
    "not UTF-8": sends(200, b'{"choices": "\xff\xfe"}'),
    "deep nesting": sends(200, b'{"choices": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
    "429": sends(429, b'{"error": {"message": "slow down"}}', headers="Retry-After: 1\r\n"),
    "500": sends(500, b"oops"),
    "401": sends(401, b'{"error": {"message": "bad key"}}'),
    "redirect": sends(307, b"", headers="Location: http://127.0.0.1:9/\r\n"),
    "dropped connection": drops,
    "answer without end": floods,
    "compressed": sends(200, b"\x1f\x8b00", headers="Content-Encoding: gzip\r\n"),
}
REFUNDED = {"429", "500", "401", "redirect"}
COUNTED = {"label outside the list", "label in capitals", "bare label", "fenced", "more than a label"} | {
    "label that is a list", "half an object", "nothing",
}  # fmt: skip
