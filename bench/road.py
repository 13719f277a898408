"""Measures the main road: signed messages in over HTTP, stored, understood, answered, delivered to a loopback sink.

Everything is durable (fsync on), row-level security is on, web and workers are processes of their own. Prints turns a
second and, as their bound, what pgbench reaches with the same statements on the same PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from bench import machine
from kaitak import schema
from kaitak.bot import pack_models, packs
from kaitak.channels.connectors.api.connector import ApiConfig
from kaitak.channels.live import seal
from kaitak.conversations import statements
from kaitak.core import resources
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db import cluster, embedded, migrate
from kaitak.db.urls import ServerUrls

ACCOUNTS = 4


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(folder: Path) -> Iterator[ServerUrls]:
    """A scratch PostgreSQL with the present schema."""
    postgres = embedded.EmbeddedPostgres(folder / "postgres", allow_root=True)
    urls = postgres.start()
    try:
        migrate.upgrade(urls.admin_url or "", urls.url, schema.metadata)
        yield urls
    finally:
        postgres.stop()


def seed(urls: ServerUrls, key: str, sink: int) -> list[tuple[str, str]]:
    """Four accounts with an API inbox each; answers their identifiers and secrets."""
    keyring, made = Keyring(key), []
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        for number in range(1, ACCOUNTS + 1):
            secret, identifier = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
            row = connection.execute("insert into account (name) values (%s) returning id", (f"a{number}",)).fetchone()
            assert row is not None
            config = ApiConfig.model_validate({"secret": secret, "webhook_url": f"http://127.0.0.1:{sink}/sink"})
            connection.execute(
                "insert into inbox (account_id, name, channel, identifier, config_encrypted)"
                " values (%s, 'API', 'api', %s, %s)",
                (row[0], identifier, seal(keyring, AccountId(row[0]), config)),
            )
            made.append((identifier, secret))
    return made


def fill(urls: ServerUrls, messages: int) -> None:
    """Store this many messages beside those to come, over all accounts, twenty in a conversation."""
    conversations = messages // 20
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        for account, inbox in connection.execute("select account_id, id from inbox").fetchall():
            values = {"a": account, "i": inbox, "n": conversations // ACCOUNTS}
            connection.execute(
                "insert into contact (account_id, name) select %(a)s, 'old ' || g from generate_series(1, %(n)s) g",
                values,
            )
            connection.execute(
                "insert into contact_inbox (account_id, contact_id, inbox_id, source_id) select %(a)s, id, %(i)s, "
                "'old-' || id from contact where account_id = %(a)s and name like 'old %%'",
                values,
            )
            connection.execute(
                "insert into conversation (account_id, display_id, inbox_id, contact_id, contact_inbox_id, status, "
                "last_seq, answered_seq, resolved_at) select %(a)s, 10000000 + id, %(i)s, contact_id, id, 'resolved', "
                "20, 20, now() from contact_inbox where account_id = %(a)s and source_id like 'old-%%'",
                values,
            )
            connection.execute(
                "insert into message (account_id, conversation_id, seq, message_type, sender_type, content, status) "
                "select %(a)s, c.id, s, case when s %% 2 = 1 then 'incoming' else 'outgoing' end, "
                "case when s %% 2 = 1 then 'contact' else 'bot' end, "
                "'我想問下張單而家去到邊，幾時會送到我屋企呀唔該 ' || s, 'sent' "
                "from conversation c, generate_series(1, 20) s "
                "where c.account_id = %(a)s and c.display_id > 10000000",
                values,
            )
            connection.execute(
                "insert into delivery (account_id, message_id, conversation_id, inbox_id, status, finished_at) "
                "select %(a)s, id, conversation_id, %(i)s, 'sent', now() from message "
                "where account_id = %(a)s and message_type = 'outgoing' on conflict do nothing",
                values,
            )
        connection.execute("vacuum analyze")


def ready_packs(folder: Path) -> None:
    """Have the shipped packs trained before anything is measured: in a fresh source tree that takes minutes."""
    for name in resources.pack_names():
        pack = packs.load(resources.pack_folder(name))
        if not pack_models.is_kept(pack, folder):
            print(f"training the pack {name}", flush=True)
            pack_models.load_or_train(pack, folder)


@contextmanager
def program(
    urls: ServerUrls, folder: Path, key: str, *, port: int, sink: int, workers: int, thin: bool = False
) -> Iterator[dict[str, int]]:
    """One web process and some workers, with the real bot or a thin one; answers their process ids by name."""
    environment = dict(
        os.environ,
        KAITAK_DATA_DIR=str(folder / "data"),
        KAITAK_SECRET_KEY=key,
        KAITAK_DB__URL=urls.url,
        KAITAK_WEB__PORT=str(port),
        KAITAK_HTTP__ALLOW_PRIVATE=f"127.0.0.1:{sink}",
        KAITAK_LOG__LEVEL="warning",
    )
    names = ["web", *(f"worker{n}" for n in range(1, workers + 1))]
    kaitak = str(Path(sys.executable).parent / "kaitak")
    worker = [sys.executable, "-m", "bench.road_thin"] if thin else [kaitak, "worker"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "kaitak.log").open("ab"))
        running = {}
        for name in names:
            command = [kaitak, "web"] if name == "web" else worker
            running[name] = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
        try:
            wait_until_ready(port, running["web"])
            wait_until_turning(urls, workers)
            yield {name: process.pid for name, process in running.items()}
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            for process in running.values():
                process.wait(30)


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once /readyz answers."""
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the web process ended") from None
            time.sleep(0.1)
    raise RuntimeError("the web process is not ready")


