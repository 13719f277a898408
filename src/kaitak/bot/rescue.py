"""Owns what happens when the bot itself fails: the customer is told, and a person takes over."""

from __future__ import annotations

from kaitak.conversations.road_rows import ClaimedTurn, FinishedTurn, HandOver, Json
from kaitak.core import languages

REASON = "bot_failed"
_TEXTS: dict[languages.Written, str] = {
    "zh-HK": "唔好意思，我呢邊有啲問題，我即刻搵同事跟進，請等等。",
    "zh-Hans": "不好意思，我这边出了点问题，我马上请同事跟进，请稍等。",
    "en": "Sorry, something went wrong on my side. I am passing you to a colleague now.",
}


def rescued(turn: ClaimedTurn) -> FinishedTurn:
    """The end of a turn that has failed several times: an apology and a hand-over that says why."""
    locale = str(turn.contact.get("locale") or turn.locale)
    text = _TEXTS[languages.written_for(locale) or "zh-HK"]
    apology: Json = {"type": "outgoing", "sender": "bot", "content": text, "content_type": "text", "attributes": {}}
    activity: Json = {
        "type": "activity",
        "sender": "system",
        "content": "The bot handed the conversation over to a person.",
        "content_type": "text",
        "attributes": {"activity": "handed_over", "actor": None, "reason": REASON},
    }
    packet: Json = {"version": 1, "reason": REASON, "summary": "", "slots": [], "asked_and_answered": []}
    return FinishedTurn(
        turn=turn,
        state=turn.bot_state,
        messages=[apology, activity],
        understanding={},
        trace=[{"step": "failed", "detail": f"{turn.attempts} attempts"}],
        outcome="failed",
        hand_over=HandOver(reason=REASON, team="", priority=None, packet=packet),
    )
