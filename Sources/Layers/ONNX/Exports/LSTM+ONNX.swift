import Tensors

extension LSTM: ONNXExportable {
    /// What all layers remember between two steps, as values of a graph.
    public struct ExportedState: Sendable {
        /// h of each layer, [L, B, H].
        public var hidden: ONNXValue
        /// c of each layer, [L, B, H].
        public var cells: ONNXValue

        /// A state of the given parts.
        public init(hidden: ONNXValue, cells: ONNXValue) {
            self.hidden = hidden
            self.cells = cells
        }
    }

    /// The last layer's state after the last step, [B, H], for sequences x [B, T, I] of one step or more: one `LSTM`
    /// (opset 14) for each layer.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        export(x, mask: nil, to: &graph)
    }

    /// The last layer's state after the last step, [B, H], for sequences x [B, T, I].
    ///
    /// ONNX's operator knows lengths, not masks, and a masked step leaves the state as it was wherever it stands. So the
    /// present steps of each sequence are moved to its beginning, in their order, and the operator is given how many
    /// there are: exact for every mask, with padding in front, behind or between.
    ///
    /// - Parameters:
    ///   - state: what the layers remember before the first step; zeros if nil.
    ///   - mask: [B, T] of `float`, 0 for padding; absent, all are steps.
    public func export(
        _ x: ONNXValue, from state: ExportedState? = nil, mask: ONNXValue?, to graph: inout ONNXGraph
    ) -> ONNXValue {
        let run = ExportedRun(self, over: x, from: state, mask: mask, in: &graph)
        return graph.node("Squeeze", run.hidden[layers.count - 1], graph.constant([0]))
    }

    /// The last layer's state after each step, [B, T, H], for sequences x [B, T, I]; a masked step repeats the state before
    /// it. Parameters are those of ``export(_:from:mask:to:)``.
    public func exportStates(
        _ x: ONNXValue, from state: ExportedState? = nil, mask: ONNXValue? = nil, to graph: inout ONNXGraph
    ) -> ONNXValue {
        ExportedRun(self, over: x, from: state, mask: mask, in: &graph).statesOfAllSteps(in: &graph)
    }

    /// The last layer's state after each step, [B, T, H], and what all layers remember after the last one. Parameters are
    /// those of ``export(_:from:mask:to:)``.
    public func exportRun(
        _ x: ONNXValue, from state: ExportedState? = nil, mask: ONNXValue? = nil, to graph: inout ONNXGraph
    ) -> (states: ONNXValue, final: ExportedState) {
        let run = ExportedRun(self, over: x, from: state, mask: mask, in: &graph)
        let hidden = graph.nodes("Concat", run.hidden, results: 1, attributes: ["axis": 0])[0]
        let cells = graph.nodes("Concat", run.cells, results: 1, attributes: ["axis": 0])[0]
        return (run.statesOfAllSteps(in: &graph), ExportedState(hidden: hidden, cells: cells))
    }
}

/// All layers of an LSTM in a graph.
private struct ExportedRun {
    /// The last layer's states after each present step, [T, B, H].
    private let states: ONNXValue
    /// The last layer's state before the first step, [1, B, H]; zeros if nil.
    private let initial: ONNXValue?
    private let present: ExportedSteps?
    /// h of each layer after the last step, [1, B, H].
    let hidden: [ONNXValue]
    /// c of each layer after the last step, [1, B, H].
    let cells: [ONNXValue]

    init(
        _ lstm: LSTM, over x: ONNXValue, from state: LSTM.ExportedState?, mask: ONNXValue?, in graph: inout ONNXGraph
    ) {
        let present = mask.map { ExportedSteps($0, in: &graph) }
        var input = graph.node(
            "Transpose", present?.gather(x, in: &graph) ?? x, attributes: ["perm": [1, 0, 2]])
        var (hidden, cells, initial): ([ONNXValue], [ONNXValue], ONNXValue?) = ([], [], nil)
        for (place, layer) in lstm.layers.enumerated() {
            graph.scope("layer\(place)") { graph in
                let start = state.map { state in
                    [state.hidden, state.cells].map {
                        graph.node(
                            "Slice", $0, graph.constant([place]), graph.constant([place + 1]), graph.constant([0]))
                    }
                }
                let results = layer.export(input, from: start, lengths: present?.count, to: &graph)
                input = graph.node("Squeeze", results[0], graph.constant([1]))
                hidden.append(present?.kept(start?[0], or: results[1], in: &graph) ?? results[1])
                cells.append(present?.kept(start?[1], or: results[2], in: &graph) ?? results[2])
                initial = start?[0]
            }
        }
        (states, self.present, self.initial, self.hidden, self.cells) = (input, present, initial, hidden, cells)
    }

    /// The last layer's states, [B, T, H].
    func statesOfAllSteps(in graph: inout ONNXGraph) -> ONNXValue {
        guard let present else { return graph.node("Transpose", states, attributes: ["perm": [1, 0, 2]]) }
        // A state of zeros: `Pad` (opset 13).
        let behindFirst =
            initial.map { graph.node("Concat", $0, states, attributes: ["axis": 0]) }
            ?? graph.node("Pad", states, graph.constant([1, 0, 0, 0, 0, 0]))
        return present.spread(graph.node("Transpose", behindFirst, attributes: ["perm": [1, 0, 2]]), in: &graph)
    }
}

extension LSTM.Layer {
    /// The states, [T, 1, B, H], and h and c after the last step, [1, B, H], for time-major x [T, B, I].
    ///
    /// - Parameter start: h and c before the first step, [1, B, H]; zeros if nil.
    fileprivate func export(
        _ x: ONNXValue, from start: [ONNXValue]?, lengths: ONNXValue?, to graph: inout ONNXGraph
    ) -> [ONNXValue] {
        let weights = [
            graph.constant(Self.reordered(inputWeight), named: "inputWeight"),
            graph.constant(Self.reordered(recurrentWeight), named: "recurrentWeight"),
            graph.constant(biases, named: "bias"),
        ]
        return graph.nodes(
            "LSTM", [x] + weights + [lengths] + (start ?? []), results: 3, attributes: ["hidden_size": .integer(hidden)]
        )
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
