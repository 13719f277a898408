"""Owns a pack's own tests: conversations with declared business facts, played through understanding and the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, JsonValue, model_validator

from kaitak.bot import dialogue, engine, pack_files, reading
from kaitak.bot.business_facts import Row
from kaitak.bot.decision import ActionResult, Final, TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import HandoverReason, Name, Part
from kaitak.bot.pack_files import PackFile
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.bot.pack_world import CUSTOMER, Article, Business, World
from kaitak.contacts import codes

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Hong_Kong")
MAX_CALLS = 8
BETWEEN_TURNS = timedelta(minutes=1)


class Turn(Part):
    """What the customer writes or taps, and what must come of it."""

    say: str = ""
    tap: str = Field(default="", description="the title of a quick reply that was offered")
    reply: list[str] = Field(default=[], description="pieces that the replies must hold")
    never: list[str] = []
    options: list[str] = Field(default=[], description="titles of quick replies that must be offered")
    never_options: list[str] = Field(default=[], description="titles of quick replies that must not be offered")
    options_some: bool = False
    did: list[dict[Name, dict[str, JsonValue]]] = Field(default=[], description="the deeds of this turn, all of them")
    article: str | None = Field(default=None, description="the article that answers this turn's question")
    hand_over: HandoverReason | None = None
    team: str | None = None
    intent: str | None = None
    slots: dict[Name, str | None] = {}
    after_hours: float = Field(default=0, ge=0, le=10_000, description="how long the customer waited before it")

    @model_validator(mode="after")
    def _says_or_taps(self) -> Turn:
        if bool(self.say) == bool(self.tap):
            raise ValueError("a turn has exactly one of: say, tap")
        return self


class Talk(Part):
    """One conversation."""

    name: Name
    verified: bool = False
    customer: str | None = None
    channel: str = ""
    locale: str = "zh-HK"
    is_down: bool = False
    business: Business = Business()
    knowledge: dict[str, str | Article] = {}
    turns: list[Turn] = Field(min_length=1)

    @property
    def customer_ref(self) -> str | None:
        """Who is proven to write, if anybody is."""
        return self.customer or (CUSTOMER if self.verified else None)


class OldOrder(Part):
    """An order in the short form."""

    status: str
    carrier: str | None = None
    eta: str | None = None
    owner: str | None = None


class TestFile(Part):
    """A file of conversations with what its business system knows."""

    __test__ = False  # no test of pytest's

    now: AwareDatetime = NOW
    business: Business = Business()
    knowledge: dict[str, str | Article] = {}
    orders: dict[str, OldOrder] = Field(default={}, description="short form of business.orders")
    conversations: list[Talk]

    def world(self, talk: Talk) -> World:
        """The business and the articles of one conversation."""
        short = Business(orders={number: _row(order) for number, order in self.orders.items()})
        business = talk.business.over(self.business.over(short))
        if talk.is_down:
            business = business.model_copy(update={"is_down": True})
        articles = {**self.knowledge, **talk.knowledge}
        told = {key: Article(answer=each) if isinstance(each, str) else each for key, each in articles.items()}
        return World(business, told, talk.customer_ref)


def _row(order: OldOrder) -> Row:
    shipment: Row | None = {"carrier": order.carrier, "eta": order.eta} if order.carrier else None
    return {"status": order.status, "shipment": shipment, "customer_ref": order.owner}


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation with the file that it is written in."""

    file: TestFile
    talk: Talk
    at: PackFile
    number: int

    @property
    def name(self) -> str:
        """The file's name and the conversation's."""
        return f"{Path(self.at.name).stem}.{self.talk.name}"

    def line_of(self, turn: int) -> int:
        """The line of a turn."""
        return self.at.line_of(("conversations", self.number, "turns", turn))


@dataclass(frozen=True, slots=True)
class Failure:
    """What went otherwise than a test says."""

    case: str
    file: str
    line: int
    problem: str
    said: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.case}: {self.problem}; the bot said: {self.said or 'nothing'}"


def read(root: Path) -> list[Case]:
    """The conversations of a pack's tests; raises PackInvalidError."""
    found: list[Case] = []
    for path in sorted((root / "tests").glob("*.yaml")):
        content, at = pack_files.read(path, root, TestFile)
        found += [Case(content, talk, at, number) for number, talk in enumerate(content.conversations)]
    return found


