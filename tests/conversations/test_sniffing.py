"""What a file is, by its bytes: an attack corpus, and the sizes of images."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.conversations import sniffing
from kaitak.conversations.links import is_inline, safe_file_name

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 20, 10)


@pytest.mark.parametrize(
    "attack",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        b"<!DOCTYPE html><html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <html>",
        b"hello <script>alert(1)</script>",
        b"<IMG SRC=x onerror=alert(1)>",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    ],
)
@pytest.mark.parametrize("name", ["photo.png", "page.html", "evil.svg", "a.txt"])
def test_markup_and_programs_are_refused_whatever_their_name(attack: bytes, name: str) -> None:
    assert sniffing.content_type_of(attack, name) is None


def test_polyglot_is_what_its_first_bytes_say() -> None:
    polyglot = GIF + b"/*<script>alert(1)</script>*/"
    assert sniffing.content_type_of(polyglot, "x.html") == "image/gif"


def test_name_does_not_make_a_picture_of_text() -> None:
    assert sniffing.content_type_of(b"just text", "photo.png") == "text/plain"


def test_text_is_never_shown_in_place() -> None:
    assert not is_inline("text/plain")
    assert not is_inline("application/pdf")
    assert not is_inline("image/svg+xml")


@pytest.mark.parametrize(
    ("head", "kind", "size"),
    [
        (PNG, "image/png", (640, 480)),
        (GIF, "image/gif", (20, 10)),
        (
            b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 200) + b"\x03",
            "image/jpeg",
            (200, 300),
        ),
        (
            b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x63\x00\x00\x31\x00\x00",
            "image/webp",
            (100, 50),
        ),
    ],
)
def test_size_of_an_image_is_read_from_its_header(head: bytes, kind: str, size: tuple[int, int]) -> None:
    assert sniffing.content_type_of(head, "x") == kind
    found = sniffing.size_of_image(head, kind)
    assert found is not None
    assert (found.width, found.height) == size


@given(st.binary(max_size=200), st.sampled_from(["image/png", "image/jpeg", "image/gif", "image/webp"]))
def test_broken_headers_have_no_size_and_raise_nothing(junk: bytes, kind: str) -> None:
    found = sniffing.size_of_image(junk, kind)
    assert found is None or found.width > 0


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.txt", "a.txt"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("收據.pdf", "收據.pdf"),
    ],
)
def test_file_names_are_made_harmless(given_name: str, kept: str) -> None:
    assert safe_file_name(given_name) == kept


@given(st.text(max_size=400))
def test_every_file_name_is_short_and_has_no_path(name: str) -> None:
    kept = safe_file_name(name)
    assert 0 < len(kept) <= 120
    assert not set(kept) & set('/\\\x00\r\n"')
