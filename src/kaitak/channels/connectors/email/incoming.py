"""Owns what a mail means for the conversation: a message, a report on one of ours, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from kaitak.channels import answers, parts
from kaitak.channels.connectors.email import automatic, bounces, html_clean, quotes, reading, trust
from kaitak.channels.connectors.email.attachments import Attachment
from kaitak.channels.connectors.email.bounces import Bounce
from kaitak.channels.connectors.email.reading import Address, Mail
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.connectors.email.threads import Tokens
from kaitak.channels.content import described
from kaitak.channels.contract import (
    DeliveryReported,
    DeliveryStatus,
    Ignored,
    InboundEvent,
    MediaKind,
    MediaRef,
    MessageReceived,
    Sender,
)
from kaitak.channels.originals import Original

MAX_WORDS = 40_000
MAX_MARKUP = 200_000
MAX_PEOPLE = 30
SMALL_PICTURE = 8 * 1024  # inside the words: a logo, a dot that tells when it was opened
_KINDS: dict[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mail lies: `ref` finds it again; `came_at` is the server's own time."""

    ref: str
    came_at: datetime


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whose mails are read."""

    address: str
    tokens: Tokens
    trusted_server: str

    @classmethod
    def of(cls, config: EmailConfig) -> Mailbox:
        """As an inbox is set up."""
        tokens = Tokens(config.thread_secret.get_secret_value().encode(), config.address.rpartition("@")[2].lower())
        return cls(config.address.lower(), tokens, config.trusted_server.lower())

    def is_mine(self, address: str) -> bool:
        """Whether an address is this mailbox's, with or without something behind a plus."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" == self.address or address.lower() == self.address


def event(raw: bytes, place: Place, mailbox: Mailbox) -> InboundEvent:
    """What a mail is; raises MalformedPayloadError and nothing else."""
    mail = reading.read(raw)
    bounce = bounces.read(mail)
    if bounce is not None:
        return _report(mail, bounce, place, mailbox)
    writer = _writer(mail, mailbox)
    why = automatic.reason(mail, frozenset({mailbox.address}), mailbox.tokens.is_own)
    is_form = why == "own" and not mailbox.is_mine(writer.address) and not mailbox.tokens.is_own(mail.message_id)
    if why and not is_form:
        return _ignored(mail, place, f"mail_{why}")
    return _message(mail, writer, place, mailbox)


