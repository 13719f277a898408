"""Owns the two tenants of the demo as data: a department store and an insurer, each with its people and its pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaitak.accounts.policy import Role
from kaitak.channels.settings import Suggestion
from kaitak.demo.erp import insurer, program, world
from kaitak.demo.erp.rows import World

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a demo account."""

    email: str
    name: str
    role: Role
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One company of the demo: its account, its people, how its window looks, and what its systems hold."""

    key: str
    account_name: str
    pack: str
    erp_name: str
    content: program.Content
    members: tuple[Member, ...]
    widget_inbox: str
    api_inbox: str
    bot_name: str
    greeting: dict[str, str]
    suggestions: tuple[Suggestion, ...]
    make_world: Callable[[datetime], World]
    wording_file: Path
    talks_file: Path

    @property
    def system_name(self) -> str:
        """How the tenant's business system calls itself."""
        return f"{self.erp_name}（示範）"


def _members(domain: str, names: Sequence[str]) -> tuple[Member, ...]:
    kinds = (
        ("admin", Role.ADMINISTRATOR, "管理員 administrator"),
        ("supervisor", Role.SUPERVISOR, "主管 supervisor"),
        ("", Role.AGENT, "客服 agent"),
        ("", Role.AGENT, "客服 agent"),
    )
    found = []
    for name, (mailbox, role, title) in zip(names, kinds, strict=True):
        english, _, chinese = name.partition(" ")
        found.append(Member(f"{mailbox or english}@{domain}", chinese, role, title))
    return tuple(found)


def _suggestion(hong_kong: str, simplified: str, english: str, value: str) -> Suggestion:
    return Suggestion(title={"zh-HK": hong_kong, "zh-Hans": simplified, "en": english}, value=value)


_PERSON = _suggestion("搵真人", "找真人", "Talk to a person", "我想同真人講")

SHOP = Tenant(
    key="shop",
    account_name="啟德百貨 Kai Tak Store",
    pack="retail",
    erp_name="啟德百貨 ERP",
    content="retail",
    members=_members("demo.kaitak.example", ("zoe 何芷晴", "wing 羅永康", "carmen 林嘉文", "jason 吳子朗")),
    widget_inbox="網店即時對話",
    api_inbox="手機應用程式",
    bot_name="小啟",
    greeting={
        "zh-HK": "你好！我係啟德百貨嘅智能助理，有咩可以幫到你？",
        "zh-Hans": "您好！我是启德百货的智能助理，有什么可以帮您？",
        "en": "Hello! I am the assistant of Kai Tak Store. How can I help?",
    },
    suggestions=(
        _suggestion("查訂單", "查订单", "Where is my order?", "我想查訂單"),
        _suggestion("退換貨", "退换货", "Returns", "我想退貨"),
        _PERSON,
    ),
    make_world=world.make,
    wording_file=_FOLDER / "wording.yaml",
    talks_file=_FOLDER / "talks.yaml",
)
INSURER = Tenant(
    key="insurer",
    account_name="啟德保險 Kai Tak Insurance",
    pack="insurance",
    erp_name="啟德保險 核心系統",
    content="insurance",
    members=_members("insurer.demo.kaitak.example", ("ada 沈慧珊", "kelvin 馮偉倫", "yoyo 鄧樂瑤", "marco 麥俊傑")),
    widget_inbox="網站即時對話",
    api_inbox="手機應用程式",
    bot_name="小保",
    greeting={
        "zh-HK": "你好！我係啟德保險嘅智能助理，保單、保費、索償都可以問我。",
        "zh-Hans": "您好！我是启德保险的智能助理，保单、保费、理赔都可以问我。",
        "en": "Hello! I am the assistant of Kai Tak Insurance. Ask me about policies, premiums and claims.",
    },
    suggestions=(
        _suggestion("查索償進度", "查理赔进度", "Where is my claim?", "我想查索償進度"),
        _suggestion("保費幾時到期", "保费何时到期", "When is my premium due?", "我份保單幾時要交保費"),
        _PERSON,
    ),
    make_world=insurer.make,
    wording_file=_FOLDER / "wording_insurer.yaml",
    talks_file=_FOLDER / "talks_insurer.yaml",
)
TENANTS = (SHOP, INSURER)
