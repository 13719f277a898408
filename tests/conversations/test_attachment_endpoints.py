"""Files over HTTP: taken within limits, read by signed links, never rendered where they could run."""

from __future__ import annotations

from datetime import timedelta

import httpx
from pydantic import JsonValue

from tests.conversations.test_sniffing import PNG
from tests.factories.stage import Stage


async def _upload(stage: Stage, name: str, content: bytes) -> httpx.Response:
    return await stage.admin.post(stage.path("/attachments"), files={"file": (name, content, "image/png")})


async def _uploaded(stage: Stage, name: str = "p.png", content: bytes = PNG) -> dict[str, JsonValue]:
    answer = await _upload(stage, name, content)
    assert answer.status_code == 201, answer.text
    found: dict[str, JsonValue] = answer.json()
    return found


async def test_picture_is_shown_in_place_with_safe_headers(stage: Stage) -> None:
    view = await _uploaded(stage)
    assert (view["content_type"], view["width"], view["height"], view["inline"]) == ("image/png", 640, 480, True)
    answer = await stage.public.get(str(view["url"]))
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_text_is_a_download_of_no_type(stage: Stage) -> None:
    view = await _uploaded(stage, "notes.txt", b"plain words")
    answer = await stage.public.get(str(view["url"]))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_markup_is_refused_under_a_picture_name(stage: Stage) -> None:
    answer = await _upload(stage, "p.png", b"<svg onload=alert(1)>")
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment_type_refused")
    assert not [each for each in stage.store.folder.rglob("*") if each.is_file()]


async def test_file_over_the_limit_is_refused_and_leaves_nothing(stage: Stage) -> None:
    answer = await _upload(stage, "p.png", PNG + b"\x00" * stage.store.max_bytes)
    assert (answer.status_code, answer.json()["code"]) == (413, "attachment_too_large")
    assert not [each for each in stage.store.folder.rglob("*") if each.is_file()]


async def test_empty_file_is_refused(stage: Stage) -> None:
    assert (await _upload(stage, "p.png", b"")).json()["code"] == "attachment_empty"


async def test_request_without_a_file_is_refused(stage: Stage) -> None:
    answer = await stage.admin.post(stage.path("/attachments"), json={"file": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "form_malformed")


async def test_path_in_the_name_leads_nowhere(stage: Stage) -> None:
    view = await _uploaded(stage, "../../../etc/cron.d/evil", PNG)
    assert view["file_name"] == "evil"
    files = [each for each in stage.store.folder.rglob("*") if each.is_file()]
    assert len(files) == 1
    assert files[0].is_relative_to(stage.store.folder)


async def test_changed_or_expired_link_is_refused(stage: Stage) -> None:
    view = await _uploaded(stage)
    url = str(view["url"])
    account, rest = url.removeprefix("/attachments/").split(".", 1)
    changed = await stage.public.get(f"/attachments/{int(account) + 1}.{rest}")
    assert (changed.status_code, changed.json()["code"]) == (403, "link_invalid")
    stage.deps.clock.pass_by(timedelta(hours=3))  # type: ignore[attr-defined]
    late = await stage.public.get(url)
    assert (late.status_code, late.json()["code"]) == (403, "link_expired")


async def test_file_joins_one_message_of_its_uploader(stage: Stage) -> None:
    _, number = await stage.conversation()
    view = await _uploaded(stage)
    answer = await stage.act(number, "messages", content="", attachment_ids=[view["id"]])
    assert [each["id"] for each in answer.json()["attachments"]] == [view["id"]]
    again = await stage.act(number, "messages", content="x", attachment_ids=[view["id"]])
    assert again.json()["code"] == "attachment_unusable"


async def test_file_of_a_colleague_cannot_be_sent(stage: Stage) -> None:
    await stage.admin.patch(stage.path(f"/inboxes/{stage.inbox.id}"), json={"member_ids": [stage.agent.user_id]})
    _, number = await stage.conversation()
    view = await _uploaded(stage)
    answer = await stage.agent_http.post(
        stage.path(f"/conversations/{number}/messages"), json={"content": "x", "attachment_ids": [view["id"]]}
    )
    assert answer.json()["code"] == "attachment_unusable"
    assert len(await stage.thread(number)) == 1
