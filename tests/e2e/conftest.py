"""Owns what the browser tests share: the whole demo as one process tree, a browser, screenshots.

It ends with the last of them: while the browser's driver runs, its event loop leaves no room for another test's.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e import host_page
from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Inbox, Office
from tests.e2e.widget_window import WidgetWindow
from tests.factories import models

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = Path(__file__).resolve().parents[2] / "test-results"
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one demo, so one process runs them all; each may take a while."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="package")
def demo() -> Iterator[DemoRun]:
    """`kaitak demo` on random ports with a database of its own, stopped at the end."""
    models.learn()
    folder = Path(tempfile.mkdtemp(prefix="kaitak-e2e-", dir="/tmp"))
    folder.chmod(0o755)
    run = DemoRun(folder)
    try:
        run.start()
        yield run
    finally:
        run.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def office(demo: DemoRun) -> Iterator[Office]:
    """An administrator's API."""
    entered = Office.enter(demo.workbench_url, demo.sign_in("administrator"))
    yield entered
    entered.http.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all; each test has a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, Hong Kong Chinese."""
    context = chromium.new_context(locale="zh-HK", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a screenshot under test-results/."""

    def take(page: Page, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{request.node.name.split('[')[0]}-{name}.png")

    return take


@pytest.fixture
def inbox(office: Office, request: pytest.FixtureRequest) -> Inbox:
    """A widget inbox for one test, open to pages of any origin, answered by people alone."""
    settings: dict[str, object] = {
        "greeting": {"zh-HK": "你好！有咩可以幫到你？", "zh-Hans": "您好！", "en": "Hello! How can we help?"},
        "suggestions": [
            {
                "title": {"zh-HK": "我張單去到邊？", "zh-Hans": "查订单", "en": "Where is my order?"},
                "value": "我張單去到邊？",
            },
            {"title": {"zh-HK": "點樣退貨？", "zh-Hans": "退货", "en": "Returns"}, "value": "點樣退貨？"},
        ],
        "locale": "zh-HK",
    }
    return office.make_widget_inbox(f"widget {request.node.name}"[:100], settings, bot_enabled=False)


@pytest.fixture
def shop(demo: DemoRun, inbox: Inbox) -> Iterator[str]:
    """The address of a strict page with that inbox's widget."""
    with host_page.serving(demo.workbench_url, inbox.identifier) as address:
        yield address


@pytest.fixture
def window(profile: BrowserContext, shop: str) -> WidgetWindow:
    """The widget on the strict page, closed."""
    page = profile.new_page()
    page.goto(shop)
    opened = WidgetWindow(page)
    opened.launcher.wait_for()
    return opened
