/// The elementwise half of one LSTM step over a batch; the matrix products are the caller's.
///
/// Arrays are row-major with one row for each sequence of the batch: states and cells [B, H], gates [B, 4 H] with the
/// gates i, f, g, o one behind the other in each row, as PyTorch has them.
///
///     i = σ(aᵢ)   f = σ(a_f)   g = tanh a_g   o = σ(aₒ)
///     c ← f c + i g            h ← o tanh c
///
/// A step is given the sums a with those of the candidate g doubled, 2 a_g: tanh a = 2 / (1 + e^-2a) - 1, so that one
/// exponential serves all four. Weights and bias are doubled for it once, by ``doubleCandidates(of:hidden:)``.
///
/// Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000).
///
/// Its loops are short and write one array each. One that wrote several would carry so many checks for overlap that it is
/// no longer compiled into vector instructions, and one with several functions in a row waits for each.
public enum LSTMCell {
    /// One step forward, in place, that remembers nothing. With e = e^-a of the sums as given, and e^-2c for c:
    ///
    ///     c ← (c (1 + eᵢ)(1 + e_g) + (1 - e_g)(1 + e_f)) / ((1 + eᵢ)(1 + e_f)(1 + e_g))
    ///     h ← (1 - e_c) / ((1 + eₒ)(1 + e_c))
    ///
    /// Two divisions instead of five; the results are those of the recorded step within 1e-6, relative where a cell is
    /// over 1.
    ///
    /// - Parameters:
    ///   - sums: the sums [B, 4 H]; what they hold afterwards is of no use.
    ///   - cells: c [B, H] before the step, replaced by c after it.
    ///   - states: h [B, H] before the step, replaced by h after it.
    ///   - present: one element for each row; where it is 0 the row keeps its cell and state. All rows move if it is nil.
    public static func step(
        sums: inout MutableSpan<Float>, cells: inout MutableSpan<Float>, states: inout MutableSpan<Float>,
        present: Span<Float>?, hidden: Int
    ) {
        let batch = cells.count / hidden
        precondition(
            sums.count == 4 * cells.count && states.count == cells.count,
            "\(sums.count) sums, \(cells.count) cells, \(states.count) states")
        if present == nil { Elementwise.update(&sums) { shutting($0) } }
        for row in 0..<batch {
            if let present {
                if present[row] == 0 { continue }
                takeExponentials(&sums, row: row, hidden: hidden)
            }
            let sums = sums.span.extracting(row * 4 * hidden..<(row + 1) * 4 * hidden)
            let (i, f) = (sums.extracting(0..<hidden), sums.extracting(hidden..<2 * hidden))
            let (g, o) = (sums.extracting(2 * hidden..<3 * hidden), sums.extracting(3 * hidden..<4 * hidden))
            let own = row * hidden..<(row + 1) * hidden
            var c = cells._mutatingExtracting(own)
            for j in 0..<hidden {
                let (entering, kept) = ((1 + i[j]) * (1 + g[j]), 1 + f[j])
                c[j] = (c[j] * entering + (1 - g[j]) * kept) / (entering * kept)
            }
            var h = states._mutatingExtracting(own)
            Elementwise.map(c.span, into: &h) { doublyShutting($0) }
            Elementwise.update(&h, with: o) { (1 - $0) / ((1 + $0) * (1 + $1)) }
        }
    }

    /// One step forward, in place, that keeps what its way back needs.
    ///
    /// - Parameters:
    ///   - gates: the sums [B, 4 H], replaced by the gates.
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
        if present == nil { Elementwise.update(&gates) { shutting($0) } }
        for row in 0..<batch {
            if let present {
                if present[row] == 0 { continue }
                takeExponentials(&gates, row: row, hidden: hidden)
            }
            open(&gates, row: row, hidden: hidden)
            let gates = gates.span.extracting(row * 4 * hidden..<(row + 1) * 4 * hidden)
            let (i, f) = (gates.extracting(0..<hidden), gates.extracting(hidden..<2 * hidden))
            let (g, o) = (gates.extracting(2 * hidden..<3 * hidden), gates.extracting(3 * hidden..<4 * hidden))
            let own = row * hidden..<(row + 1) * hidden
            var c = cells._mutatingExtracting(own)
            for j in 0..<hidden { c[j] = f[j] * c[j] + i[j] * g[j] }
            var s = squashed._mutatingExtracting(own)
            Elementwise.map(c.span, into: &s) { doublyShutting($0) }
            Elementwise.update(&s) { gateTangent(from: $0) }
            var h = states._mutatingExtracting(own)
            Elementwise.map(o, s.span, into: &h) { $0 * $1 }
        }
    }

    /// Doubles what belongs to the candidate g in weights [n, 4 H], transposed, or in a bias [4 H]: exact, as a power of two.
    public static func doubleCandidates(of x: inout MutableSpan<Float>, hidden: Int) {
        Rows.forEach(&x, width: 4 * hidden) { row in
            var candidate = row._mutatingExtracting(2 * hidden..<3 * hidden)
            Elementwise.update(&candidate) { 2 * $0 }
        }
    }

    /// Replaces the sums of a row by e^-a.
    private static func takeExponentials(_ sums: inout MutableSpan<Float>, row: Int, hidden: Int) {
        var own = sums._mutatingExtracting(row * 4 * hidden..<(row + 1) * 4 * hidden)
        Elementwise.update(&own) { shutting($0) }
    }

    /// Replaces the exponentials of a row by the gates.
    private static func open(_ gates: inout MutableSpan<Float>, row: Int, hidden: Int) {
        let start = row * 4 * hidden
        var inputAndForget = gates._mutatingExtracting(start..<start + 2 * hidden)
        Elementwise.update(&inputAndForget) { gateLogistic(from: $0) }
        var candidate = gates._mutatingExtracting(start + 2 * hidden..<start + 3 * hidden)
        Elementwise.update(&candidate) { gateTangent(from: $0) }
        var output = gates._mutatingExtracting(start + 3 * hidden..<start + 4 * hidden)
        Elementwise.update(&output) { gateLogistic(from: $0) }
    }
}
