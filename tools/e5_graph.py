"""Builds src/kaitak/nlu/e5_graph.onnx: the second encoder's forward pass for one text, without any of its weights.

Run `.venv/bin/python -m tools.e5_graph` on a developer's machine after changing anything here; commit the file.
The weights are named and shaped as `kaitak.nlu.e5_files` gives them, from the optional package's data file.
"""

from __future__ import annotations

from typing import Any

import onnx
from onnx import TensorProto, helper

from kaitak.nlu import e5_files
from kaitak.nlu.e5_files import HEADS, INNER, LAYERS, WIDTH

OPSET = 18
IR_VERSION = 9
EPSILON = 1e-12
RUNTIME = "com.microsoft"


class _Graph:
    """Nodes and the weights' names and shapes, as they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, shape: tuple[int, ...], kind: int = TensorProto.FLOAT) -> str:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", "e5"
        self.weights.append(tensor)
        return name

    def add(self, kind: str, *inputs: str, outs: int = 1, domain: str = "", **attributes: Any) -> list[str]:
        names = [f"node_{len(self.nodes)}_{place}" for place in range(outs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def norm(self, x: str, name: str) -> str:
        gain, bias = (self.weight(f"{name}.{part}", (WIDTH,)) for part in ("gain", "bias"))
        return self.add("LayerNormalization", x, gain, bias, axis=-1, epsilon=EPSILON)[0]

    def product(self, x: str, name: str, shape: tuple[int, int]) -> str:
        """Rows brought to 8 bits as they come, times the weights, plus bias."""
        parts = (
            self.weight(f"{name}.weight", shape, TensorProto.INT8),
            self.weight(f"{name}.scale", shape[1:]),
            self.weight(f"{name}.zero", shape[1:], TensorProto.INT8),
            self.weight(f"{name}.bias", shape[1:]),
        )
        return self.add("DynamicQuantizeMatMul", x, *parts, domain=RUNTIME)[0]

    def layer(self, x: str, number: int) -> str:
        """Attention and the two dense products, each added to what came in and brought to one length."""
        parts = self.add("Split", self.product(x, f"{number}.qkv", (WIDTH, 3 * WIDTH)), outs=3, axis=-1, num_outputs=3)
        (seen,) = self.add("MultiHeadAttention", *parts, domain=RUNTIME, num_heads=HEADS)
        seen = self.product(seen, f"{number}.ao", (WIDTH, WIDTH))
        x = self.norm(self.add("Add", x, seen)[0], f"{number}.aln")
        (inner,) = self.add("Gelu", self.product(x, f"{number}.fi", (WIDTH, INNER)), domain=RUNTIME)
        outer = self.product(inner, f"{number}.fo", (INNER, WIDTH))
        return self.norm(self.add("Add", x, outer)[0], f"{number}.oln")


def build() -> onnx.ModelProto:
    """Token rows to the mean of what the last layer makes of them."""
    graph = _Graph()
    x = graph.norm("rows", "first")
    for number in range(LAYERS):
        x = graph.layer(x, number)
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    graph.nodes.append(helper.make_node("ReduceMean", [x, "axes"], ["mean"], keepdims=0))
    inputs = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "tokens", WIDTH])]
    outputs = [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, WIDTH])]
    made = helper.make_graph(graph.nodes, "e5", inputs, outputs, [*graph.weights, axes])
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="kaitak")


if __name__ == "__main__":
    e5_files.GRAPH.write_bytes(build().SerializeToString())
