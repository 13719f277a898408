"""Owns reading a mail: bytes as they came, in; headers, words and files, out. Pure; hostile mails end in an error.

The parser works under the standard library's oldest policy on purpose: it never interprets a header by itself,
and the newer policies raise on malformed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime

from kaitak.channels.connectors.email import attachments, charsets
from kaitak.channels.connectors.email.attachments import Attachment
from kaitak.channels.errors import MalformedPayloadError

MAX_BYTES = 36 * 1024 * 1024  # 25 MB of files in base64, and the words
MAX_HEADERS = 256 * 1024
MAX_PARTS = 200
MAX_DEPTH = 12
MAX_WORDS = 512 * 1024  # characters of one part that is words
_IDS = re.compile(r"<([^<>\s@]{1,250}@[^<>\s@]{1,250})>")
_ADDRESS = re.compile(r"[^\s@<>\"',;:\\()\[\]]{1,64}@[^\s@<>\"',;:\\()\[\]]{1,253}")
_UNSET = datetime.fromtimestamp(0, UTC)


class _Raw(Compat32):
    """Headers as they came: compat32 replaces 8-bit bytes when a header is read."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_RAW = _Raw()


@dataclass(frozen=True, slots=True)
class Address:
    """`address` is lower-case; a name is what the sender claims."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as read. `headers` are all of them, lower-case names, in order, unfolded and undecoded."""

    headers: tuple[tuple[str, str], ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sent_at: datetime
    sender: Address
    reply_to: Address | None
    recipients: tuple[str, ...]
    subject: str
    text: str  # the plain part; empty where there is none
    html: str  # as it came: never to be shown
    attachments: tuple[Attachment, ...]
    report: tuple[str, str] = ("", "")  # of a multipart/report: its kind, and the machine's part of it
    returned: tuple[tuple[str, str], ...] = ()  # headers of the mail that a report is about

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name, the topmost first."""
        return [value for key, value in self.headers if key == name]


def read(raw: bytes) -> Mail:
    """The mail; raises MalformedPayloadError and nothing else."""
    root = parsed(raw)
    headers = headers_of(root)
    leaves = tuple(_leaves(root))
    report = next((part for part, _ in leaves if part.get_content_type() == "message/delivery-status"), None)
    text, html = _words(leaves)
    date = next((value for key, value in headers if key == "date"), "")
    sender = _addresses(headers, "from")
    return Mail(
        headers=headers,
        message_id=next(iter(_ids(headers, "message-id")), ""),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references")[-50:],
        sent_at=_moment(date),
        sender=sender[0] if sender else Address("", ""),
        reply_to=next(iter(_addresses(headers, "reply-to")), None),
        recipients=_recipients(headers),
        subject=charsets.header_text(next((value for key, value in headers if key == "subject"), ""))[:500],
        text=text,
        html=html,
        attachments=attachments.listed(leaves),
        report=_report(root, report),
        returned=_returned(leaves) if root.get_content_type() == "multipart/report" else (),
    )


def parsed(raw: bytes) -> Message:
    """The tree of a mail's parts, refused where it is built to hurt."""
    if not raw.strip():
        raise MalformedPayloadError("the mail is empty")
    if len(raw) > MAX_BYTES:
        raise MalformedPayloadError(f"the mail is larger than {MAX_BYTES} bytes")
    head = re.search(rb"\r?\n\r?\n", raw)
    if (head.start() if head else len(raw)) > MAX_HEADERS:
        raise MalformedPayloadError(f"the headers are larger than {MAX_HEADERS} bytes")
    folded = raw.lower()  # counting is cheap, and a pattern over 36 MB is not
    if folded.count(b"boundary") > MAX_PARTS and len(re.findall(rb"boundary\s*\*?\d*\s*=", folded)) > MAX_PARTS:
        raise MalformedPayloadError(f"the mail has more than {MAX_PARTS} nested parts")
    if folded.count(b"message/") > MAX_PARTS and len(re.findall(rb"content-type:\s*message/", folded)) > MAX_PARTS:
        raise MalformedPayloadError(f"the mail has more than {MAX_PARTS} mails inside")
    try:
        return BytesParser(policy=_RAW).parsebytes(raw)
    except (RecursionError, ValueError, LookupError, TypeError) as exc:
        raise MalformedPayloadError("the mail cannot be taken apart") from exc


def headers_of(message: Message) -> tuple[tuple[str, str], ...]:
    """All headers, lower-case names, unfolded."""
    found = ((str(key).lower(), re.sub(r"\r?\n", "", str(value))) for key, value in message.raw_items())
    return tuple((key, value.strip()) for key, value in found)


def address_in(text: str) -> str:
    """The one address in a text that holds nothing else of use; lower-case."""
    found = _ADDRESS.search(text)
    return found.group(0).lower() if found else ""


def leaves_of(raw: bytes) -> Iterator[Message]:
    """Each part of a mail that is no container, in the order that attachments count by."""
    return (part for part, _ in _leaves(parsed(raw)))


def _leaves(root: Message) -> Iterator[tuple[Message, str]]:
    """Each part that is no container, with the kind of its container; mails inside are leaves."""
    todo: list[tuple[Message, str, int]] = [(root, "", 0)]
    seen = 0
    while todo:
        part, within, depth = todo.pop()
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            raise MalformedPayloadError(
                f"the mail has more than {MAX_PARTS} parts or is nested deeper than {MAX_DEPTH}"
            )
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            kind = part.get_content_subtype()
            todo.extend((each, kind, depth + 1) for each in reversed(payload) if isinstance(each, Message))
        else:
            yield part, within


def _words(leaves: Sequence[tuple[Message, str]]) -> tuple[str, str]:
    """The plain and the HTML words; a mail of several inline parts has them one after the other."""
    plain: list[str] = []
    markup: list[str] = []
    for part, _ in leaves:
        if attachments.is_file(part):
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_flowed(part, words_of(part)))
        elif part.get_content_type() == "text/html":
            markup.append(words_of(part))
    return "\n".join(each for each in plain if each.strip()), "\n".join(each for each in markup if each.strip())


