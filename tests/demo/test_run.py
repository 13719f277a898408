"""The whole demo as a process: ready line, parts that answer, a clean end, no orphans, state that stays."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.factories import models
from tests.factories.operator import kaitak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class RunningDemo:
    """One demo that was started by a test."""

    process: subprocess.Popen[str]
    port: int
    output: Path

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def get(self, offset: int, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port + offset}{path}", timeout=10)


@pytest.fixture
def port() -> int:
    """Five free ports in a row."""
    for _ in range(50):
        first = random.randrange(20000, 50000)
        if all(_is_free(first + offset) for offset in range(5)):
            return first
    raise AssertionError("no five free ports in a row")


@contextmanager
def started(folder: Path, port: int, *arguments: str) -> Iterator[RunningDemo]:
    """The demo, ready; killed at the end if the test has not ended it."""
    models.learn()
    output = folder / "output"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAITAK_")}
    command = [sys.executable, "-c", "from kaitak.cli import main; main()", "demo", "--port", str(port)]
    command += ["--data-dir", str(folder / "demo"), "--allow-root", *arguments]
    with output.open("w") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, env=environment, text=True)
    running = RunningDemo(process, port, output)
    try:
        while "demo is ready" not in running.said():
            assert process.poll() is None, running.said()
            time.sleep(0.1)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def test_demo_starts_answers_keeps_its_state_outlives_a_kill_and_ends_cleanly(short_dir: Path, port: int) -> None:
    with started(short_dir, port) as demo:
        assert demo.get(0, "/healthz").status_code == 200
        assert "啟德百貨" in demo.get(1, "/").text
        assert demo.get(2, "/health").json()["name"] == "啟德百貨 ERP（示範）"
        assert "啟德保險" in demo.get(3, "/").text
        assert demo.get(4, "/health").json()["name"] == "啟德保險 核心系統（示範）"
        token = re.findall(r"#/signin/(\S+)", demo.said())
        assert len(token) == 8
        identifier = _website_token(demo)
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
        assert demo.said().rstrip().endswith("stopped")
    assert _processes_with(str(short_dir)) == []
    assert all(_is_free(port + offset) for offset in range(5))
    with started(short_dir, port) as again:
        assert _website_token(again) == identifier
        erp, _ = _children_with(again.process.pid, "kaitak.demo.erp")
        again.process.kill()
        again.process.wait(10)
        _until_dead(erp)
    with started(short_dir, port) as after:  # takes over the database that the killed one has left running
        assert after.get(2, "/health").status_code == 200
        assert _website_token(after) == identifier
        erp, _ = _children_with(after.process.pid, "kaitak.demo.erp")
        os.kill(erp, signal.SIGKILL)
        assert after.process.wait(60) == 1
        assert "the demo ERP has ended (status -9)" in after.said()
    assert _processes_with(str(short_dir)) == []
    with started(short_dir, port, "--fresh") as fresh:
        assert _website_token(fresh) != identifier
        fresh.process.terminate()
        assert fresh.process.wait(60) == 0
    assert _processes_with(str(short_dir)) == []


def _until_dead(pid: int) -> None:
    deadline = time.monotonic() + 20
    while _is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_busy_port_is_said_before_anything_is_started(short_dir: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        ended = kaitak("demo", "--port", str(port), "--data-dir", str(short_dir / "demo"), "--allow-root")
    assert ended.returncode == 1
    assert f"port {port + 1} is in use" in ended.stderr
    assert not (short_dir / "demo").exists()


def _website_token(demo: RunningDemo) -> str:
    found = re.search(r'data-website-token="([^"]+)"', demo.get(1, "/").text)
    assert found is not None
    return found.group(1)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _processes_with(text: str) -> list[int]:
    return [pid for pid in _pids() if text in _command_line(pid) and pid != os.getpid()]


def _children_with(parent: int, text: str) -> list[int]:
    children = []
    for pid in _pids():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        if int(fields[1]) == parent and text in _command_line(pid):
            children.append(pid)
    return children


def _pids() -> list[int]:
    return [int(item.name) for item in Path("/proc").iterdir() if item.name.isdigit()]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
