import Foundation
import Workflows

/// One target of one task type for inputs that are larger than any seen.
///
/// What answers there has been chosen on larger inputs: twice, the smaller half and the smaller 70 % of the executions
/// forecast the rest. A duration is taken for an overhead and a part that grows with the size, CPU and memory for what
/// they are at the edge of the range, unless another way forecast the larger inputs better by ``margin``.
public struct SizeExtrapolation: Sendable {
    /// A way to go beyond the sizes that were seen.
    public enum Member: String, CaseIterable, Sendable {
        /// The median of all.
        case median
        /// The line, where the range ends.
        case held
        /// The line through the logarithms.
        case line
        /// The mean of the last two.
        case damped
        /// ``OverheadModel``
        case overhead
        /// The mean of the line and the overhead model.
        case mixed
    }

    /// What answers.
    public let member: Member
    private let size: SizeColumn
    private var largest: Double
    private let members: SizeMembers
    /// What it left of larger inputs that it was not fitted on, and how far beyond they lay.
    private let heldOut: ResidualDistribution?
    private let heldOutDistance: Double

    /// How much better another way must forecast larger inputs, in accuracy.
    static let margin = 0.03
    /// Rows that it is fitted on at the most, evenly over the sizes.
    static let capacity = 400

    /// Learns from `rows` [n, p] with their positive `targets` [n].
    ///
    /// - Returns: nil for fewer than eight rows, or where nothing can be fitted.
    public init?(
        _ rows: [[Double]], targets: [Double], of target: ResourceTarget, size: SizeColumn, isWord: [Bool]
    ) {
        guard rows.count >= 8 else { return nil }
        let order = rows.indices.sorted { (size.value(rows[$0]), $0) < (size.value(rows[$1]), $1) }
        let kept = Self.evenly(order)
        let sample = SizeSample(
            rows: kept.map { rows[$0] }, sizes: kept.map { size.value(rows[$0]) },
            logarithms: kept.map { log(targets[$0]) }, isWord: isWord)
        guard let members = SizeMembers(sample, column: size.column) else { return nil }
        self.members = members
        self.size = size
        largest = sample.sizes.last ?? 1
        let usual = target == .duration ? Member.mixed : .held
        let trials = Self.trials(sample, column: size.column)
        let best = Member.allCases.max { trials.accuracy($0) < trials.accuracy($1) } ?? usual
        member = trials.accuracy(best) > trials.accuracy(usual) + Self.margin ? best : usual
        heldOut = ResidualDistribution((trials.residuals[member] ?? []).flatMap { $0 })
        heldOutDistance = trials.distances.isEmpty ? 0 : median(ofSorted: trials.distances.sorted())
    }

    /// What it takes to learn, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int {
        let kept = min(rows, capacity)
        return rows * 200 + kept * (5_000 + features * (500 + 10 * features))
    }

    private static func evenly(_ order: [Int]) -> [Int] {
        guard order.count > capacity else { return order }
        return (0..<capacity).map { order[$0 * (order.count - 1) / (capacity - 1)] }
    }

    /// What each way left of larger inputs than it was fitted on, ln(measured / forecast), and how far beyond they lay.
    private struct Trials {
        /// One list for each fit.
        var residuals: [Member: [[Double]]] = [:]
        var distances: [Double] = []

        /// The mean of 1 - min(|forecast / measured - 1|, 1) over fits; 0 where there are none.
        func accuracy(_ member: Member) -> Double {
            let fits = (residuals[member] ?? []).map { fit in
                1 - fit.reduce(0) { $0 + min(abs(exp(min(-$1, 50)) - 1), 1) } / Double(fit.count)
            }
            return fits.isEmpty ? 0 : fits.reduce(0, +) / Double(fits.count)
        }
    }

    /// Both fits on smaller inputs; none where there are too few.
    private static func trials(_ sample: SizeSample, column: Int) -> Trials {
        var trials = Trials()
        for share in [0.5, 0.7] {
            let edge = sample.sizes[Int(share * Double(sample.sizes.count - 1))]
            let count = sample.sizes.firstIndex { $0 > edge } ?? sample.sizes.count
            guard count >= 8, sample.sizes.count - count >= 5, sample.sizes[0] < edge,
                let members = SizeMembers(sample.prefix(count), column: column)
            else { continue }
            for member in Member.allCases {
                let left = (count..<sample.sizes.count).map { place in
                    sample.logarithms[place]
                        - members.logarithm(member, sample.rows[place], size: sample.sizes[place])
                }
                trials.residuals[member, default: []].append(left)
            }
            trials.distances += sample.sizes[count...].map { log($0 / edge) }
        }
        return trials
    }

    /// Takes note that an execution with the features `row` has been seen since the fit.
    mutating func note(_ row: [Double]) {
        let value = size.value(row)
        if value > largest { largest = value }
    }

    /// How far the size of a task lies beyond the largest that was seen: ln(size / largest), 0 inside of the range and
    /// where the size is not known.
    public func distance(_ row: [Double]) -> Double {
        let value = size.value(row)
        return value.isNaN || value <= largest ? 0 : log(value / largest)
    }

    /// What share of the answer is this one's, 0 to 1: none up to a twentieth beyond the range, all from a third on.
    public func share(at distance: Double) -> Double { min(max((distance - 0.05) / 0.25, 0), 1) }

    /// How many times wider, in logarithms, an interval of residuals inside of the range is at `distance`: measured on
    /// Tesseract's smaller halves, it grows by half for each factor e, up to double.
    public func widening(at distance: Double) -> Double { 1 + min(distance, 2) / 2 }

    /// What is left at `distance`, where `inside` is left inside of the range: at each level the outer one of that,
    /// made wider, and of what was left of larger inputs that were held out, which also shows by how much they are
    /// missed on one side.
    public func residuals(_ inside: ResidualDistribution, at distance: Double) -> ResidualDistribution {
        var result = inside.widened(by: widening(at: distance))
        guard let heldOut else { return result }
        let farther = max(1, widening(at: distance) / widening(at: heldOutDistance))
        for level in result.shifts.indices where level != ForecastLevels.median {
            let shift = heldOut.shifts[level] * farther
            let isLower = level < ForecastLevels.median
            result.shifts[level] = isLower ? min(result.shifts[level], shift) : max(result.shifts[level], shift)
        }
        return result
    }

    /// ln of the forecast for a task beyond the range.
    public func logarithm(_ row: [Double]) -> Double {
        members.logarithm(member, row, size: max(size.value(row), 1e-300))
    }
}
