import Files
import Scheduling
import Simulation
import Workflows

/// A policy on a cluster.
public struct StreamVariant: Sendable {
    /// Tells what is expected of the durations of a workflow's tasks, in seconds at speed 1.
    public typealias Forecast = @Sendable (WorkflowArrival) throws -> [DurationForecast]

    /// What it is called.
    public var name: String
    /// What decides.
    public var policy: StreamPolicy
    /// The nodes.
    public var cluster: Cluster
    /// What may happen beside the arrivals.
    public var settings: SimulationSettings
    /// Rules that a portfolio tries at each arrival beside the one in charge, at the most; nil for all that it has.
    public var iterations: Int?
    /// What rules believe of durations; nil where they know them.
    public var forecast: Forecast?
    /// What the first attempt at each task asks for; nil for what stands in the stream.
    public var sizes: (@Sendable (WorkflowArrival) throws -> TaskSizes)?

    /// The variant `name`, which is the policy's unless it is given.
    public init(
        _ policy: StreamPolicy, on cluster: Cluster, name: String? = nil, settings: SimulationSettings = .init(),
        iterations: Int? = nil, forecast: Forecast? = nil
    ) {
        self.name = name ?? policy.name
        self.policy = policy
        self.cluster = cluster
        self.settings = settings
        self.iterations = iterations
        self.forecast = forecast
    }

    /// The variant of a policy that is no learned one.
    public init(_ policy: SchedulingPolicy, on cluster: Cluster, name: String? = nil) {
        self.init(StreamPolicy(policy), on: cluster, name: name)
    }
}

/// One stream of workflows in one variant of policy and cluster.
public struct StreamRun: Sendable {
    /// One workflow of the stream.
    public struct Member: Sendable {
        /// Its application, or its path in a list of arrivals.
        public var application: String
        /// Its place in a list of arrivals, or in the order of the stream.
        public var place: Int
        /// The identifiers of its tasks; empty unless task records are kept.
        public var taskIDs: [String]
        /// The cores of its tasks, likewise.
        public var taskCores: [Double]
        /// Its core-seconds at speed 1.
        public var coreSeconds: Double
        /// Its critical path at the fastest speed, in seconds.
        public var criticalPathSeconds: Double
    }

    /// The policy and the cluster.
    public let variant: StreamVariant
    /// The workflows, in the order of their arrivals.
    public private(set) var members: [Member] = []
    /// What came of them.
    public let result: SimulationResult
    /// Behind how many moments of arrivals each member of a portfolio was in charge; none where the policy is no portfolio.
    public let choices: [SchedulerReport.Choice]

    /// Runs `stream` to its end.
    ///
    /// - Throws: `InputError` where a workflow cannot run on the cluster; what the forecast throws.
    public init(_ variant: StreamVariant, of stream: ArrivalStream) throws {
        var stream = stream
        var members: [Member] = []
        var failure: (any Error)?
        let arrivals = { () -> Arrival? in
            do {
                guard let (drawn, known) = try stream.nextDrawn(on: variant.cluster) else { return nil }
                var arrival = known
                if let forecast = variant.forecast { arrival.expect(try forecast(drawn)) }
                if let sizes = variant.sizes { try arrival.ask(for: sizes(drawn)) }
                let isKept = variant.settings.keepsTaskRecords
                members.append(
                    Member(
                        application: drawn.application, place: drawn.place,
                        taskIDs: isKept ? drawn.workflow.tasks.map(\.id) : [],
                        taskCores: isKept ? arrival.instance.cores : [],
                        coreSeconds: known.instance.coreSeconds,
                        criticalPathSeconds: known.instance.criticalPathSeconds))
                return arrival
            } catch {
                failure = error
                return nil
            }
        }
        let run = variant.policy.simulate(
            on: variant.cluster, settings: variant.settings, iterations: variant.iterations ?? .max,
            arrivals: arrivals)
        if let failure { throw failure }
        (result, choices) = (run.result, run.choices)
        self.variant = variant
        self.members = members
    }

    /// Core-seconds that arrive in a second over those that the cluster has.
    public var load: Double {
        guard let first = result.workflows.first, let last = result.workflows.last, last.arrived > first.arrived else {
            return 0
        }
        let gap = (last.arrived - first.arrived) / Double(members.count - 1)
        let work = members.reduce(0) { $0 + $1.coreSeconds } / Double(members.count)
        return work / gap / variant.cluster.nodes.reduce(0) { $0 + $1.cores }
    }

    /// The run in figures.
    public func measures(seed: UInt64) -> SchedulerReport.Measures {
        let seconds = result.workflows.map(\.completionSeconds)
        let slowdowns = zip(seconds, members).compactMap { seconds, member in
            seconds.flatMap { member.criticalPathSeconds > 0 ? $0 / member.criticalPathSeconds : nil }
        }
        return SchedulerReport.Measures(
            seed: seed, meanCompletion: result.meanCompletion, p95Completion: result.p95Completion,
            meanSlowdown: slowdowns.isEmpty ? 1 : slowdowns.reduce(0, +) / Double(slowdowns.count),
            longestCompletion: seconds.compactMap { $0 }.max() ?? 0, makespan: result.makespan,
            missedDeadlines: result.missedDeadlines, givenUp: seconds.count { $0 == nil },
            failuresPer100: 100 * Double(result.failures) / Double(max(result.tasks, 1)),
            utilisation: result.utilisation, coreHours: result.coreHours, gigabyteHours: result.gigabyteHours,
            cost: result.cost, choices: choices.isEmpty ? nil : choices)
    }

    /// What became of each workflow.
    public var completions: [SchedulerEvaluation.Completion] {
        zip(result.workflows, members).map { workflow, member in
            SchedulerEvaluation.Completion(seconds: workflow.completionSeconds, work: member.coreSeconds)
        }
    }
}
