"""Owns the encoder's forward pass: the int8 graph in onnxruntime, or the same sums in numpy where that is missing."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import encoder_files
from kaitak.nlu.encoder_files import DataFiles

Floats = NDArray[np.float32]
Forward = Callable[[Floats], tuple[Floats, Floats]]
Backend = Literal["onnxruntime", "numpy"]
ORDERS: Final = ((2, 0, 1), (3, 1, 1), (5, 2, 2))  # n, rows of context to the left, to the right


def load(data: DataFiles, backend: Backend | None = None) -> tuple[Backend, Forward]:
    """The forward pass wanted, or the fastest that this machine has.

    It turns token rows into one unit vector and the pooled features before the head.
    """
    if backend is None:
        backend = "onnxruntime" if importlib.util.find_spec("onnxruntime") else "numpy"
    return backend, _in_onnxruntime() if backend == "onnxruntime" else _in_numpy(data)


def _in_onnxruntime() -> Forward:
    runtime: Any = importlib.import_module("onnxruntime")  # missing on macOS x86-64: only loaded where it is there
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = runtime.InferenceSession(str(encoder_files.GRAPH), options, providers=["CPUExecutionProvider"])

    def forward(rows: Floats) -> tuple[Floats, Floats]:
        vector, pooled = session.run(None, {"rows": rows})
        return vector[0], pooled[0]

    return forward


def _in_numpy(data: DataFiles) -> Forward:
    with np.load(data.weights, allow_pickle=False) as file:
        weights = {name: file[name] for name in file.files if not name.startswith("q")}

    def forward(rows: Floats) -> tuple[Floats, Floats]:
        return run(weights, rows)

    return forward


def run(w: dict[str, Floats], rows: Floats) -> tuple[Floats, Floats]:
    """The whole pass in numpy, one text: three convolution branches, a pool, and a residual head."""
    features = [rows]
    for n, left, right in ORDERS:
        x = _norm(rows @ w[f"proj{n}"] + w[f"proj_b{n}"], w[f"ln_g{n}"], w[f"ln_b{n}"], w["eps"])
        for step in "12":
            x = x + _convolution(x, (n, left, right), w[f"w{step}_{n}"], w[f"b{step}_{n}"])
        features.append(x)
    joined = _norm(np.concatenate(features, axis=1), w["ln_g"], w["ln_b"], w["eps"])
    pooled = joined.mean(axis=0)
    projected = (pooled @ w["cnn_W"] + w["cnn_b"]) * np.float32(len(rows) ** 0.5)
    hidden = np.maximum(np.maximum(projected @ w["d0"], 0) @ w["d1"] + projected @ w["p1"], 0)
    vector = np.tanh(np.maximum(hidden @ w["d2"], 0) @ w["d3"] + hidden @ w["p3"])
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32), np.asarray(pooled, dtype=np.float32)


def _norm(x: Floats, gain: Floats, bias: Floats, epsilon: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    scale = np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(epsilon))
    return np.asarray(x / scale * gain + bias, dtype=np.float32)


def _convolution(x: Floats, shape: tuple[int, int, int], weight: Floats, bias: Floats) -> Floats:
    n, left, right = shape
    padded = np.pad(x, ((left, right), (0, 0)))
    windows = np.concatenate([padded[k : k + len(x)] for k in range(n)], axis=1)
    return np.asarray(np.maximum(windows @ weight + bias, 0), dtype=np.float32)
