"""Owns the optional second encoder, multilingual-e5-small: a text to a vector of 384 numbers, on one thread."""

import importlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from kaitak.nlu import e5_files
from kaitak.nlu.e5_files import DataFile

WIDTH: Final = e5_files.WIDTH
NAME: Final = (
    "e5-small/4bit/1"  # part of the versions of models that use it: change it with anything that moves vectors
)
MAX_TOKENS: Final = 128
MAX_CHARACTERS: Final = 800
PROMPT: Final = "query: "  # the model was taught with it
Floats = NDArray[np.float32]


class E5Encoder:
    """Tokens by SentencePiece, their rows from the package's file, then the graph. Safe to share between threads."""

    def __init__(self, data: DataFile) -> None:
        self._data = data
        self._pieces = sentencepiece.SentencePieceProcessor(model_proto=data.pieces())
        self._session = _session(data)

    def encode(self, text: str) -> Floats:
        """The unit vector of one text."""
        tokens = self._pieces.encode(PROMPT + text[:MAX_CHARACTERS])[: MAX_TOKENS - 2]
        ids = np.array([self._data.begin, *tokens, self._data.end], dtype=np.int64)
        (mean,) = self._session.run(None, {"rows": self._data.rows(ids)[None]})
        return np.asarray(mean[0] / max(float(np.linalg.norm(mean[0])), 1e-9), dtype=np.float32)


def load(path: Path) -> E5Encoder:
    """The encoder on the optional package's data file."""
    return E5Encoder(DataFile(path))


def _session(data: DataFile) -> Any:
    """The graph, which knows its weights by name and shape alone, with the file's."""
    runtime: Any = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    weights = dict(data.weights())
    values = [runtime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(each)) for each in weights.values()]
    options.add_external_initializers(list(weights), values)
    return runtime.InferenceSession(e5_files.GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])
