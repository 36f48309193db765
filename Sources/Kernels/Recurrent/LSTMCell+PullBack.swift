extension LSTMCell {
    /// The way back through ``step(gates:cells:squashed:states:present:hidden:)``:
    ///
    ///     δc ← δc + δh o (1 - tanh² c)
    ///     δaᵢ = δc g i (1 - i)        δa_f = δc c' f (1 - f)
    ///     δa_g = δc i (1 - g²)        δaₒ = δh tanh c o (1 - o)
    ///     δc ← δc f
    ///
    /// - Parameters:
    ///   - gates: the activated gates [B, 4 H].
    ///   - previousCells: c' [B, H], the cells before the step.
    ///   - squashed: tanh c [B, H].
    ///   - byState: δh [B, H]. A row that moved is cleared, because its state reaches the one before only through the
    ///     gates; a row that was kept stays, because it is the state before.
    ///   - byCell: δc [B, H] by the cells after the step, replaced by that by the cells before it.
    ///   - byGates: receives δa [B, 4 H]; it must be zero before, and stays so in rows that were kept.
    public static func pullBack(
        gates: Span<Float>, previousCells: Span<Float>, squashed: Span<Float>, byState: inout MutableSpan<Float>,
        byCell: inout MutableSpan<Float>, byGates: inout MutableSpan<Float>, present: Span<Float>?, hidden: Int
    ) {
        let batch = byCell.count / hidden
        precondition(
            gates.count == 4 * byCell.count && byGates.count == gates.count && byState.count == byCell.count
                && previousCells.count == byCell.count && squashed.count == byCell.count,
            "\(gates.count) gates, \(byCell.count) cells, \(byState.count) states")
        for row in 0..<batch {
            if let present, present[row] == 0 { continue }
            let own = row * hidden..<(row + 1) * hidden
            var byOwnState = byState._mutatingExtracting(own)
            var byOwnCell = byCell._mutatingExtracting(own)
            var byOwnGates = byGates._mutatingExtracting(row * 4 * hidden..<(row + 1) * 4 * hidden)
            pullBackRow(
                gates: gates.extracting(row * 4 * hidden..<(row + 1) * 4 * hidden),
                previousCells: previousCells.extracting(own), squashed: squashed.extracting(own),
                byState: &byOwnState, byCell: &byOwnCell, byGates: &byOwnGates, hidden: hidden)
        }
    }

    private static func pullBackRow(
        gates: Span<Float>, previousCells: Span<Float>, squashed: Span<Float>, byState: inout MutableSpan<Float>,
        byCell: inout MutableSpan<Float>, byGates: inout MutableSpan<Float>, hidden: Int
    ) {
        let (i, f) = (gates.extracting(0..<hidden), gates.extracting(hidden..<2 * hidden))
        let (g, o) = (gates.extracting(2 * hidden..<3 * hidden), gates.extracting(3 * hidden..<4 * hidden))
        var byOutput = byGates._mutatingExtracting(3 * hidden..<4 * hidden)
        for j in 0..<hidden { byOutput[j] = byState[j] * squashed[j] * o[j] * (1 - o[j]) }
        for j in 0..<hidden { byCell[j] += byState[j] * o[j] * (1 - squashed[j] * squashed[j]) }
        Elementwise.update(&byState) { _ in 0 }
        var byInput = byGates._mutatingExtracting(0..<hidden)
        for j in 0..<hidden { byInput[j] = byCell[j] * g[j] * i[j] * (1 - i[j]) }
        var byCandidate = byGates._mutatingExtracting(2 * hidden..<3 * hidden)
        for j in 0..<hidden { byCandidate[j] = byCell[j] * i[j] * (1 - g[j] * g[j]) }
        var byForget = byGates._mutatingExtracting(hidden..<2 * hidden)
        for j in 0..<hidden { byForget[j] = byCell[j] * previousCells[j] * f[j] * (1 - f[j]) }
        Elementwise.update(&byCell, with: f) { $0 * $1 }
    }
}