def too_large(headers: bytes, size: int, place: Place, mailbox: Mailbox) -> InboundEvent:
    """A mail of which only the headers were fetched: people see that it is there, and where."""
    mail = reading.read(headers)
    writer = _writer(mail, mailbox)
    why = automatic.reason(mail, frozenset({mailbox.address}), mailbox.tokens.is_own)
    if why or not writer.address:
        return _ignored(mail, place, f"mail_{why or 'no_sender'}")
    megabytes, most = (-(-each // (1024 * 1024)) for each in (size, reading.MAX_BYTES))
    note = f"{mail.subject}\n\n{described('file')} {megabytes} MB > {most} MB"
    return _received(mail, writer, place, mailbox, text=note.strip(), about={"is_too_large": True})


def unreadable(raw: bytes, place: Place, why: str) -> Ignored:
    """A mail that cannot be taken apart; it stays in the mailbox unread."""
    digest = parts.digest("unreadable", place.ref, len(raw))
    return Ignored(external_id=f"mail:{digest}", at=place.came_at, raw={"why": why[:200]}, kind="mail_unreadable")


def _writer(mail: Mail, mailbox: Mailbox) -> Address:
    """Whom an answer is for: Reply-To, where it names somebody else than us."""
    answer_to = mail.reply_to
    if answer_to is None or mailbox.is_mine(answer_to.address):
        return mail.sender
    return Address(answer_to.name or mail.sender.name, answer_to.address)


def _message(mail: Mail, writer: Address, place: Place, mailbox: Mailbox) -> MessageReceived:
    newest = quotes.of_mail(mail)
    files = [each for each in mail.attachments if not _is_decoration(each)]
    is_answer = bool(mail.in_reply_to or mail.references)
    words = newest.text if is_answer else f"{mail.subject}\n\n{newest.text}"
    names = " ".join(each.file_name for each in files)
    text = words.strip() or mail.subject or described("file", names)
    about: dict[str, JsonValue] = {
        "is_shortened": newest.is_shortened,
        "is_forward": newest.is_forward,
        "refused": [{"file_name": each.file_name, "reason": each.refused} for each in files if each.refused],
    }
    media = tuple(_media(each, place) for each in files if not each.refused)
    return _received(mail, writer, place, mailbox, text=text, about=about, media=media)


def _received(
    mail: Mail,
    writer: Address,
    place: Place,
    mailbox: Mailbox,
    *,
    text: str,
    about: dict[str, JsonValue],
    media: tuple[MediaRef, ...] = (),
) -> MessageReceived:
    thread, kept = mailbox.tokens.thread_of(mail), _kept(mail)
    believed = trust.verdict(mail, mailbox.trusted_server)
    is_proven = believed.is_proven and writer.address == mail.sender.address
    shown: dict[str, JsonValue] = {
        "subject": mail.subject,
        "from": {"name": writer.name, "address": writer.address},
        "to": list(mail.recipients[:MAX_PEOPLE]),
        "is_proven": is_proven,
        "warning": trust.deceives(mail.sender.name, mail.sender.address),
        **about,
    }
    return MessageReceived(
        external_id=_external_id(mail),
        at=place.came_at,
        raw={**kept, "asks_silence": automatic.is_silent_wish(mail)},
        sender=Sender(source_id=writer.address, name=writer.name, email=writer.address, is_verified=is_proven),
        text=text[:MAX_WORDS],
        media=media,
        thread=thread.conversation if thread else None,
        attributes={"email": shown, "answered": {name: kept[name] for name in ("message_id", "references", "subject")}},
    )


def _report(mail: Mail, bounce: Bounce, place: Place, mailbox: Mailbox) -> InboundEvent:
    """A bounce of a mail of ours is a report on it; the mails of others are not our business."""
    ours = next((mailbox.tokens.read(each) for each in bounce.message_ids if mailbox.tokens.is_own(each)), None)
    if ours is None:
        return _ignored(mail, place, "mail_bounce_of_another")
    if not bounce.is_permanent and not bounce.is_arrival:
        return _ignored(mail, place, "mail_delayed")
    status = DeliveryStatus.DELIVERED if bounce.is_arrival else DeliveryStatus.FAILED
    whom = f"{bounce.recipient}: " if bounce.recipient else ""
    reason = "" if bounce.is_arrival else f"{whom}{bounce.status} {bounce.reason}".strip()
    return DeliveryReported(
        external_id=_external_id(mail),
        at=place.came_at,
        raw=_kept(mail),
        key=ours.message,
        status=status,
        reason=reason[:200],
    )


def _ignored(mail: Mail, place: Place, kind: str) -> Ignored:
    return Ignored(external_id=_external_id(mail), at=place.came_at, raw=_kept(mail), kind=kind)


def _external_id(mail: Mail) -> str:
    """The same for the same mail, whichever folder, server or number it is fetched by."""
    return "mail:" + parts.digest(
        mail.message_id, mail.sender.address, mail.sent_at.isoformat(), mail.subject, mail.text, mail.html
    )


def _kept(mail: Mail) -> dict[str, JsonValue]:
    """The original as it is kept: what answers need, all words, and the HTML as it may be shown."""
    markup = html_clean.sanitised(mail.html) if mail.html.strip() else ""
    return {
        "message_id": mail.message_id,
        "references": list((*mail.references, *mail.in_reply_to)[-20:]),
        "subject": mail.subject,
        "from": {"name": mail.sender.name, "address": mail.sender.address},
        "reply_to": mail.reply_to.address if mail.reply_to else "",
        "to": list(mail.recipients[:MAX_PEOPLE]),
        "date": mail.sent_at.isoformat(),
        "text": mail.text[:MAX_WORDS],
        "html": markup[:MAX_MARKUP],
        "is_cut": len(mail.text) > MAX_WORDS or len(markup) > MAX_MARKUP or len(mail.html) > html_clean.MAX_HTML,
    }


def original(raw: Mapping[str, JsonValue]) -> Original | None:
    """What `_kept` kept. The HTML is cleaned once more: whoever shows it need not trust what was stored."""
    sender = raw.get("from")
    if not isinstance(sender, dict):
        return None
    to, markup, said_at = raw.get("to"), answers.text_at(raw, "html"), answers.text_at(raw, "date")
    return Original(
        subject=answers.text_at(raw, "subject"),
        from_name=answers.text_at(sender, "name"),
        from_address=answers.text_at(sender, "address"),
        reply_to=answers.text_at(raw, "reply_to"),
        to=tuple(str(each) for each in to) if isinstance(to, list) else (),
        sent_at="" if said_at.startswith("1970-01-01") else said_at,
        message_id=answers.text_at(raw, "message_id"),
        text=answers.text_at(raw, "text"),
        html=html_clean.sanitised(markup) if markup else "",
        is_cut=bool(raw.get("is_cut")),
    )


def _media(file: Attachment, place: Place) -> MediaRef:
    return MediaRef(
        kind=_KINDS.get(file.content_type.partition("/")[0], "file"),
        ref=f"{place.ref}.{file.part}",
        content_type=file.content_type,
        file_name=file.file_name,
        file_size=file.file_size,
    )


def _is_decoration(file: Attachment) -> bool:
    """A small picture between the words says nothing."""
    return file.is_inline and file.file_size < SMALL_PICTURE
