"""Owns how far the sender's address can be believed: the receiving server's own verdict, and names made to deceive."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kaitak.channels.connectors.email.reading import Mail

_METHOD = re.compile(r"^\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]+)(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARMENIAN",
    "HEBREW",
    "ARABIC",
    "CHEROKEE",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
)
_TOGETHER = ({"LATIN"}, {"CJK"}, {"LATIN", "CJK"}, {"LATIN", "CJK", "HIRAGANA", "KATAKANA"}, {"LATIN", "HANGUL", "CJK"})
_TWO_LEVEL = frozenset(
    re.findall(
        r"\S+",
        """
    com.hk org.hk net.hk edu.hk gov.hk idv.hk com.cn net.cn org.cn gov.cn edu.cn com.tw org.tw co.uk
    com.sg com.mo
    """,
    )
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server that took the mail found; `is_proven` says that the domain in From really sent it."""

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    is_proven: bool = False


def verdict(mail: Mail, server: str) -> Verdict:
    """Read from the trusted server's Authentication-Results alone; anybody can write the others into a mail."""
    found: dict[str, str] = {}
    is_aligned = False
    own = mail.sender.address.rpartition("@")[2]
    for value in _trusted(mail, server):
        for clause in value.split(";")[1:]:
            method = _METHOD.match(clause)
            if not method:
                continue
            name, result = method.group(1).lower(), method.group(2).lower()
            properties = {f"{a}.{b}".lower(): c.strip('"').lower() for a, b, c in _PROPERTY.findall(method.group(3))}
            if found.get(name) != "pass":
                found[name] = result
            is_aligned = is_aligned or (result == "pass" and _is_of(name, properties, own))
    is_refused = found.get("dmarc") in ("fail", "permerror")
    return Verdict(
        found.get("spf", "none"), found.get("dkim", "none"), found.get("dmarc", "none"), is_aligned and not is_refused
    )


def _trusted(mail: Mail, server: str) -> list[str]:
    """The results of this server, down to the first Received below them: what a sender forged lies further down."""
    results: list[str] = []
    for name, value in mail.headers:
        if name == "received" and results:
            break
        if name == "authentication-results" and server:
            bare = _without_comments(value)
            if (
                bare.partition(";")[0].split()[:1] == [server.lower()]
                or bare.partition(";")[0].strip().lower() == server.lower()
            ):
                results.append(bare)
    return results


def _without_comments(value: str) -> str:
    depth, kept = 0, []
    for char in value[:8000]:
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _is_of(method: str, properties: dict[str, str], own: str) -> bool:
    """Whether what passed speaks for the domain in From."""
    if not own:
        return False
    if method == "dmarc":
        return _organisation(properties.get("header.from", own)) == _organisation(own)
    if method == "dkim":
        signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        return bool(signer) and _organisation(signer) == _organisation(own)
    mail_from = properties.get("smtp.mailfrom", "").rpartition("@")[2]
    return bool(mail_from) and _organisation(mail_from) == _organisation(own)


def _organisation(domain: str) -> str:
    labels = domain.strip(".").lower().split(".")
    size = 3 if ".".join(labels[-2:]) in _TWO_LEVEL else 2
    return ".".join(labels[-size:])


def deceives(name: str, address: str) -> str:
    """Why a sender's name or domain is made to be taken for another; empty where it is not."""
    domain = address.rpartition("@")[2]
    for label in domain.split("."):
        if not _is_one_script(_unicode_label(label)):
            return "the domain mixes alphabets"
    shown = re.search(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)", name)
    if shown and _organisation(shown.group(1)) != _organisation(domain):
        return "the name shows another address"
    if re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", name):
        return "the name holds invisible signs"
    return ""


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _is_one_script(label: str) -> bool:
    """Latin stands beside Chinese and Japanese; never beside Cyrillic or Greek, and those never alone in our trade."""
    names = [unicodedata.name(char, "") for char in label if char.isalpha()]
    scripts = {script for name in names for script in _SCRIPTS if name.startswith(script)}
    return not scripts or any(scripts <= allowed for allowed in _TOGETHER)
