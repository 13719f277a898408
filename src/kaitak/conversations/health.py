"""Owns what `kaitak doctor` says about the road: claims that hang, deliveries that died, turns that wait."""

from __future__ import annotations

from collections.abc import Iterator

from kaitak.db.doctor import Deployment, Finding, Level, check

_QUESTIONS = (
    (
        "select count(*) from conversation where turn_due_at < now() - interval '2 minutes'",
        Level.PROBLEM,
        "{} conversations have waited over 2 minutes for the bot",
        "is a worker running? start one: kaitak worker; else look for errors in its log",
    ),
    (
        """select count(*) from conversation
           where claimed_until < now() - interval '5 minutes' and turn_due_at is not null""",
        Level.WARNING,
        "{} turns were claimed by a worker that went away and nobody took them over",
        "start a worker: kaitak worker",
    ),
    (
        """select count(*) from delivery where status = 'pending' and next_attempt_at < now() - interval '2 minutes'
           and (claimed_until is null or claimed_until < now())""",
        Level.PROBLEM,
        "{} messages have been due for delivery for over 2 minutes",
        "is a worker running? start one: kaitak worker; else look for errors in its log",
    ),
    (
        "select count(*) from delivery where status in ('failed', 'unknown')",
        Level.WARNING,
        "{} messages could not be delivered",
        "see the reasons in the workbench under undelivered messages, mend the channel, and send them again there",
    ),
    (
        "select count(*) from inbox_receiver where state = 'failing' and failures >= 3",
        Level.WARNING,
        "{} inboxes have failed three times in a row to connect to their mailbox or stream",
        "see the reasons in the console beside the inboxes",
    ),
    (
        """select count(distinct (account_id, inbox_id)) from channel_failure
           where over_at is null and last_at > now() - interval '1 day'""",
        Level.WARNING,
        "{} inboxes have another side that takes no pushes or owners of sessions from us",
        "see the reasons in the console beside the inboxes",
    ),
    (
        "select count(*) from inbox where credentials_end_at < now() + interval '14 days' and paused_at is null",
        Level.WARNING,
        "{} inboxes have an access token that ends within two weeks",
        "make new tokens at the platform and save them in the inbox's settings",
    ),
    (
        "select count(*) from inbox where paused_at is not null",
        Level.WARNING,
        "{} inboxes are paused because their channel refused our credentials",
        "renew the credentials in the inbox's settings",
    ),
)


@check("road", needs_schema=True)
def check_road(deployment: Deployment) -> Iterator[Finding]:
    """Nothing waits on the road, and nothing died on it unseen."""
    if deployment.owner is None:
        return
    is_clear = True
    for question, level, text, remedy in _QUESTIONS:
        row = deployment.owner.execute(question).fetchone()
        if row is not None and row[0]:
            is_clear = False
            yield Finding(level, text.format(row[0]), remedy)
    if is_clear:
        yield Finding(Level.OK, "nothing waits, nothing died")
