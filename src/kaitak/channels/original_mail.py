"""Owns writing an original as a mail again (.eml), from what is kept of it and its files. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from kaitak.channels.mail_headers import flat
from kaitak.channels.originals import Original

NOTE = "X-Kaitak-Copy"  # says that this is no mail as it came by wire
_QUOTED = re.compile(r'["<>\\]')
_TYPE = re.compile(r"(?P<main>application|audio|font|image|text|video)/(?P<sub>[a-z0-9][a-z0-9.+-]*)")


@dataclass(frozen=True, slots=True)
class File:
    """One of its files, as it was stored."""

    name: str
    content_type: str
    body: bytes


def written(original: Original, files: Sequence[File]) -> bytes:
    """The mail: its head, its words, its cleaned markup, its files."""
    addresses = (original.from_address, original.reply_to, *original.to)
    mail = EmailMessage(policy=(SMTP if all(each.isascii() for each in addresses) else SMTPUTF8))
    sent_at = datetime.fromisoformat(original.sent_at) if original.sent_at else None
    heads = (
        ("From", _sender(original)),
        ("Reply-To", flat(original.reply_to)),
        ("To", ", ".join(flat(each) for each in original.to)),
        ("Subject", flat(original.subject)),
        ("Date", format_datetime(sent_at) if sent_at is not None else ""),
        ("Message-ID", f"<{flat(original.message_id)}>" if original.message_id else ""),
        (NOTE, "made from what is kept" + ("; it was longer" if original.is_cut else "")),
    )
    for name, value in heads:
        if value:
            mail[name] = value
    mail.set_content(original.text, cte="base64")
    if original.html:
        mail.add_alternative(original.html, subtype="html", cte="base64")
    for file in files:
        kind = _TYPE.fullmatch(file.content_type)
        main, sub = (kind["main"], kind["sub"]) if kind else ("application", "octet-stream")
        mail.add_attachment(file.body, maintype=main, subtype=sub, filename=flat(file.name) or "file")
    return mail.as_bytes()


def file_name(original: Original) -> str:
    """What the mail is called on disk: its subject, without what no disk takes."""
    plain = re.sub(r'[\\/:*?"<>|]+', "_", flat(original.subject)).strip(" .")
    return f"{plain[:80] or 'mail'}.eml"


def _sender(original: Original) -> str:
    name, address = flat(original.from_name), flat(original.from_address)
    return f'"{_QUOTED.sub("", name)}" <{address}>' if name else address
