"""Owns what must be true in the end: stored once, answered once, delivered, and shown on every phone in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tests.kill.channels import Channel, Showing, place_of
from tests.kill.showing import Wanted, said_again
from tests.kill.site import Kill, Site
from tests.kill.talks import Said, Talk
from tests.kill.world import CONVERSATIONS, World

ANSWERS = ("answered", "clarified", "handed_over")
SHOWN = ("sent", "delivered", "read")
AWAY = ("OperationalError", "DatabaseUnavailable", "AdminShutdown")  # in a traceback: PostgreSQL was
NOTED_WITHIN = 20.0  # seconds after the platform's yes; longer only while PostgreSQL is away
MOST_IN_FLIGHT = 8  # messages of ours that one death can leave without a note


def check_log(log: str) -> None:
    """Nothing went wrong in our processes but that PostgreSQL was away."""
    entries = re.split(r"^(?=\{)|(?<=\})\n", log, flags=re.MULTILINE)
    strange = [each for each in entries if "Traceback" in each and not any(word in each for word in AWAY)]
    assert not strange, "\n".join(strange)[:8000]


def customer_of(talk: Talk) -> int:
    """Who wrote in a talk."""
    (found,) = {place_of(each.external_id)[0] for each in talk.of("incoming")} or {-1}
    return found


def check_stored(site: Site, world: World, talks: Sequence[Talk]) -> None:
    """Every accepted message is there once, in the order in which its sender sent it; the ledger holds no more."""
    assert sorted(map(customer_of, talks)) == list(world.people)
    for talk in talks:
        customer = customer_of(talk)
        came = [place_of(each.external_id)[1] for each in talk.of("incoming")]
        assert came == world.messages(customer), str(talk)
        assert talk.inbox == world.channel(customer).inbox, str(talk)
        assert [each.seq for each in talk.messages] == list(range(1, len(talk.messages) + 1)), str(talk)
    noted = Counter({("message", "stored"): sum(len(world.messages(each)) for each in world.people)})
    for channel in world.channels:
        noted += channel.noted
    ledger = site.query("select kind, outcome, count(*) from inbound_event group by 1, 2")
    assert {(kind, outcome): count for kind, outcome, count in ledger} == dict(noted)
    assert site.query("select count(*) from contact") == [(len(world.people),)]


def check_answered(talks: Sequence[Talk]) -> None:
    """Every message belongs to exactly one turn, or came after a person took over and belongs to none; every turn
    said something; the conversation is whose the turns say.
    """
    for talk in talks:
        over = talk.handed_over_at
        for each in talk.of("incoming"):
            turns = [turn for turn in talk.turns if turn.from_seq <= each.seq <= turn.to_seq]
            is_a_persons = over is not None and each.seq > over
            assert len(turns) == (0 if is_a_persons else 1), f"message {each.seq} of {talk}"
        assert {turn.outcome for turn in talk.turns} <= set(ANSWERS), str(talk)
        assert len(talk.of("outgoing")) >= len(talk.turns) > 0, str(talk)
        assert talk.owner == ("bot" if over is None else "queued"), str(talk)
    assert sum(talk.owner == "bot" for talk in talks) > CONVERSATIONS // 2


def check_delivered(world: World, talks: Sequence[Talk]) -> None:
    """Every answer reached its platform, and is shown so. Where a platform takes no key, an answer whose receipt got
    lost is said to be of unknown outcome, unless the platform reports that it arrived; after a STOP nothing more goes.
    """
    unknown: Counter[str] = Counter()
    for talk in talks:
        customer = customer_of(talk)
        channel = world.channel(customer)
        stops = world.messages(customer) != list(channel.rounds(customer))
        for each in talk.of("outgoing"):
            if each.delivery == "sent":
                assert each.status in SHOWN, f"#{each.id} of {talk}"
            elif each.delivery == "unknown":
                assert channel.may_be_unknown, f"#{each.id} of {talk}"
                assert each.status == "failed" or channel.reports, f"#{each.id} of {talk}"
                unknown[channel.inbox] += 1
            else:
                assert stops, f"#{each.id} of {talk}"
                assert (each.delivery, each.error) == ("failed", "opted_out"), str(talk)
    for channel in world.channels:
        assert unknown[channel.inbox] <= channel.lost or channel.may_miss, (channel.inbox, unknown, channel.lost)


def check_phones(world: World, talks: Sequence[Talk], kills: Sequence[Kill]) -> Counter[str]:
    """Each phone shows what was said to it, in order. Only a worker that died between a platform's yes and our note of
    it may have said something twice, at once after the first time: most platforms take no key. Answers how often.
    """
    again: Counter[str] = Counter()
    deaths = [each for each in kills if each.role != "web"]
    for talk in talks:
        customer = customer_of(talk)
        channel = world.channel(customer)
        phone = channel.phones[channel.source(customer)]
        wanted = [_wanted(channel, each) for each in talk.of("outgoing")]
        shown = [each.what for each in phone]
        found = said_again(wanted, shown, [channel.may_repeat and _was_cut_off(each, deaths) for each in phone])
        assert found is not None, f"{shown} on the phone of {talk}"
        again[channel.inbox] += found
    assert again.total() <= MOST_IN_FLIGHT * len(deaths)
    return again


def _wanted(channel: Channel, said: Said) -> Wanted:
    """What a phone must show of a message: all of it; of one whose fate is not known what its report says, if its
    platform reports, else at least its beginning; nothing of one that failed.
    """
    parts = channel.parts(said)
    if said.delivery == "sent":
        return Wanted(parts, len(parts))
    if channel.reports and said.status not in SHOWN:
        return Wanted((), 0)
    return Wanted(parts, 0 if channel.may_miss else 1)


def _was_cut_off(showing: Showing, deaths: Sequence[Kill]) -> bool:
    return any(showing.at <= each.at + 1 and each.at <= showing.at + NOTED_WITHIN for each in deaths)
