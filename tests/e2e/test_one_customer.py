"""Two contacts in the browser that may be one person: the reasons are read, they are joined, and parted again."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Inbox, Office

Picture = Callable[[Page, str], None]
WIDGET = "/public/api/v1/widget"


@pytest.fixture
def two(office: Office, inbox: Inbox) -> tuple[int, int]:
    """Two visitors who wrote, of one name in two scripts and one telephone, and nothing verified."""
    return _contact(office, inbox, "霍曉嵐", "我想查下張單"), _contact(office, inbox, "Fok Hiu Lam", "Hello again")


def _contact(office: Office, inbox: Inbox, name: str, words: str) -> int:
    base = str(office.http.base_url).rstrip("/")
    with httpx.Client(base_url=base, headers={"origin": base}) as http:
        opened = http.post(f"{WIDGET}/session", json={"website_token": inbox.identifier}).json()
        headers = {"X-Kaitak-Visitor": opened["visitor_token"]}
        said = http.post(f"{WIDGET}/messages", json={"content": words, "echo_id": "c1"}, headers=headers)
    number = said.json()["conversation"]["id"]
    contact = int(office.http.get(f"{office.account}/conversations/{number}").json()["conversation"]["contact"]["id"])
    answer = office.http.patch(
        f"{office.account}/contacts/{contact}", json={"name": name, "phone_number": "+85262340001"}
    )
    assert answer.status_code == 200, answer.text
    return contact


def test_two_contacts_are_joined_and_parted_again(
    demo: DemoRun, profile: BrowserContext, two: tuple[int, int], office: Office, picture: Picture
) -> None:
    office.lend_to(profile)
    page = profile.new_page()
    page.goto(demo.workbench_url)
    expect(page.locator("button[data-conversation]").first).to_be_visible(timeout=30_000)
    account = office.account.rsplit("/", 1)[-1]
    page.goto(f"{demo.workbench_url}/#/a/{account}/contacts/{two[0]}")
    alike = page.get_by_role("region", name="可能是同一人")
    expect(alike).to_contain_text("Fok Hiu Lam")
    expect(alike).to_contain_text("電話相同，但未經雙方核實")
    expect(page.get_by_role("region", name="身分資料")).to_contain_text("+85262340001")
    picture(page, "suggested")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "suggested-phone")
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})
    alike.get_by_role("button", name="合併").click()
    expect(alike).to_have_count(0)
    identities = page.get_by_role("region", name="身分資料")
    expect(identities).to_contain_text("已合併的客戶")
    expect(page.get_by_text("Hello again").first).to_be_visible()
    stream = page.get_by_role("region", name="所有互動")
    expect(stream).to_contain_text("我想查下張單")
    expect(stream).to_contain_text("Hello again")
    picture(page, "joined")
    stream.scroll_into_view_if_needed()
    picture(page, "timeline")
    identities.get_by_role("button", name="撤銷合併").click()
    page.get_by_role("tooltip").get_by_role("button", name="撤銷合併").click()
    expect(identities).not_to_contain_text("已合併的客戶")
    expect(page.get_by_text("Hello again")).to_have_count(0)
    picture(page, "parted")
