"""The doctor: a sound deployment has no problem, and each fault is found with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from kaitak import schema
from kaitak.conversations import health  # noqa: F401 (registers its checks)
from kaitak.db import doctor
from kaitak.db.doctor import Deployment, Finding, Level
from kaitak.db.urls import ServerUrls


@pytest.fixture
def deployment(fresh_urls: ServerUrls, tmp_path: Path) -> Iterator[Deployment]:
    secret = tmp_path / "secret.key"
    secret.write_text("x")
    secret.chmod(0o600)
    with psycopg.connect(fresh_urls.url) as program, psycopg.connect(fresh_urls.admin_url or "") as owner:
        yield Deployment(
            server=fresh_urls,
            program=program,
            owner=owner,
            metadata=schema.metadata,
            folders=(tmp_path / "not" / "yet",),
            secret_path=secret,
            backup_dir=tmp_path,
            pool_size=10,
            now=lambda: datetime.now(UTC),
        )


def problems(deployment: Deployment) -> dict[str, Finding]:
    """The problems, without those of the test server itself, which runs without fsync."""
    found = {name: finding for name, finding in doctor.examine(deployment) if finding.level is Level.PROBLEM}
    assert all(finding.remedy for finding in found.values())
    return {name: finding for name, finding in found.items() if name != "durability"}


def finding(deployment: Deployment, name: str) -> Finding:
    return next(seen for check, seen in doctor.examine(deployment) if check == name)


def test_sound_deployment_has_no_problem(deployment: Deployment) -> None:
    assert problems(deployment) == {}


def test_server_that_may_lose_acknowledged_messages_is_found(deployment: Deployment) -> None:
    assert "fsync is off" in finding(deployment, "durability").text


def test_removed_policy_is_found(deployment: Deployment) -> None:
    assert deployment.owner is not None
    deployment.owner.execute("drop policy account_only on team")
    deployment.owner.commit()
    assert problems(deployment)["row-level security"].text.endswith(": team")


def test_outstanding_migration_is_found(deployment: Deployment) -> None:
    assert deployment.owner is not None
    deployment.owner.execute("update alembic_version set version_num = '0000'")
    deployment.owner.commit()
    assert problems(deployment)["schema"].remedy == "run: kaitak migrate"


def test_role_that_bypasses_is_found(deployment: Deployment) -> None:
    server = replace(deployment.server, url=deployment.server.admin_url or "")
    assert "owns the tables" in problems(replace(deployment, server=server))["program role"].text


def test_open_secret_key_is_found(deployment: Deployment) -> None:
    assert deployment.secret_path is not None
    deployment.secret_path.chmod(0o644)
    assert "chmod 600" in problems(deployment)["secret key"].remedy


@pytest.mark.parametrize(("skew", "level"), [(0, Level.OK), (5, Level.WARNING), (-90, Level.PROBLEM)])
def test_clock_that_differs_is_found(skew: int, level: Level, deployment: Deployment) -> None:
    skewed = replace(deployment, now=lambda: datetime.now(UTC) + timedelta(seconds=skew))
    assert finding(skewed, "clock").level is level


def test_pool_larger_than_the_server_is_found(deployment: Deployment) -> None:
    assert "max_connections" in problems(replace(deployment, pool_size=500))["connections"].text


def test_old_backup_is_found(deployment: Deployment) -> None:
    assert finding(deployment, "backups").level is Level.WARNING
    (deployment.backup_dir / "kaitak-1.dump").touch()
    assert finding(deployment, "backups").level is Level.OK
    later = replace(deployment, now=lambda: datetime.now(UTC) + timedelta(days=5))
    assert "5 days old" in finding(later, "backups").text


def test_folder_that_is_a_file_is_found(deployment: Deployment) -> None:
    blocked = deployment.backup_dir / "file"
    blocked.touch()
    assert "folders" in problems(replace(deployment, folders=(blocked / "storage",)))


def test_waiting_turns_dead_letters_and_paused_inboxes_are_found(deployment: Deployment) -> None:
    owner = deployment.owner
    assert owner is not None
    for statement in (
        "insert into account(id, name) overriding system value values (1, 'a')",
        (
            "insert into inbox(account_id, id, name, channel, identifier, config_encrypted, paused_at)"
            " overriding system value values (1, 1, 'i', 'api', 'x', '', now())"
        ),
        "insert into contact(account_id, id) overriding system value values (1, 1)",
        (
            "insert into contact_inbox(account_id, id, contact_id, inbox_id, source_id)"
            " overriding system value values (1, 1, 1, 1, 's')"
        ),
        (
            "insert into conversation(account_id, id, display_id, inbox_id, contact_id, contact_inbox_id, turn_due_at)"
            " overriding system value values (1, 1, 1, 1, 1, 1, now() - interval '1 hour')"
        ),
        (
            "insert into message(account_id, id, conversation_id, seq, message_type, sender_type)"
            " overriding system value select 1, n, 1, n, 'outgoing', 'bot' from generate_series(1, 2) n"
        ),
        (
            "insert into delivery(account_id, message_id, conversation_id, inbox_id, status, next_attempt_at) values"
            " (1, 1, 1, 1, 'failed', now()), (1, 2, 1, 1, 'pending', now() - interval '1 hour')"
        ),
    ):
        owner.execute(statement.encode())
    owner.commit()
    texts = [seen.text for check, seen in doctor.examine(deployment) if check == "road"]
    assert texts == [
        "1 conversations have waited over 2 minutes for the bot",
        "1 messages have been due for delivery for over 2 minutes",
        "1 messages could not be delivered",
        "1 inboxes are paused because their channel refused our credentials",
    ]


def test_empty_database_gives_one_problem_and_no_noise(deployment: Deployment) -> None:
    assert deployment.owner is not None
    deployment.owner.execute("drop table alembic_version")
    deployment.owner.commit()
    assert set(problems(deployment)) == {"schema"}


def test_check_that_fails_is_a_finding_and_the_others_go_on(deployment: Deployment) -> None:
    assert deployment.owner is not None
    deployment.owner.execute("drop table delivery cascade")
    deployment.owner.commit()
    found = list(doctor.examine(deployment))
    assert any(name == "road" and "check failed" in seen.text for name, seen in found)
    assert any(name in {"transactions", "backups"} for name, seen in found)
