import NotebookFormat

/// What a notebook says that it prints, beside what it printed.
///
/// Words and whole numbers are equal. A number with a decimal point has as many digits behind it, and may differ by one
/// unit of the last one: on another kind of CPU sums are rounded in another order, and a training carries that on. (With
/// OpenBLAS' kernels from Prescott to Skylake, answers of a network that learned for 640 steps lay 2e-6 apart.)
struct ShownOutput {
    /// The lines that are shown, with their numbers in the notebook.
    let shown: [(line: Int, text: String)]
    /// How far the last digits may lie apart.
    let units: Double

    init(_ shown: [(line: Int, text: String)], units: Double = 1) {
        self.shown = shown
        self.units = units
    }

    /// The first line that is not as it was printed.
    struct Difference: Equatable {
        /// Its number in the notebook; that of the last line where more was printed than is shown.
        var line: Int
        /// What is shown; nil where more was printed.
        var shown: String?
        /// What was printed; nil where less was.
        var printed: String?
    }

    /// The first difference to the `printed` text; nil if there is none.
    func difference(to printed: String) -> Difference? {
        var lines = printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (place, (line, text)) in shown.enumerated() {
            guard place < lines.count else { return Difference(line: line, shown: text, printed: nil) }
            guard isAlike(text, lines[place]) else {
                return Difference(line: line, shown: text, printed: lines[place])
            }
        }
        guard lines.count > shown.count else { return nil }
        return Difference(line: shown.last?.line ?? 1, shown: nil, printed: lines[shown.count])
    }

    private func isAlike(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let decimal = /-?\d+\.(\d+)/
        guard a.replacing(decimal, with: "#") == b.replacing(decimal, with: "#") else { return false }
        return zip(a.matches(of: decimal), b.matches(of: decimal)).allSatisfy { a, b in
            guard a.1.count == b.1.count, let first = Double(a.0), let second = Double(b.0) else { return false }
            let unit = (0..<a.1.count).reduce(1.0) { unit, _ in unit / 10 }
            return abs(first - second) < (units + 0.5) * unit
        }
    }
}
