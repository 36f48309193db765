import Foundation
import Kernels

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
        let all = LinearModel.penalties(isWord, features: isWord.count)
        penalties = columns.map { all[$0] }
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
        guard let fit = Self.fit(joined, logarithms, penalties: [LinearModel.numberPenalty] + penalties)
        else { return nil }
        start = Array(fit.dropFirst())
    }

    /// What the effects say of a row; of mean 0 over all rows, up to missing values.
    func value(_ effects: [Double], _ row: Int) -> Double {
        effects.indices.reduce(0) { $0 + effects[$1] * matrix[row * columns.count + $1] }
    }

    func effects(_ targets: [Double]) -> [Double]? { Self.fit(matrix, targets, penalties: penalties) }

    /// The weights that minimise |y - mean - X w|² / n + Σ λⱼ wⱼ², for X [n, p] whose columns have the mean 0.
    private static func fit(_ matrix: [Double], _ targets: [Double], penalties: [Double]) -> [Double]? {
        let (n, p) = (targets.count, penalties.count)
        let mean = targets.reduce(0, +) / Double(n)
        var gram = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        for row in 0..<n {
            let start = row * p
            for i in 0..<p where matrix[start + i] != 0 {
                let share = matrix[start + i] / Double(n)
                right[i] += share * (targets[row] - mean)
                for j in 0...i { gram[i * p + j] += share * matrix[start + j] }
            }
        }
        for i in 0..<p { gram[i * p + i] += penalties[i] }
        return try? CholeskyFactor(of: gram, order: p).solve(right)
    }
}
