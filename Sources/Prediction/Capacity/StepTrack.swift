import Foundation
import Workflows

/// What is kept for the forecasts of one step: its members and what they have learned, how well each has done, and the
/// errors of the answers.
struct StepTrack: Sendable {
    let step: Int
    var moments: LaggedMoments
    /// Those that have a say at this step.
    let members: [CapacityMember]
    /// What each has learned; nil until there are rows enough.
    var learned: [LearnedRule?]
    /// Rows that trees were grown on.
    var treeRows = 0
    /// Forecasts whose values have not come yet, oldest first, from `first` on: of each what every member says, the answer,
    /// and the volatility at the origin.
    private var pending: [Double] = []
    private var first = 0
    /// Numbers of a forecast.
    private var width: Int { members.count + 2 }
    /// Σ |error| of each member, each older one counting less.
    private var losses: [Double]
    private var settled = 0
    /// By how much less: losses halve in a day and two times the step, for forecasts that overlap fail together.
    private let forgetting: Double
    private var errors: ForecastErrors

    /// - Parameters:
    ///   - features: values that a regression reads.
    ///   - period: values in a day.
    ///   - window: errors that are kept.
    init(step: Int, features: Int, members: [CapacityMember], period: Int, window: Int) {
        self.step = step
        moments = LaggedMoments(features: features)
        self.members = members
        learned = members.map { $0.isSimple ? .nothing : nil }
        losses = [Double](repeating: 0, count: members.count)
        forgetting = halving(over: Double(max(period, 24) + 2 * step))
        errors = ForecastErrors(window: window)
    }

    /// Whether each member has learned.
    var isReady: Bool { !learned.contains { $0 == nil } }

    /// What is added to an answer to get each quantile, over the volatility; nil before the first error.
    var offsets: [Double]? { errors.count > 0 ? errors.offsets() : nil }

    /// Keeps what `members` say, and the answer, until the value comes.
    ///
    /// - Parameter volatility: that at the origin.
    mutating func expect(_ members: [Double], answer: Double, volatility: Double) {
        pending.append(contentsOf: members)
        pending.append(answer)
        pending.append(volatility)
    }

    /// Compares the forecast for `value`, which has come now, with it; a gap teaches nothing.
    mutating func settle(_ value: Double) {
        // The oldest is due once there are as many as steps.
        guard pending.count - first >= step * width else { return }
        let (said, answer) = (first, first + members.count)
        first += width
        defer {
            if first > (step + 64) * width {
                pending.removeFirst(first)
                first = 0
            }
        }
        guard !value.isNaN else { return }
        settled += 1
        for member in losses.indices {
            losses[member] = losses[member] * forgetting + abs(value - pending[said + member])
        }
        errors.add((value - pending[answer]) / pending[answer + 1])
    }

    /// The mean of what the `members` say, weighted by (least loss / loss)ᵏ with k = 4 n / (n + 4), where n is how many
    /// times as long as the step losses have been known: over a few horizons a small loss may be luck, and then members count
    /// almost the same (Smith and Wallis, "A Simple Explanation of the Forecast Combination Puzzle", 2009).
    func combination(_ members: [Double]) -> Double {
        let horizons = Double(settled) / Double(step)
        let power = 4 * horizons / (horizons + 4)
        let floor = Double.leastNormalMagnitude
        let least = losses.reduce(.infinity, min) + floor
        var (total, sum) = (0.0, 0.0)
        for (member, point) in members.enumerated() {
            let share = pow(least / (losses[member] + floor), power)
            total += share
            sum += share * point
        }
        return sum / total
    }
}
