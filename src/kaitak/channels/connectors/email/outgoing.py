"""Owns how a message of ours becomes a mail: below the one that it answers, marked as a machine's where it is. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from kaitak.channels import answers
from kaitak.channels.connectors.email import threads
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.connectors.email.threads import Tokens
from kaitak.channels.content import Block, Media, Text
from kaitak.channels.contract import Outbound
from kaitak.channels.errors import RefusedError
from kaitak.channels.mail_headers import flat

MAX_SUBJECT = 150
_RECIPIENT = re.compile(r"[^\s@<>\"',;:\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>\"',;:\\()\[\]\x00-\x1f\x7f]{1,253}")
_LINK = re.compile(r"https?://[^\s<>\"'，。！？；、）】」』]+")
_BY_MACHINE = ("bot", "system")


def composed(outbound: Outbound, config: EmailConfig, tokens: Tokens) -> bytes:
    """The mail; raises RefusedError where the customer's address is none."""
    if not _RECIPIENT.fullmatch(outbound.to):
        raise RefusedError("the customer's address is not a mail address")
    is_ascii = outbound.to.isascii() and config.address.isascii()
    mail = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    blocks = with_links(outbound.blocks)
    words = "\n\n".join(block.text for block in blocks if isinstance(block, Text))
    _head(mail, outbound, config, tokens, words)
    mail.set_content(words, cte="base64" if not words.isascii() else None)
    mail.add_alternative(_marked_up(words), subtype="html", cte="base64")
    for block in blocks:
        if isinstance(block, Media) and block.body is not None:
            kind, _, subtype = block.content_type.partition("/")
            mail.add_attachment(
                block.body,
                maintype=kind
                if re.fullmatch(r"[a-z]+", kind) and kind not in ("multipart", "message")
                else "application",
                subtype=subtype if re.fullmatch(r"[a-z0-9.+-]+", subtype) else "octet-stream",
                filename=flat(block.file_name) or "file",
            )
    return mail.as_bytes()


def with_links(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Files whose bytes are not at hand go as links."""
    return tuple(
        Text(f"{each.file_name}\n{each.url}") if isinstance(each, Media) and each.body is None else each
        for each in blocks
    )


def is_by_machine(outbound: Outbound) -> bool:
    """Whether nobody wrote it."""
    return outbound.author in _BY_MACHINE


def subject_of(outbound: Outbound, config: EmailConfig, words: str) -> str:
    """That of the mail which is answered; where there is none, or it is no longer known, as the inbox begins one.

    A code's says whose it is and nothing more: subjects stand on locked screens.
    """
    if outbound.is_code:
        return flat(config.code_subject(outbound.language, name=outbound.author_name))[:MAX_SUBJECT]
    if answered := flat(answers.text_at(outbound.answers, "subject")):
        return flat(threads.answer_subject(answered))
    if given := flat(outbound.subject)[:MAX_SUBJECT]:
        return given
    first = flat(words.strip().split("\n")[0])[:MAX_SUBJECT]
    made = flat(config.new_subject(outbound.language, number=outbound.thread, words=first))
    return made[:MAX_SUBJECT] or first or "-"


def _head(mail: EmailMessage, outbound: Outbound, config: EmailConfig, tokens: Tokens, words: str) -> None:
    raw = outbound.answers
    name = flat(config.sender_name or outbound.author_name)[:100]
    local, _, domain = config.address.rpartition("@")
    mail["From"] = Address(name, local, domain)
    to_local, _, to_domain = outbound.to.rpartition("@")
    mail["To"] = Address("", to_local, _idna(to_domain))
    mail["Subject"] = subject_of(outbound, config, words)
    mail["Date"] = format_datetime(outbound.at)
    mail["Message-ID"] = f"<{tokens.message_id(outbound.thread, outbound.key)}>"
    before = raw.get("references") if raw is not None else None
    references = tuple(str(each) for each in before) if isinstance(before, list) else ()
    for header, value in threads.headers_for_answer(answers.text_at(raw, "message_id"), references).items():
        mail[header] = flat(value)
    mail[threads.HEADER] = tokens.token(outbound.thread, outbound.key)
    if config.plus_addresses:
        mail["Reply-To"] = tokens.reply_address(config.address, outbound.thread, outbound.key)
    if is_by_machine(outbound):
        mail["Auto-Submitted"] = "auto-replied" if raw else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Precedence"] = "auto_reply"


def _idna(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError as exc:
        raise RefusedError("the customer's address has a domain that cannot be written to") from exc


def _marked_up(words: str) -> str:
    """The same words for programs that prefer HTML: paragraphs, line ends, links."""
    paragraphs = (_linked(each).replace("\n", "<br>") for each in re.split(r"\n{2,}", words.strip()))
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def _linked(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in _LINK.finditer(text):
        address = found.group(0).rstrip(".,!?;:)")
        pieces.append(html.escape(text[at : found.start()]))
        pieces.append(f'<a href="{html.escape(address)}">{html.escape(address)}</a>')
        at = found.start() + len(address)
    return "".join([*pieces, html.escape(text[at:])])
