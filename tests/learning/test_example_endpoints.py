"""Training lines over HTTP: previewed, kept, taken back; found by the audit; other accounts see nothing of them."""

from __future__ import annotations

from kaitak.accounts.policy import Role
from kaitak.learning import limits
from tests.factories import accounts
from tests.factories.school import School

CSV = """text,intent
我張單號碼1234而家喺邊,order_status
想退咗件褸,return_request
點解仲未退錢俾我,refund_statuss
,store_hours
我想退貨,refund_status
我張單號碼1234而家喺邊,order_status
"""


async def test_dry_run_shows_faults_with_line_and_remedy_and_keeps_nothing(class_room: School) -> None:
    seen = (await class_room.upload(CSV.encode("utf-8-sig"))).json()
    assert (seen["encoding"], seen["lines"], seen["valid"], seen["added"], seen["batch"]) == ("utf-8", 6, 3, 0, None)
    assert [(each["line"], each["code"]) for each in seen["faults"]] == [
        (4, "intent_unknown"),
        (5, "text_empty"),
        (7, "repeated"),
    ]
    assert seen["faults"][0]["remedy"] == "did you mean refund_status?"
    (unknown,) = seen["unknown_intents"]
    assert (unknown["intent"], unknown["lines"], unknown["closest"][0]) == ("refund_statuss", 1, "refund_status")
    assert seen["preview"][2] == {
        "line": 6,
        "text": "我想退貨",
        "intent": "refund_status",
        "overrides": "return_request",
    }
    assert (await class_room.get("/examples", pack="retail"))["payload"] == []


async def test_kept_file_is_one_batch_that_can_be_taken_back(class_room: School) -> None:
    kept = (await class_room.upload(CSV.encode(), dry_run=False, name="十二月.csv")).json()
    assert kept["added"] == 3
    (batch,) = (await class_room.get("/batches", pack="retail"))["payload"]
    assert (batch["batch"], batch["source"], batch["lines"]) == (kept["batch"], "十二月.csv", 3)
    assert batch["created_by"]["id"] == class_room.administrator.user_id
    again = (await class_room.upload(CSV.encode(), dry_run=False)).json()
    assert (again["added"], again["known"], again["batch"]) == (0, 3, None)
    removed = await class_room.admin.delete(class_room.path(f"/batches/{kept['batch']}"))
    assert removed.json() == {"removed": 3}
    assert (await class_room.admin.delete(class_room.path(f"/batches/{kept['batch']}"))).status_code == 404
    actions = await class_room.road.column("select action from audit_log where action like 'nlu%%' order by id")
    assert actions == ["nlu_examples.added", "nlu_examples.removed"]


async def test_lines_are_listed_by_page_and_part_of_text(class_room: School) -> None:
    lines = "".join(f"第{n}件貨去咗邊,order_status\n" for n in range(12))
    await class_room.upload(("text,intent\n" + lines).encode(), dry_run=False)
    first = await class_room.get("/examples", pack="retail", limit="5")
    second = await class_room.get("/examples", pack="retail", limit="50", cursor=str(first["meta"]["next_cursor"]))
    assert len(first["payload"]) == 5
    assert len(second["payload"]) == 7
    assert second["meta"]["next_cursor"] is None
    assert [each["text"] for each in (await class_room.get("/examples", pack="retail", q="第11件"))["payload"]] == [
        "第11件貨去咗邊"
    ]
    assert (await class_room.get("/examples", pack="retail", q="%"))["payload"] == []


async def test_single_line_is_added_once_and_taken_back(class_room: School) -> None:
    body = {"pack": "retail", "intent": "store_hours", "text": " 聖誕 開唔開門 "}
    added = await class_room.post("/examples", **body)
    assert (added.status_code, added.json()["text"]) == (201, "聖誕 開唔開門")
    other = await class_room.post("/examples", **{**body, "intent": "order_status"})
    assert (other.status_code, other.json()["code"], other.json()["intent"]) == (
        409,
        "nlu_example_taken",
        "store_hours",
    )
    unknown = await class_room.post("/examples", **{**body, "intent": "nothing"})
    assert unknown.json()["code"] == "nlu_intent_unknown"
    path = class_room.path(f"/examples/{added.json()['id']}")
    assert (await class_room.admin.delete(path)).status_code == 204
    assert (await class_room.admin.delete(path)).status_code == 404


async def test_file_that_is_no_file_of_lines_is_refused_with_a_remedy(class_room: School) -> None:
    empty = await class_room.upload(b"")
    assert (empty.status_code, empty.json()["code"]) == (422, "nlu_csv_unreadable")
    binary = await class_room.upload(b"PK\x03\x04\x00\x00" + bytes(range(256)))
    assert binary.json()["code"] == "nlu_csv_unreadable"
    large = await class_room.upload(b"a,b\n" * (limits.CSV_BYTES // 4 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "nlu_csv_too_large")
    many = await class_room.upload(b"a,b\n" * (limits.CSV_LINES + 1))
    assert (many.status_code, many.json()["code"]) == (413, "nlu_csv_too_large")


async def test_audit_finds_what_the_account_added_badly(class_room: School) -> None:
    added = "text,intent\n我想退貨,refund_status\n舖頭幾點收呀喂,store_hours\n你哋舖頭幾點收呀喂,order_status\n"
    await class_room.upload(added.encode(), dry_run=False)
    audit = await class_room.get("/audit", pack="retail")
    assert audit["own_lines"] == 3
    assert [{line["intent"] for line in each["lines"]} for each in audit["conflicts"]] == [
        {"return_request", "refund_status"}
    ]
    assert ("舖頭幾點收呀喂", "你哋舖頭幾點收呀喂") in [
        (each["first"]["text"], each["second"]["text"]) for each in audit["near_across"]
    ]
    assert {each["intent"] for each in audit["intents"] if each["is_starved"]} >= {"order_status", "store_hours"}
    doubted = next(each for each in audit["mislabels"] if each["line"]["text"] == "你哋舖頭幾點收呀喂")
    assert (doubted["read_as"], doubted["seen_by"]) == ("store_hours", "active_model")
    assert doubted["line"]["example_id"] is not None


async def test_another_account_sees_and_uses_nothing_of_it(class_room: School) -> None:
    await class_room.upload(CSV.encode(), dry_run=False)
    model_id = await class_room.train()
    foreign = await accounts.make_account(class_room.deps.database, "Other")
    member = await accounts.make_member(class_room.deps.database, foreign, Role.ADMINISTRATOR)
    async with accounts.signed_in(class_room.road.app, member) as http:
        base = f"/api/v1/accounts/{foreign}/nlu"
        assert (await http.get(f"{base}/examples", params={"pack": "retail"})).json()["payload"] == []
        assert (await http.post(f"{base}/models/{model_id}/promote", json={})).status_code == 404
        assert (await http.delete(f"{base}/models/{model_id}")).status_code == 404
