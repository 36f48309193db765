/// Finds what holds a workflow back and says what to change: the decision protocol behind `optimize`.
///
/// An optimizer's answer is a function of the question and its seed.
public protocol WorkflowOptimizer: Sendable {
    /// What holds the workflow back, the longest delay first.
    func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis

    /// Changes that shorten or cheapen it, each of them simulated.
    func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan

    /// The workflow with `suggestions` carried out.
    func apply(_ suggestions: [OptimizationSuggestion], to question: OptimizationQuestion) throws -> AppliedOptimization
}

/// A workflow that is to be improved, and where it runs.
public struct OptimizationQuestion: Sendable {
    /// What counts, the most important first.
    public enum Objective: String, CaseIterable, Sendable {
        /// When the last task ends.
        case makespan
        /// Price of the nodes.
        case cost
        /// Gigabyte-hours held.
        case resources
        /// What alternatives give up; nothing suggested here gives up any.
        case quality
    }

    /// The workflow.
    public var document: WfFormatDocument
    /// Where it runs.
    public var cluster: Cluster
    /// The policy that schedules it.
    public var policy: String
    /// What counts.
    public var objectives: [Objective]
    /// Time to search in.
    public var budget: Duration
    /// Forecasts for its tasks, in their order.
    public var forecasts: [ResourcePrediction]?
    /// The probability from which a task is told as a bottleneck.
    public var bottleneckThreshold: Double
    /// Seed of the resampled durations.
    public var seed: UInt64

    /// The question of how to improve `document` on `cluster`.
    public init(
        _ document: WfFormatDocument, on cluster: Cluster, policy: String = "fifo",
        objectives: [Objective] = Objective.allCases, budget: Duration = .milliseconds(100),
        forecasts: [ResourcePrediction]? = nil, bottleneckThreshold: Double = 0.8, seed: UInt64 = 1
    ) {
        self.document = document
        self.cluster = cluster
        self.policy = policy
        self.objectives = objectives
        self.budget = budget
        self.forecasts = forecasts
        self.bottleneckThreshold = bottleneckThreshold
        self.seed = seed
    }
}

/// A task that holds its workflow back.
public struct Bottleneck: Sendable, Hashable {
    /// The task's identifier.
    public var task: String
    /// Share of the runs, with durations resampled, in which the end of the workflow hangs on it.
    public var probability: Double
    /// How much sooner the workflow would end if the task took no time, in seconds.
    public var delaySeconds: Double
    /// What it takes: `time` to run, or waiting for `cores`, `memory` or `transfer`.
    public var resource: String
    /// The same for a person.
    public var reason: String

    /// A bottleneck.
    public init(task: String, probability: Double, delaySeconds: Double, resource: String, reason: String) {
        self.task = task
        self.probability = probability
        self.delaySeconds = delaySeconds
        self.resource = resource
        self.reason = reason
    }
}

/// What holds a workflow back, with the facts behind it.
public struct BottleneckAnalysis: Sendable, Hashable {
    /// The worst first.
    public var bottlenecks: [Bottleneck]
    /// Identifiers along the longest path through the workflow, in order.
    public var criticalPath: [String]
    /// Its length on the fastest nodes, in seconds.
    public var criticalPathSeconds: Double
    /// How many seconds longer each task could take without prolonging that path, in the order of the file.
    public var slackSeconds: [Double]
    /// How many tasks run at once: from each moment, in seconds, to the next.
    public var parallelism: [(at: Double, tasks: Int)]
    /// What the run uses as it is.
    public var before: ResourceUse
    /// Runs that were simulated.
    public var iterations: Int

    /// An analysis.
    public init(
        bottlenecks: [Bottleneck], criticalPath: [String], criticalPathSeconds: Double, slackSeconds: [Double],
        parallelism: [(at: Double, tasks: Int)], before: ResourceUse, iterations: Int
    ) {
        self.bottlenecks = bottlenecks
        self.criticalPath = criticalPath
        self.criticalPathSeconds = criticalPathSeconds
        self.slackSeconds = slackSeconds
        self.parallelism = parallelism
        self.before = before
        self.iterations = iterations
    }

    /// Tasks that run at once, averaged over the makespan.
    public var meanParallelism: Double {
        guard before.makespan > 0 else { return 0 }
        let ends = parallelism.dropFirst().map(\.at) + [before.makespan]
        return zip(parallelism, ends).reduce(0) { $0 + Double($1.0.tasks) * max(0, $1.1 - $1.0.at) } / before.makespan
    }

