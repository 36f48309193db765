import Workflows

/// What one walk through the sets of changes looks for: how much each objective counts.
struct SearchDirection {
    /// Of each objective the least and the largest figure on the front that is known.
    private let ranges: [(low: Double, high: Double)]
    private let objectives: [OptimizationQuestion.Objective]
    private let weights: [Double]

    /// How much the sum of what is weighed counts beside the largest part of it.
    private static let sumShare = 0.05
    /// The least weight of an objective beside the sum of all.
    private static let leastWeight = 0.02

    /// The direction that weighs the objectives of a search by `weights`, over the front that is known.
    init(_ weights: [Double], of objectives: [OptimizationQuestion.Objective], over front: [SetSearch.Point]) {
        self.objectives = objectives
        self.weights = weights.map { max($0, Self.leastWeight) }
        ranges = objectives.map { objective in
            let figures = front.map { $0.outcome.figure(objective) }
            return (figures.min() ?? 0, figures.max() ?? 0)
        }
    }

    /// How far `outcome` is from what is best by every objective, less being better: the weighed distance by the objective in
    /// which it is the farthest, and a little of the sum of all, each distance over the range of the front.
    ///
    /// The augmented weighted Tchebycheff metric of Steuer and Choo, "An interactive weighted Tchebycheff procedure for multiple
    /// objective programming", 1983: unlike a weighted sum it is least at each point of a front for some weights, where the front
    /// is not convex too.
    func energy(_ outcome: Outcome) -> Double {
        var (largest, sum) = (0.0, 0.0)
        for place in objectives.indices {
            let (low, high) = ranges[place]
            // Where all agree, a part of the figure itself; of quality, of which none is lost there, a part of all.
            let range = high - low > 1e-9 * abs(high) ? high - low : low > 0 ? low : 1
            let distance = weights[place] * (outcome.figure(objectives[place]) - low) / range
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
