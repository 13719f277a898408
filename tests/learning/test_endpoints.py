"""Models over HTTP: trained by a job, weighed, promoted, answering, rolled back; and who may do what."""

from __future__ import annotations

from datetime import timedelta

from pydantic import JsonValue

from kaitak.learning import limits
from tests.factories import mini_pack
from tests.factories.school import School

LINES = sum(len(lines) for lines in mini_pack.LINES.values())


async def test_packs_show_their_intents_and_the_model_that_answers(class_room: School) -> None:
    packs = (await class_room.get("/packs"))["payload"]
    retail = next(pack for pack in packs if pack["name"] == "retail")
    assert retail["is_default"] is True
    assert (retail["active"]["id"], retail["active"]["is_pack_own"]) == (None, True)
    assert retail["pack_examples"] == LINES
    assert {each["name"] for each in retail["intents"]} == set(mini_pack.LINES)
    assert set(retail["intents"][0]["title"]) == {"zh-HK", "zh-Hans", "en"}


async def test_training_is_a_job_that_makes_a_draft_with_figures_and_a_gate(class_room: School) -> None:
    model_id = await class_room.train()
    listed = await class_room.get("/models", pack="retail")
    assert listed["active"]["is_pack_own"] is True
    assert listed["can_roll_back"] is False
    (model,) = listed["payload"]
    assert (model["id"], model["number"], model["status"]) == (model_id, 1, "draft")
    assert model["created_by"]["id"] == class_room.administrator.user_id
    assert model["figures"]["lines"] == LINES
    assert model["figures"]["held_out_lines"] == 3
    assert model["gate"]["verdict"] == "same"
    assert {each["measure"] for each in model["gate"]["measures"]} == {"cross_validation", "held_out"}


async def test_an_account_trains_one_model_at_a_time(class_room: School) -> None:
    first = await class_room.post("/models", pack="retail")
    second = await class_room.post("/models", pack="retail")
    assert (second.status_code, second.json()["code"]) == (409, "nlu_training_in_progress")
    assert second.json()["job_id"] == first.json()["id"]
    await class_room.do_jobs()
    assert (await class_room.post("/models", pack="retail")).status_code == 202


async def test_job_of_a_dead_worker_is_failed_and_can_be_started_again(class_room: School) -> None:
    job = (await class_room.post("/models", pack="retail")).json()["id"]
    await class_room.road.rows("update nlu_job set status = 'running', seen_at = now() - interval '1 hour'")
    seen = await class_room.get(f"/jobs/{job}")
    assert seen["status"] == "failed"
    assert seen["error"]["code"] == "nlu_training_interrupted"
    assert await class_room.train()


async def test_job_that_runs_already_when_it_is_taken_lost_its_worker(class_room: School) -> None:
    job = (await class_room.post("/models", pack="retail")).json()["id"]
    await class_room.road.rows("update nlu_job set status = 'running', seen_at = now()")
    await class_room.do_jobs()
    assert (await class_room.get(f"/jobs/{job}"))["status"] == "failed"
    assert (await class_room.get("/models", pack="retail"))["payload"] == []


async def test_silence_shorter_than_the_limit_is_no_death(class_room: School) -> None:
    job = (await class_room.post("/models", pack="retail")).json()["id"]
    half = limits.SILENT / 2
    await class_room.road.rows("update nlu_job set status = 'running', seen_at = now() - %s", half)
    assert half > timedelta(seconds=1)
    assert (await class_room.get(f"/jobs/{job}"))["status"] == "running"


async def test_training_that_cannot_succeed_leaves_a_failed_job_with_its_reason(class_room: School) -> None:
    job = (await class_room.post("/models", pack="retail")).json()["id"]
    await class_room.road.rows("update nlu_job set pack = 'gone'")
    await class_room.do_jobs()
    seen = await class_room.get(f"/jobs/{job}")
    assert (seen["status"], seen["error"]["code"]) == ("failed", "pack_unknown")


async def test_promoted_version_answers_from_the_next_turn_on_and_rollback_takes_it_back(class_room: School) -> None:
    await class_room.upload("text,intent\n送到未呀喂,order_status\n".encode(), dry_run=False)
    model_id = await class_room.train()
    turner = class_room.turner()

    async def version_of_next_turn(external_id: str) -> str:
        await class_room.road.say(external_id, "幾點開門", source_id=external_id)
        assert await turner.step() == 1
        found = await class_room.road.column("select understanding ->> 'model_version' from turn order by id desc")
        return str(found[0])

    own = await version_of_next_turn("m-1")
    assert (await class_room.get("/models", pack="retail"))["active"]["version"] == own
    promoted = await class_room.post(f"/models/{model_id}/promote")
    assert (promoted.status_code, promoted.json()["status"]) == (200, "active")
    assert await version_of_next_turn("m-2") == promoted.json()["version"] != own
    assert (await class_room.get("/models", pack="retail"))["can_roll_back"] is True
    back = await class_room.post("/models/rollback", pack="retail")
    assert back.json()["active"]["is_pack_own"] is True
    assert await version_of_next_turn("m-3") == own
    again = await class_room.post("/models/rollback", pack="retail")
    assert (again.status_code, again.json()["code"]) == (409, "nlu_nothing_to_roll_back")


