"""Owns the sentence encoder of the process: text to a vector of 512 numbers, on one thread, found and loaded once.

Where the optional package of a second encoder is installed, models of few lines read each text with both.
"""

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import sentencepiece
import threadpoolctl  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kaitak.nlu import e5_encoder, e5_files, encoder_files, encoder_forward, encoder_rewrites
from kaitak.nlu.e5_encoder import E5Encoder
from kaitak.nlu.encoder_forward import Backend

WIDTH: Final = encoder_files.WIDTH
POOLED: Final = encoder_files.POOLED
MAX_TOKENS: Final = 192
MAX_CHARACTERS: Final = 1200
NAME: Final = "use-multilingual-3/6bit/1"  # part of each model's version: change it with anything that moves vectors
_SHARDS: Final = encoder_files.SHARDS
Floats = NDArray[np.float32]

_lock = threading.Lock()
_cache: Path | None = None
_default: "Encoder | None" = None


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as read: its unit vector, the wider pooled features that this was made from, a second encoder's vector."""

    vector: Floats
    pooled: Floats
    second: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))


class Encoder:
    """Tokens by SentencePiece, their rows from the table, then the forward pass. Safe to share between threads."""

    def __init__(
        self, cache: Path | None = None, backend: Backend | None = None, second: Callable[[], E5Encoder] | None = None
    ) -> None:
        threadpoolctl.threadpool_limits(1, user_api="blas")
        data = encoder_files.find()
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(data.pieces))
        self._table = np.asarray(encoder_files.table(data, cache))  # a memory map slows each reading of its rows
        self._scale, self._shift = encoder_files.row_scales(data)
        self.backend, self._forward = encoder_forward.load(data, backend)
        self._second = None if second is None else functools.cache(second)  # two seconds of work: when first wanted

    def encode(self, text: str) -> Floats:
        """The unit vector of one text."""
        return self.read(text).vector

    def read(self, text: str) -> Encoded:
        """The vector and the pooled features of one text."""
        return Encoded(*self._forward(self._rows(text)))

    def read_with_both(self, text: str) -> Encoded:
        """The same, with the second encoder's vector where there is one."""
        first = self.read(text)
        return first if self._second is None else Encoded(first.vector, first.pooled, self._second().encode(text))

    def _rows(self, text: str) -> Floats:
        """The numbers of each of the text's tokens."""
        tokens = self._pieces.encode(encoder_rewrites.rewrite(text[:MAX_CHARACTERS]), add_bos=True, add_eos=True)
        ids = np.array(tokens[:MAX_TOKENS], dtype=np.int64)
        shards = ids % _SHARDS
        rows = self._table[ids].astype(np.float32)
        rows *= self._scale[shards, None]
        rows += self._shift[shards, None]
        return np.asarray(rows, dtype=np.float32)

    def encode_all(self, texts: Sequence[str]) -> Floats:
        """One row a text, each computed alone: a stored example gets the very vector that a question would get."""
        vectors = np.empty((len(texts), WIDTH), dtype=np.float32)
        for place, text in enumerate(texts):
            vectors[place] = self.encode(text)
        return vectors


def name(*, is_both: bool) -> str:
    """What a model is made with: the first encoder alone or, where the second is installed and wanted, both."""
    return f"{NAME}+{e5_encoder.NAME}" if is_both and e5_files.find() is not None else NAME


def prepare(cache: Path | None) -> None:
    """Say where the unpacked table is kept between runs; without this it is unpacked into memory."""
    global _cache  # noqa: PLW0603 - the one encoder of the process
    with _lock:
        _cache = cache


def default() -> Encoder:
    """The encoder of this process, loaded on first need."""
    global _default  # noqa: PLW0603 - the one encoder of the process
    if _default is None:
        with _lock:
            if _default is None:
                path = e5_files.find()
                _default = Encoder(_cache, second=None if path is None else functools.partial(e5_encoder.load, path))
    return _default


@contextmanager
def used(other: Encoder) -> Iterator[None]:
    """Have the process read with another encoder for the length of a block: to compare one with another."""
    global _default  # noqa: PLW0603 - the one encoder of the process
    before, _default = _default, other
    try:
        yield
    finally:
        _default = before
