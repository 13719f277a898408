"""Owns a pack's synonyms: what customers say beside what articles say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from kaitak.core import resources
from kaitak.core.errors import InvalidError


class SynonymsInvalidError(InvalidError):
    """A pack's synonyms.yaml is not a list of words and the words they are searched with."""

    code = "synonyms_invalid"


@lru_cache(maxsize=16)
def of_pack(name: str | None) -> tuple[tuple[str, str], ...]:
    """The synonyms of a pack of this installation, longest first; none for a pack that has no file."""
    if name is None or name not in resources.pack_names():
        return ()
    return read(resources.pack_folder(name) / "synonyms.yaml")


def read(path: Path) -> tuple[tuple[str, str], ...]:
    """The synonyms of a file."""
    if not path.exists():
        return ()
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as exc:
        raise SynonymsInvalidError(f"{path.name} is not YAML: {exc}") from exc
    if not isinstance(found, dict):
        raise SynonymsInvalidError(f"{path.name}: write lines of `word: other words`")
    pairs = [(str(said).strip(), str(meant).strip()) for said, meant in found.items()]
    return tuple(sorted((pair for pair in pairs if all(pair)), key=lambda pair: -len(pair[0])))


def added_words(view: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """The words that a question in its written view is searched with besides its own."""
    words = [word for said, meant in pairs if said in view for word in meant.split() if word not in view]
    return " ".join(dict.fromkeys(words))
