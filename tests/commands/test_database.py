"""The database commands, run as an operator runs them: their own process, settings in the environment."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from kaitak.db.urls import ServerUrls
from tests.factories.operator import external, kaitak


def test_backup_and_restore_on_a_configured_server(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    settings = external(fresh_urls, tmp_path)
    made = kaitak("backup", **settings)
    assert made.returncode == 0, made.stderr
    dump = made.stdout.strip()
    refused = kaitak("restore", dump, **settings)
    assert refused.returncode == 1
    assert "--clean" in refused.stderr
    assert "Traceback" not in refused.stderr
    restored = kaitak("restore", dump, "--clean", **settings)
    assert (restored.returncode, restored.stdout) == (0, f"restored {dump}\n")


def test_doctor_fails_with_the_problem_and_its_remedy(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute("update alembic_version set version_num = '0000'")
    seen = kaitak("doctor", **external(fresh_urls, tmp_path))
    assert seen.returncode == 1
    assert "problem  schema: schema is 0000" in seen.stdout
    assert "→ run: kaitak migrate" in seen.stdout


def test_program_as_owner_is_refused(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    settings = external(fresh_urls, tmp_path) | {"KAITAK_DB__URL": fresh_urls.admin_url or ""}
    seen = kaitak("backup", **settings)
    assert seen.returncode == 1
    assert "owns the tables" in seen.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"KAITAK_DB__URL": "postgresql://u:hunter2@127.0.0.1:1/d"}, "cannot be reached"),
        ({"KAITAK_DB__URL": "nonsense"}, "not a PostgreSQL address"),
        ({"KAITAK_DB_URL": "x"}, "unknown setting KAITAK_DB_URL"),
    ],
)
def test_wrong_address_is_one_clear_line(settings: dict[str, str], said: str, tmp_path: Path) -> None:
    seen = kaitak("migrate", KAITAK_DATA_DIR=str(tmp_path), **settings)
    assert seen.returncode == 1
    assert said in seen.stderr
    assert len(seen.stderr.splitlines()) == 1
    assert "hunter2" not in seen.stderr


def test_migrate_without_the_owner_says_what_is_missing(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    seen = kaitak("migrate", KAITAK_DB__URL=fresh_urls.url, KAITAK_DATA_DIR=str(tmp_path))
    assert seen.returncode == 1
    assert "KAITAK_DB__ADMIN_URL" in seen.stderr


@pytest.mark.slow
def test_embedded_database_is_made_migrated_and_examined(short_dir: Path) -> None:
    settings = {"KAITAK_DATA_DIR": str(short_dir / "data"), "KAITAK_DB__ALLOW_ROOT": "1"}
    made = kaitak("migrate", **settings)
    assert made.returncode == 0, made.stderr
    seen = kaitak("doctor", **settings)
    assert seen.returncode == 0, seen.stdout
    assert "nothing to mend" in seen.stdout
    assert not (short_dir / "data" / "postgres" / "postmaster.pid").exists()