def wait_until_turning(urls: ServerUrls, workers: int) -> None:
    """Return once every worker, as the web process does, listens for what is due."""
    with psycopg.connect(urls.url, autocommit=True) as connection:
        for _ in range(1200):
            query = "select count(*) from pg_stat_activity where query = 'listen kaitak'"
            row = connection.execute(query).fetchone()
            if row is not None and row[0] > workers:
                return
            time.sleep(0.1)
    raise RuntimeError("the workers are not ready")


def load(folder: Path, pids: dict[str, int], **spec: object) -> dict[str, object]:
    """Run the generator once."""
    path = folder / "spec.json"
    path.write_text(json.dumps({**spec, "pids": pids}))
    command = [sys.executable, str(Path(__file__).parent / "road_load.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, object] = json.loads(done.stdout)
    return found


def postmaster(urls: ServerUrls) -> int:
    """The process id of PostgreSQL."""
    with psycopg.connect(urls.admin_url or "") as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        assert row is not None
        return int(Path(f"/proc/{row[0]}/stat").read_text().rsplit(")", 1)[1].split()[1])


def pgbench_script(rows: int) -> str:
    """One group of turns of one account as the road's own statements: ingest, finish, record, in three transactions."""
    account = "(1 + mod(:client_id, 4))"

    def filled(statement: str, json_rows: str) -> str:
        text = statement.replace("%(account)s", account).replace("%(rows)s", json_rows)
        text = text.replace("%(sender)s", "'b'").replace("%(lease)s", "interval '60 s'").replace("%(busy)s", "'{}'")
        return re.sub(r"\s+", " ", text).strip() + ";"

    pad = "x" * 300
    incoming = (
        f"(select jsonb_agg(jsonb_build_object('ord', g, 'inbox_id', {account}, 'external_id', 'p' || :r || '-' || g, "
        "'source_id', 'p' || :client_id || '-' || g, 'content', '我想查下張單去到邊', 'attributes', '{}'::jsonb, "
        f"'settle', 0, 'raw', '{{\"x\":\"{pad}\"}}'::jsonb)) from generate_series(1, {rows}) g)"
    )
    finished = (
        "(select jsonb_agg(jsonb_build_object('conversation_id', id, 'token', owner_token, 'claim', 'b', 'from_seq', "
        f"last_seq, 'to_seq', last_seq, 'seen_seq', last_seq, 'state', '{{\"x\":\"{pad}\"}}'::jsonb, 'messages', "
        '\'[{"type":"outgoing","sender":"bot","content":"好呀","content_type":"text","attributes":{}}]\'::jsonb, '
        f"'understanding', '{{\"x\":\"{pad}\"}}'::jsonb, 'trace', '[]'::jsonb, 'outcome', 'answered', 'hand_over', "
        f"false)) from conversation where account_id = {account} and id = any("
        f"select current_conversation_id from contact_inbox where account_id = {account} and inbox_id = {account} "
        f"and source_id = any(select 'p' || :client_id || '-' || g from generate_series(1, {rows}) g)))"
    )
    recorded = (
        "(select jsonb_agg(jsonb_build_object('delivery_id', id, 'claim', 'b', 'status', 'sent', 'counted', true, "
        f"'retry', 0, 'external_ids', '[]'::jsonb)) from delivery where account_id = {account} and status = 'pending' "
        f"and conversation_id = any(select current_conversation_id from contact_inbox where account_id = {account} "
        f"and inbox_id = {account} and source_id = any(select 'p' || :client_id || '-' || g "
        f"from generate_series(1, {rows}) g)))"
    )
    scope = filled(statements.SET_ACCOUNT.replace("%(account)s::text", f"{account}::text"), "")
    claim = (
        "update conversation set claimed_by = 'b', claimed_until = now() + interval '30 s' "
        f"where account_id = {account} and id = any(select current_conversation_id from contact_inbox where "
        f"account_id = {account} and inbox_id = {account} and source_id = any("
        f"select 'p' || :client_id || '-' || g from generate_series(1, {rows}) g));"
    )
    return "\n".join(
        [
            "\\set r random(1, 1000000000000)",
            "begin;",
            scope,
            filled(statements.INGEST, incoming),
            "commit;",
            "begin;",
            scope,
            claim,
            "commit;",
            "begin;",
            scope,
            filled(statements.FINISH, finished),
            "commit;",
            "begin;",
            scope,
            filled(statements.RECORD, recorded),
            "commit;",
        ]
    )


def pgbench(urls: ServerUrls, folder: Path, rows: int, clients: int, seconds: int) -> float:
    """Turns a second that PostgreSQL alone reaches with the road's statements, in groups of `rows`."""
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        for client in range(clients):
            account = 1 + client % 4
            for number in range(1, rows + 1):
                connection.execute(
                    "with p as (insert into contact (account_id, name) values (%(a)s, 'b') returning id), "
                    "ci as (insert into contact_inbox (account_id, contact_id, inbox_id, source_id) select %(a)s, id, "
                    "%(a)s, %(s)s from p on conflict do nothing returning id, contact_id), "
                    "c as (insert into conversation (account_id, display_id, inbox_id, contact_id, contact_inbox_id) "
                    "select %(a)s, 5000000 + id, %(a)s, contact_id, id from ci returning id, contact_inbox_id) "
                    "select 1",
                    {"a": account, "s": f"p{client}-{number}"},
                )
        connection.execute(
            "update contact_inbox ci set current_conversation_id = c.id from conversation c "
            "where c.account_id = ci.account_id and c.contact_inbox_id = ci.id and c.display_id > 5000000 "
            "and c.display_id < 10000000"
        )
    script = folder / "turn.sql"
    script.write_text(pgbench_script(rows))
    command = [
        str(cluster.binaries() / "pgbench"),
        "-n",
        "-c",
        str(clients),
        "-j",
        "1",
        "-T",
        str(seconds),
        "-f",
        str(script),
        urls.url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    leave_nothing_due(urls)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stderr[-2000:])
    return float(found[1]) * rows


def leave_nothing_due(urls: ServerUrls) -> None:
    """What pgbench's own conversations left unanswered and unsent is nobody's: the next round measures its own."""
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        connection.execute(
            "with theirs as (update conversation set turn_due_at = null, turn_waiting_since = null, claimed_by = null,"
            " claimed_until = null where display_id > 5000000 and display_id < 10000000 returning account_id, id)"
            " update delivery d set status = 'sent', finished_at = now(), claimed_by = null, claimed_until = null"
            " from theirs t where d.account_id = t.account_id and d.conversation_id = t.id and d.finished_at is null"
        )


def show(name: str, found: dict[str, object]) -> None:
    """One line of the table."""
    print(
        f"{name:34s} {found['turns_per_s']:>7} turns/s  ack {found['ack_ms']} ms  answer {found['answer_ms']} ms"
        f"  CPU ms/turn {found['ms_per_turn']}  refused {found['refused']} unasked {found['unasked']}",
        flush=True,
    )


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--warm", type=float, default=15, help="seconds of load before the measured ones")
    parser.add_argument("--rate", type=float, default=200, help="messages a second of the second load: half of 400")
    parser.add_argument(
        "--stored", type=int, default=1_000_000, help="messages stored before the second round; 0: none"
    )
    parser.add_argument("--requests", action="store_true", help="customers who ask for something, not small talk")
    parser.add_argument("--thin", action="store_true", help="the road itself: a bot that decides next to nothing")
    options = parser.parse_args()
    machine.main()
    key = secrets.token_urlsafe(48)
    with tempfile.TemporaryDirectory(prefix="kaitak-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        ready_packs(folder / "data" / "models")
        with server(folder) as urls:
            run(urls, folder, key, options)


def run(urls: ServerUrls, folder: Path, key: str, options: argparse.Namespace) -> None:
    """All rounds on one server."""
    port, sink = free_port(), free_port()
    inboxes = seed(urls, key, sink)
    ports = {"port": port, "sink_port": sink, "inboxes": inboxes}
    common = {**ports, "conversations": options.conversations, "warm": options.warm, "requests": options.requests}
    rounds = [("empty", 0)] + ([(f"{options.stored:,} messages", options.stored)] if options.stored else [])
    for number, (name, stored) in enumerate(rounds):
        if stored:
            started = time.monotonic()
            fill(urls, stored)
            print(f"stored {stored:,} messages in {time.monotonic() - started:.0f} s", flush=True)
        with program(urls, folder, key, port=port, sink=sink, workers=options.workers, thin=options.thin) as pids:
            pids["postgres"] = postmaster(urls)
            closed = load(folder, pids, mode="closed", seconds=options.seconds, rate=0, run=f"c{number}", **common)
            show(f"{name}: sustained", closed)
            # Many conversations: one seldom writes again before it was answered (that would be one turn for two).
            many = {**common, "conversations": 10 * options.conversations}
            opened = load(
                folder, pids, mode="open", seconds=options.seconds, rate=options.rate, run=f"o{number}", **many
            )
            show(f"{name}: at {options.rate:.0f} a second", opened)
        print((folder / "kaitak.log").read_text()[-2000:], end="")
        bound = pgbench(urls, folder, 16, 4, 5)
        share = float(str(closed["turns_per_s"])) / bound
        print(f"{name}: pgbench, same statements in groups of 16: {bound:.0f} turns/s; ratio {share:.2f}", flush=True)


if __name__ == "__main__":
    main()
