"""Owns what a file is: its type and the size of an image, read from the bytes and never from its name. Pure."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import puremagic

HEAD = 64 * 1024
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP8", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_NOT_PLAYED = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif"}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OLD_OFFICE = {
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
}
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|\?xml|html|head|body|svg|script|iframe|object|embed|link|meta|style|img|a|form|math|title)\b",
    re.IGNORECASE,
)
_MPEG_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")


@dataclass(frozen=True, slots=True)
class Size:
    """Of an image, in pixels."""

    width: int
    height: int


def content_type_of(head: bytes, file_name: str) -> str | None:
    """The type of a file from its first bytes, or None if files of that type are not taken."""
    for offset, signature, content_type in _SIGNATURES:
        if head.startswith(signature, offset) and (offset == 0 or head.startswith(b"RIFF")):
            return content_type
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12]) or _NOT_PLAYED.get(head[8:12]) or "video/mp4"
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    if _MPEG_FRAME.match(head):
        return "audio/mpeg"
    return _text(head, file_name) if _is_text(head) else _old_office(head, file_name)


def size_of_image(head: bytes, content_type: str) -> Size | None:
    """Width and height as the header says, where the header is whole and says something possible."""
    readers = {"image/png": _png, "image/gif": _gif, "image/webp": _webp, "image/jpeg": _jpeg}
    reader = readers.get(content_type)
    try:
        size = reader(head) if reader else None
    except (struct.error, IndexError):
        return None
    return size if size and 0 < size.width < 100_000 and 0 < size.height < 100_000 else None


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as exc:
        return len(head) >= HEAD and exc.start >= len(head) - 4 and exc.reason == "unexpected end of data"
    return True


def _zip(head: bytes) -> str:
    is_office = b"[Content_Types].xml" in head
    return next((kind for part, kind in _OFFICE.items() if is_office and part in head), "application/zip")


def _text(head: bytes, file_name: str) -> str | None:
    if _MARKUP.search(head):
        return None
    return "text/csv" if file_name.lower().endswith(".csv") else "text/plain"


def _old_office(head: bytes, file_name: str) -> str | None:
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return None
    try:
        guess = puremagic.from_string(head, mime=True, filename=file_name)
    except puremagic.PureError:
        return None
    return guess if guess in _OLD_OFFICE else None


def _png(head: bytes) -> Size:
    return Size(*struct.unpack(">II", head[16:24]))


def _gif(head: bytes) -> Size:
    return Size(*struct.unpack("<HH", head[6:10]))


def _webp(head: bytes) -> Size | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return Size(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return Size(width & 0x3FFF, height & 0x3FFF)
    return None


def _jpeg(head: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return Size(width, height)
        else:
            at += 2 + int(struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None
