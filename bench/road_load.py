"""Posts signed customer messages over HTTP and receives the bot's answers: generator and sink of `bench/road.py`.

Run as its own process: `road_load.py SPEC.json`; prints one JSON line with what it measured.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop

# Small talk: each message is understood, answered with exactly one message, and never handed over.
TEXTS = ("唔該晒", "hello", "多謝你", "你好", "thank you", "早晨")
# A request that asks back for a number, then let be: each is answered with one message as well, and begins anew.
REQUESTS = (
    *("我想查下張單去到邊", "唔使喇，唔該", "Where is my order?", "never mind, thanks"),
    *("件外套細咗，想換大一個碼", "都係唔換住", "请问我的快递到哪里了", "算了，不用了"),
)
HEADER_END = b"\r\n\r\n"
HZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spec:
    """`mode` closed: each conversation writes when it was answered; open: `rate` messages a second, come what may."""

    mode: str
    seconds: float
    warm: float
    rate: float
    conversations: int
    port: int
    sink_port: int
    inboxes: list[tuple[str, str]]
    run: str
    pids: dict[str, int]
    requests: bool = False


@dataclass
class Books:
    """What is waiting for its answer, and what was measured as (moment, seconds)."""

    pending: dict[str, deque[tuple[float, asyncio.Future[None] | None]]] = field(default_factory=dict)
    acks: list[tuple[float, float]] = field(default_factory=list)
    answers: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    unasked: int = 0


class Sink(asyncio.Protocol):
    """The address that the API channel delivers to."""

    books: Books

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(HEADER_END)) >= 0:
            head = self.buffer[:end].lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]
            self.answered(orjson.loads(body)["source_id"])

    def answered(self, source: str) -> None:
        now = time.perf_counter()
        waiting = self.books.pending.get(source)
        if not waiting:
            self.books.unasked += 1
            return
        begun, future = waiting.popleft()
        self.books.answers.append((now, now - begun))
        if future is not None and not future.done():
            future.set_result(None)


class Generator:
    """Posts messages on a pool of kept connections."""

    def __init__(self, spec: Spec, books: Books) -> None:
        self.spec = spec
        self.books = books
        self.sent = 0
        self.said: Counter[int] = Counter()
        self.free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def connect(self, count: int) -> None:
        for _ in range(count):
            self.free.put_nowait(await asyncio.open_connection("127.0.0.1", self.spec.port))

    async def send(self, conversation: int, future: asyncio.Future[None] | None, due: float | None = None) -> None:
        self.sent += 1
        number = self.sent
        identifier, secret = self.spec.inboxes[conversation % len(self.spec.inboxes)]
        source = f"{conversation}"
        begun = time.perf_counter() if due is None else due
        self.books.pending.setdefault(source, deque()).append((begun, future))
        body = orjson.dumps(
            {
                "id": f"{self.spec.run}-{number}",
                "source_id": source,
                "content": self.text(conversation, number),
                "contact": {"name": f"Customer {conversation}", "phone_number": "+85251234567"},
            }
        )
        stamp = str(int(time.time()))
        signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        reader, writer = await self.free.get()
        writer.write(
            f"POST /v1/hooks/api/{identifier} HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\n"
            f"X-Kaitak-Timestamp: {stamp}\r\nX-Kaitak-Signature: sha256={signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(HEADER_END)
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        self.free.put_nowait((reader, writer))
        now = time.perf_counter()
        self.books.acks.append((now, now - begun))
        if not head.startswith(b"HTTP/1.1 200"):
            self.books.refused += 1

    def text(self, conversation: int, number: int) -> str:
        if not self.spec.requests:
            return TEXTS[number % len(TEXTS)]
        self.said[conversation] += 1
        return REQUESTS[(self.said[conversation] - 1) % len(REQUESTS)]

    async def closed(self, conversation: int) -> None:
        while True:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            await self.send(conversation, future)
            try:
                await asyncio.wait_for(future, 30)
            except TimeoutError:
                self.books.refused += 1

    async def begin(self) -> None:
        """One message in every conversation, answered: from here on nothing is new to the receiver."""
        gate = asyncio.Semaphore(64)

        async def once(conversation: int) -> None:
            async with gate:
                future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                await self.send(conversation, future)
                await asyncio.wait_for(future, 60)

        await asyncio.gather(*(once(n) for n in range(self.spec.conversations)))

    async def open(self, rate: float) -> None:
        due, number, tasks = time.perf_counter(), 0, set()
        while True:
            due += 1 / rate
            pause = due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            number += 1
            task = asyncio.create_task(self.send(number * 7919 % self.spec.conversations, None, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


def cpu_seconds(pids: dict[str, int]) -> dict[str, float]:
    """CPU time used so far by each process, PostgreSQL's children counted with it."""
    stats: dict[int, tuple[int, int, int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            stats[int(folder.name)] = (
                int(fields[1]),
                int(fields[11]) + int(fields[12]),
                int(fields[13]) + int(fields[14]),
            )
    used = {}
    for name, pid in pids.items():
        own = stats.get(pid, (0, 0, 0))
        used[name] = own[1] / HZ
        if name == "postgres":
            used[name] += (own[2] + sum(each[1] for each in stats.values() if each[0] == pid)) / HZ
    return used


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, in milliseconds."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else float("nan")


async def measure(spec: Spec) -> dict[str, object]:
    """Warm up, then measure."""
    books = Books()
    Sink.books = books
    await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", spec.sink_port)
    generator = Generator(spec, books)
    await generator.connect(64)
    await generator.begin()
    if spec.mode == "closed":
        tasks = [asyncio.create_task(generator.closed(n)) for n in range(spec.conversations)]
    else:
        tasks = [asyncio.create_task(generator.open(spec.rate))]
    await asyncio.sleep(spec.warm)
    started, cpu, before = time.perf_counter(), sum(os.times()[:2]), cpu_seconds(spec.pids)
    await asyncio.sleep(spec.seconds)
    ended, after = time.perf_counter(), cpu_seconds(spec.pids)
    failed = [task for task in tasks if task.done()]
    acks = [took for at, took in books.acks if started <= at < ended]
    answers = [took for at, took in books.answers if started <= at < ended]
    return {
        "turns_per_s": round(len(answers) / (ended - started), 1),
        "sent_per_s": round(len(acks) / (ended - started), 1),
        "ack_ms": [percentile(acks, share) for share in (0.5, 0.95, 0.99)],
        "answer_ms": [percentile(answers, share) for share in (0.5, 0.95, 0.99)],
        "ms_per_turn": {
            name: round((after[name] - before[name]) * 1000 / max(1, len(answers)), 2) for name in spec.pids
        },
        "refused": books.refused,
        "unasked": books.unasked,
        "failed": len(failed),
        "generator_cores": round((sum(os.times()[:2]) - cpu) / (ended - started), 2),
    }


async def tell(spec: Spec) -> None:
    """Measure, say what was found, and end at once: conversations that go on need no good end."""
    print(json.dumps(await measure(spec)), flush=True)
    os._exit(0)


def main() -> None:
    """Run the load that the file describes."""
    uvloop.run(tell(Spec(**json.loads(Path(sys.argv[1]).read_text()))))


if __name__ == "__main__":
    main()
