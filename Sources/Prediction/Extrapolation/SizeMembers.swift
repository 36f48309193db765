import Foundation
import Simulation

/// Executions in the order of the size of their input, the smallest first.
struct SizeSample: Sendable {
    var rows: [[Double]]
    var sizes: [Double]
    /// ln of the target.
    var logarithms: [Double]
    var isWord: [Bool]

    /// The `count` smallest.
    func prefix(_ count: Int) -> SizeSample {
        SizeSample(
            rows: Array(rows.prefix(count)), sizes: Array(sizes.prefix(count)),
            logarithms: Array(logarithms.prefix(count)), isWord: isWord)
    }
}

/// All ways to go beyond the sizes of a sample, fitted.
struct SizeMembers: Sendable {
    private let median: Double
    private let line: LinearModel?
    private let overhead: OverheadModel?

    /// Columns that go with the size nearly as one, by correlation, have no effect of their own in the overhead model.
    private static let collinear = 0.8

    init?(_ sample: SizeSample, column: Int) {
        guard !sample.rows.isEmpty else { return nil }
        median = Prediction.median(ofSorted: sample.logarithms.sorted())
        // Larger inputs say more of still larger ones.
        let count = Double(sample.rows.count)
        let emphasis = RankCorrelation.ranks(sample.sizes).map { $0 / count }
        line = LinearModel(
            sample.rows, targets: sample.logarithms.map { exp($0) }, isWord: sample.isWord, emphasis: emphasis)
        let lines = sample.sizes.map { log($0) }
        let others = sample.isWord.indices.filter { other in
            guard other != column, !sample.isWord[other] else { return other != column }
            let values = sample.rows.map { $0[other] }
            guard values.allSatisfy({ !$0.isNaN }) else { return false }
            return abs(RankCorrelation.pearson(values, lines)) < Self.collinear
        }
        overhead = OverheadModel(
            sizes: sample.sizes, rows: sample.rows, others: others, isWord: sample.isWord,
            logarithms: sample.logarithms, emphasis: emphasis)
    }

    /// ln of the forecast of one of them; of the next simpler one where it could not be fitted.
    func logarithm(_ member: SizeExtrapolation.Member, _ row: [Double], size: Double) -> Double {
        guard let line else { return median }
        switch member {
        case .median: return median
        case .held: return line.logarithm(row, reach: 0)
        case .line: return line.logarithm(row, reach: 3)
        case .damped: return (line.logarithm(row, reach: 0) + line.logarithm(row, reach: 3)) / 2
        case .overhead: return overhead?.logarithm(size: size, row: row) ?? line.logarithm(row, reach: 3)
        case .mixed:
            let straight = line.logarithm(row, reach: 3)
            return ((overhead?.logarithm(size: size, row: row) ?? straight) + straight) / 2
        }
    }
}
