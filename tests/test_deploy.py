"""What deploy/ ships fits the program: settings exist, commands exist, the roles it makes are the ones that start."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg.conninfo import make_conninfo

from kaitak import schema
from kaitak.db import cluster, embedded, migrate, rls
from tools import inventory
from tools.build_web import ROOT

DEPLOY = ROOT / "deploy"
NOT_SETTINGS = {"KAITAK_OWNER_PASSWORD", "KAITAK_PROGRAM_PASSWORD", "KAITAK_PUBLIC_URL"}  # compose's own


def test_every_setting_named_in_deploy_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for path in files for name in re.findall(r"\bKAITAK_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert named - NOT_SETTINGS <= inventory.settings().keys()
    assert "KAITAK_DB__URL" in named


def test_every_command_started_by_deploy_exists() -> None:
    units = "".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").glob("*.service"))
    started = {*re.findall(r"^ExecStart=/opt/kaitak/bin/kaitak (\S+)", units, re.MULTILINE)}
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    started |= {service["command"][0] for service in services.values() if "command" in service}
    assert started == {"serve", "web", "worker", "migrate"}
    assert {f"kaitak {word}" for word in started} <= inventory.commands().keys()


def test_compose_starts_nothing_before_the_schema_is_there() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert "KAITAK_DB__ADMIN_URL" not in services["web"]["environment"]


@pytest.mark.slow
def test_roles_of_postgresql_sql_migrate_and_start() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder) / "pg", allow_root=os.geteuid() == 0) as server:
            assert server.superuser_url is not None
            with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
                superuser.execute("drop database kaitak")
                for role in (cluster.OWNER, cluster.PROGRAM):
                    superuser.execute(psycopg.sql.SQL("drop role {}").format(psycopg.sql.Identifier(role)))
            psql = [str(cluster.binaries() / "psql"), server.superuser_url, "--quiet"]
            secrets = ["-v", "owner_password=it's a secret", "-v", "program_password=an other"]
            subprocess.run([*psql, *secrets, "-f", str(DEPLOY / "postgresql.sql")], check=True)
            owner = make_conninfo(server.superuser_url, user="kaitak_owner", dbname="kaitak")
            program = make_conninfo(server.superuser_url, user="kaitak", dbname="kaitak")
            migrate.upgrade(owner, program, schema.metadata)
            migrate.refuse_outdated(program)
            rls.refuse_strong_role(program)
