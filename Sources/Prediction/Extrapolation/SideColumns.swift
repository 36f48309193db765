import Foundation

/// The columns beside the size, standardised, to fit effects on again and again.
struct SideColumns {
    let columns: [Int]
    let means: [Double]
    let scales: [Double]
    private let matrix: [Double]
    private let penalties: [Double]
    /// Their effects in a line with the logarithm of the size beside them.
    private(set) var start: [Double]

    init?(_ rows: [[Double]], others: [Int], isWord: [Bool], sizes: [Double], logarithms: [Double]) {
        guard let standardization = try? Standardization(rows) else { return nil }
        let kept = Set(others)
        columns = standardization.varying.filter(kept.contains)
        (means, scales) = (standardization.means, standardization.scales)
        penalties = columns.map { isWord[$0] ? LinearModel.wordPenalty : LinearModel.numberPenalty }
        let p = columns.count
        var matrix = [Double](repeating: 0, count: rows.count * p)
        for (place, row) in rows.enumerated() {
            for (i, column) in columns.enumerated() where !row[column].isNaN {
                matrix[place * p + i] = (row[column] - means[column]) / scales[column]
            }
        }
        self.matrix = matrix
        start = []
        guard p > 0 else { return }
        let lines = sizes.map { log($0) }
        let mean = lines.reduce(0, +) / Double(lines.count)
        let scale = (lines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lines.count)).squareRoot()
        let joined = rows.indices.flatMap { place in
            [(lines[place] - mean) / max(scale, 1e-12)] + matrix[(place * p)..<((place + 1) * p)]
        }
        guard
            let fit = LinearModel.fit(
                joined, logarithms, penalties: [LinearModel.numberPenalty] + penalties,
                emphasis: [Double](repeating: 1, count: rows.count))
        else { return nil }
        start = Array(fit.weights.dropFirst())
    }

    /// What the effects say of a row; of mean 0 over all rows, up to missing values.
    func value(_ effects: [Double], _ row: Int) -> Double {
        effects.indices.reduce(0) { $0 + effects[$1] * matrix[row * columns.count + $1] }
    }

    func effects(_ targets: [Double]) -> [Double]? {
        LinearModel.fit(
            matrix, targets, penalties: penalties, emphasis: [Double](repeating: 1, count: targets.count))?.weights
    }
}
