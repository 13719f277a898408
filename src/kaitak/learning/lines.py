"""Owns which lines teach an account's model: the pack's own and the account's, and the pack's held-out test lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from kaitak.bot.errors import PackUnknownError
from kaitak.bot.packs import Pack
from kaitak.core import resources
from kaitak.learning.csv_reading import Against
from kaitak.learning.errors import HeldOutInvalidError
from kaitak.learning.models import NluExample
from kaitak.nlu import audit
from kaitak.nlu.audit import Line
from kaitak.nlu.training import Example

HELD_OUT = Path("tests") / "utterances.jsonl"
OWN = "account"  # the hand of the account's lines: they are left out together


class HeldOutRow(BaseModel):
    """One test line of a pack; further keys are ignored."""

    model_config = ConfigDict(frozen=True)

    text: str
    intent: str


def known_pack(name: str) -> str:
    """The name of a pack of this installation, or PackUnknownError."""
    if name not in resources.pack_names():
        raise PackUnknownError(f"there is no pack {name}", pack=name)
    return name


def own_lines(examples: Iterable[NluExample], pack: Pack) -> list[Line]:
    """The account's lines; those of intents that the pack no longer has are left out."""
    return [
        Line(each.text, each.intent, is_own=True, id=each.id, hand=OWN)
        for each in examples
        if each.intent in pack.intents
    ]


def merged(pack: Pack, own: Iterable[Line]) -> list[Line]:
    """All lines that teach: where the pack has a text of the account's too, the account's line stands alone."""
    mine = list(own)
    taken = {audit.plain(line.text) or line.text for line in mine}
    pack_lines = [_pack_line(example) for example in pack.examples()]
    if not taken:
        return pack_lines
    return [line for line in pack_lines if (audit.plain(line.text) or line.text) not in taken] + mine


def _pack_line(example: Example) -> Line:
    return Line(example.text, example.intent, hand=example.hand)


def everything(pack: Pack, own: Iterable[Line]) -> list[Line]:
    """The pack's lines and the account's, also where both have a text: what an audit looks at."""
    return [*map(_pack_line, pack.examples()), *own]


def held_out(folder: Path) -> list[Line]:
    """A pack's test lines, which no model is trained on; none where the pack has no such file."""
    path = folder / HELD_OUT
    return read_rows(path) if path.is_file() else []


def read_rows(path: Path) -> list[Line]:
    """The lines of a JSON Lines file; the first that is no row of text and intent is named."""
    found = []
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            row = HeldOutRow.model_validate(orjson.loads(raw))
        except (orjson.JSONDecodeError, ValidationError) as exc:
            raise HeldOutInvalidError(f"{path}:{number}: not a row with text and intent; correct the line") from exc
        found.append(Line(row.text, row.intent))
    return found


def against(pack: Pack, own: Iterable[NluExample]) -> Against:
    """What a file of lines is checked against."""
    examples = pack.examples()
    return Against(
        intents=pack.intents.keys(),
        pack_lines={audit.plain(each.text) or each.text: each.intent for each in examples},
        own_lines={audit.plain(each.text) or each.text: each.intent for each in own},
        familiar=frozenset("".join(each.text for each in examples)),
    )