    /// Equal in every part.
    public static func == (a: BottleneckAnalysis, b: BottleneckAnalysis) -> Bool {
        a.bottlenecks == b.bottlenecks && a.criticalPath == b.criticalPath
            && a.criticalPathSeconds == b.criticalPathSeconds && a.slackSeconds == b.slackSeconds
            && a.parallelism.elementsEqual(b.parallelism) { $0 == $1 } && a.before == b.before
            && a.iterations == b.iterations
    }

    /// By what it found.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bottlenecks)
        hasher.combine(before)
    }
}

/// A change of one task.
public struct TaskChange: Sendable, Hashable {
    /// The task's identifier.
    public var task: String
    /// Cores to hold.
    public var cores: Double?
    /// Memory to hold, in bytes.
    public var memoryBytes: Double?
    /// Its priority.
    public var priority: Double?

    /// A change of `task`; what is nil stays.
    public init(task: String, cores: Double? = nil, memoryBytes: Double? = nil, priority: Double? = nil) {
        self.task = task
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.priority = priority
    }
}

/// A change that was simulated and found to help.
public struct OptimizationSuggestion: Sendable, Hashable {
    /// What is gained, in seconds, over runs with resampled durations.
    public struct Gain: Sendable, Hashable {
        /// Quantile 0.05.
        public var p05: Double
        /// The median.
        public var p50: Double
        /// Quantile 0.95.
        public var p95: Double

        /// These quantiles.
        public init(p05: Double, p50: Double, p95: Double) {
            self.p05 = p05
            self.p50 = p50
            self.p95 = p95
        }
    }

    /// Its name among the suggestions; the same question gives the same names.
    public var id: String
    /// `right-size` or `raise-priority`.
    public var type: String
    /// The tasks that it changes.
    public var tasks: [String]
    /// Why it helps, for a person.
    public var reason: String
    /// Seconds by which the workflow ends sooner.
    public var gainSeconds: Gain
    /// By how much the price changes; negative is cheaper.
    public var cost: Double
    /// The chance that it does harm: a longer run, or a task that needs more than it then holds.
    public var risk: Double
    /// Whether a simulation with the workflow's own durations showed the gain.
    public var verified: Bool
    /// What changes.
    public var changes: [TaskChange]

    /// A suggestion.
    public init(
        id: String, type: String, tasks: [String], reason: String, gainSeconds: Gain, cost: Double, risk: Double,
        verified: Bool, changes: [TaskChange]
    ) {
        self.id = id
        self.type = type
        self.tasks = tasks
        self.reason = reason
        self.gainSeconds = gainSeconds
        self.cost = cost
        self.risk = risk
        self.verified = verified
        self.changes = changes
    }
}

/// What to change about a workflow.
public struct OptimizationPlan: Sendable, Hashable {
    /// A set of suggestions that no other set betters in every objective.
    public struct ParetoPoint: Sendable, Hashable {
        /// Names of the suggestions.
        public var suggestions: [String]
        /// What the run then uses.
        public var use: ResourceUse
        /// 1 is the quality of the workflow as it is.
        public var quality: Double

        /// A point of the front.
        public init(suggestions: [String], use: ResourceUse, quality: Double = 1) {
            self.suggestions = suggestions
            self.use = use
            self.quality = quality
        }
    }

    /// What holds it back.
    public var analysis: BottleneckAnalysis
    /// Changes, the one that gains the most first.
    public var suggestions: [OptimizationSuggestion]
    /// Sets of them worth choosing among.
    public var pareto: [ParetoPoint]
    /// Names of the suggestions that are best carried out together.
    public var recommended: [String]
    /// What the run uses with the recommended ones.
    public var after: ResourceUse
    /// Runs that were simulated.
    public var iterations: Int

    /// A plan.
    public init(
        analysis: BottleneckAnalysis, suggestions: [OptimizationSuggestion], pareto: [ParetoPoint],
        recommended: [String], after: ResourceUse, iterations: Int
    ) {
        self.analysis = analysis
        self.suggestions = suggestions
        self.pareto = pareto
        self.recommended = recommended
        self.after = after
        self.iterations = iterations
    }
}

/// A workflow after a change.
public struct AppliedOptimization: Sendable {
    /// The changed document; what it says beside the changes is as it was.
    public var document: WfFormatDocument
    /// What was changed.
    public var changes: [TaskChange]
    /// What its run used.
    public var before: ResourceUse
    /// What its run uses now.
    public var after: ResourceUse

    /// A changed workflow.
    public init(document: WfFormatDocument, changes: [TaskChange], before: ResourceUse, after: ResourceUse) {
        self.document = document
        self.changes = changes
        self.before = before
        self.after = after
    }
}
