import Kernels

/// The steps of an LSTM layer, over views of arrays that hold all of them, in blocks: the inputs of a block's steps are one
/// product, whose sums are still in the processor's cache when the steps need them.
struct LSTMWalk {
    let size: LSTMSize
    /// Wᵀ [I, 4 H]
    let inputWeight: [Float]
    /// Rᵀ [H, 4 H]
    let recurrentWeight: [Float]
    /// [4 H]
    let bias: [Float]
    /// The states [B, H] before the first step; zeros if nil.
    let start: [Float]?
    /// [T, B]; a row keeps its state and cell in a step where it is 0.
    let present: [Float]?

    /// All steps over x [T, B, I]: `states` [T, B, H] are filled, and `cells` [B, H] move on.
    func run(_ x: Span<Float>, states: inout [Float], cells: inout [Float]) {
        var all = [Float](repeating: 0, count: 4 * size.stepsPerBlock * size.state)
        var sums = all.mutableSpan
        var states = states.mutableSpan
        var cells = cells.mutableSpan
        for place in 0..<size.blocks {
            let block = size.block(place)
            var own = sums._mutatingExtracting(0..<4 * block.count * size.state)
            startSums(x, block, into: &own)
            for step in block {
                var sums = own._mutatingExtracting(size.gates(of: step - block.lowerBound))
                addRecurrent(states.span, step, into: &sums)
                keepMasked(step, &states)
                var state = states._mutatingExtracting(size.states(of: step))
                LSTMCell.step(
                    sums: &sums, cells: &cells, states: &state,
                    present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
            }
        }
    }

    /// The same, with all that a way back needs.
    func record(_ x: Span<Float>, states: inout [Float], cells: inout [Float]) -> LSTMRun.Record {
        var gates: [Float] = []
        gates.reserveCapacity(4 * size.steps * size.state)
        var (before, squashed) = (states, states)
        var allStates = states.mutableSpan
        var allCells = cells.mutableSpan
        var allBefore = before.mutableSpan
        var allSquashed = squashed.mutableSpan
        let empty = [Float](repeating: 0, count: 4 * size.stepsPerBlock * size.state)
        for place in 0..<size.blocks {
            let block = size.block(place)
            // Not all at once: what is cleared here is still in the cache when it is filled.
            gates.append(contentsOf: empty[..<(4 * block.count * size.state)])
            var allGates = gates.mutableSpan
            var own = allGates._mutatingExtracting(size.gates(of: block))
            startSums(x, block, into: &own)
            for step in block {
                var sums = own._mutatingExtracting(size.gates(of: step - block.lowerBound))
                addRecurrent(allStates.span, step, into: &sums)
                keepMasked(step, &allStates)
                Elementwise.copy(allCells.span, into: &allBefore, range: size.states(of: step))
                var squashed = allSquashed._mutatingExtracting(size.states(of: step))
                var state = allStates._mutatingExtracting(size.states(of: step))
                LSTMCell.step(
                    gates: &sums, cells: &allCells, squashed: &squashed, states: &state,
                    present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
            }
        }
        return LSTMRun.Record(gates: gates, cells: before, squashed: squashed)
    }

    /// W x + b for the steps of `block`.
    private func startSums(_ x: Span<Float>, _ block: Range<Int>, into sums: inout MutableSpan<Float>) {
        Rows.fill(&sums, with: bias.span)
        BLAS.addProduct(
            x.extracting(size.inputs(of: block)), size.inputs(steps: block.count), inputWeight.span,
            size.inputWeightTranspose, into: &sums, size.gates(steps: block.count))
    }

    /// Adds R h to the sums of a step, for the states h before it.
    private func addRecurrent(_ states: Span<Float>, _ step: Int, into sums: inout MutableSpan<Float>) {
        if step > 0 {
            addRecurrent(of: states.extracting(size.states(of: step - 1)), into: &sums)
        } else if let start {
            addRecurrent(of: start.span, into: &sums)
        }
    }

    private func addRecurrent(of states: Span<Float>, into sums: inout MutableSpan<Float>) {
        BLAS.addProduct(
            states, size.states(steps: 1), recurrentWeight.span, size.recurrentWeightTranspose, into: &sums,
            size.gates(steps: 1))
    }

    /// Where rows may keep their state, the states after `step` begin as those before it.
    private func keepMasked(_ step: Int, _ states: inout MutableSpan<Float>) {
        guard present != nil else { return }
        let place = size.states(of: step)
        if step > 0 {
            for index in place { states[index] = states[index - size.state] }
        } else if let start {
            Elementwise.copy(start.span, into: &states, range: place)
        }
    }
}