async def test_rollback_goes_back_one_promotion_at_a_time(class_room: School) -> None:
    first, second = await class_room.train(), await class_room.train()
    for model_id in (first, second, first):  # the first one again: it stands at the head of the chain, not twice in it
        assert (await class_room.post(f"/models/{model_id}/promote")).status_code == 200
    steps = [(await class_room.post("/models/rollback", pack="retail")).json()["active"]["id"] for _ in range(2)]
    assert steps == [second, None]


async def test_worse_version_needs_an_administrator_and_a_reason(class_room: School) -> None:
    model_id = await class_room.train()
    await class_room.road.rows(
        """update nlu_model set figures = jsonb_set(jsonb_set(figures, '{gate,verdict}', '"worse"'),
           '{gate,measures,0}', figures #> '{gate,measures,0}' || '{"difference": -0.2, "is_worse": true}')"""
    )
    refused = await class_room.post(f"/models/{model_id}/promote")
    assert (refused.status_code, refused.json()["code"]) == (409, "nlu_model_worse")
    assert refused.json()["margin"] == "0.0100"
    bare = await class_room.post(f"/models/{model_id}/promote", force=True, reason=" ")
    assert (bare.status_code, bare.json()["code"]) == (422, "nlu_reason_missing")
    body: dict[str, JsonValue] = {"force": True, "reason": "fewer wrong answers on refunds"}
    lesser = await class_room.supervisor_http.post(class_room.path(f"/models/{model_id}/promote"), json=body)
    assert (lesser.status_code, lesser.json()["code"]) == (403, "nlu_force_forbidden")
    assert (await class_room.post(f"/models/{model_id}/promote", **body)).status_code == 200
    (logged,) = await class_room.road.column("select details from audit_log where action = 'nlu_model.promoted'")
    assert isinstance(logged, dict)
    assert (logged["forced"], logged["reason"]) == (True, "fewer wrong answers on refunds")


async def test_report_shows_what_cross_validation_saw(class_room: School) -> None:
    model_id = await class_room.train()
    report = await class_room.get(f"/models/{model_id}/report")
    assert sum(each["lines"] for each in report["intents"]) == LINES
    assert sum(each["lines"] for each in report["reliability"]) == LINES
    assert report["wrong_total"] == sum(each["lines"] for each in report["confusions"])
    assert report["coverage"][0]["coverage"] == 1.0
    assert [each["coverage"] for each in report["coverage"]] == sorted(
        (each["coverage"] for each in report["coverage"]), reverse=True
    )


async def test_message_is_tried_with_the_active_model_or_a_draft(class_room: School) -> None:
    model_id = await class_room.train()
    tried = (await class_room.post("/try", pack="retail", text="我張單HK123456去咗邊")).json()
    assert tried["intents"][0]["name"] == "order_status"
    assert tried["intents"][0]["title"]["en"] == "retail"
    assert tried["model"]["is_pack_own"] is True
    assert tried["entities"][0]["text"] == "HK123456"
    draft = (await class_room.post("/try", pack="retail", text="我張單去咗邊", model_id=model_id)).json()
    assert draft["model"]["id"] == model_id
    for text in ("", "\u200b\u202e", "😀" * 50, "x" * limits.LONGEST_TRIED):
        assert (await class_room.post("/try", pack="retail", text=text)).status_code == 200
    assert (await class_room.post("/try", pack="retail", text="x" * (limits.LONGEST_TRIED + 1))).status_code == 422
    assert (await class_room.post("/try", pack="nothing", text="x")).json()["code"] == "pack_unknown"


async def test_only_so_many_versions_are_kept_and_never_without_the_way_back(class_room: School) -> None:
    first, second = await class_room.train(), await class_room.train()
    for model_id in (first, second):
        await class_room.post(f"/models/{model_id}/promote")
    await class_room.road.rows(
        """insert into nlu_model (account_id, pack, number, version, pack_fingerprint, figures, judged, data, size)
           select account_id, pack, number + n * 10, version, pack_fingerprint, figures, judged, data, size
           from nlu_model, generate_series(1, 12) n where id = %s""",
        first,
    )
    newest = await class_room.train()
    kept = await class_room.road.column("select id from nlu_model order by number")
    assert len(kept) == limits.MODELS_KEPT
    assert {first, second, newest} <= set(kept)


async def test_version_that_answers_cannot_be_removed(class_room: School) -> None:
    first, second = await class_room.train(), await class_room.train()
    await class_room.post(f"/models/{first}/promote")
    await class_room.post(f"/models/{second}/promote")
    refused = await class_room.admin.delete(class_room.path(f"/models/{second}"))
    assert (refused.status_code, refused.json()["code"]) == (409, "nlu_model_active")
    assert (await class_room.admin.delete(class_room.path(f"/models/{first}"))).status_code == 204
    assert (await class_room.post("/models/rollback", pack="retail")).json()["active"]["is_pack_own"] is True


async def test_unreadable_version_gives_way_to_the_packs_own(class_room: School) -> None:
    model_id = await class_room.train()
    await class_room.post(f"/models/{model_id}/promote")
    await class_room.road.rows("update nlu_model set data = 'broken'")
    tried = await class_room.post("/try", pack="retail", text="幾點開門")
    assert (tried.status_code, tried.json()["intents"][0]["name"]) == (200, "store_hours")
