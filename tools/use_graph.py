"""Builds src/kaitak/nlu/use_graph.onnx: the encoder's forward pass for one text, int8, without the token table.

Run `.venv/bin/python -m tools.use_graph` on a developer's machine after changing anything here; commit the file.
7-bit weights (`reduce_range`) keep it exact on processors without VNNI, where u8 x s8 products may saturate.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

from kaitak.nlu import encoder_files
from kaitak.nlu.encoder_forward import ORDERS

OPSET = 17
IR_VERSION = 8


class _Graph:
    """Nodes and constants of the graph, as they are added."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def constant(self, name: str, values: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"node_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def norm(self, x: str, gain: str, bias: str) -> str:
        epsilon = float(self.weights["eps"])
        return self.add("LayerNormalization", x, self.weight(gain), self.weight(bias), axis=-1, epsilon=epsilon)

    def product(self, x: str, weight: str) -> str:
        return self.add("MatMul", x, self.weight(weight))

    def convolution(self, x: str, shape: tuple[int, int, int], step: str) -> str:
        """Neighbouring rows, n side by side, times the weight, plus bias, at least 0."""
        n, left, right = shape
        padded = self.add("Pad", x, self.constant(f"pad_{n}", np.array([left, 0, right, 0], dtype=np.int64)))
        parts = []
        for k in range(n):
            end = k - n + 1 if k < n - 1 else 2**31 - 1
            start = self.constant(f"from_{k}", np.array([k], dtype=np.int64))
            stop = self.constant(f"to_{n}_{k}", np.array([end], dtype=np.int64))
            parts.append(self.add("Slice", padded, start, stop, self.constant("axis_0", np.array([0], dtype=np.int64))))
        summed = self.product(self.add("Concat", *parts, axis=1), f"w{step}_{n}")
        return self.add("Relu", self.add("Add", summed, self.weight(f"b{step}_{n}")))


def build(weights: dict[str, NDArray[np.float32]]) -> Any:
    """The graph in float32: rows[R, 512] -> vector[1, 512], and pooled[1, 1280] before the head."""
    g = _Graph(weights)
    features = ["rows"]
    for n, left, right in ORDERS:
        x = g.add("Add", g.product("rows", f"proj{n}"), g.weight(f"proj_b{n}"))
        x = g.norm(x, f"ln_g{n}", f"ln_b{n}")
        for step in "12":
            x = g.add("Add", g.convolution(x, (n, left, right), step), x)
        features.append(x)
    joined = g.norm(g.add("Concat", *features, axis=1), "ln_g", "ln_b")
    pooled = _pooled(g, joined)
    hidden = g.add("Relu", g.product(pooled, "d0"))
    hidden = g.add("Relu", g.add("Add", g.product(hidden, "d1"), g.product(pooled, "p1")))
    wide = g.add("Relu", g.product(hidden, "d2"))
    flat = g.add("Tanh", g.add("Add", g.product(wide, "d3"), g.product(hidden, "p3")))
    g.add("LpNormalization", flat, out="vector", axis=-1, p=2)
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["R", encoder_files.WIDTH])
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, encoder_files.WIDTH])
    mean = helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [1, encoder_files.POOLED])
    graph = helper.make_graph(g.nodes, "use", [rows], [vector, mean], list(g.constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def _pooled(g: _Graph, joined: str) -> str:
    """The rows' sum over the root of their number, projected; the bias counts once a row, so times that root."""
    first = g.constant("axis_0", np.array([0], dtype=np.int64))
    total = g.add("ReduceSum", joined, first, keepdims=1)
    shape = g.add("Shape", joined, start=0, end=1)
    number = g.add("Cast", shape, to=TensorProto.FLOAT)
    g.add("Div", total, number, out="pooled")
    root = g.add("Sqrt", number)
    projected = g.product(g.add("Div", total, root), "cnn_W")
    return g.add("Add", projected, g.add("Mul", g.weight("cnn_b"), root))


def main() -> None:
    """Build, quantise and write the graph."""
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser advises a step that this small graph does not need
    with np.load(encoder_files.find().weights, allow_pickle=False) as file:
        weights = {name: file[name] for name in file.files if not name.startswith("q")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "use.onnx"
        onnx.save(build(weights), whole)
        quantize_dynamic(whole, encoder_files.GRAPH, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    print(f"{encoder_files.GRAPH.name}: {encoder_files.GRAPH.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
