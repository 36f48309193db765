import Files
import Kernels
import Layers
import Reinforcement
import Scheduling
import Simulation
import Testing
import Training
import Workflows

@testable import Models

/// A history whose executions were started by a rule that the rule of schedulers is not: most remaining work first.
enum LoggedExecutions {
    static let order = QueueOrder.workflows(within: { arrival, _ in
        arrival.instance.graph.upwardRanks(costs: arrival.instance.runtimes).map { -$0 }
    }) { -$0.remainingCoreSeconds }

    /// What happened in `count` workflows of the stream of `seed`, all moments behind `began`.
    static func history(
        seed: UInt64 = 1, count: Int = 60, began: Double = 1e9
    ) throws -> (executions: [TaskExecution], graphs: [RecordedGraph]) {
        let arrivals = try SchedulingStreams.stream(seed: seed, count: count)
        var left = arrivals[...]
        var simulation = VirtualCluster(
            SchedulingStreams.cluster, rule: .list(order),
            settings: .init(keepsTaskRecords: true, nodesStartOff: false)
        ) { left.popFirst() }
        let executions = simulation.run().records.map { record in
            let task = TaskSpec(
                workflow: "w", process: "p", cores: 1, run: "r\(record.arrival)", submittedAt: began + record.ready)
            return TaskExecution(
                task: task, taskID: "t\(record.task)", startedAt: began + record.start,
                completedAt: began + record.end, duration: record.end - record.start)
        }
        let graphs = arrivals.enumerated().map { place, arrival in
            let graph = arrival.instance.graph
            let edges = (0..<arrival.instance.taskCount).flatMap { child in
                graph.parents(of: child).map { RecordedGraph.Edge(parent: $0, child: child, bytes: 0) }
            }
            let ids = (0..<arrival.instance.taskCount).map { "t\($0)" }
            return RecordedGraph(workflow: "w", run: "r\(place)", taskIDs: ids, edges: edges)
        }
        return (executions, graphs)
    }

    static func log(seed: UInt64 = 1, count: Int = 60) throws -> LoggedStream {
        let (executions, graphs) = try history(seed: seed, count: count)
        return try LoggedStream(executions: executions, graphs: graphs, on: SchedulingStreams.cluster)
    }
}

struct LoggedTeacherTests {
    @Test func aLogIsTheStreamThatWasRun() throws {
        let (log, arrivals) = (try LoggedExecutions.log(), try SchedulingStreams.stream(seed: 1, count: 60))
        #expect(log.arrivals.map(\.at) == arrivals.map(\.at))
        for (own, arrival) in zip(log.arrivals, arrivals) {
            #expect(own.instance.runtimes.sorted() == arrival.instance.runtimes.sorted())
            #expect(own.instance.graph.edgeCount == arrival.instance.graph.edgeCount)
            #expect(abs(own.instance.criticalPathSeconds - arrival.instance.criticalPathSeconds) < 1e-6)
        }
        // It takes at every choice what it took, which its order would take first most of the time, and the rule seldom.
        let window = QueueOrder.leastRemainingWorkByPath.choosing(window: 64)
        var left = log.arrivals[...]
        var simulation = VirtualCluster(
            SchedulingStreams.cluster, rule: .list(.leastRemainingWorkByPath.choosing(window: 64, by: log)),
            settings: .init(keepsTaskRecords: true, nodesStartOff: false)
        ) { left.popFirst() }
        let records = simulation.run().records
        let again = records.count { abs($0.start - log.starts[$0.arrival][$0.task]) < 1e-6 }
        #expect(again == log.starts.joined().count, "\(again) of \(records.count) start when they did")
        let choices = log.agreement(of: log, in: window).choices
        #expect(choices > 100)
        let most = log.agreement(of: FirstOfWindow(), in: LoggedExecutions.order.choosing(window: 64)).agreed
        let least = log.agreement(of: FirstOfWindow(), in: window).agreed
        #expect(Double(most) > 0.9 * Double(choices) && Double(least) < 0.5 * Double(choices), "\(most), \(least)")
        let parts = log.parts(7)
        #expect(parts.flatMap(\.starts) == log.starts && parts.allSatisfy { (8...9).contains($0.arrivals.count) })
        #expect(log.parts(1000).count == 60)
    }

