import Files

/// Decides which task runs where: the decision protocol behind `schedule`.
///
/// A scheduler's answer is a function of the question: no clock but that of a time budget, no chance.
public protocol TaskScheduler: Sendable {
    /// Plans a whole workflow on an empty cluster.
    ///
    /// - Parameters:
    ///   - durations: seconds of each task at speed 1, instead of the recorded ones.
    ///   - budget: time from the call on, at the end of which what is known by then is answered; the simplest rule takes
    ///     what it takes.
    /// - Throws: `InputError` that names the task that cannot be planned.
    func plan(_ workflow: Workflow, on cluster: Cluster, durations: [Double]?, budget: Duration) throws -> SchedulePlan

    /// Places tasks that are ready on nodes that have room now.
    ///
    /// - Parameter budget: as for a plan.
    func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints, budget: Duration
    ) throws -> PlacementDecision
}

/// A planned schedule, and how it was found.
public struct SchedulePlan: Sendable, Hashable {
    /// What a rule came to that was compared.
    public struct Alternative: Sendable, Hashable {
        /// The rule.
        public var policy: String
        /// When its last task ends, in seconds.
        public var makespan: Double
        /// Price of the time that nodes are on; nil where it was not counted.
        public var cost: Double?

        /// What `policy` came to.
        public init(policy: String, makespan: Double, cost: Double? = nil) {
            self.policy = policy
            self.makespan = makespan
            self.cost = cost
        }
    }

    /// How a plan on forecast durations is to be carried out, since tasks will take other times.
    public struct Execution: Sendable, Hashable {
        /// `kept`: nodes and their order as planned; `dispatch`: the order as planned, nodes chosen when tasks are ready,
        /// rather the planned ones; `ranked`: the longest path behind a task first, nodes chosen when tasks are ready.
        public var rule: String
        /// Draws of all durations on which plans were compared.
        public var samples: Int
        /// The mean makespan over them, in seconds.
        public var expectedMakespan: Double

        /// Carried out by `rule`.
        public init(rule: String, samples: Int, expectedMakespan: Double) {
            self.rule = rule
            self.samples = samples
            self.expectedMakespan = expectedMakespan
        }

        var json: JSONValue {
            .object(
                JSONObject([
                    ("rule", .string(rule)), ("samples", .integer(samples)),
                    ("expectedMakespan", .number(expectedMakespan)),
                ]))
        }
    }

    /// The policy that was asked for.
    public var policy: String
    /// The rule that found it.
    public var foundBy: String
    /// Which task runs where and when.
    public var schedule: Schedule
    /// No schedule ends sooner, in seconds.
    public var lowerBound: Double
    /// Milliseconds from the parsed question to the finished schedule.
    public var decisionMs: Double
    /// Schedules that were built and compared.
    public var iterations: Int
    /// The rules that ended in time and the searches that found something, with the best of each, in the order in which they
    /// did; of a policy that is one rule that one alone.
    public var alternatives: [Alternative]

    /// The best of the alternatives that others found; nil where there is none.
    public var runnerUp: Alternative? {
        alternatives.reduce(nil) { best, next in
            if next.policy == foundBy { return best }
            return best.map { next.makespan < $0.makespan ? next : $0 } ?? next
        }
    }

    /// How much longer the schedule is than its lower bound, as a part of that; 0 where the bound is 0.
    public var gap: Double { lowerBound > 0 ? max(0, schedule.makespan / lowerBound - 1) : 0 }

    /// How it is to be carried out; nil where its durations are given. ``alternatives`` are then what rules come to when every
    /// task takes its median, and may be shorter than a plan that is better on average.
    public var execution: Execution?

    /// A plan.
    public init(
        policy: String, foundBy: String, schedule: Schedule, lowerBound: Double, decisionMs: Double, iterations: Int,
        alternatives: [Alternative]
    ) {
        self.policy = policy
        self.foundBy = foundBy
        self.schedule = schedule
        self.lowerBound = lowerBound
        self.decisionMs = decisionMs
        self.iterations = iterations
        self.alternatives = alternatives
    }
}

