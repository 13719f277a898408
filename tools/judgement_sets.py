"""Which questions and articles `train_judgement.py` learns from, and their digest, which `judgement.json` records."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests" / "knowledge"
OWN = ("tuning", "judging", "fresh", "packs", "stories", "trades")
HANDS = tuple(f"hands/{each}" for each in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh"))
SETS = (*OWN, *HANDS)
PACKS = ("retail", "insurance")
OF_PACKS = ("packs", "stories")  # questions over the packs' own articles: held out by article, a third at a time


def articles_of(name: str) -> list[Path]:
    """The folders of a set's articles."""
    return [ROOT / "packs" / pack / "knowledge" for pack in PACKS] if name in OF_PACKS else [TESTS / name / "articles"]


def digest() -> str:
    """Of all that is learnt from: another one says that the judge is to be learnt anew."""
    folders = sorted({folder for name in SETS for folder in articles_of(name)})
    files = [TESTS / name / "questions.jsonl" for name in SETS]
    files += [path for folder in folders for path in folder.iterdir() if path.is_file()]
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
