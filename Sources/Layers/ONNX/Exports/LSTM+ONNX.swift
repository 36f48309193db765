import Tensors

extension LSTM: ONNXExportable {
    /// The last layer's state after the last step, [B, H], for sequences x [B, T, I] of one step or more: one `LSTM`
    /// (opset 14) for each layer.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        export(x, mask: nil, to: &graph)
    }

    /// The last layer's state after the last step, [B, H], for sequences x [B, T, I] under a mask [B, T] of `float`.
    ///
    /// ONNX's operator knows lengths, not masks, and a masked step leaves the state as it was wherever it stands. So the
    /// present steps of each sequence are moved to its beginning, in their order, and the operator is given how many
    /// there are: exact for every mask, with padding in front, behind or between.
    public func export(_ x: ONNXValue, mask: ONNXValue?, to graph: inout ONNXGraph) -> ONNXValue {
        let present = mask.map { PresentSteps($0, in: &graph) }
        let last = run(x, present, in: &graph).lastState
        return graph.node("Squeeze", last, graph.constant([0]))
    }

    /// The last layer's state after each step, [B, T, H], for sequences x [B, T, I], under a mask [B, T] of `float` if
    /// one is given; a masked step repeats the state before it.
    public func exportStates(_ x: ONNXValue, mask: ONNXValue? = nil, to graph: inout ONNXGraph) -> ONNXValue {
        let present = mask.map { PresentSteps($0, in: &graph) }
        let states = graph.node("Transpose", run(x, present, in: &graph).states, attributes: ["perm": [1, 0, 2]])
        return present?.spread(states, in: &graph) ?? states
    }

    /// All layers: the last one's states, [T, B, H], and its last state, [1, B, H].
    private func run(
        _ x: ONNXValue, _ present: PresentSteps?, in graph: inout ONNXGraph
    ) -> (states: ONNXValue, lastState: ONNXValue) {
        let gathered = present?.gather(x, in: &graph) ?? x
        var result = (states: graph.node("Transpose", gathered, attributes: ["perm": [1, 0, 2]]), lastState: x)
        for (place, layer) in layers.enumerated() {
            result = graph.scope("layer\(place)") { layer.export(result.states, lengths: present?.count, to: &$0) }
        }
        return result
    }
}

extension LSTM.Layer {
    /// The states, [T, B, H], and the last of each sequence, [1, B, H], for time-major x [T, B, I].
    fileprivate func export(
        _ x: ONNXValue, lengths: ONNXValue?, to graph: inout ONNXGraph
    ) -> (states: ONNXValue, lastState: ONNXValue) {
        let weights = [
            graph.constant(Self.reordered(inputWeight), named: "inputWeight"),
            graph.constant(Self.reordered(recurrentWeight), named: "recurrentWeight"),
            graph.constant(biases, named: "bias"),
        ]
        let results = graph.nodes(
            "LSTM", [x] + weights + [lengths], results: 2, attributes: ["hidden_size": .integer(hidden)])
        return (graph.node("Squeeze", results[0], graph.constant([1])), results[1])
    }

    /// The rows of the gates i, f, g, o in ONNX's order i, o, f, c, under an axis of one direction.
    private static func reordered(_ weight: Tensor) -> Tensor {
        let gate = weight.count / 4
        return Tensor(
            [0, 3, 1, 2].flatMap { weight.scalars[$0 * gate..<($0 + 1) * gate] }, shape: Shape([1] + weight.shape.axes))
    }

    /// ONNX adds a bias of the input and one of the state: ours, and zeros.
    private var biases: Tensor {
        Tensor(Self.reordered(bias).scalars + [Float](repeating: 0, count: bias.count), shape: [1, 2 * bias.count])
    }
}

/// Where the present steps of a mask are.
private struct PresentSteps {
    /// 1 where a step is present and else 0, [B, T].
    private let present: ONNXValue
    /// Places of the present steps, in their order, and then of the others: [B, T, 1].
    private let order: ONNXValue
    /// How many are present, [B], as the operator wants it.
    let count: ONNXValue

    /// `TopK` (opset 11) and `ReduceSum` (13).
    init(_ mask: ONNXValue, in graph: inout ONNXGraph) {
        present = graph.cast(ONNXMask(mask, in: &graph).isPresent, to: .int64)
        // A place of its own for each step, so that the order is not the runtime's choice: t, or t + T if it is absent.
        let steps = graph.length(ofAxis: 1, of: mask)
        let absent = graph.node("Mul", steps, graph.node("Sub", graph.constant(1), present))
        let keys = graph.node("Add", absent, graph.places(ofAxis: 1, of: mask))
        let sorted = graph.nodes("TopK", [keys, steps], results: 2, attributes: ["axis": 1, "largest": 0])
        order = graph.node("Unsqueeze", sorted[1], graph.constant([2]))
        let count = graph.node("ReduceSum", present, graph.constant([1]), attributes: ["keepdims": 0])
        self.count = graph.cast(count, to: .int32)
    }

    /// x [B, T, I] with the present steps in front: `GatherND` (opset 13).
    func gather(_ x: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        graph.node("GatherND", x, order, attributes: ["batch_dims": 1])
    }

    /// The states [B, T, H] of the present steps at all steps: behind a state of zeros, step t takes that of the last
    /// present step up to t. `Pad` (opset 13) and `CumSum` (14).
    func spread(_ states: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        let padded = graph.node("Pad", states, graph.constant([0, 1, 0, 0, 0, 0]))
        let last = graph.node("CumSum", present, graph.constant(1))
        return graph.node(
            "GatherND", padded, graph.node("Unsqueeze", last, graph.constant([2])), attributes: ["batch_dims": 1])
    }
}
