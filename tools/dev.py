"""`./run dev`: the program with reload, and the Vite development server beside it; Ctrl-C ends both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tools import build_web

ROOT = build_web.ROOT
BIN = Path(sys.executable).parent


def main(arguments: list[str]) -> int:
    """Start both, wait until one ends, end the other."""
    build_web.main()
    serve = " ".join([str(BIN / "kaitak"), "serve", *arguments])
    started = [subprocess.Popen([str(BIN / "watchfiles"), "--filter", "python", serve, str(ROOT / "src")])]
    if "dev" in build_web.scripts(ROOT / "web"):
        node = build_web.find_node()
        backend = f"http://127.0.0.1:{os.environ.get('KAITAK_WEB__PORT', '8800')}"
        environment = {**node.environment(), "KAITAK_BACKEND": backend}
        started.append(subprocess.Popen([*node.npm, "run", "dev"], cwd=ROOT / "web", env=environment))
    try:
        os.wait()
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end(started)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave one of them behind
    for process in processes:
        process.send_signal(signal.SIGINT)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
