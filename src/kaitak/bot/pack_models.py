"""Owns the model of a pack: trained on first need, kept in a file named after the lines and the code it came from."""

import fcntl
import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

import kaitak.nlu
from kaitak.bot.packs import Pack
from kaitak.core import resources
from kaitak.nlu import cores, encoder, model, mood_model, mood_training, training
from kaitak.nlu.model import Floats, Model
from kaitak.nlu.mood_model import MoodModel

APART_FROM = 1_000  # lines; a smaller training is not worth a process of its own
Kept = TypeVar("Kept", Model, MoodModel)
# What the content of a model of intents, and of moods, hangs on; the rest of nlu reads messages beside it.
_READERS = (
    "acts", "clauses", "corpus", "encoder", "encoder_files", "encoder_forward", "encoder_rewrites", "ensemble",
    "features", "gloss", "model", "neighbours", "normalising", "numerals", "regression", "romanised", "spellings",
    "spoken", "views",
)  # fmt: skip
_INTENTS = (*_READERS, "e5_encoder", "e5_files", "training")
_MOODS = (*_READERS, "mood_cues", "mood_features", "mood_model", "mood_training", "mood_words")


def train(pack: Pack) -> Model:
    """Train the pack's model now."""
    return training.train(pack.examples(), pack.head.seed, pack.settings())


def load_or_train(pack: Pack, folder: Path) -> Model:
    """The pack's model: from the folder, from the one shared by all data folders, or trained and left there.

    A large pack is trained in a process of its own, whose memory (about a gigabyte) returns when it ends.
    """
    if len(pack.examples()) >= APART_FROM and not is_kept(pack, folder):
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_train_apart, args=(pack, folders_of(folder)), daemon=True)
        process.start()
        process.join()
    return load_or_train_in(pack, folders_of(folder))


def _train_apart(pack: Pack, folders: Sequence[Path]) -> None:
    """In a process made for it: with all cores."""
    encoder.prepare(next((each for each in reversed(folders) if _is_writable(each)), None))
    cores.take_all()
    load_or_train_in(pack, folders)


def is_kept(pack: Pack, folder: Path) -> bool:
    """Whether the pack's model needs no training."""
    return any((each / kept_names(pack)[0]).is_file() for each in folders_of(folder))


def kept_names(pack: Pack) -> list[str]:
    """The names of the files that a trained pack leaves: its model, how its lines were read, its mood model."""
    encoders = encoder.name(is_both=training.is_for_both([each.text for each in pack.examples()]))
    name = f"{pack.head.name}-{_content(pack)}-{_trainer(_INTENTS, encoders)}.npz"
    return [name, _readings_of(name), *([_mood_name(pack)] if pack.mood else [])]


def folders_of(folder: Path) -> list[Path]:
    """Where models may lie: this folder, then the one shared by all data folders."""
    shared = resources.shared_models_folder()
    return [folder] if shared is None else [folder, shared]


def load_or_train_in(pack: Pack, folders: Sequence[Path]) -> Model:
    """The model found in one of the folders, or trained and left in the last that can be written.

    Processes that start together wait for the first one's training instead of each doing it.
    """
    kept_in = next((each for each in reversed(folders) if _is_writable(each)), None)
    encoder.prepare(kept_in)
    name = kept_names(pack)[0]
    found = _load_or_make(folders, kept_in, name, model.load, lambda: _train_and_note(pack, kept_in, name))
    return replace(found, settings=pack.settings(), mood=_mood(pack, folders, kept_in))


def find_readings(pack: Pack, folder: Path) -> Floats | None:
    """How each of the pack's lines was read without its fold when its model was trained: a row a line, by label."""
    return find_readings_in(pack, folders_of(folder))


def find_readings_in(pack: Pack, folders: Sequence[Path]) -> Floats | None:
    """The same, from these folders."""
    name = kept_names(pack)[1]
    for path in (folder / name for folder in folders if (folder / name).is_file()):
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
        except (ValueError, OSError, EOFError):  # half written by a machine that lost its power, say
            continue
    return None


def _readings_of(name: str) -> str:
    return name.removesuffix(".npz") + "-readings.npy"


def _train_and_note(pack: Pack, kept_in: Path | None, name: str) -> Model:
    """Train, and leave beside the model what cross-validation said: the gate compares accounts' versions with it."""
    trained = training.train_and_judge(pack.examples(), pack.head.seed, pack.settings())
    if kept_in is not None:
        partial = kept_in / f"{_readings_of(name)}.{os.getpid()}.partial"
        with partial.open("wb") as file:
            np.save(file, trained.held_out.astype(np.float16))
        partial.replace(kept_in / _readings_of(name))
    return trained.model


def _mood(pack: Pack, folders: Sequence[Path], kept_in: Path | None) -> MoodModel | None:
    """The mood model of the pack's mood text, shared by packs of the same text; None where it has no such text."""
    if not pack.mood:
        return None
    name = _mood_name(pack)
    return _load_or_make(folders, kept_in, name, mood_model.load, lambda: mood_training.train(pack.mood))


def _mood_name(pack: Pack) -> str:
    return f"mood-{mood_training.fingerprint_of(pack.mood)}-{_trainer(_MOODS)}.npz"


def _load_or_make(
    folders: Sequence[Path], kept_in: Path | None, name: str, read: Callable[[Path], Kept], make: Callable[[], Kept]
) -> Kept:
    """What lies in one of the folders, or made and left in the one to keep it in."""
    found = _find(folders, name, read)
    if found is None and kept_in is not None:
        with _alone(kept_in / f"{name}.lock"):
            found = _find(folders, name, read)
            if found is None:
                found = make()
                found.save(kept_in / name)
    return make() if found is None else found


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _find(folders: Sequence[Path], name: str, read: Callable[[Path], Kept]) -> Kept | None:
    return next((found for folder in folders if (found := _read(folder / name, read)) is not None), None)


def _read(path: Path, read: Callable[[Path], Kept]) -> Kept | None:
    try:
        return read(path)
    except FileNotFoundError:
        return None
    except model.ModelUnreadableError:  # half written by a machine that lost its power, say
        return None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    path.unlink(missing_ok=True)


def _content(pack: Pack) -> str:
    """A short name of what the pack teaches; its wording and flows may change without a new training."""
    digest = hashlib.sha256(str(pack.head.seed).encode())
    for example in pack.examples():
        digest.update(f"{example.intent}\0{example.hand}\0{example.text}\0".encode())
    return digest.hexdigest()[:12]


@cache
def _trainer(modules: tuple[str, ...], encoders: str = "") -> str:
    """A short name of the code that trains and of what it reads with: a changed one must not find an old model."""
    digest = hashlib.sha256(encoders.encode())
    for name in modules:
        for folder in kaitak.nlu.__path__:
            path = Path(folder) / f"{name}.py"
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:8]
