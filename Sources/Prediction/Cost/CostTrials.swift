import Files
import Scheduling
import Simulation
import Workflows

/// What a mix, an allocation and a rule came to in the simulator, over all scenarios.
struct CostOutcome: Sendable, Hashable {
    /// Nodes of each pool.
    var counts: [Int]
    /// The place of the allocation among those that are tried.
    var requests: Int
    /// The rule.
    var policy: SchedulingPolicy
    /// What the run uses, the mean over the scenarios.
    var use: ResourceUse
    /// The part of the scenarios in which the deadline, and those of tasks, were kept.
    var keptShare: Double
    /// Failed attempts over tasks, the mean over the scenarios.
    var failureRate: Double
    /// Nodes of each pool that had a task in some scenario.
    var used: [Int]
}

/// Runs a workflow on mixes of nodes in the virtual cluster.
struct CostTrials {
    /// Seconds without a task after which a node is off.
    static let idleSeconds = ResourceUse.idleSeconds

    let question: CostQuestion
    let pools: [NodePool]
    let scenarios: [CostScenario]
    /// What each task is expected to take, where that is not what it takes.
    private let expected: [Double]?
    /// The memory of the largest node that each task may run on.
    let largest: [Double]
    /// The workflow, with every branch taken and every loop run once.
    private let workflow: Workflow

    init(_ question: CostQuestion) throws {
        self.question = question
        pools = NodePool.pools(of: question.cluster)
        var workflow = question.workflow
        for place in workflow.tasks.indices {
            workflow.update(place) {
                $0.wishes.branchProbability = nil
                $0.wishes.expectedIterations = nil
            }
        }
        self.workflow = workflow
        let kinds = Cluster(nodes: pools.map(\.node))
        largest = workflow.tasks.map { kinds.largestMemory(cores: $0.askedCores, pool: $0.wishes.pool) }
        scenarios = try CostScenario.all(question, largest: largest)
        expected = question.predictsDurations ? question.forecasts?.map(\.duration.p50) : nil
        // What is wrong with the workflow itself is said of the whole cluster.
        _ = try SchedulingInstance(
            workflow, on: question.cluster, durations: expected, retriesWithMoreMemory: true)
    }

    /// The workflow in each scenario with what tasks then ask for and take: a task that is given fewer cores than it used takes
    /// longer.
    func prepared(_ requests: TaskRequests) -> [(workflow: Workflow, runtimes: [Double])] {
        scenarios.map { scenario in
            var prepared = workflow
            let runtimes = workflow.tasks.enumerated().map { place, task in
                scenario.runtimes[place]
                    * CoreSizing.slowdown(used: task.cpu, cores: requests.cores[place], asked: task.askedCores)
            }
            for place in prepared.tasks.indices {
                prepared.update(place) { task in
                    task.memoryBytes = scenario.memory[place]
                    task.wishes.cores = requests.cores[place]
                    task.wishes.memoryBytes = requests.memory[place]
                }
            }
            return (prepared, runtimes)
        }
    }

    /// What `policy` comes to on `cluster`, whose nodes are those of the pools in their order; nil where a task fits on no
    /// node. Nodes start off.
    ///
    /// - Parameters:
    ///   - prepared: the workflow in each scenario.
    ///   - nodePools: the pool of each node of `cluster`.
    ///   - isOver: whether to give up; asked before each run.
    /// - Throws: `CancellationError` where it was given up.
    func run(
        _ prepared: [(workflow: Workflow, runtimes: [Double])], on cluster: Cluster, nodePools: [Int],
        by policies: [SchedulingPolicy], unless isOver: () -> Bool = { false }
    ) throws(CancellationError) -> [(policy: SchedulingPolicy, run: Run)]? {
        var runs = policies.map { ($0, Run(poolCount: pools.count)) }
        for (workflow, runtimes) in prepared {
            guard
                let instance = try? SchedulingInstance(
                    workflow, on: cluster, durations: runtimes, retriesWithMoreMemory: true)
            else { return nil }
            for place in runs.indices {
                if isOver() { throw CancellationError() }
                var arrival: Arrival? = Arrival(
                    at: 0, instance, deadline: question.deadlineSeconds, forecast: expected)
                let result = runs[place].0.simulate(
                    on: cluster, settings: SimulationSettings(keepsTaskRecords: true)
                ) {
                    defer { arrival = nil }
                    return arrival
                }
                runs[place].1.add(result, nodePools, weight: 1 / Double(scenarios.count))
            }
        }
        return runs
    }

    /// Runs of one rule, one for each scenario.
    struct Run {
        var use = ResourceUse(makespan: 0, cost: 0, coreHours: 0, gigabyteHours: 0)
        var failureRate = 0.0
        /// Runs that kept every deadline, of how many.
        private var (kept, count) = (0, 0)
        private var usedNodes: Set<Int> = []
        private(set) var used: [Int]

        /// The part of them.
        var keptShare: Double { count > 0 ? Double(kept) / Double(count) : 0 }

        init(poolCount: Int) { used = [Int](repeating: 0, count: poolCount) }

        mutating func add(_ result: SimulationResult, _ nodePools: [Int], weight: Double) {
            use.makespan += weight * result.makespan
            use.cost += weight * result.cost
            use.coreHours += weight * result.coreHours
            use.gigabyteHours += weight * result.gigabyteHours
            count += 1
            if result.missedDeadlines == 0 { kept += 1 }
            failureRate += weight * Double(result.failures) / Double(max(result.tasks, 1))
            // A task of no length turns no node on.
            for record in result.records where record.end > record.placed && usedNodes.insert(record.node).inserted {
                used[nodePools[record.node]] += 1
            }
        }
    }
}
