"""Runs `kaitak` as an operator does: a process for each command, with its own settings in the environment.

The program is imported once for all commands of a test process: each command is a fork of that one.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from kaitak import cli
from kaitak.db.urls import ServerUrls
from tools.build_web import ROOT


def kaitak(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end; no other KAITAK_ variable is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAITAK_")}
    with tempfile.TemporaryDirectory() as folder:
        said, complained = Path(folder) / "stdout", Path(folder) / "stderr"
        order = {"words": words, "environment": {**kept, **settings}, "streams": [str(said), str(complained)]}
        status = _answer(json.dumps(order))
        return subprocess.CompletedProcess(words, status, said.read_text("utf-8"), complained.read_text("utf-8"))


def external(urls: ServerUrls, folder: Path) -> dict[str, str]:
    """The settings of a program on a server that it did not start."""
    return {"KAITAK_DB__URL": urls.url, "KAITAK_DB__ADMIN_URL": urls.admin_url or "", "KAITAK_DATA_DIR": str(folder)}


def _answer(order: str) -> int:
    ready = _ready()
    assert ready.stdin is not None
    assert ready.stdout is not None
    try:
        ready.stdin.write(f"{order}\n")
        ready.stdin.flush()
        return int(ready.stdout.readline())
    except BaseException:  # a test's time is over: the next one must not read this one's answer
        _end(ready)
        _ready.cache_clear()
        raise


@cache
def _ready() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.factories.operator"]
    started = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, started)
    return started


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _serve() -> None:
    """Fork for each line that is read; answer how its command ended."""
    cli.mounted()
    gc.freeze()  # or a fork looks through all of it for garbage when it ends, and copies it by that
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(order: dict[str, object]) -> None:
    words, environment, streams = order["words"], order["environment"], order["streams"]
    assert isinstance(words, list)
    assert isinstance(environment, dict)
    assert isinstance(streams, list)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(streams, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["kaitak", *words]
    cli.main()


if __name__ == "__main__":
    _serve()
