"""Owns the measure of quote stripping: `python -m tests.channels.mail_quotes` prints how many mails come out right."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import yaml

from kaitak.channels.connectors.email import quotes, reading

HERE = Path(__file__).parent / "mails"
SETS = ("known", "unseen", "fresh", "third")


@dataclass(frozen=True)
class Sample:
    """One mail of the set and what its writer said in it now."""

    place: str
    client: str
    language: str
    raw: bytes
    expected: str

    @property
    def found(self) -> str:
        return quotes.of_mail(reading.read(self.raw)).text

    @property
    def is_right(self) -> bool:
        return flat(self.found) == flat(self.expected)


def samples(name: str) -> list[Sample]:
    """The mails of one file, as bytes on the wire."""
    data = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return [
        Sample(f"{name}:{place}", str(each["client"]), each["language"], _mail(each), each["expected"])
        for place, each in enumerate(data)
    ]


def _mail(each: dict[str, str]) -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{each.get("name", "Customer")}" <{each.get("address", "customer@home.example")}>'
    mail["To"] = "cs@harbour.example"
    mail["Subject"] = "Re: Harbour Electric"
    mail["Date"] = "Mon, 02 Nov 2026 12:00:00 +0800"
    mail["Message-ID"] = "<sample@home.example>"
    mail["In-Reply-To"] = "<question@harbour.example>"
    if "text" in each:
        mail.set_content(each["text"], charset=each.get("charset", "utf-8"))
    if "html" in each and "text" in each:
        mail.add_alternative(each["html"], subtype="html")
    elif "html" in each:
        mail.set_content(each["html"], subtype="html")
    return mail.as_bytes()


def flat(text: str) -> str:
    """Spaces and line ends are not what is measured."""
    return re.sub(r"\s+", " ", text).strip()


def report(of: Sequence[Sample]) -> str:
    """The figure, by set, client and language."""
    right = [each for each in of if each.is_right]
    lines = [f"quote stripping: {len(right)} of {len(of)} right, {100 * len(right) / len(of):.1f} %"]
    for title, key in (
        ("set", lambda s: s.place.partition(":")[0]),
        ("client", lambda s: s.client),
        ("language", lambda s: s.language),
    ):
        every, good = Counter(map(key, of)), Counter(map(key, right))
        lines.append(
            f"  by {title}: " + ", ".join(f"{name} {good[name]}/{count}" for name, count in sorted(every.items()))
        )
    return "\n".join(lines)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def of_folder(folder: Path) -> list[Sample]:
    """Raw mails as NUMBER_CLIENT_LANGUAGE.eml, the words that are expected beside each as .txt."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        _, client, language = path.stem.split("_")[:3]
        expected = path.with_suffix(".txt").read_text(encoding="utf-8")
        found.append(Sample(f"{folder.name}:{path.stem}", client, language, path.read_bytes(), expected))
    return found


def main() -> int:
    """Print the figure and each mail that came out wrong; 1 below 95 %. An argument names a folder of raw mails."""
    if len(sys.argv) > 1:
        every = of_folder(Path(sys.argv[1]))
    else:
        every = [each for name in SETS if (HERE / f"{name}.yaml").exists() for each in samples(name)]
    for each in every:
        if not each.is_right:
            say(f"WRONG {each.place} {each.client} {each.language}")
            say(f"  expected {each.expected!r}\n  found    {each.found!r}")
    say(report(every))
    return 0 if sum(each.is_right for each in every) >= 0.95 * len(every) else 1


if __name__ == "__main__":
    sys.exit(main())
