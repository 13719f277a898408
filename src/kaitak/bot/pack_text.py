"""Owns a pack's training text: utterance files by writer, and the checks that no line stands under two intents."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from kaitak.bot import pack_files
from kaitak.bot.flows import Name, Part
from kaitak.nlu.training import Example

Line = Annotated[str, Field(min_length=1, max_length=500)]
FEWEST_LINES = 2


class UtteranceFile(Part):
    """The lines of one writer, by intent."""

    hand: Name
    style: Annotated[str, Field(max_length=200)] = ""
    examples: dict[Name, list[Line]]


class TextCollector:
    """Gathers lines from every file of a pack and refuses a line that is there already."""

    def __init__(self, intents: Iterable[str]) -> None:
        self.examples: dict[str, list[Example]] = {name: [] for name in intents}
        self._owner: dict[str, str] = {}

    def add(self, intent: str, lines: Iterable[str], hand: str, at: pack_files.PackFile, loc: pack_files.Loc) -> None:
        """Take the lines of one intent from the part of a file at `loc`."""
        for number, text in enumerate(lines):
            folded = text.strip().lower()
            if folded in self._owner:
                problem = f"the example is also under {self._owner[folded]}"
                raise at.fault((*loc, number), problem, "keep it in one place")
            self._owner[folded] = intent
            self.examples[intent].append(Example(text, intent, hand))

    def add_file(self, content: UtteranceFile, at: pack_files.PackFile) -> None:
        """Take a writer's file."""
        for intent, lines in content.examples.items():
            if intent not in self.examples:
                problem = f"there is no intent {intent}"
                raise at.fault(("examples", intent), problem, "correct the name or add it under intents/")
            self.add(intent, lines, content.hand, at, ("examples", intent))
