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

    /// Forward, step by step.
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
        var doubled = layer.bias.scalars
        doubled.withMutableSpan { LSTMCell.doubleCandidates(of: &$0, hidden: layer.hidden) }
        let walk = LSTMWalk(
            size: size, inputWeight: layer.packed.input(layer.inputWeight),
            recurrentWeight: layer.packed.recurrent(layer.recurrentWeight), bias: doubled,
            start: start?.states, present: present)
        var states = [Float](repeating: 0, count: size.steps * size.state)
        var cells = start?.cells ?? [Float](repeating: 0, count: size.state)
        if isRecorded {
            record = walk.record(x.span, states: &states, cells: &cells)
        } else {
            walk.run(x.span, states: &states, cells: &cells)
        }
        self.states = states
        lastCells = cells
    }
}
