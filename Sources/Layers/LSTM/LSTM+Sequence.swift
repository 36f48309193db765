import Kernels
import Tensors

extension LSTM.Layer {
    /// The states after each step, [T, B, H], of sequences x [T, B, I] from the state zero: one primitive.
    ///
    /// - Parameter present: [T, B]; a row keeps its state in a step where it is 0.
    func states(_ x: Tensor, present: [Float]?) -> Tensor {
        let size = LSTMSize(steps: x.shape[0], batch: x.shape[1], inputs: inputs, hidden: hidden)
        let shape: Shape = [size.steps, size.batch, hidden]
        let isTracked = x.isTracked || inputWeight.isTracked || recurrentWeight.isTracked || bias.isTracked
        let run = LSTMRun(over: x.scalars, self, present: present, size: size, isRecorded: isTracked)
        guard isTracked else { return Tensor(run.states, shape: shape) }
        let inputs = [x, inputWeight, recurrentWeight, bias]
        return Tensor(run.states, shape: shape, inputs: inputs) { upstream, adjoints in
            run.pullBack(upstream, x, self, &adjoints)
        }
    }
}

/// One layer's way through a whole sequence, with what its way back needs. All arrays are time-major.
private struct LSTMRun: Sendable {
    private let size: LSTMSize
    /// [T, B], or nil if no step is masked.
    private let present: [Float]?
    /// Whether there will be a way back.
    private let isRecorded: Bool
    /// The states after each step: [T, B, H].
    private(set) var states: [Float]
    /// The activated gates i, f, g, o: [T, B, 4 H].
    private var gates: [Float]
    /// The cells before each step, [T, B, H]; empty if not recorded.
    private var cells: [Float]
    /// tanh of the cells after each step, [T, B, H]; of the last step only if not recorded.
    private var squashed: [Float]

    /// Forward: the inputs of all steps in one product, then step by step.
    init(over x: [Float], _ layer: LSTM.Layer, present: [Float]?, size: LSTMSize, isRecorded: Bool) {
        self.size = size
        self.present = present
        self.isRecorded = isRecorded
        gates = Rows.repeated(layer.bias.scalars, count: size.steps * size.batch)
        gates.withMutableSpan { gates in
            BLAS.addProduct(
                x.span, size.allInputs, layer.inputWeight.scalars.span, size.inputWeight.transposed, into: &gates,
                size.gates(steps: size.steps))
        }
        let recorded = isRecorded ? size.steps * size.state : 0
        states = [Float](repeating: 0, count: size.steps * size.state)
        cells = [Float](repeating: 0, count: recorded)
        squashed = [Float](repeating: 0, count: isRecorded ? recorded : size.state)
        var state = [Float](repeating: 0, count: size.state)
        var cell = state
        let recurrent = RecurrentWeight(layer.recurrentWeight.scalars, size)
        for step in 0..<size.steps {
            let place = size.states(of: step)
            if isRecorded { cells.withMutableSpan { Elementwise.copy(cell.span, into: &$0, range: place) } }
            Self.advance(
                step, size, &gates, &squashed, squashedPlace: size.states(of: isRecorded ? step : 0), &state, &cell,
                recurrent, present: present)
            states.withMutableSpan { Elementwise.copy(state.span, into: &$0, range: place) }
        }
    }

    /// One step: the recurrent product, then the cell.
    private static func advance(
        _ step: Int, _ size: LSTMSize, _ gates: inout [Float], _ squashed: inout [Float], squashedPlace: Range<Int>,
        _ state: inout [Float], _ cell: inout [Float], _ recurrent: RecurrentWeight, present: [Float]?
    ) {
        var allGates = gates.mutableSpan
        var gates = allGates._mutatingExtracting(size.gates(of: step))
        if step > 0 {
            BLAS.addProduct(
                state.span, size.states(steps: 1), recurrent.elements.span, recurrent.layout, into: &gates,
                size.gates(steps: 1))
        }
        var allSquashed = squashed.mutableSpan
        var squashed = allSquashed._mutatingExtracting(squashedPlace)
        var states = state.mutableSpan
        var cells = cell.mutableSpan
        LSTMCell.step(
            gates: &gates, cells: &cells, squashed: &squashed, states: &states,
            present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
    }
}

extension LSTMRun {
    /// Backward: step by step from the last to the first, then the weights of all steps in one product each.
    func pullBack(_ upstream: [Float], _ x: Tensor, _ layer: LSTM.Layer, _ adjoints: inout Adjoints) {
        var byGates = [Float](repeating: 0, count: 4 * size.steps * size.state)
        var byState = [Float](repeating: 0, count: size.state)
        var byCell = byState
        for step in (0..<size.steps).reversed() {
            byState.withMutableSpan { BLAS.add(upstream.span.extracting(size.states(of: step)), into: &$0) }
            retreat(step, &byState, &byCell, &byGates, layer.recurrentWeight.scalars)
        }
        let (g, all) = (byGates.span, size.gates(steps: size.steps))
        adjoints.accumulate(into: x) {
            BLAS.addProduct(g, all, layer.inputWeight.scalars.span, size.inputWeight, into: &$0, size.allInputs)
        }
        adjoints.accumulate(into: layer.inputWeight) {
            BLAS.addProduct(g, all.transposed, x.scalars.span, size.allInputs, into: &$0, size.inputWeight)
        }
        adjoints.accumulate(into: layer.recurrentWeight) {
            // The state before the first step is zero: each later step meets the states of the one before.
            let later = max(size.steps - 1, 0)
            BLAS.addProduct(
                g.extracting(g.count - 4 * later * size.state..<g.count), size.gates(steps: later).transposed,
                states.span, size.states(steps: later), into: &$0, size.recurrentWeight)
        }
        adjoints.accumulate(into: layer.bias) { Rows.addSum(g, into: &$0) }
    }

    /// Turns the gradients by state and cell after `step` into those before it, and fills the step's part of `byGates`.
    private func retreat(
        _ step: Int, _ byState: inout [Float], _ byCell: inout [Float], _ byGates: inout [Float], _ weight: [Float]
    ) {
        var allByGates = byGates.mutableSpan
        var byGates = allByGates._mutatingExtracting(size.gates(of: step))
        var state = byState.mutableSpan
        var cell = byCell.mutableSpan
        LSTMCell.pullBack(
            gates: gates.span.extracting(size.gates(of: step)),
            previousCells: cells.span.extracting(size.states(of: step)),
            squashed: squashed.span.extracting(size.states(of: step)), byState: &state, byCell: &cell,
            byGates: &byGates, present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
        if step > 0 {
            BLAS.addProduct(
                byGates.span, size.gates(steps: 1), weight.span, size.recurrentWeight, into: &state,
                size.states(steps: 1))
        }
    }
}

/// Rᵀ [H, 4 H], as the forward products of all steps take it.
private struct RecurrentWeight {
    let elements: [Float]
    let layout: MatrixLayout

    /// A product with a stored transpose costs OpenBLAS a third less at every step, which pays for the copy unless there
    /// is one row only.
    init(_ weight: [Float], _ size: LSTMSize) {
        let isCopied = size.batch > 1
        elements = isCopied ? Rows.transposed(weight, width: size.hidden) : weight
        layout =
            isCopied
            ? MatrixLayout(rows: size.hidden, columns: 4 * size.hidden) : size.recurrentWeight.transposed
    }
}
