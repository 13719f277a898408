"""Owns an account's changed files laid over a pack: which files may be changed, and reading the whole of both."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kaitak.bot import pack_text, packs
from kaitak.bot.errors import PackFileForbiddenError, PackFilesTooLargeError
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.packs import Pack

MAX_FILE_CHARACTERS = 200_000
MAX_ALL_CHARACTERS = 2_000_000
MAX_FILES = 200
MAX_PATH = 100
_NAME = "[a-z][a-z0-9_]{0,59}"
_EDITABLE = re.compile(rf"(?:(?:flows|intents|tests)/{_NAME}|wording/(?:zh-HK|zh-Hans|en)|routing)\.yaml")
_ADDED = re.compile(r"(?:flows|tests)/")
_TAUGHT = ("utterances", "mood")
_FOLDERS = ("flows", "intents", "wording", "tests")
Overlay = Mapping[str, str | None]  # a path of the pack and its text; None: the pack's own file is taken away


def check_path(path: str) -> str:
    """The path of a file that may be changed in the console, or PackFileForbiddenError."""
    if len(path) > MAX_PATH or not _EDITABLE.fullmatch(path):
        raise PackFileForbiddenError(f"{path[:MAX_PATH]} is not a file that can be edited here", path=path[:MAX_PATH])
    return path


def may_be_absent(path: str) -> bool:
    """Whether a pack without this file is still whole, so that it may be added and taken away."""
    return bool(_ADDED.match(path))


def check_size(overlay: Overlay) -> None:
    """Refuse more text than a pack's files may have together."""
    sizes = [len(text or "") for text in overlay.values()]
    if len(sizes) > MAX_FILES or max(sizes, default=0) > MAX_FILE_CHARACTERS or sum(sizes) > MAX_ALL_CHARACTERS:
        raise PackFilesTooLargeError(files=MAX_FILES, characters=MAX_FILE_CHARACTERS)


def shipped_paths(root: Path) -> list[str]:
    """The files of a pack that may be changed, sorted."""
    found = [path for folder in _FOLDERS for path in (root / folder).glob("*.yaml")]
    names = [path.relative_to(root).as_posix() for path in found]
    if (root / "routing.yaml").is_file():
        names.append("routing.yaml")
    return sorted(name for name in names if _EDITABLE.fullmatch(name))


def shipped_text(root: Path, path: str) -> str | None:
    """A file as the pack ships it; None where it ships no such file."""
    file = root / check_path(path)
    return file.read_text(encoding="utf-8") if file.is_file() else None


@contextmanager
def laid_over(root: Path, own: Pack, overlay: Overlay) -> Iterator[Path]:
    """A folder that reads as the pack with these files in the place of its own, for the length of a block.

    The lines that teach intents and mood are not in it: they are as shipped, and reading them takes a second.
    """
    check_size(overlay)
    with TemporaryDirectory(prefix="kaitak-pack-") as top:
        for beside in root.parent.iterdir():
            if beside.is_dir() and beside.name in own.head.includes:
                _link(beside, Path(top) / beside.name, ())
        folder = Path(top) / root.name
        _link(root, folder, {path.split("/")[0] for path in overlay if "/" in path})
        for path, text in overlay.items():
            target = folder / check_path(path)
            target.unlink(missing_ok=True)
            if text is not None:
                target.parent.mkdir(exist_ok=True)
                target.write_text(text, encoding="utf-8")
        (folder / "utterances").mkdir()
        lines = {name: [f"{name} {number}" for number in range(pack_text.FEWEST_LINES)] for name in own.intents}
        stand_in = json.dumps({"hand": "stand_in", "examples": lines})
        (folder / "utterances" / "stand_in.yaml").write_text(stand_in, encoding="utf-8")
        yield folder


def load(root: Path, own: Pack, overlay: Overlay) -> Pack:
    """The pack with the account's files; what it shares with the shipped pack is held once. Raises PackInvalidError."""
    with laid_over(root, own, overlay) as folder:
        pack = packs.load(folder)
    check_taught(pack, own, overlay)
    return replace(pack, text=own.text, mood=own.mood, fingerprint=fingerprint_of(own, overlay))


def check_taught(pack: Pack, own: Pack, overlay: Overlay) -> None:
    """Refuse other intents or lines than the shipped ones: those are taught elsewhere."""
    changed = next((path for path in overlay if path.startswith("intents/")), None)
    if changed is None:
        return
    lines = {name: intent.examples for name, intent in pack.intents.items()}
    if lines != {name: intent.examples for name, intent in own.intents.items()}:
        problem = "the lines of an intent are taught under Understanding, and intents come with the pack"
        raise PackInvalidError(changed, 1, problem, "leave the names and examples as they were")


def fingerprint_of(own: Pack, overlay: Overlay) -> str:
    """A name of the whole: it changes with any byte of the shipped files and of the account's."""
    digest = hashlib.sha256(own.fingerprint.encode())
    for path, text in sorted(overlay.items()):
        digest.update(json.dumps([path, text]).encode())
    return digest.hexdigest()[:16]


def _link(source: Path, target: Path, opened: Collection[str]) -> None:
    """A folder whose entries lead to another's; those that are opened are folders whose files do."""
    target.mkdir()
    for entry in source.iterdir():
        if entry.name in _TAUGHT:
            continue
        if entry.name in opened and entry.is_dir():
            _link(entry, target / entry.name, ())
        else:
            (target / entry.name).symlink_to(entry.resolve())
