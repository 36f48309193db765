import Workflows

/// What one walk through the sets of changes looks for: how much each objective counts.
struct SearchDirection {
    /// Of each objective the least figure on the front that is known, and the difference that counts as 1.
    private let scales: [(low: Double, unit: Double)]
    private let objectives: [OptimizationQuestion.Objective]
    private let weights: [Double]

    /// How much the sum of what is weighed counts beside the largest part of it.
    private static let sumShare = 0.05
    /// The least weight of an objective beside the sum of all.
    private static let leastWeight = 0.02
    /// The least difference that counts as 1, as a part of the figure itself, or of all quality: a front whose points hardly differ
    /// in an objective says little of how much of it may be given up for another.
    private static let leastUnit = 0.1

    /// The direction that weighs the objectives of a search by `weights`, over the front that is known.
    init(_ weights: [Double], of objectives: [OptimizationQuestion.Objective], over front: [SetSearch.Point]) {
        self.objectives = objectives
        self.weights = weights.map { max($0, Self.leastWeight) }
        scales = objectives.map { objective in
            let figures = front.map { $0.outcome.figure(objective) }
            let (low, high) = (figures.min() ?? 0, figures.max() ?? 0)
            // Of quality, of which none may be lost so far, the unit is all.
            let whole = objective == .quality ? 1 : low > 0 ? low : high
            let unit = max(high - low, Self.leastUnit * whole)
            return (low, unit > 0 ? unit : 1)
        }
    }

    /// How far `outcome` is from what is best by every objective, less being better: the weighed distance by the objective in
    /// which it is the farthest, and a little of the sum of all, each distance over the range of the front, or over a part of
    /// the figure where that is more.
    ///
    /// The augmented weighted Tchebycheff metric of Steuer and Choo, "An interactive weighted Tchebycheff procedure for multiple
    /// objective programming", 1983: unlike a weighted sum it is least at each point of a front for some weights, where the front
    /// is not convex too.
    func energy(_ outcome: Outcome) -> Double {
        var (largest, sum) = (0.0, 0.0)
        for place in objectives.indices {
            let (low, unit) = scales[place]
            let distance = weights[place] * (outcome.figure(objectives[place]) - low) / unit
            largest = place == 0 ? distance : max(largest, distance)
            sum += distance
        }
        return largest + Self.sumShare * sum
    }

    /// Weights evenly over those of `count` objectives, the even ones first: all that add up to 1 in steps of a quarter for two
    /// objectives, a third for three and a half for more.
    ///
    /// The simplex lattice of Das and Dennis, "Normal-boundary intersection", 1998.
    static func weights(_ count: Int) -> [[Double]] {
        let steps = count <= 2 ? 4 : count == 3 ? 3 : 2
        func shares(_ left: Int, _ places: Int) -> [[Int]] {
            places == 1
                ? [[left]] : (0...left).flatMap { first in shares(left - first, places - 1).map { [first] + $0 } }
        }
        let lattice = shares(steps, count).map { $0.map { Double($0) / Double(steps) } }
        let middle = [[Double](repeating: 1 / Double(count), count: count)]
        let all = lattice.contains(middle[0]) ? lattice : middle + lattice
        return all.enumerated().sorted {
            let (left, right) = ($0.element.max() ?? 0, $1.element.max() ?? 0)
            return left != right ? left < right : $0.offset < $1.offset
        }.map(\.element)
    }
}

extension [OptimizationQuestion.Objective] {
    /// These with `first` before all others.
    func starting(with first: OptimizationQuestion.Objective) -> Self { [first] + filter { $0 != first } }
}
