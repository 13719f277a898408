"""`kaitak pack` on a small pack: faults with lines, conversations that must go as written, drawings, the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kaitak import cli
from kaitak.core.errors import InvalidError
from tests.factories import flow_pack
from tools.build_web import ROOT

FLOW = """flow: order_status
intents: [order_status]
slots: {order_no: {entity: order_no, ask: ask_no}}
start: ask
steps:
  ask: {collect: order_no, next: fetch}
  fetch: {call: get_order, with: {order_no: slots.order_no}, into: order, ok: tell, unavailable: lost, not_permitted: x}
  tell: {say: told, next: done}
  lost: {hand_over: order_not_found}
  x: {hand_over: flow}
  done: {end: true}
"""
TALKS = """
now: 2025-11-19T14:30:00+08:00
business: {orders: {HK100234: {status: paid}}}
conversations:
  - {name: known, verified: true, turns: [{say: 我張單去咗邊 HK100234, reply: [HK100234 PAID]}]}
  - {name: strange, verified: true, turns: [{say: 我張單去咗邊 HK999999, hand_over: order_not_found}]}
"""


def kaitak(*words: str) -> Result:
    return CliRunner().invoke(cli.mounted(["pack"]), ["pack", *words])


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAITAK_DATA_DIR", str(tmp_path / "data"))
    root = flow_pack.write(tmp_path, FLOW, {"ask_no": "no?", "told": "{order_no} {order.status|status}"})
    (root / "tests" / "talks.yaml").write_text(TALKS, encoding="utf-8")
    return root


def test_conversations_are_played_and_a_failure_names_its_line(root: Path) -> None:
    played = kaitak("test", str(root))
    assert played.exit_code == 0, played.output
    assert "2 of 2 conversations as written" in played.output
    file = root / "tests" / "talks.yaml"
    file.write_text(TALKS.replace("HK100234 PAID", "SHIPPED"), encoding="utf-8")
    failed = kaitak("test", str(root), "-k", "known")
    assert isinstance(failed.exception, InvalidError)
    assert "tests/talks.yaml:5: known: the reply lacks 'SHIPPED'; the bot said: HK100234 PAID" in failed.output


def test_faults_are_told_one_a_line(root: Path) -> None:
    checked = kaitak("check", str(root))
    assert isinstance(checked.exception, InvalidError)
    assert "intents/all.yaml:63: intent store_hours has no end; give exactly one of" in checked.output
    (root / "flows" / "order_status.yaml").write_text(FLOW.replace("next: done", "next: gone"), encoding="utf-8")
    assert "flows/order_status.yaml:8: there is no step gone" in kaitak("check", str(root)).output


def test_flow_is_shown_as_text_and_as_a_diagram(root: Path) -> None:
    assert "order_status: 6 steps, started by order_status" in kaitak("show", str(root)).output
    assert "fetch  call get_order  [ok -> tell" in kaitak("show", str(root), "order_status").output
    diagram = kaitak("show", str(root), "order_status", "--format", "mermaid").output
    assert diagram.startswith("flowchart TD\n")
    assert '  fetch -->|"ok"| tell' in diagram


def test_schema_is_the_one_in_the_reference() -> None:
    written = (ROOT / "docs" / "reference" / "flow.schema.json").read_text(encoding="utf-8")
    assert json.loads(kaitak("schema").output) == json.loads(written)
    assert "conversations" in json.loads(kaitak("schema", "tests").output)["properties"]