/// A task of a running system that waits for a node.
public struct ReadyTask: Sendable, Hashable {
    /// Its identifier.
    public var id: String
    /// What is known of it, for a forecast of its duration.
    public var task: TaskSpec
    /// Cores that it holds.
    public var cores: Double
    /// Bytes of memory that it holds.
    public var memoryBytes: Double
    /// Seconds that it takes at speed 1.
    public var durationSeconds: Double?
    /// Larger is more urgent.
    public var priority: Double
    /// Moment by which it should have ended.
    public var deadlineAt: Double?
    /// Moment since which it is ready.
    public var readySince: Double?
    /// Seconds from its start to the end of its workflow, at the least.
    public var remainingSeconds: Double?

    /// A ready task.
    public init(
        id: String, task: TaskSpec, cores: Double = 1, memoryBytes: Double = 0, durationSeconds: Double? = nil,
        priority: Double = 0, deadlineAt: Double? = nil, readySince: Double? = nil, remainingSeconds: Double? = nil
    ) {
        self.id = id
        self.task = task
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.durationSeconds = durationSeconds
        self.priority = priority
        self.deadlineAt = deadlineAt
        self.readySince = readySince
        self.remainingSeconds = remainingSeconds
    }
}

/// The nodes of a running system at one moment.
public struct ClusterState: Sendable, Hashable {
    /// One node.
    public struct Node: Sendable, Hashable {
        /// What it is.
        public var node: Cluster.Node
        /// Cores that no task holds.
        public var freeCores: Double
        /// Bytes of memory that no task holds; nil is without a limit.
        public var freeMemoryBytes: Double?
        /// What runs there, with the moments at which it is expected to end.
        public var running: [RunningTask]

        /// A node with what is free on it.
        public init(_ node: Cluster.Node, freeCores: Double, freeMemoryBytes: Double?, running: [RunningTask] = []) {
            self.node = node
            self.freeCores = freeCores
            self.freeMemoryBytes = freeMemoryBytes
            self.running = running
        }
    }

    /// A task that runs.
    public struct RunningTask: Sendable, Hashable {
        /// Its identifier.
        public var id: String
        /// The moment at which it is expected to end.
        public var endsAt: Double?
        /// The workflow that it belongs to.
        public var workflow: String?
        /// Cores that it holds.
        public var cores: Double?
        /// Bytes of memory that it holds.
        public var memoryBytes: Double?

        /// The running task `id`; give what is known of what it holds, and for whom.
        public init(
            id: String, endsAt: Double?, workflow: String? = nil, cores: Double? = nil, memoryBytes: Double? = nil
        ) {
            self.id = id
            self.endsAt = endsAt
            self.workflow = workflow
            self.cores = cores
            self.memoryBytes = memoryBytes
        }
    }

    /// The moment.
    public var now: Double
    /// The nodes.
    public var nodes: [Node]

    /// The state of `nodes` at the moment `now`.
    public init(now: Double, nodes: [Node]) {
        self.now = now
        self.nodes = nodes
    }
}

/// What a placement must keep to.
public struct PlacementConstraints: Sendable, Hashable {
    /// Moment by which every task must have ended.
    public var deadlineAt: Double?
    /// Price of all placed tasks together, at the most.
    public var maxCost: Double?
    /// Pools that may be used; empty for all.
    public var pools: [String] = []
    /// Names of nodes that may not be used.
    public var excludedNodes: [String] = []

    /// No constraint.
    public init() {}
}

/// Which ready tasks start now, and why the others do not.
public struct PlacementDecision: Sendable, Hashable {
    /// A task that starts.
    public struct Assignment: Sendable, Hashable {
        /// The task.
        public var id: String
        /// The name of its node.
        public var node: String
        /// Its urgency among the assignments: the first has the largest.
        public var priority: Double

        /// The task `id` on `node`.
        public init(id: String, node: String, priority: Double) {
            self.id = id
            self.node = node
            self.priority = priority
        }
    }

    /// A task that waits.
    public struct Deferral: Sendable, Hashable {
        /// The task.
        public var id: String
        /// Why it waits.
        public var reason: String

        /// The task `id` waits for `reason`.
        public init(id: String, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// Tasks that start, the most urgent first.
    public var assignments: [Assignment]
    /// Tasks that wait.
    public var deferred: [Deferral]
    /// The rule that made the decision.
    public var foundBy: String

    /// A decision of `foundBy`.
    public init(assignments: [Assignment], deferred: [Deferral], foundBy: String) {
        self.assignments = assignments
        self.deferred = deferred
        self.foundBy = foundBy
    }
}
