/// The elementwise half of one LSTM step over a batch; the matrix products are the caller's.
///
/// Arrays are row-major with one row for each sequence of the batch: states and cells [B, H], gates [B, 4 H] with the
/// gates i, f, g, o one behind the other in each row, as PyTorch has them.
public enum LSTMCell {
    /// One step forward, in place:
    ///
    ///     i = σ(aᵢ)   f = σ(a_f)   g = tanh a_g   o = σ(aₒ)
    ///     c ← f c + i g            h ← o tanh c
    ///
    /// Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000).
    ///
    /// - Parameters:
    ///   - gates: the sums a [B, 4 H], replaced by the activated gates.
    ///   - cells: c [B, H] before the step, replaced by c after it.
    ///   - squashed: receives tanh c [B, H].
    ///   - states: h [B, H] before the step, replaced by h after it.
    ///   - present: one element for each row; where it is 0 the row keeps its cell and state. All rows move if it is nil.
    public static func step(
        gates: inout MutableSpan<Float>, cells: inout MutableSpan<Float>, squashed: inout MutableSpan<Float>,
        states: inout MutableSpan<Float>, present: Span<Float>?, hidden: Int
    ) {
        let batch = cells.count / hidden
        precondition(
            gates.count == 4 * cells.count && squashed.count == cells.count && states.count == cells.count,
            "\(gates.count) gates, \(cells.count) cells, \(states.count) states")
        for row in 0..<batch {
            if let present, present[row] == 0 { continue }
            activate(&gates, row: row, hidden: hidden)
            let gates = gates.span.extracting(row * 4 * hidden..<(row + 1) * 4 * hidden)
            let (i, f) = (gates.extracting(0..<hidden), gates.extracting(hidden..<2 * hidden))
            let (g, o) = (gates.extracting(2 * hidden..<3 * hidden), gates.extracting(3 * hidden..<4 * hidden))
            let own = row * hidden..<(row + 1) * hidden
            var c = cells._mutatingExtracting(own)
            var s = squashed._mutatingExtracting(own)
            var h = states._mutatingExtracting(own)
            for j in 0..<hidden {
                let cell = f[j] * c[j] + i[j] * g[j]
                let squashedCell = hyperbolicTangent(cell)
                c[j] = cell
                s[j] = squashedCell
                h[j] = o[j] * squashedCell
            }
        }
    }

    private static func activate(_ gates: inout MutableSpan<Float>, row: Int, hidden: Int) {
        let start = row * 4 * hidden
        var inputAndForget = gates._mutatingExtracting(start..<start + 2 * hidden)
        Elementwise.update(&inputAndForget) { logistic($0) }
        var candidate = gates._mutatingExtracting(start + 2 * hidden..<start + 3 * hidden)
        Elementwise.update(&candidate) { hyperbolicTangent($0) }
        var output = gates._mutatingExtracting(start + 3 * hidden..<start + 4 * hidden)
        Elementwise.update(&output) { logistic($0) }
    }
}

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

    /// One loop for each gate: a loop that wrote all four parts of a row would keep its bounds checks.
    private static func pullBackRow(
        gates: Span<Float>, previousCells: Span<Float>, squashed: Span<Float>, byState: inout MutableSpan<Float>,
        byCell: inout MutableSpan<Float>, byGates: inout MutableSpan<Float>, hidden: Int
    ) {
        let (i, f) = (gates.extracting(0..<hidden), gates.extracting(hidden..<2 * hidden))
        let (g, o) = (gates.extracting(2 * hidden..<3 * hidden), gates.extracting(3 * hidden..<4 * hidden))
        var byOutput = byGates._mutatingExtracting(3 * hidden..<4 * hidden)
        for j in 0..<hidden {
            byCell[j] += byState[j] * o[j] * (1 - squashed[j] * squashed[j])
            byOutput[j] = byState[j] * squashed[j] * o[j] * (1 - o[j])
            byState[j] = 0
        }
        var byInput = byGates._mutatingExtracting(0..<hidden)
        for j in 0..<hidden { byInput[j] = byCell[j] * g[j] * i[j] * (1 - i[j]) }
        var byCandidate = byGates._mutatingExtracting(2 * hidden..<3 * hidden)
        for j in 0..<hidden { byCandidate[j] = byCell[j] * i[j] * (1 - g[j] * g[j]) }
        var byForget = byGates._mutatingExtracting(hidden..<2 * hidden)
        for j in 0..<hidden {
            byForget[j] = byCell[j] * previousCells[j] * f[j] * (1 - f[j])
            byCell[j] *= f[j]
        }
    }
}
