import Kernels
import Tensors

extension LSTMRun {
    /// The tensors that a run was computed from.
    struct Inputs: Sendable {
        /// [T, B, I]
        let x: Tensor
        let layer: LSTM.Layer
        /// The states and cells [B, H] before the first step, unless they are zero.
        let start: (states: Tensor, cells: Tensor)?

        var all: [Tensor] {
            [x, layer.inputWeight, layer.recurrentWeight, layer.bias] + (start.map { [$0.states, $0.cells] } ?? [])
        }
    }

    /// Backward: step by step from the last to the first, then the weights of all steps in one product each.
    ///
    /// - Parameter upstream: the gradient by the states after each step [T, B, H] and, if they were asked for, by the
    ///   cells after the last one [B, H] behind them.
    func pullBack(_ upstream: [Float], _ record: Record, _ inputs: Inputs, _ adjoints: inout Adjoints) {
        var byGates = [Float](repeating: 0, count: 4 * size.steps * size.state)
        var byState = [Float](repeating: 0, count: size.state)
        let states = size.steps * size.state
        var byCell = upstream.count > states ? Array(upstream[states...]) : byState
        for step in (0..<size.steps).reversed() {
            byState.withMutableSpan { BLAS.add(upstream.span.extracting(size.states(of: step)), into: &$0) }
            retreat(
                step, record, &byState, &byCell, &byGates, inputs.layer.recurrentWeight.scalars,
                reachesState: step > 0 || inputs.start != nil)
        }
        addToWeights(byGates, inputs, &adjoints)
        if let start = inputs.start {
            adjoints.add(byState, to: start.states)
            adjoints.add(byCell, to: start.cells)
        }
    }

    private func addToWeights(_ byGates: [Float], _ inputs: Inputs, _ adjoints: inout Adjoints) {
        let (g, all, layer, x) = (byGates.span, size.gates(steps: size.steps), inputs.layer, inputs.x)
        adjoints.accumulate(into: x) {
            BLAS.addProduct(g, all, layer.inputWeight.scalars.span, size.inputWeight, into: &$0, size.allInputs)
        }
        adjoints.accumulate(into: layer.inputWeight) {
            BLAS.addProduct(g, all.transposed, x.scalars.span, size.allInputs, into: &$0, size.inputWeight)
        }
        adjoints.accumulate(into: layer.recurrentWeight) {
            // Each later step met the states of the one before.
            let later = max(size.steps - 1, 0)
            BLAS.addProduct(
                g.extracting(g.count - 4 * later * size.state..<g.count), size.gates(steps: later).transposed,
                states.span, size.states(steps: later), into: &$0, size.recurrentWeight)
            if size.steps > 0, let start = inputs.start {
                BLAS.addProduct(
                    g, size.gates(steps: 1).transposed, start.states.scalars.span, size.states(steps: 1), into: &$0,
                    size.recurrentWeight)
            }
        }
        adjoints.accumulate(into: layer.bias) { Rows.addSum(g, into: &$0) }
    }

    /// Turns the gradients by state and cell after `step` into those before it, and fills the step's part of `byGates`.
    private func retreat(
        _ step: Int, _ record: Record, _ byState: inout [Float], _ byCell: inout [Float], _ byGates: inout [Float],
        _ weight: [Float], reachesState: Bool
    ) {
        var allByGates = byGates.mutableSpan
        var byGates = allByGates._mutatingExtracting(size.gates(of: step))
        var state = byState.mutableSpan
        var cell = byCell.mutableSpan
        LSTMCell.pullBack(
            gates: record.gates.span.extracting(size.gates(of: step)),
            previousCells: record.cells.span.extracting(size.states(of: step)),
            squashed: record.squashed.span.extracting(size.states(of: step)), byState: &state, byCell: &cell,
            byGates: &byGates, present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
        if reachesState {
            BLAS.addProduct(
                byGates.span, size.gates(steps: 1), weight.span, size.recurrentWeight, into: &state,
                size.states(steps: 1))
        }
    }
}
