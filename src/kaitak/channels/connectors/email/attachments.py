"""Owns a mail's files: which parts are files, how they are called, which of them are not taken and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from kaitak.channels.connectors.email import charsets

MAX_FILES = 20
MAX_FILE = 25 * 1024 * 1024
_RUNS = frozenset(
    re.findall(
        r"\S+",
        """
    ade adp apk app appx bat chm cmd com cpl dll dmg exe hta ins iso img jar jnlp js jse lib lnk mde msc
    msi msix msp mst pif ps1 psm1 reg scr sct sh sys url vb vbe vbs vhd vxd wsc wsf wsh xll docm xlsm
    pptm
    """,
    )
)
_MAGIC = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00")
_REORDERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """`part` is its place among the leaves of the mail; `refused` says why it is not taken, if it is not."""

    part: int
    content_type: str
    file_name: str
    file_size: int
    content_id: str
    is_inline: bool
    refused: str = ""


def is_file(part: Message) -> bool:
    """Whether a leaf is a file and not words."""
    kind = part.get_content_type()
    disposition = str(part.get("content-disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    return kind not in ("text/plain", "text/html") or bool(file_name(part))


def listed(leaves: Sequence[tuple[Message, str]]) -> tuple[Attachment, ...]:
    """The files of a mail, those that are not taken included."""
    found: list[Attachment] = []
    for place, (part, within) in enumerate(leaves):
        kind = part.get_content_type()
        is_plumbing = kind in ("message/delivery-status", "application/pgp-signature", "application/pkcs7-signature")
        if not is_file(part) or is_plumbing or (within == "report" and kind.startswith(("message/", "text/rfc822"))):
            continue
        found.append(_described(place, part, within, len(found)))
    return tuple(found)


def _described(place: int, part: Message, within: str, before: int) -> Attachment:
    body = body_of(part)
    name = file_name(part) or _named_by_kind(part)
    content_id = str(part.get("content-id", "")).strip().strip("<>")[:200]
    disposition = str(part.get("content-disposition", "")).strip().lower()
    is_inline = (bool(content_id) and not disposition.startswith("attachment")) or within == "related"
    return Attachment(
        part=place,
        content_type=part.get_content_type(),
        file_name=name,
        file_size=len(body),
        content_id=content_id,
        is_inline=is_inline and part.get_content_maintype() == "image",
        refused=_refusal(name, body, before),
    )


def _refusal(name: str, body: bytes, before: int) -> str:
    if before >= MAX_FILES:
        return "too many files"
    if len(body) > MAX_FILE:
        return "too large"
    if name.rpartition(".")[2].lower() in _RUNS or body.startswith(_MAGIC):
        return "a program"
    return ""


def body_of(part: Message) -> bytes:
    """A leaf's bytes; broken transfer encodings give what can be read of them."""
    payload = part.get_payload()
    if isinstance(payload, list):  # a mail inside a mail
        return b"\n\n".join(each.as_bytes() for each in payload[:1] if isinstance(each, Message))
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        found = str(payload).encode("utf-8", "surrogateescape")
    return found if isinstance(found, bytes) else b""


def file_name(part: Message) -> str:
    """The name that the sender gave (RFC 2231, encoded words, raw bytes), made safe; empty where there is none."""
    given = part.get_param("filename", None, "content-disposition") or part.get_param("name", None, "content-type")
    if isinstance(given, tuple):
        given = _of_rfc2231(given)
    if not given:
        return ""
    name = _REORDERING.sub("", charsets.header_text(given))
    name = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:100]}.{suffix[:10]}" if dot and stem else name[:100]


def _of_rfc2231(given: tuple[str | None, str | None, str]) -> str:
    charset, _, text = given
    try:
        return charsets.decoded(text.encode("latin-1"), charset)
    except UnicodeError:
        return collapse_rfc2231_value(given)


def _named_by_kind(part: Message) -> str:
    if part.get_content_type() == "message/rfc822":
        inside = part.get_payload()
        subject = (
            inside[0].get("subject", "")
            if isinstance(inside, list) and inside and isinstance(inside[0], Message)
            else ""
        )
        return f"{_UNSAFE.sub('_', charsets.header_text(subject))[:80] or 'mail'}.eml"
    suffix = {"text/calendar": "ics", "application/pdf": "pdf", "application/ms-tnef": "dat"}
    kind = part.get_content_type()
    return f"{part.get_content_maintype()}.{suffix.get(kind, part.get_content_subtype()[:8])}"
