import Files
import Workflows

/// A workflow that is to run as cheaply as possible on some of the nodes of a cluster.
public struct CostQuestion: Sendable {
    /// Failed attempts over tasks that are allowed where nothing is said.
    public static let usualFailureRate = 0.01
    /// The probability with which a deadline is to be kept where nothing is said, if durations are forecast.
    public static let usualDeadlineProbability = 0.9

    /// The workflow.
    public var workflow: Workflow
    /// The nodes that can be had; a mix takes some of those that are alike.
    public var cluster: Cluster
    /// Seconds from the start by which the last task must have ended; nil where the cheapest counts, whatever it takes.
    public var deadlineSeconds: Double?
    /// Failed attempts over tasks, at the most.
    public var maxFailureRate: Double
    /// The probability with which the deadline must be kept, where durations are forecast.
    public var deadlineProbability: Double
    /// Forecasts for the tasks, in their order.
    public var forecasts: [ResourcePrediction]?
    /// What tasks may ask for, in place of what follows from forecasts or from what was recorded.
    public var allocations: [TaskRequests]?
    /// Whether tasks take what is drawn from their forecasts, instead of what was recorded.
    public var predictsDurations: Bool
    /// Time to search in.
    public var budget: Duration
    /// Mixes that are simulated at the most, instead of the bound on time: the same number gives the same answer.
    public var iterations: Int?
    /// Seed of the drawn durations.
    public var seed: UInt64

    /// The question of how to run `workflow` on nodes of `cluster`.
    ///
    /// - Precondition: forecasts, one for each task, where durations are predicted.
    public init(
        _ workflow: Workflow, on cluster: Cluster, deadlineSeconds: Double? = nil,
        maxFailureRate: Double = Self.usualFailureRate, deadlineProbability: Double = Self.usualDeadlineProbability,
        forecasts: [ResourcePrediction]? = nil, predictsDurations: Bool = false, budget: Duration = .seconds(2),
        iterations: Int? = nil, seed: UInt64 = 1
    ) {
        self.workflow = workflow
        self.cluster = cluster
        self.deadlineSeconds = deadlineSeconds
        self.maxFailureRate = maxFailureRate
        self.deadlineProbability = deadlineProbability
        self.forecasts = forecasts
        self.predictsDurations = predictsDurations
        self.budget = budget
        self.iterations = iterations
        self.seed = seed
    }

    /// The part of the runs in which deadlines must be kept.
    public var wantedShare: Double { predictsDurations ? deadlineProbability : 1 }

    /// Whether so many failed attempts over tasks are few enough.
    public func allows(failureRate: Double) -> Bool { failureRate <= maxFailureRate }

    /// Whether deadlines that are kept in `share` of the runs are kept often enough.
    public func isInTime(share: Double) -> Bool { share >= wantedShare - 1e-9 }
}

extension Cluster {
    /// Refuses nodes of which none has a price: there is nothing to choose among then.
    ///
    /// - Throws: `InputError` that names the field, `nodes` being at `path`.
    public func checkPrices(path: String = "nodes") throws {
        guard nodes.contains(where: { $0.pricePerHour > 0 }) else {
            throw InputError(
                "is 0 or missing for all of the \(nodes.count) nodes: without prices no mix is cheaper than another",
                field: "\(path)[0].pricePerHour")
        }
    }
}
