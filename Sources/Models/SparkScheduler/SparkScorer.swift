import Kernels
import Simulation

/// A rule for Spark streams that was learned: it scores stages, and says what share of the executors a job should have.
///
/// With the features f and g of ``SparkFeatures``, executors go to the stage with the largest θ f whose job has fewer than
///
///     cap = min(E, max(1, ceil(e^(κ g))))
///
/// executors, as many as are missing; where there is none, they are left where they are.
public struct SparkScorer: SparkRule, Equatable {
    /// θ, then κ.
    public let weights: [Double]

    /// A scorer with `weights`.
    public init(_ weights: [Double]) {
        precondition(
            weights.count == SparkFeatures.count && weights.allSatisfy(\.isFinite),
            "\(weights.count) weights of \(SparkFeatures.count) features")
        self.weights = weights
    }

    /// The least remaining work first: executors stay in their job as long as it can take any, unless another one has less than
    /// e⁻⁶ of its work, about 1/403, in stages that can begin rather than in those that wait. The share of a job is that of all active ones, or has no limit at `executors`.
    public static func leastRemainingWork(isFair: Bool, executors: Int) -> SparkScorer {
        var weights = [Double](repeating: 0, count: SparkFeatures.count)
        (weights[0], weights[2], weights[3]) = (-1, 6, -0.5)
        if isFair { weights[15] = 1 } else { weights[14] = logarithm(Double(executors)) }
        return SparkScorer(weights)
    }

    /// The least remaining work first, where a job has at most `factor` (w / 300 s)^`exponent` executors for its remaining work w in
    /// executor-seconds, or so many times its equal share where `isFair`: what can be tuned by hand in two numbers. Executors go to
    /// another job where theirs has its share.
    public static func leastRemainingWork(isFair: Bool, factor: Double, exponent: Double) -> SparkScorer {
        var weights = leastRemainingWork(isFair: isFair, executors: 1).weights
        (weights[14], weights[16]) = (logarithm(factor), exponent)
        return SparkScorer(weights)
    }

    /// The stage with the largest score, and as many executors as its job is short of.
    public func choose(in cluster: SparkCluster) -> SparkChoice? {
        let moment = SparkFeatures.Moment(cluster)
        var features = [Double](repeating: 0, count: SparkFeatures.count)
        var best: (score: Double, choice: SparkChoice)?
        for job in cluster.activeJobs where cluster.firstOpenStage(of: job) != nil {
            let facts = SparkFeatures.Job(job, in: cluster, moment)
            // Those that are to be committed count only once they stay.
            let supply = facts.supply - (facts.isOwn ? moment.committable : 0)
            for stage in cluster.stages(of: job) where cluster.takesExecutors(stage) {
                SparkFeatures.encode(stage, facts, moment, of: cluster, into: &features)
                let (score, cap) = score(features, executors: cluster.executorCount)
                guard cap > supply, best.map({ score > $0.score }) ?? true else { continue }
                best = (score, SparkChoice(min(moment.committable, cap - supply), for: stage))
            }
        }
        return best?.choice
    }

    /// θ f, and the cap of at most `executors`.
    func score(_ features: [Double], executors: Int) -> (score: Double, cap: Int) {
        let (score, share) = sums(features)
        return (score, Self.cap(share, executors: executors))
    }

    /// min(E, max(1, ⌈eˣ⌉)) for `share` x and `executors` E; what is a whole number up to rounding is that. 1 where x is no number.
    static func cap(_ share: Double, executors: Int) -> Int {
        guard share.isFinite else { return share > 0 ? executors : 1 }
        // A sum beyond all executors has no exponential that would matter.
        if share >= logarithm(Double(executors)) { return executors }
        return min(executors, max(1, Int((Double(exponential(Float(share))) * (1 - 1e-5)).rounded(.up))))
    }

    /// θ f and κ g.
    func sums(_ features: [Double]) -> (score: Double, share: Double) {
        let place = SparkFeatures.score.count
        var (score, share) = (0.0, 0.0)
        for number in 0..<place { score += weights[number] * features[number] }
        for number in place..<weights.count { share += weights[number] * features[number] }
        return (score, share)
    }
}
