"""Satisfaction: the customer's answer, once for each time they were asked, and who may read it."""

from __future__ import annotations

from tests.factories.stage import Customer, Stage


async def _asked(stage: Stage) -> tuple[Customer, int, int]:
    customer, number = await stage.conversation()
    await stage.act(number, "messages", content="answer")
    await stage.act(number, "toggle_status", status="resolved")
    asked = next(each for each in await stage.thread(number) if each["content_type"] == "input_csat")
    return customer, number, int(str(asked["id"]))


async def test_rating_is_shown_and_can_be_changed(stage: Stage) -> None:
    customer, number, message = await _asked(stage)
    assert (await customer.post("csat", message_id=message, rating=2)).status_code == 204
    await customer.post("csat", message_id=message, rating=4, feedback_message=" 好快 ")
    assert (await stage.view(number))["csat"] == {"rating": 4, "feedback_message": "好快"}
    listed = (
        await stage.admin.get(stage.path("/csat_survey_responses"), params={"since": "2020-01-01T00:00:00Z"})
    ).json()
    assert [each["rating"] for each in listed["payload"]] == [4]
    assert listed["meta"]["counts"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}


async def test_rating_outside_the_scale_is_refused(stage: Stage) -> None:
    customer, number, message = await _asked(stage)
    for rating in (0, 6):
        assert (await customer.post("csat", message_id=message, rating=rating)).status_code == 422
    assert (await stage.view(number))["csat"] is None


async def test_another_customer_cannot_rate(stage: Stage) -> None:
    _, number, message = await _asked(stage)
    other, _ = await stage.conversation()
    answer = await other.post("csat", message_id=message, rating=1)
    assert (answer.status_code, answer.json()["code"]) == (404, "survey_not_found")
    assert (await stage.view(number))["csat"] is None


async def test_message_that_asks_nothing_cannot_be_rated(stage: Stage) -> None:
    customer, number, _ = await _asked(stage)
    said = (await stage.thread(number))[0]["id"]
    assert (await customer.post("csat", message_id=said, rating=5)).status_code == 404


async def test_agents_do_not_read_reports(stage: Stage) -> None:
    answer = await stage.agent_http.get(stage.path("/csat_survey_responses"))
    assert answer.status_code == 403
