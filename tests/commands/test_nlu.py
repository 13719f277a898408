"""`kaitak nlu`, run as an operator runs it: its own process, settings in the environment."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from kaitak.db.urls import ServerUrls
from tests.factories.operator import external, kaitak

pytestmark = pytest.mark.slow


def test_pack_without_account_is_audited_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(
        "text,intent\n我件貨個盒爛晒,damaged_defective_item\n,order_status\n件貨呢,orders\n", encoding="utf-8"
    )
    found = tmp_path / "audit.json"
    seen = kaitak("nlu", "audit", "--quick", "--file", str(file), "--json", str(found), KAITAK_DATA_DIR=str(tmp_path))
    assert seen.returncode == 0, seen.stderr
    assert "1 of 3 lines can be taken" in seen.stdout
    assert "line 4: there is no intent orders; did you mean" in seen.stdout
    assert "damaged_defective_item" in seen.stdout
    assert '"own_lines": 1' in found.read_text(encoding="utf-8")


def test_unknown_pack_and_account_are_one_clear_line(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    settings = external(fresh_urls, tmp_path)
    for words in (("eval", "--pack", "nothing"), ("list", "--account", "Nobody"), ("rollback", "--account", "Nobody")):
        seen = kaitak("nlu", *words, **settings)
        assert (seen.returncode, len(seen.stderr.splitlines())) == (1, 1), seen.stderr


@pytest.mark.timeout(400)
def test_account_trains_promotes_and_rolls_back(fresh_urls: ServerUrls, tmp_path: Path) -> None:
    settings = external(fresh_urls, tmp_path)
    made = kaitak("create-admin", "--email", "a@b.hk", "--name", "A", "--account", "Shop", **settings)
    assert made.returncode == 0, made.stderr
    with psycopg.connect(fresh_urls.superuser_url or "") as owner:
        owner.execute("update account set pack = 'insurance'")  # trains in a quarter of retail's time
    nothing = kaitak("nlu", "promote", "--account", "Shop", **settings)
    assert "train one with: kaitak nlu train" in nothing.stderr
    trained = kaitak("nlu", "train", "--account", "Shop", **settings)
    assert trained.returncode == 0, trained.stderr
    assert "gate: same" in trained.stdout
    promoted = kaitak("nlu", "promote", "--account", "Shop", "--number", "1", **settings)
    assert promoted.stdout.startswith("version 1 (")
    assert "1\tactive\t" in kaitak("nlu", "list", "--account", "Shop", **settings).stdout
    assert "held_out" not in kaitak("nlu", "eval", "--account", "Shop", **settings).stderr
    back = kaitak("nlu", "rollback", "--account", "Shop", **settings)
    assert back.stdout == "the pack's own model answers now\n"
    with psycopg.connect(fresh_urls.superuser_url or "") as owner:
        actions = owner.execute("select action, user_id from audit_log where action like 'nlu%' order by id").fetchall()
    assert actions == [("nlu_training.started", None), ("nlu_model.promoted", None), ("nlu_model.rolled_back", None)]
