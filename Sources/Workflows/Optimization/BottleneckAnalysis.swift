/// What holds a workflow back, with the facts behind it.
public struct BottleneckAnalysis: Sendable, Hashable {
    /// The worst first.
    public var bottlenecks: [Bottleneck]
    /// What their probabilities rest on.
    public var evidence: BottleneckEvidence
    /// Identifiers along the longest path through the workflow, in order.
    public var criticalPath: [String]
    /// Its length on the fastest nodes, in seconds.
    public var criticalPathSeconds: Double
    /// How many seconds longer each task could take without prolonging that path, in the order of the file.
    public var slackSeconds: [Double]
    /// How many tasks run at once: from each moment, in seconds, to the next.
    public var parallelism: [ParallelismStep]
    /// What the run uses as it is.
    public var before: ResourceUse
    /// The policy under which that and all other runs were: the one that was asked for, or first in, first out where that took
    /// longer than the budget.
    public var policy: String
    /// What the shape of the workflow says.
    public var structure: WorkflowStructure
    /// What keeps the run from being shorter, that whose relaxing helps most first.
    public var limits: [ResourceLimit] = []
    /// How much one thing a little better would help, the most first.
    public var sensitivities: [Sensitivity] = []
    /// Runs that were simulated.
    public var iterations: Int

    /// An analysis.
    public init(
        bottlenecks: [Bottleneck], evidence: BottleneckEvidence, criticalPath: [String], criticalPathSeconds: Double,
        slackSeconds: [Double], parallelism: [ParallelismStep], before: ResourceUse, policy: String,
        structure: WorkflowStructure,
        iterations: Int
    ) {
        self.bottlenecks = bottlenecks
        self.evidence = evidence
        self.criticalPath = criticalPath
        self.criticalPathSeconds = criticalPathSeconds
        self.slackSeconds = slackSeconds
        self.parallelism = parallelism
        self.before = before
        self.policy = policy
        self.structure = structure
        self.iterations = iterations
    }

    /// Tasks that run at once, averaged over the makespan.
    public var meanParallelism: Double {
        guard before.makespan > 0 else { return 0 }
        let ends = parallelism.dropFirst().map(\.at) + [before.makespan]
        return zip(parallelism, ends).reduce(0) { $0 + Double($1.0.tasks) * max(0, $1.1 - $1.0.at) } / before.makespan
    }
}
