"""Owns what the kill test knows of a channel: how customers write there, and what is seen at their end."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
import orjson
from pydantic import JsonValue

from kaitak.channels import registry
from kaitak.channels.content import Buttons, Choice, Text
from kaitak.channels.render import render
from tests.channels.test_contract import CASES
from tests.kill.site import Place
from tests.kill.talks import Said
from tests.platforms.server import Fault, Json, Platform, Shown

ROUNDS = 20
# Small talk and an order question without its number. Several that arrive as one turn may be too much for the bot:
# then a person takes over, and what comes later is that person's.
TEXTS = ("你好", "我想查下張單去到邊", "唔該晒", "hello", "我張單幾時到呀", "多謝你")
_DIGITS = re.compile(r"\d+")


def named(conversation: int, number: int) -> str:
    """The platform's id of a customer's message: the same in each repetition."""
    return str((conversation + 1) * 1000 + number)


def place_of(external_id: str) -> tuple[int, int]:
    """Which message of which customer has this id, whatever its platform writes around it."""
    number = int(_DIGITS.findall(external_id.partition("@")[0])[-1])
    return number // 1000 - 1, number % 1000


@dataclass(frozen=True, slots=True)
class Showing:
    """One message, or part of one, as a phone showed it, and when."""

    what: str
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to us."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]

    async def made(self, http: aiohttp.ClientSession, within: float) -> int:
        """The status of its answer."""
        timeout = aiohttp.ClientTimeout(total=within)
        async with http.post(
            self.url, data=self.body, headers=self.headers, params=self.query, timeout=timeout
        ) as reply:
            assert reply.status in (200, 429, 500, 503), await reply.text()
            return reply.status


class Channel(ABC):
    """One inbox and those who write to it. Its phones show our messages by their ids, unless `parts` says otherwise."""

    may_repeat = True  # whoever shows our messages knows no key of ours
    may_be_unknown = True  # an answer of theirs that got lost is not asked for again
    may_miss = False  # of what is unknown they cannot say whether it got through
    reports = False  # they say what became of a message
    has_cursor = False  # the worker that fetches from it notes how far it came
    lost = 0  # answers of theirs that we let get lost

    def __init__(self, inbox: str, channel: str, address: str) -> None:
        self.inbox, self.channel = inbox, channel
        self.phones: dict[str, list[Showing]] = defaultdict(list)
        self.noted: Counter[tuple[str, str]] = Counter()  # what the ledger has beside messages: kind and outcome
        self.told: list[Callable[[], Call]] = []  # what the platform says beside messages, to be brought
        self._address = address

    @abstractmethod
    def config(self) -> Mapping[str, JsonValue]:
        """The inbox's configuration."""

    def opened(self, place: Place) -> None:
        """Our side runs, and the inbox is there."""
        self.place = place

    def source(self, conversation: int) -> str:
        """The customer's address."""
        return self._address.format(conversation)

    def rounds(self, conversation: int) -> Sequence[int]:
        """In which rounds this customer writes."""
        return range(ROUNDS)

    def text(self, conversation: int, number: int) -> str:
        """What they write."""
        return TEXTS[number % len(TEXTS)]

    def is_message(self, conversation: int, number: int) -> bool:
        """Whether it is for the conversation, and not about it."""
        return True

    @abstractmethod
    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        """Bring what they write, or bring it once more; answers how it was taken, as a status."""

    def tells(self, kind: str, outcome: str, call: Callable[[], Call]) -> None:
        """The platform says something beside messages, once; `outcome` is what the ledger must make of it."""
        self.noted[kind, outcome] += 1
        self.told.append(call)

    async def look(self, http: aiohttp.ClientSession, conversation: int) -> None:
        """The customer looks at the phone, where it has to ask us."""
        return

    def spoil(self, fault: Fault) -> None:
        """Let a fault befall one of our messages to it."""
        return

    def parts(self, said: Said) -> tuple[str, ...]:
        """A message of ours as a phone shows it."""
        return (str(said.id),)


class AtPlatform(Channel):
    """Customers of a platform, which is a server of tests/platforms."""

    def __init__(
        self,
        inbox: str,
        platform: Platform,
        address: str,
        *,
        channel: str = "",
        within: float = 10.0,
        may_miss: bool = False,
        **more: JsonValue,
    ) -> None:
        super().__init__(inbox, channel or inbox, address)
        self.platform = platform
        self.may_miss = may_miss
        self._within = within
        self._more = more
        self._events: dict[tuple[int, int], Json | bytes] = {}
        platform.on_shown = self.show

    def config(self) -> Mapping[str, JsonValue]:
        fields = registry.connector_class(self.channel).config_type.model_fields
        bases = {name: self.platform.url for name in fields if name.endswith("_base")}
        return {**CASES[self.channel].config, **bases, **self._more}

    def opened(self, place: Place) -> None:
        super().opened(place)
        self.platform.hook = place.hook

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        return await self.signed(self.event(conversation, number)).made(http, self._within)

    def event(self, conversation: int, number: int) -> Json | bytes:
        """What the platform tells of a message, the same each time."""
        known = self._events.get((conversation, number))
        if known is None:
            source, text = self.source(conversation), self.text(conversation, number)
            known = self._events[conversation, number] = self.platform.said(source, text, named(conversation, number))
        return known

    def signed(self, event: Json | bytes) -> Call:
        """A call of the platform, as it signs it now."""
        body, headers, query = self.platform.call(event if isinstance(event, bytes) else orjson.dumps(event))
        return Call(self.place.hook, body, headers, query)

    async def show(self, shown: Shown) -> None:
        """A phone shows a message of ours."""
        self.phones[shown.to].append(Showing(shown.text))

    def spoil(self, fault: Fault) -> None:
        self.lost += fault == "lost"
        self.platform.faults.append(fault)

    def parts(self, said: Said) -> tuple[str, ...]:
        items = said.attributes.get("items")
        choices = tuple(
            Choice(str(each["title"]), str(each["value"]))
            for each in (items if isinstance(items, list) else [])
            if isinstance(each, dict)
        )
        block = Buttons(said.content, choices) if said.content_type == "input_select" else Text(said.content)
        rendered = render([block], registry.connector_class(self.channel).capabilities)
        return tuple(each.text for each in rendered if isinstance(each, Text | Buttons))
