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

        /// Whether a parameter has a part in any of them.
        var areTracked: Bool {
            x.isTracked || layer.inputWeight.isTracked || layer.recurrentWeight.isTracked || layer.bias.isTracked
                || start.map { $0.states.isTracked || $0.cells.isTracked } ?? false
        }

        var all: [Tensor] {
            [x, layer.inputWeight, layer.recurrentWeight, layer.bias] + (start.map { [$0.states, $0.cells] } ?? [])
        }
    }

    /// Backward: step by step from the last to the first, and for each block of steps the weights in one product each.
    ///
    /// - Parameter upstream: the gradient by the states after each step [T, B, H] and, if they were asked for, by the
    ///   cells after the last one [B, H] behind them.
    func pullBack(_ upstream: [Float], _ record: Record, _ inputs: Inputs, _ adjoints: inout Adjoints) {
        let count = size.steps * size.state
        var byState = [Float](repeating: 0, count: size.state)
        var byCell = upstream.count > count ? Array(upstream[count...]) : byState
        var byGates = [Float](repeating: 0, count: 4 * size.stepsPerBlock * size.state)
        for place in (0..<size.blocks).reversed() {
            let block = size.block(place)
            // Rows that were kept leave theirs as they are.
            if present != nil { byGates.withMutableSpan { Elementwise.update(&$0) { _ in 0 } } }
            for step in block.reversed() {
                byState.withMutableSpan { BLAS.add(upstream.span.extracting(size.states(of: step)), into: &$0) }
                retreat(
                    step, from: block, record, &byState, &byCell, &byGates, inputs.layer.recurrentWeight.scalars,
                    reachesState: step > 0 || inputs.start != nil)
            }
            addToInputs(byGates.span.extracting(0..<4 * block.count * size.state), block, inputs, &adjoints)
        }
        if let start = inputs.start {
            adjoints.add(byState, to: start.states)
            adjoints.add(byCell, to: start.cells)
        }
    }

    /// What the sums of a block of steps pass on: g is the gradient by them, [n, B, 4 H].
    private func addToInputs(_ g: Span<Float>, _ block: Range<Int>, _ inputs: Inputs, _ adjoints: inout Adjoints) {
        let (all, layer) = (size.gates(steps: block.count), inputs.layer)
        let x = inputs.x.scalars.span.extracting(size.inputs(of: block))
        adjoints.accumulate(into: inputs.x) { total in
            var own = total._mutatingExtracting(size.inputs(of: block))
            BLAS.addProduct(
                g, all, layer.inputWeight.scalars.span, size.inputWeight, into: &own, size.inputs(steps: block.count))
        }
        adjoints.accumulate(into: layer.inputWeight) {
            BLAS.addProduct(g, all.transposed, x, size.inputs(steps: block.count), into: &$0, size.inputWeight)
        }
        adjoints.accumulate(into: layer.recurrentWeight) { total in
            // Each step met the states of the one before, the first those of the start.
            let met = max(block.lowerBound, 1)..<max(block.upperBound, 1)
            let first = met.lowerBound - block.lowerBound
            BLAS.addProduct(
                g.extracting(4 * first * size.state..<g.count), size.gates(steps: met.count).transposed,
                states.span.extracting((met.lowerBound - 1) * size.state..<(met.upperBound - 1) * size.state),
                size.states(steps: met.count), into: &total, size.recurrentWeight)
            if first > 0, let start = inputs.start {
                BLAS.addProduct(
                    g, size.gates(steps: 1).transposed, start.states.scalars.span, size.states(steps: 1), into: &total,
                    size.recurrentWeight)
            }
        }
        adjoints.accumulate(into: layer.bias) { Rows.addSum(g, into: &$0) }
    }

    /// Turns the gradients by state and cell after `step` into those before it, and fills the step's part of `byGates`,
    /// which is that of its block.
    private func retreat(
        _ step: Int, from block: Range<Int>, _ record: Record, _ byState: inout [Float], _ byCell: inout [Float],
        _ byGates: inout [Float], _ weight: [Float], reachesState: Bool
    ) {
        var allByGates = byGates.mutableSpan
        var byGates = allByGates._mutatingExtracting(size.gates(of: step - block.lowerBound))
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
