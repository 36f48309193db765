import Kernels

/// The steps of an LSTM layer, one by one, over views of arrays that hold all steps: nothing is allocated or counted on
/// the way.
struct LSTMWalk {
    let size: LSTMSize
    /// Rᵀ [H, 4 H]
    let recurrentWeight: [Float]
    /// The states [B, H] before the first step; zeros if nil.
    let start: [Float]?
    /// [T, B]; a row keeps its state and cell in a step where it is 0.
    let present: [Float]?

    /// All steps; `sums` [T, B, 4 H] are those of the inputs, `states` [T, B, H] are filled, and `cells` [B, H] move on.
    func run(sums: inout [Float], states: inout [Float], cells: inout [Float]) {
        var sums = sums.mutableSpan
        var states = states.mutableSpan
        var cells = cells.mutableSpan
        for step in 0..<size.steps {
            addProduct(into: &sums, states: states.span, step: step)
            advance(step, sums: sums.span, &cells, states: &states)
        }
    }

    /// The same with the sums replaced by the gates, the cells before each step put into `before` [T, B, H], and tanh of
    /// those after it into `squashed` [T, B, H].
    func run(
        gates: inout [Float], states: inout [Float], cells: inout [Float], before: inout [Float],
        squashed: inout [Float]
    ) {
        var gates = gates.mutableSpan
        var states = states.mutableSpan
        var cells = cells.mutableSpan
        var before = before.mutableSpan
        var squashed = squashed.mutableSpan
        for step in 0..<size.steps {
            addProduct(into: &gates, states: states.span, step: step)
            advance(step, &gates, &cells, before: &before, squashed: &squashed, states: &states)
        }
    }

    /// Adds R h for the states h before `step` to its sums.
    ///
    /// - Parameters:
    ///   - sums: [T, B, 4 H]
    ///   - states: the states after each step [T, B, H]; those before `step` are there already.
    private func addProduct(into sums: inout MutableSpan<Float>, states: Span<Float>, step: Int) {
        if step > 0 {
            addProduct(of: states.extracting(size.states(of: step - 1)), into: &sums, step: step)
        } else if let start {
            addProduct(of: start.span, into: &sums, step: step)
        }
    }

    private func addProduct(of states: Span<Float>, into sums: inout MutableSpan<Float>, step: Int) {
        var own = sums._mutatingExtracting(size.gates(of: step))
        BLAS.addProduct(
            states, size.states(steps: 1), recurrentWeight.span,
            MatrixLayout(rows: size.hidden, columns: 4 * size.hidden), into: &own, size.gates(steps: 1))
    }

    /// The cell's part of `step`.
    private func advance(
        _ step: Int, sums: Span<Float>, _ cells: inout MutableSpan<Float>, states: inout MutableSpan<Float>
    ) {
        keepMasked(step, &states)
        var own = states._mutatingExtracting(size.states(of: step))
        LSTMCell.step(
            sums: sums.extracting(size.gates(of: step)), cells: &cells, states: &own,
            present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
    }

    /// The cell's part of `step`, recorded: `gates`, `before` (the cells) and `squashed` are of all steps.
    private func advance(
        _ step: Int, _ gates: inout MutableSpan<Float>, _ cells: inout MutableSpan<Float>,
        before: inout MutableSpan<Float>, squashed: inout MutableSpan<Float>, states: inout MutableSpan<Float>
    ) {
        keepMasked(step, &states)
        Elementwise.copy(cells.span, into: &before, range: size.states(of: step))
        var ownGates = gates._mutatingExtracting(size.gates(of: step))
        var ownSquashed = squashed._mutatingExtracting(size.states(of: step))
        var own = states._mutatingExtracting(size.states(of: step))
        LSTMCell.step(
            gates: &ownGates, cells: &cells, squashed: &ownSquashed, states: &own,
            present: present?.span.extracting(size.rows(of: step)), hidden: size.hidden)
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