    @Test func whatALogLacksIsNamed() throws {
        let (executions, graphs) = try LoggedExecutions.history(count: 3)
        func refusal(_ change: (inout TaskExecution) -> Void) -> InputError? {
            var changed = executions
            change(&changed[4])
            return #expect(throws: InputError.self) {
                try LoggedStream(executions: changed, graphs: graphs, on: SchedulingStreams.cluster)
            }
        }
        let name = "the task \"\(executions[4].taskID)\" in the run \"\(executions[4].task.run ?? "")\" of w"
        for (field, error) in [
            ("executions/startedAt", refusal { $0.startedAt = nil }),
            ("executions/submittedAt", refusal { $0.task.submittedAt = .nan }),
            ("executions/submittedAt", refusal { $0.task.submittedAt = -1e308 }),
            ("executions/duration", refusal { $0.duration = nil }),
        ] {
            #expect(error?.field == field && error?.problem.contains(name) == true, "\(error?.problem ?? "none")")
        }
        let large = refusal { $0.task.cores = 100 }
        #expect(large?.problem.contains("fits on no node") == true, "\(large?.problem ?? "none")")
        // What did not end well is no part of it; nothing is left where nothing did.
        var failed = executions
        failed[4].status = .failed
        failed[4].startedAt = nil
        // Nor is what an earlier run had done, whose moments are of that one.
        failed[9].status = .cached
        failed[9].task.submittedAt = 5
        let log = try LoggedStream(executions: failed, graphs: graphs, on: SchedulingStreams.cluster)
        #expect(log.starts.joined().count == executions.count - 2)
        // Of a task that ended well twice the later end counts, wherever it stands.
        var earlier = executions[7]
        (earlier.startedAt, earlier.completedAt) = (1, 2)
        let whole = try LoggedStream(executions: executions, graphs: graphs, on: SchedulingStreams.cluster)
        for twice in [executions + [earlier], [earlier] + executions] {
            #expect(
                try LoggedStream(executions: twice, graphs: graphs, on: SchedulingStreams.cluster).starts
                    == whole.starts)
        }
        #expect(whole.digest != log.digest)
        #expect(
            try whole.digest
                == LoggedStream(executions: executions, graphs: graphs, on: SchedulingStreams.cluster).digest)
        let none = #expect(throws: InputError.self) {
            try LoggedStream(executions: [], graphs: [], on: SchedulingStreams.cluster)
        }
        #expect(none?.problem.contains("no execution that ran to its end") == true)
    }

    /// Shown by the log the network learns to choose as the log does, on a part of the log that it was not shown; shown by the rule
    /// it does not.
    @Test func imitationOfALogChoosesAsTheLogDid() throws {
        let halves = try LoggedExecutions.log(count: 160).parts(2)
        let window = QueueOrder.leastRemainingWorkByPath.choosing(window: 64)
        let choices = Double(halves[1].agreement(of: FirstOfWindow(), in: window).choices)
        func agreement(_ network: CandidateNetwork) -> Double {
            Double(halves[1].agreement(of: DQNScheduler(network), in: window).agreed) / choices
        }
        func shown(by teacher: QLearning.Teacher) throws -> Double {
            var learning = QLearning()
            (learning.teacher, learning.log, learning.demonstrations) = (teacher, halves[0], 1)
            var configuration = learning.configuration
            (configuration.imitation, configuration.conservatism) = (1, 0.1)
            var environment = SchedulingEnvironment(on: SchedulingStreams.cluster, order: window, horizon: 1) {
                try SchedulingStreams.stream(seed: $0, count: 80)
            }
            environment.sight = learning.sight
            var generator = SeededGenerator(seed: 1)
            var learner = DQN(
                CandidateNetwork(
                    state: WindowFeatures.stateCount, features: learning.sight.count, width: 32, using: &generator),
                configuration, seed: 1)
            var training = AgentTraining(epochs: 0, episodesPerEpoch: 1)
            training.demonstrations.updates = 600
            let lessons = learning.lessons(in: environment)
            if teacher == .rule { training.demonstrations.episodes = 1 }
            #expect(lessons.count == (teacher == .rule ? 0 : 1))
            // The last network is kept, however it does.
            var last: Float = 0
            try training.run(&learner, in: &environment, seed: 900, lessons: lessons) { _ in
                last -= 1
                return last
            }
            #expect((0..<learner.replay.count).allSatisfy { learner.replay.transitions[$0].isDemonstration })
            return agreement(learner.online)
        }
        let rule = Double(halves[1].agreement(of: FirstOfWindow(), in: window).agreed) / choices
        let (log, other) = (try shown(by: .logged), try shown(by: .rule))
        #expect(log > 0.6 && log > rule + 0.5, "agrees in \(log) of \(choices) choices, the rule in \(rule)")
        #expect(other < 0.5, "shown by the rule it agrees in \(other)")
    }

    @Test func deepQLearningBeginsWithWhatItsTeacherShows() throws {
        var learning = QLearning()
        (learning.width, learning.epochs, learning.episodes) = (8, 1, 1)
        (learning.configuration.imitation, learning.updatesPerDemonstration) = (1, 100)
        learning.log = try LoggedExecutions.log(count: 40)
        let validation = [try SchedulingStreams.stream(seed: 80)]
        func run(_ teacher: QLearning.Teacher, _ shown: Int) throws -> QLearning.Outcome {
            (learning.teacher, learning.demonstrations) = (teacher, shown)
            return try learning.run(
                on: SchedulingStreams.cluster, streams: { try SchedulingStreams.stream(seed: $0) },
                validation: validation, seed: 3)
        }
        let (none, rule, log, both) = (try run(.rule, 0), try run(.rule, 2), try run(.logged, 2), try run(.both, 2))
        let costs = [none, rule, log, both].map(\.costs)
        #expect(Set(costs.map(\.[0])).count == 1 && Set(costs.map(\.[1])).count == 4, "\(costs)")
        #expect(learning.hyperparameters["teacherLogged"] == 1 && learning.hyperparameters["teacherRule"] == 1)
        learning.teacher = .rule
        #expect(learning.hyperparameters["teacherLogged"] == nil)
    }
}
