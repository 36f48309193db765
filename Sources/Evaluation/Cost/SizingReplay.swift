import Files
import Kernels
import Prediction
import Scheduling
import Simulation
import Workflows

/// Executions that are run again on a cluster, each with what it would have asked for: tasks without dependencies that all wait
/// at the start, taken first in, first out in an order that is drawn.
///
/// A task takes as long as it did, over the speed of its node, and longer where it is given fewer cores than it used. An attempt
/// with less memory than the task needed fails at its end and is tried again with the double, up to the largest node's.
public struct SizingReplay: Sendable {
    /// What a run came to.
    public struct Measures: Codable, Sendable, Hashable {
        /// Gigabytes held times hours, failed attempts included.
        public var gigabyteHours: Double
        /// Cores held times hours, likewise.
        public var coreHours: Double
        /// Price of the time that nodes are on.
        public var cost: Double
        /// Attempts that did not end well, for 100 tasks.
        public var failuresPer100: Double
        /// Seconds from the start to the last end.
        public var makespan: Double
    }

    /// The executions as tasks that ask for what is defined, in the order in which they are taken.
    private let workflow: Workflow
    private let cluster: Cluster
    /// The execution of each task.
    private let order: [Int]

    /// A replay of `executions`, which have a duration and a memory and ask for `requests`, on `cluster`.
    ///
    /// - Throws: what a workflow of these tasks throws.
    public init(_ executions: [TaskExecution], requests: TaskSizes, on cluster: Cluster, seed: UInt64) throws {
        precondition(
            executions.allSatisfy { $0[.duration] != nil && $0[.memory] != nil },
            "an execution without a duration or a memory")
        self.cluster = cluster
        var generator = SeededGenerator(seed: seed)
        order = executions.indices.shuffled(using: &generator)
        let sizes = Self.allocation("", requests, order, cluster)
        let tasks = order.enumerated().map { place, row in
            var task = Workflow.Task(id: "\(row)", runtimeSeconds: executions[row][.duration])
            task.memoryBytes = executions[row][.memory]
            task.cpu = executions[row][.cpu]
            task.wishes.cores = sizes.cores[place]
            task.wishes.memoryBytes = sizes.memory[place]
            return task
        }
        workflow = try Workflow(name: "replay", tasks: tasks, edges: [])
    }

    /// What tasks ask for, in their order: no more memory than the largest node with as many cores has.
    private static func allocation(_ name: String, _ sizes: TaskSizes, _ order: [Int], _ cluster: Cluster)
        -> TaskRequests
    {
        precondition(
            sizes.cores.count == order.count && sizes.memory.count == order.count,
            "\(sizes.cores.count) and \(sizes.memory.count) sizes for \(order.count) tasks")
        let memory = order.map { row in
            min(sizes.memory[row], cluster.largestMemory(cores: sizes.cores[row]))
        }
        return TaskRequests(name: name, cores: order.map { sizes.cores[$0] }, memory: memory)
    }

    /// Runs them with `sizes` on all nodes.
    ///
    /// - Throws: `InputError` where a task fits on no node.
    public func run(_ sizes: TaskSizes) throws -> Measures {
        let asked = Self.allocation("", sizes, order, cluster)
        var sized = workflow
        let seconds = sized.tasks.enumerated().map { place, task in
            (task.runtimeSeconds ?? 0)
                * CoreSizing.slowdown(used: task.cpu, cores: asked.cores[place], asked: task.wishes.cores ?? 1)
        }
        for place in sized.tasks.indices {
            sized.update(place) {
                $0.wishes.cores = asked.cores[place]
                $0.wishes.memoryBytes = asked.memory[place]
            }
        }
        let instance = try SchedulingInstance(sized, on: cluster, durations: seconds, retriesWithMoreMemory: true)
        var arrival: Arrival? = Arrival(at: 0, instance)
        let result = SchedulingPolicy.fifo.simulate(on: cluster) {
            defer { arrival = nil }
            return arrival
        }
        return Measures(
            gigabyteHours: result.gigabyteHours, coreHours: result.coreHours, cost: result.cost,
            failuresPer100: 100 * Double(result.failures) / Double(max(result.tasks, 1)), makespan: result.makespan)
    }

    /// Runs them with `sizes` on the cheapest mix of nodes that keeps `deadlineSeconds` (``CostOptimizer``).
    ///
    /// - Throws: `InputError` where none was found.
    public func runOnCheapestMix(_ sizes: TaskSizes, deadlineSeconds: Double, iterations: Int) throws -> Measures {
        var question = CostQuestion(
            workflow, on: cluster, deadlineSeconds: deadlineSeconds, maxFailureRate: .infinity, iterations: iterations)
        question.allocations = [Self.allocation("sizes", sizes, order, cluster)]
        let outcome = try CostOptimizer.plan(question).outcome
        return Measures(
            gigabyteHours: outcome.use.gigabyteHours, coreHours: outcome.use.coreHours, cost: outcome.use.cost,
            failuresPer100: 100 * outcome.failureRate, makespan: outcome.use.makespan)
    }
}
