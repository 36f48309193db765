import Workflows

/// What is kept for the forecasts of one step: its members and what they have learned, how well each has done, and the
/// errors of the answers.
struct StepTrack: Sendable {
    /// A forecast whose value has not come yet.
    struct Pending: Sendable {
        /// What each member says.
        var members: [Double]
        /// Their weighted mean.
        var combination: Double
        /// What was answered.
        var answer: Double
        /// The volatility at the origin.
        var volatility: Double
    }

    let step: Int
    var moments: LaggedMoments
    /// Those that have a say at this step.
    let members: [CapacityMember]
    /// What each has learned; nil until there are rows enough.
    var learned: [LearnedRule?]
    /// Rows that trees were grown on.
    var treeRows = 0
    /// Oldest first, from `first` on.
    private var pending: [Pending] = []
    private var first = 0
    /// Σ |error| of each member, then of their combination, each older one counting less.
    private var losses: [Double]
    private var settled = 0
    private var errors: ForecastErrors

    init(step: Int, features: Int, members: [CapacityMember], window: Int) {
        self.step = step
        moments = LaggedMoments(features: features)
        self.members = members
        learned = members.map { $0.isSimple ? .nothing : nil }
        losses = [Double](repeating: 0, count: members.count + 1)
        errors = ForecastErrors(window: window)
    }

    /// Whether each member has learned.
    var isReady: Bool { !learned.contains { $0 == nil } }

    /// What is added to an answer to get each quantile, over the volatility; nil before the first error.
    var offsets: [Double]? { errors.count > 0 ? errors.offsets() : nil }

    /// Keeps a forecast until its value comes.
    mutating func expect(_ forecast: Pending) { pending.append(forecast) }

    /// Compares the forecast for `value`, which has come now, with it; a gap teaches nothing.
    mutating func settle(_ value: Double, forgetting: Double) {
        // The oldest is due once there are as many as steps.
        guard pending.count - first >= step else { return }
        let forecast = pending[first]
        first += 1
        if first > 4 * step + 64 {
            pending.removeFirst(first)
            first = 0
        }
        guard !value.isNaN else { return }
        settled += 1
        for (member, point) in (forecast.members + [forecast.combination]).enumerated() {
            losses[member] = losses[member] * forgetting + abs(value - point)
        }
        errors.add((value - forecast.answer) / forecast.volatility)
    }

    /// The mean of what the `members` say, weighted by (least loss / loss)⁴.
    func combination(_ members: [Double]) -> Double {
        guard settled > 0 else { return members.reduce(0, +) / Double(members.count) }
        let floor = Double.leastNormalMagnitude
        let least = losses.dropLast().reduce(.infinity, min) + floor
        var (total, sum) = (0.0, 0.0)
        for (member, point) in members.enumerated() {
            let ratio = least / (losses[member] + floor)
            let share = ratio * ratio * ratio * ratio
            total += share
            sum += share * point
        }
        return sum / total
    }

    /// The best of the `simple` members, which have learned nothing, where the combination has no skill over it; nil where
    /// it has.
    func gate() -> Int? {
        let simple = members.indices.filter { members[$0].isSimple }
        guard settled > 0, let best = simple.min(by: { losses[$0] < losses[$1] }) else { return nil }
        return losses[best] < losses[losses.count - 1] ? best : nil
    }
}
