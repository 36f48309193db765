import Kernels
import Tensors

/// One layer's way through a whole sequence, with what its way back needs. All arrays are time-major.
struct LSTMRun: Sendable {
    let size: LSTMSize
    /// [T, B], or nil if no step is masked.
    let present: [Float]?
    /// The states after each step: [T, B, H].
    private(set) var states: [Float]
    /// The cells after the last step: [B, H].
    private(set) var lastCells: [Float]
    /// What the way back needs; nil if there will be none.
    private(set) var record: Record?

    /// What happened in each step.
    struct Record: Sendable {
        /// The activated gates i, f, g, o: [T, B, 4 H].
        var gates: [Float]
        /// The cells before each step: [T, B, H].
        var cells: [Float]
        /// tanh of the cells after each step: [T, B, H].
        var squashed: [Float]
    }

    /// Forward: the inputs of all steps in one product, then step by step.
    ///
    /// - Parameters:
    ///   - x: [T, B, I]
    ///   - start: the states and cells [B, H] before the first step; zeros if nil.
    init(
        over x: [Float], _ layer: LSTM.Layer, from start: (states: [Float], cells: [Float])?, present: [Float]?,
        size: LSTMSize, isRecorded: Bool
    ) {
        self.size = size
        self.present = present
        let walk = LSTMWalk(
            size: size, recurrentWeight: layer.packed.recurrent(layer.recurrentWeight), start: start?.states,
            present: present)
        var gates = Self.inputSums(x, layer, size)
        var states = [Float](repeating: 0, count: size.steps * size.state)
        var cells = start?.cells ?? [Float](repeating: 0, count: size.state)
        if isRecorded {
            var (before, squashed) = (states, states)
            walk.run(gates: &gates, states: &states, cells: &cells, before: &before, squashed: &squashed)
            record = Record(gates: gates, cells: before, squashed: squashed)
        } else {
            walk.run(sums: &gates, states: &states, cells: &cells)
        }
        self.states = states
        lastCells = cells
    }

    /// W x + b for all steps: [T, B, 4 H].
    private static func inputSums(_ x: [Float], _ layer: LSTM.Layer, _ size: LSTMSize) -> [Float] {
        var sums = Rows.repeated(layer.bias.scalars, count: size.steps * size.batch)
        // For few rows the product would cost more to transpose on the way than to do.
        let isPacked = size.steps * size.batch <= 64
        let weight = isPacked ? layer.packed.input(layer.inputWeight) : layer.inputWeight.scalars
        let layout =
            isPacked
            ? MatrixLayout(rows: size.inputs, columns: 4 * size.hidden) : size.inputWeight.transposed
        sums.withMutableSpan {
            BLAS.addProduct(x.span, size.allInputs, weight.span, layout, into: &$0, size.gates(steps: size.steps))
        }
        return sums
    }
}
