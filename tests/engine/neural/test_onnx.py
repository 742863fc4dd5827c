import numpy as np

from engine.neural import runtime
from engine.neural.onnx import FLOAT, INT64, Graph


def test_a_network_computes_what_its_nodes_say() -> None:
    graph = Graph()
    values = graph.input("values", FLOAT, "rows", "columns")
    matrix = np.array([[1, 2], [3, 4], [5, -6]], np.float32)
    product = graph.add("MatMul", values, graph.constant(matrix))
    turned = graph.add("Transpose", product, perm=[1, 0])
    shift = graph.constant(np.array(-300, np.int64))
    moved = graph.add("Add", graph.add("Cast", turned, to=INT64), shift)
    normed = graph.add(
        "LayerNormalization", turned, graph.constant(np.ones(2, np.float32)), axis=-1, epsilon=1e-12
    )
    graph.output(moved, "moved", INT64, "columns", "rows")
    graph.output(normed, "normed", FLOAT, "columns", "rows")
    given = np.array([[1, 0, 2], [0, 1, 1]], np.float32)
    moved, normed = runtime.session(graph.model()).run(None, {"values": given})
    wanted = (given @ matrix).T
    np.testing.assert_array_equal(moved, wanted.astype(np.int64) - 300)
    centred = wanted - wanted.mean(1, keepdims=True)
    np.testing.assert_allclose(normed, centred / wanted.std(1, keepdims=True), atol=1e-5)


def test_the_parts_of_a_node_with_several_outputs_have_names() -> None:
    graph = Graph()
    values = graph.input("values", FLOAT, "n")
    low = graph.add("DynamicQuantizeLinear", values, outputs=3)
    graph.output(graph.add("DequantizeLinear", low, f"{low}.1", f"{low}.2"), "same", FLOAT, "n")
    given = np.array([-1, 0.5, 1, 254], np.float32)
    (same,) = runtime.session(graph.model()).run(None, {"values": given})
    np.testing.assert_allclose(same, given, atol=0.6)
