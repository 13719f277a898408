"""The embedded server's supervisor: the five faults of the wheel's own starter are absent, and death is survived."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from kaitak.db import cluster, embedded
from kaitak.db.cluster import EmbeddedError, RootRefusedError
from kaitak.db.embedded import EmbeddedPostgres
from tests.postgres_server import FAST

IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="session")
def made_cluster() -> Iterator[Path]:
    """A cluster with its roles, stopped: each test copies it instead of running initdb."""
    folder = Path("/tmp") / f"kt-made-{os.getpid()}"
    folder.mkdir(mode=0o755)
    server = EmbeddedPostgres(folder / "pg", allow_root=True, options=FAST)
    urls = server.start()
    with psycopg.connect(urls.admin_url or "") as connection:
        connection.execute("create table kept as select 42 as answer")
    server.stop()
    yield folder / "pg"
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(short_dir: Path, made_cluster: Path) -> Path:
    subprocess.run(["cp", "-a", str(made_cluster), str(short_dir / "pg")], check=True)
    return short_dir / "pg"


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    supervisor = EmbeddedPostgres(data_dir, allow_root=True, options=FAST)
    yield supervisor
    supervisor.stop()


def answer(dsn: str | None) -> object:
    with psycopg.connect(dsn or "") as connection:
        row = connection.execute("select answer from kept").fetchone()
    return row[0] if row else None


def runner() -> cluster.Runner:
    return cluster.choose_runner(allow_root=True)


def wait_for(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()


def test_first_start_makes_roles_database_and_unicode(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("PGPORT", "1")
    with embedded.running(short_dir / "pg", allow_root=True, options=FAST) as urls:
        with psycopg.connect(urls.url) as connection:
            row = connection.execute("select lower('É'), '客' ~ '\\w', current_user, current_database()").fetchone()
        assert row == ("é", True, "kaitak_app", "kaitak")
        with psycopg.connect(urls.admin_url or "") as connection:
            strong = connection.execute(
                "select rolname from pg_roles where (rolsuper or rolbypassrls or rolcreaterole) and rolname ~ '^kaitak'"
            ).fetchall()
        assert strong == []
    assert not (short_dir / "pg" / "postmaster.pid").exists()
    assert (short_dir / "pg").stat().st_mode & 0o777 == 0o700


def test_server_is_a_direct_child_with_no_open_port(server: EmbeddedPostgres) -> None:
    urls = server.start()
    with psycopg.connect(urls.superuser_url or "") as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("show fsync").fetchone() == ("off",)
    parent = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[1]
    assert int(parent) == os.getpid()


def test_durability_is_on_unless_asked_otherwise(data_dir: Path) -> None:
    with embedded.running(data_dir, allow_root=True) as urls, psycopg.connect(urls.url) as connection:
        row = connection.execute(
            "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('wal_level')"
        ).fetchone()
    assert row == ("on", "on", "replica")


@pytest.mark.slow
def test_recovery_that_outlasts_the_patience_of_a_look_is_waited_for_and_told(data_dir: Path) -> None:
    told: list[str] = []
    server = EmbeddedPostgres(
        data_dir, allow_root=True, options=FAST, tell=told.append, tell_every=timedelta(milliseconds=500)
    )
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(server.start)
        wait_for(lambda: server.pid is not None)
        os.kill(server.pid or 0, signal.SIGSTOP)
        time.sleep(5)  # a look at a server that is held ends after two seconds
        assert not starting.done()
        os.kill(server.pid or 0, signal.SIGCONT)
        assert answer(starting.result(timeout=20).admin_url) == 42
    server.stop()
    assert any("recovering" in text for text in told)


@pytest.mark.parametrize("content", ["live", "zombie", "dead", "empty", "garbage"])
def test_stale_pid_file_does_not_stop_the_start(content: str, server: EmbeddedPostgres) -> None:
    other = runner().spawn(["sleep", "0" if content == "zombie" else "60"], Path("/dev/null"))
    if content == "dead":
        other.kill()
        other.wait()
    elif content == "zombie":
        wait_for(lambda: " Z " in Path(f"/proc/{other.pid}/stat").read_text())
    lines = {"empty": "", "garbage": "\x00\x00"}.get(
        content, f"{other.pid}\n{server.data_dir}\n1700000000\n5432\n{server.data_dir}\n\n  1 1\nready\n"
    )
    pid_file = server.data_dir / "postmaster.pid"
    pid_file.write_text(lines)
    runner().give(pid_file)
    assert answer(server.start().admin_url) == 42
    assert server.pid != other.pid
    if content == "live":
        assert other.poll() is None
    other.kill()
    other.wait()


def test_server_of_a_killed_owner_is_taken_over(server: EmbeddedPostgres) -> None:
    script = (
        "import sys, time; from pathlib import Path; from kaitak.db.embedded import EmbeddedPostgres\n"
        "from tests.postgres_server import FAST\n"
        "s = EmbeddedPostgres(Path(sys.argv[1]), allow_root=True, options=FAST)\n"
        "s.start(); print(s.pid, flush=True)\n"
        "time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(server.data_dir)], stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout is not None
        orphan = int(owner.stdout.readline())
        owner.kill()
    assert is_alive(orphan)
    urls = server.start()
    assert server.is_owner
    assert answer(urls.admin_url) == 42
    assert not is_alive(orphan)
    taken_over = server.pid
    server.stop()
    assert taken_over is not None
    assert not is_alive(taken_over)


def test_locks_are_per_data_directory_and_beside_it(data_dir: Path, short_dir: Path, made_cluster: Path) -> None:
    second_dir = short_dir / "second"
    subprocess.run(["cp", "-a", str(made_cluster), str(second_dir)], check=True)
    before = set(Path("/tmp").iterdir())
    with (
        embedded.running(data_dir, allow_root=True, options=FAST) as first,
        embedded.running(second_dir, allow_root=True, options=FAST) as second,
    ):
        assert answer(first.admin_url) == answer(second.admin_url) == 42
        ours = {
            path.name for path in set(Path("/tmp").iterdir()) - before if "kaitak-" in path.name or "pg" in path.name
        }
        assert {name for name in ours if not name.startswith("kaitak-tests-")} == set()
    assert {path.name for path in short_dir.iterdir()} >= {"pg.lock", "second.lock"}


def test_parents_keep_their_modes_and_owners(server: EmbeddedPostgres) -> None:
    folders = [*server.data_dir.parents, cluster.binaries(), *cluster.binaries().parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in folders]
    server.start()
    server.stop()
    assert [(folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in folders] == before


def test_closed_parent_is_named_and_left_closed(short_dir: Path) -> None:
    other = cluster.Runner(uid=54321, gid=54321, is_other=True)
    closed = short_dir / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=f"cannot enter {closed}"):
        cluster.check_reachable(closed / "deep" / "pg", other)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_root_is_refused_unless_allowed() -> None:
    if IS_ROOT:
        with pytest.raises(RootRefusedError, match="--allow-root"):
            cluster.choose_runner(allow_root=False)
        assert cluster.choose_runner(allow_root=True).uid != 0
    else:
        assert cluster.choose_runner(allow_root=False).uid == os.geteuid()


def test_many_starters_get_one_server(data_dir: Path) -> None:
    starters = [EmbeddedPostgres(data_dir, allow_root=True, options=FAST) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda starter: starter.start(), starters))
    assert sum(starter.is_owner for starter in starters) == 1
    assert {answer(urls.admin_url) for urls in found} == {42}
    for starter in sorted(starters, key=lambda starter: starter.is_owner):
        starter.stop()


def test_attached_process_leaves_the_server_running(server: EmbeddedPostgres) -> None:
    urls = server.start()
    guest = EmbeddedPostgres(server.data_dir, allow_root=True, options=FAST)
    assert guest.start() == urls
    guest.stop()
    assert answer(urls.admin_url) == 42


def test_waiting_process_takes_over_when_the_owner_gives_up(server: EmbeddedPostgres) -> None:
    lock = EmbeddedPostgres(server.data_dir, allow_root=True, options=FAST)
    assert lock._take_lock()
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(server.start)
        time.sleep(0.2)
        assert not starting.done()
        lock.stop()
        assert answer(starting.result(timeout=20).admin_url) == 42
    assert server.is_owner


def test_killed_server_is_started_again_with_its_data(server: EmbeddedPostgres) -> None:
    urls = server.start()
    killed = server.pid or 0
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: server.pid not in {None, killed})
    wait_for(lambda: _answers(urls.admin_url))


def _answers(dsn: str | None) -> bool:
    try:
        return answer(dsn) == 42
    except psycopg.OperationalError:
        return False


def test_restart_that_fails_is_tried_again_until_it_succeeds(server: EmbeddedPostgres) -> None:
    urls = server.start()
    settings = server.data_dir / "postgresql.conf"
    sound = settings.read_text()
    settings.write_text(sound + "\nwal_level = nonsense\n")
    killed = server.pid or 0
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: "nonsense" in server.log_path.read_text())
    settings.write_text(sound)
    wait_for(lambda: server.pid not in {None, killed} and _answers(urls.admin_url))


def test_stop_during_a_restart_ends_everything(server: EmbeddedPostgres) -> None:
    others = set(threading.enumerate())
    server.start()
    os.kill(server.pid or 0, signal.SIGKILL)
    time.sleep(0.15)
    server.stop()
    wait_for(lambda: set(threading.enumerate()) <= others)
    wait_for(lambda: not (server.data_dir / "postmaster.pid").exists() or not is_alive(_pid_in(server.data_dir)))


def _pid_in(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().split("\n", 1)[0])


def test_path_too_long_for_a_socket_gets_a_private_short_one(short_dir: Path, made_cluster: Path) -> None:
    deep = short_dir / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(made_cluster), str(deep / "pg")], check=True)
    with embedded.running(deep / "pg", allow_root=True, options=FAST) as urls:
        assert answer(urls.admin_url) == 42
        folder = cluster.socket_dir(deep / "pg", runner())
        assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(EmbeddedError, match="in the way"):
        cluster.socket_dir(deep / "pg", runner())
    shutil.rmtree(folder)


def test_directory_with_other_things_is_refused(short_dir: Path) -> None:
    (short_dir / "pg").mkdir()
    (short_dir / "pg" / "letter.txt").write_text("mine")
    with pytest.raises(EmbeddedError, match="not empty"):
        EmbeddedPostgres(short_dir / "pg", allow_root=True).start()
    assert (short_dir / "pg" / "letter.txt").read_text() == "mine"


def test_cluster_of_another_major_version_is_refused(data_dir: Path) -> None:
    (data_dir / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 16"):
        EmbeddedPostgres(data_dir, allow_root=True).start()


def test_half_made_cluster_of_a_crash_is_made_again(short_dir: Path) -> None:
    (short_dir / "pg.new").mkdir()
    (short_dir / "pg.new" / "PG_VERSION").write_text("18\n")
    assert cluster.create_cluster(short_dir / "pg", runner(), is_durable=False)
    assert (short_dir / "pg" / "postgresql.conf").exists()
    assert not (short_dir / "pg.new").exists()


def test_start_that_cannot_succeed_says_why_and_frees_the_lock(data_dir: Path) -> None:
    broken = EmbeddedPostgres(data_dir, allow_root=True, options={"shared_buffers": "lots"})
    with pytest.raises(EmbeddedError, match="shared_buffers"):
        broken.start()
    with embedded.running(data_dir, allow_root=True, options=FAST) as urls:
        assert answer(urls.admin_url) == 42


def test_server_log_holds_no_row_values_and_no_statements(server: EmbeddedPostgres) -> None:
    urls = server.start()
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        connection.execute("create table once(word text primary key)")
        connection.execute("insert into once values (%s)", ("my-password",))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into once values (%s)", ("my-password",))
    log = server.log_path.read_text()
    assert "duplicate key" in log
    assert "my-password" not in log
    assert "insert into" not in log
