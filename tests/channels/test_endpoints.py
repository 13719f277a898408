"""Inboxes over HTTP: what an administrator changes is written down."""

from __future__ import annotations

from tests.factories import stage as stages
from tests.factories.stage import Stage


async def test_every_change_of_an_inbox_is_in_the_audit_log(stage: Stage) -> None:
    other = await stages.make_inbox(stage.deps, stage.account_id, name="Other")
    await stage.admin.patch(stage.path(f"/inboxes/{other.id}"), json={"name": "Office", "bot_enabled": False})
    await stage.admin.delete(stage.path(f"/inboxes/{other.id}"))
    made = await stage.admin.post(stage.path("/inboxes"), json={"name": "API", "channel": "api"})
    assert made.status_code == 201, made.text
    answer = await stage.admin.get(stage.path("/audit_logs"))
    lines = [line for line in answer.json()["payload"] if line["target_type"] == "inbox"]
    assert [line["action"] for line in lines] == ["inbox.created", "inbox.removed", "inbox.changed"]
    assert lines[2]["details"] == {"changed": "bot_enabled, name"}
    assert [line["target_id"] for line in lines[1:]] == [str(other.id)] * 2
    assert made.json()["generated"]["secret"] not in answer.text
