"""Fields of an account's own, companies and segments, over HTTP as a member uses them."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import text

from kaitak.accounts.policy import Role
from tests.factories import accounts
from tests.factories.stage import Stage

FIELDS: list[dict[str, JsonValue]] = [
    {"attribute_key": "tier", "attribute_display_type": "list", "attribute_values": ["gold", "銀"]},
    {"attribute_key": "points", "attribute_display_type": "number"},
    {"attribute_key": "joined", "attribute_display_type": "date"},
    {"attribute_key": "vip", "attribute_display_type": "checkbox"},
    {"attribute_key": "site", "attribute_display_type": "link"},
]
_CONSENT = text("""
insert into contact_consent (account_id, contact_id, purpose, state, source)
values (:account_id, :contact_id, 'marketing', :state, 'api')
""")


async def _define(stage: Stage) -> None:
    for field in FIELDS:
        body = {"attribute_model": "contact_attribute", "attribute_display_name": "x", **field}
        answer = await stage.admin.post(stage.path("/custom_attribute_definitions"), json=body)
        assert answer.status_code == 201, answer.text


async def _contact(stage: Stage, **facts: JsonValue) -> int:
    _, number = await stage.conversation()
    contact = int(str((await stage.view(number))["contact"]["id"]))  # type: ignore[index,call-overload]
    answer = await stage.admin.patch(stage.path(f"/contacts/{contact}"), json=facts)
    assert answer.status_code == 200, answer.text
    return contact


def _if(key: str, operator: str, *values: JsonValue, model: str = "contact_attribute") -> dict[str, JsonValue]:
    return {"attribute_key": key, "attribute_model": model, "filter_operator": operator, "values": list(values)}


async def _found(stage: Stage, query: dict[str, JsonValue]) -> set[int]:
    answer = await stage.admin.post(stage.path("/contacts/filter"), json={"query": query})
    assert answer.status_code == 200, answer.text
    found = {each["id"] for each in answer.json()["payload"]}
    assert answer.json()["meta"]["count"] == len(found)
    return found


async def test_fields_are_checked_and_segments_find_by_them(stage: Stage) -> None:
    await _define(stage)
    gold: dict[str, JsonValue] = {
        "tier": "gold",
        "points": 1200,
        "joined": "2025-06-01",
        "vip": True,
        "other": {"of": "an importer"},
    }
    one = await _contact(stage, name="陳大文", email="Chan@acme.com.hk", custom_attributes=gold)
    two = await _contact(stage, name="Amy", email="amy@gmail.com", custom_attributes={"tier": "銀", "points": 30})
    for wrong in ({"tier": "bronze"}, {"points": "12"}, {"joined": "1/6/2025"}, {"vip": "yes"}, {"site": "acme"}):
        answer = await stage.admin.patch(stage.path(f"/contacts/{two}"), json={"custom_attributes": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "custom_attribute_invalid"), wrong
    answer = await stage.admin.patch(
        stage.path(f"/contacts/{two}"), json={"custom_attributes": {"points": 40, "tier": None}}
    )
    assert answer.json()["custom_attributes"] == {"points": 40}
    standard = "standard"
    async with stage.database.transaction(stage.account_id) as session:
        for contact, state in ((one, "withdrawn"), (one, "given"), (two, "given"), (two, "withdrawn")):
            await session.execute(_CONSENT, {"account_id": stage.account_id, "contact_id": contact, "state": state})
    searches: list[tuple[dict[str, JsonValue], set[int]]] = [
        (_if("tier", "equal_to", "gold", "銀"), {one}),
        (_if("tier", "not_equal_to", "gold"), {two}),
        (_if("points", "is_less_than", 1000), {two}),
        (_if("joined", "is_less_than", "2025-06-02"), {one}),
        (_if("vip", "equal_to", False), {two}),
        (_if("site", "is_not_present"), {one, two}),
        (_if("email_domain", "equal_to", "acme.com.hk", model=standard), {one}),
        (_if("email", "equal_to", "AMY@gmail.com", model=standard), {two}),
        (_if("name", "contains", "大文", model=standard), {one}),
        (_if("name", "does_not_contain", "大文", model=standard), {two}),
        (_if("channel", "equal_to", "web_widget", model=standard), {one, two}),
        (_if("labels", "is_present", model=standard), set()),
        (_if("marketing_consent", "equal_to", "given", model=standard), {one}),
        (_if("marketing_consent", "equal_to", "withdrawn", model=standard), {two}),
        (_if("verified", "equal_to", True, model=standard), set()),
        (_if("last_activity_at", "within_days", 3650, model=standard), {one, two}),
        ({"any": [_if("tier", "equal_to", "gold"), _if("name", "starts_with", "am", model=standard)]}, {one, two}),
        ({"all": [_if("points", "is_present"), _if("points", "is_greater_than", 39)]}, {one, two}),
    ]
    for query, expected in searches:
        assert await _found(stage, query) == expected, query
    answer = await stage.admin.post(stage.path(f"/contacts/{one}/merges"), json={"contact_id": two})
    assert answer.status_code == 201, answer.text
    assert await _found(stage, _if("marketing_consent", "equal_to", "given", model=standard)) == set()


async def test_company_is_suggested_by_mail_domain_and_gathers_its_contacts(stage: Stage) -> None:
    one = await _contact(stage, name="陳大文", email="chan@mail.acme.com.hk")
    two = await _contact(stage, name="Amy", email="amy@gmail.com")
    companies = stage.path("/companies")
    suggested = (await stage.admin.get(stage.path(f"/contacts/{one}/company_suggestion"))).json()
    assert suggested == {"company": None, "domain": "acme.com.hk"}
    free = await stage.admin.post(companies, json={"name": "G", "domain": "gmail.com"})
    assert free.json()["code"] == "company_domain_free_mail"
    company = (await stage.admin.post(companies, json={"name": "Acme", "domain": "https://www.ACME.com.hk/x"})).json()
    assert company["domain"] == "acme.com.hk"
    taken = await stage.admin.post(companies, json={"name": "Other", "domain": "acme.com.hk"})
    assert (taken.status_code, taken.json()["company_id"]) == (409, company["id"])
    suggested = (await stage.admin.get(stage.path(f"/contacts/{one}/company_suggestion"))).json()
    assert suggested["company"]["id"] == company["id"]
    suggested = (await stage.admin.get(stage.path(f"/contacts/{two}/company_suggestion"))).json()
    assert suggested == {"company": None, "domain": None}
    moved = await stage.admin.post(f"{companies}/{company['id']}/contacts", json={"contact_ids": [one, two]})
    assert moved.json()["contacts_count"] == 2
    assert (await stage.admin.delete(f"{companies}/{company['id']}/contacts/{two}")).status_code == 204
    listed = (await stage.admin.get(stage.path("/contacts"), params={"company_id": company["id"]})).json()["payload"]
    assert [(each["id"], each["company"]["name"]) for each in listed] == [(one, "Acme")]
    assert (await stage.agent_http.get(f"{companies}/{company['id']}")).json()["contacts_count"] == 0
    unseen = await stage.agent_http.post(f"{companies}/{company['id']}/contacts", json={"contact_ids": [two]})
    assert unseen.status_code == 404
    other = await accounts.make_account(stage.database, "Other")
    stranger = await accounts.make_member(stage.database, other, Role.ADMINISTRATOR, email="a@other.example")
    async with accounts.signed_in(stage.app, stranger) as client:
        assert (await client.get(accounts.path(stranger, f"/companies/{company['id']}"))).status_code == 404
        body = {"contact_ids": [one]}
        own = (await client.post(accounts.path(stranger, "/companies"), json={"name": "Mine"})).json()["id"]
        assert (await client.post(accounts.path(stranger, f"/companies/{own}/contacts"), json=body)).status_code == 404
    assert (await stage.admin.delete(f"{companies}/{company['id']}")).status_code == 204
    assert (await stage.admin.get(stage.path(f"/contacts/{one}"))).json()["company"] is None


async def test_segment_is_kept_listed_and_taken_along_without_formulas(stage: Stage) -> None:
    one = await _contact(stage, name="=HYPERLINK(1)", phone_number="+85261230001")
    await _contact(stage, name="Amy")
    query = {"all": [_if("phone_number", "starts_with", "+852", model="standard")]}
    body: dict[str, JsonValue] = {"name": "香港", "query": query}  # type: ignore[dict-item]
    refused = await stage.agent_http.post(stage.path("/custom_filters"), json=body)
    assert refused.status_code == 403
    segment = (await stage.admin.post(stage.path("/custom_filters"), json=body)).json()
    assert (await stage.admin.post(stage.path("/custom_filters"), json=body)).json()["code"] == "segment_name_taken"
    shown = (await stage.admin.get(stage.path(f"/custom_filters/{segment['id']}"))).json()
    assert (shown["count"], shown["is_more"], shown["query"]["all"][0]["values"]) == (1, False, ["+852"])
    of_agent = (await stage.agent_http.get(stage.path(f"/custom_filters/{segment['id']}"))).json()
    assert of_agent["count"] == 0
    listed = (await stage.admin.get(stage.path("/contacts"), params={"segment_id": segment["id"]})).json()
    assert [each["id"] for each in listed["payload"]] == [one]
    answer = await stage.admin.get(stage.path("/contacts/export"), params={"segment_id": segment["id"]})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("姓名,電話,")
    assert lines[1].startswith("'=HYPERLINK(1),'+85261230001,")
    assert len(lines) == 2
    assert (await stage.agent_http.get(stage.path("/contacts/export"))).status_code == 403
