"""A platform's own sessions follow our conversations: handed over, taken, given back, resolved, and refused."""

from __future__ import annotations

from kaitak.conversations.road_rows import HandOver
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.channels.test_platform_stories import Agent, _until_column, agent, office, pytestmark, road
from tests.conversations.test_receiving import receivers, running
from tests.conversations.test_road import claim, spoken
from tests.factories.road import RoadStage
from tests.platforms.wecom import BOT, ENDED, NEW, PERSON, QUEUE, WeCom

__all__ = ["agent", "pytestmark", "road"]


async def run_jobs(stage: RoadStage) -> None:
    """The pause before a platform is told is over."""
    await stage.rows("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    deps = stage.process.deps
    await queue.run_until_idle(
        stage.process.dsn, JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    )


async def act(at: Agent, number: int, path: str, **body: str) -> None:
    answer = await at.http.post(f"{at.base}/conversations/{number}/{path}", json=body)
    assert answer.status_code == 200, answer.text


async def test_session_goes_where_the_conversation_goes_after_all_that_was_said(road: RoadStage, agent: Agent) -> None:
    platform = WeCom()
    async with office(road, platform, "wecom", queues_at_wecom=True) as at, running(receivers(road, "wecom")):
        await road.rows("update inbox set bot_enabled = true where id = %s", at.inbox.id)
        await at.bring(platform.said("wmA1", "我要投訴"))
        await _until_column(road, at, ["我要投訴"])
        (turn,) = await claim(road)
        handed = HandOver(reason="asked", team="", priority=None, packet={})
        await road.process.road.finish_turns([spoken(turn, "轉畀同事", hand_over=handed)])
        await run_jobs(road)
        assert platform.changes == []  # in WeCom's queue the session would take no more of ours
        await road.deliver()
        await run_jobs(road)
        assert [shown.text for shown in platform.shown] == ["轉畀同事"]
        assert platform.states["wmA1"] == QUEUE

        number = await at.number()
        await act(agent, number, "toggle_status", status="pending")  # back to the bot: WeCom knows no way but the end
        await run_jobs(road)
        assert platform.states["wmA1"] == ENDED
        await at.bring(platform.said("wmA1", "仲有嘢想問"))
        await _until_column(road, at, ["我要投訴", "轉畀同事", "仲有嘢想問"])
        assert platform.states["wmA1"] == NEW
        assert (await agent.reply(number, "我嚟答你"))[0] == 200  # who answers here has the assistant's session
        await act(agent, number, "toggle_status", status="resolved")
        await run_jobs(road)
        assert platform.states["wmA1"] == NEW  # the answer is still on its way
        await road.deliver()
        await run_jobs(road)
        assert [shown.text for shown in platform.shown] == ["轉畀同事", "我嚟答你"]
        assert platform.states["wmA1"] == ENDED


async def test_session_that_is_a_colleagues_at_the_platform_is_said_and_mended(road: RoadStage, agent: Agent) -> None:
    platform = WeCom()
    async with office(road, platform, "wecom") as at, running(receivers(road, "wecom")):
        await at.bring(platform.said("wmA2", "喂"))
        await _until_column(road, at, ["喂"])
        number = await at.number()
        platform.states["wmA2"] = PERSON
        await act(agent, number, "ownership", action="take_over")
        await run_jobs(road)
        base = f"{agent.base}/channel_failures?inbox_id={at.inbox.id}&only_open=true"
        (row,) = (await agent.http.get(base)).json()["payload"]
        assert (row["kind"], row["conversation_id"], row["error_code"]) == ("session", number, "refused")
        assert row["error_detail"].startswith("lisi has this session in WeCom; it has to be ended there")
        platform.states["wmA2"] = NEW
        await act(agent, number, "toggle_status", status="pending")
        await run_jobs(road)
        assert platform.states["wmA2"] == BOT
        assert (await agent.http.get(base)).json()["payload"] == []
