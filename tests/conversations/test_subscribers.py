"""What the workbench sees when a member comes, goes, or leaves the account."""

from __future__ import annotations

from tests.factories.mirror import Mirror
from tests.factories.stage import Stage


async def test_availability_reaches_the_others_live(stage: Stage) -> None:
    async with Mirror(stage) as mirror:
        await stage.agent_http.put(stage.path("/profile/availability"), json={"availability": "busy"})
        await mirror.settle()
    told = [event["data"] for event in mirror.events if event["event"] == "presence.update"]
    assert told == [{"users": {str(stage.agent.user_id): "busy"}}]


async def test_conversations_of_a_removed_member_wait_for_somebody_again(stage: Stage) -> None:
    for _ in range(2):
        await stage.conversation()
    await stage.admin.patch(stage.path(f"/inboxes/{stage.inbox.id}"), json={"member_ids": [stage.agent.user_id]})
    for number in (1, 2):
        await stage.act(number, "ownership", action="take_over")
        await stage.act(number, "assignments", assignee_id=stage.agent.user_id)
    await stage.act(2, "toggle_status", status="resolved")
    async with Mirror(stage) as mirror:
        answer = await stage.admin.delete(stage.path(f"/agents/{stage.agent.user_id}"))
        assert answer.status_code in (200, 204), answer.text
        await mirror.settle()
        await mirror.must_equal_a_fresh_look()
    view = await stage.view(1)
    assert (view["assignee"], view["owner"], view["status"]) == (None, "queued", "open")
    attributes = (await stage.thread(1))[-1]["content_attributes"]
    assert isinstance(attributes, dict)
    assert attributes["activity"] == "unassigned"
    assert (await stage.view(2))["status"] == "resolved"