def words_of(part: Message) -> str:
    """A part's text, cut at its limit."""
    body = attachments.body_of(part)
    label = part.get_content_charset()
    if part.get_content_type() == "text/html" and not label:
        named = re.search(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?([a-z0-9_-]{2,30})", body[:4096])
        label = named.group(1).decode() if named else None
    return charsets.decoded(body[: MAX_WORDS * 4], label)[:MAX_WORDS]


def _flowed(part: Message, text: str) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same depth of quoting."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    deletes = str(part.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    is_open, open_depth = False, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        is_signature = rest == "-- "
        if is_open and depth == open_depth and not is_signature:
            lines[-1] += rest
        else:
            lines.append(">" * depth + (" " if depth else "") + rest)
        is_open, open_depth = rest.endswith(" ") and not is_signature, depth
        if is_open and deletes:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _report(root: Message, part: Message | None) -> tuple[str, str]:
    if root.get_content_type() != "multipart/report":
        return "", ""
    payload = part.get_payload() if part is not None else []
    blocks = payload if isinstance(payload, list) else []
    machine = "\n".join(
        f"{key}: {value}" for each in blocks[:50] if isinstance(each, Message) for key, value in headers_of(each)
    )
    return str(root.get_param("report-type", "")).lower() or "delivery-status", machine[:20_000]


def _returned(leaves: Sequence[tuple[Message, str]]) -> tuple[tuple[str, str], ...]:
    for part, _ in leaves:
        if part.get_content_type() in ("message/rfc822", "message/rfc822-headers", "message/global"):
            inside = part.get_payload()
            if isinstance(inside, list) and inside and isinstance(inside[0], Message):
                return headers_of(inside[0])
        if part.get_content_type() == "text/rfc822-headers":
            return headers_of(BytesParser(policy=_RAW).parsebytes(attachments.body_of(part)[:MAX_HEADERS]))
    return ()


def _ids(headers: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    found = [each for key, value in headers if key == name for each in _IDS.findall(value[:20_000])]
    return tuple(dict.fromkeys(found))


def _addresses(headers: Sequence[tuple[str, str]], name: str) -> list[Address]:
    value = next((value for key, value in headers if key == name), "")[:20_000]
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, TypeError, AttributeError):
        pairs = []
    found = [Address(charsets.header_text(label)[:200], address_in(address)) for label, address in pairs[:100]]
    return [each for each in found if each.address] or [
        Address("", each.lower()) for each in _ADDRESS.findall(value)[:1]
    ]


def _recipients(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    named = (each for name in ("to", "cc", "delivered-to", "x-original-to") for each in _addresses(headers, name))
    return tuple(dict.fromkeys(each.address for each in named))


def _moment(value: str) -> datetime:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _UNSET
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return _UNSET