def play(ready: ReadyPack, case: Case) -> Failure | None:
    """Play one conversation; the first thing that goes otherwise ends it."""
    talk = case.talk
    world = case.file.world(talk)
    state, titles = DialogueState(), dict[str, str]()
    now = case.file.now.astimezone(ZONE)
    for number, turn in enumerate(talk.turns):
        now += BETWEEN_TURNS + timedelta(hours=turn.after_hours)
        context = TurnContext(
            now=now,
            locale=talk.locale,
            customer_ref=world.customer,
            is_verified=world.customer is not None,
            channel=talk.channel,
            chosen=titles.get(turn.tap) if turn.tap else None,
        )
        world.did.clear()
        world.article = turn.article
        problem, made = f"no quick reply {turn.tap} was offered", None
        if not turn.tap or turn.tap in titles:
            problem, made = "", decide(ready, state, turn.say or turn.tap, context, world)
            problem = "; ".join(faults(turn, made, world))
        if problem or made is None:
            said = "\n".join(reply.text for reply in made.replies) if made else ""
            return Failure(talk.name, case.at.name, case.line_of(number), problem, said)
        state = dialogue.from_json(dialogue.to_json(made.state))
        titles = {quick.title: quick.value for reply in made.replies for quick in reply.quick_replies}
    return None


def decide(ready: ReadyPack, state: DialogueState, text: str, context: TurnContext, world: World) -> Final:
    """One turn, with the declared business answering; where a code is awaited, digits are hidden as on the road."""
    world.heard = text
    if world.waiting is not None and codes.read(text) is not codes.Reading.NOTHING_LIKE_IT:
        text = codes.hidden(text)
    understanding = reading.understand(ready.pack, ready.model, text, state, context)
    results: list[ActionResult] = []
    for _ in range(MAX_CALLS + 1):
        made = engine.decide(ready.pack, state, understanding, context, results)
        if isinstance(made, Final):
            return made
        results.append(world.answer(made.arguments, context))
    raise RuntimeError("the engine asks for ever")


def faults(turn: Turn, made: Final, world: World) -> Iterator[str]:
    """What of a turn went otherwise."""
    said = "\n".join(reply.text for reply in made.replies)
    offered = [quick.title for reply in made.replies for quick in reply.quick_replies]
    if not made.replies:
        yield "no reply"
    yield from (f"the reply lacks {part!r}" for part in turn.reply if part not in said)
    yield from (f"the reply holds {part!r}" for part in turn.never if part in said)
    yield from (f"no quick reply {title!r} (there are {offered})" for title in turn.options if title not in offered)
    yield from (f"quick reply {title!r} is offered" for title in turn.never_options if title in offered)
    if turn.options_some and not offered:
        yield "no quick reply"
    reason = made.handover.reason if made.handover else None
    if reason != turn.hand_over:
        yield f"hand-over {reason}, not {turn.hand_over}"
    if turn.team is not None and made.handover is not None and made.handover.team != turn.team:
        yield f"team {made.handover.team}, not {turn.team}"
    if turn.intent is not None and made.intent != turn.intent:
        yield f"intent {made.intent}, not {turn.intent}"
    yield from _deed_faults(turn, world.did)
    yield from _slot_faults(turn, made)


def _deed_faults(turn: Turn, did: Sequence[tuple[str, Row]]) -> Iterator[str]:
    wanted = [(name, arguments) for entry in turn.did for name, arguments in entry.items()]
    if [name for name, _ in did] != [name for name, _ in wanted]:
        yield f"it did {[name for name, _ in did] or 'nothing'}, not {[name for name, _ in wanted] or 'nothing'}"
        return
    for (name, arguments), (_, expected) in zip(did, wanted, strict=True):
        for key, value in expected.items():
            if str(arguments.get(key)) != str(value):
                yield f"{name} with {key} {arguments.get(key)!r}, not {value!r}"


def _slot_faults(turn: Turn, made: Final) -> Iterator[str]:
    if not turn.slots:
        return
    frame = made.state.top or made.state.finished
    for name, value in turn.slots.items():
        found = frame.value(name) if frame else None
        if found != value:
            yield f"slot {name} is {found!r}, not {value!r}"
