import Files
import Layers
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// Workflows with what a version said of their tasks, and of changes of them, when it was made: its self-test.
public enum GoldenWorkflows {
    /// Tasks of all questions together, at the most.
    public static let mostTasks = 100_000
    private static let sizes = "taskCounts", runtimes = "runtimes", cores = "cores", memory = "memory", edges = "edges"
    private static let nodes = "nodes", priorities = "priorities"
    private static let spreads = "spreads", probabilities = "probabilities", delays = "delays", gains = "gains"
    /// Cores, speed, overhead, and memory, of which 0 is no limit.
    private static let nodeWidth = 4

    /// Lists of `lists` to ask about, three of ten jobs where these have no more than `limit` tasks together, else fewer or
    /// shorter ones.
    ///
    /// - Throws: `InputError` if even lists of one job have more tasks than that, or none; or if a list cannot be run.
    public static func questions(of lists: JobLists, atMost limit: Int = mostTasks) throws -> [SchedulingInstance] {
        for jobs in [10, 3, 1] {
            var (questions, room) = ([SchedulingInstance](), limit)
            for number in 0..<3 {
                let list = try lists.list(jobs, .training, number)
                guard list.taskCount > 0, list.taskCount <= room else { continue }
                questions.append(list)
                room -= list.taskCount
            }
            if !questions.isEmpty { return questions }
        }
        throw InputError("no list of jobs to test a version on has 1 to \(limit) tasks", field: "tasks")
    }

    /// The answers of `optimizer` to `questions`, each of which runs on one node, of at most ``mostTasks`` tasks together.
    public static func archive(
        of optimizer: GCNOptimizer, questions: [SchedulingInstance]
    ) throws -> WeightArchive {
        precondition(questions.allSatisfy { $0.nodeCount == 1 }, "a question on several nodes")
        let count = questions.reduce(0) { $0 + $1.taskCount }
        precondition(count <= mostTasks, "\(count) tasks in questions that are read with \(mostTasks) at the most")
        var archive = WeightArchive()
        func set(_ name: String, _ values: [Double]) { archive.set(name, shape: [values.count], .float64(values)) }
        set(sizes, questions.map { Double($0.taskCount) })
        let rows = questions.flatMap { question -> [Double] in
            let node = question.cluster.nodes[0]
            let limit = node.memoryBytes.flatMap { $0.isFinite ? $0 : nil }
            return [node.cores, node.speed, node.taskOverheadSeconds, limit ?? 0]
        }
        archive.set(nodes, shape: [questions.count, nodeWidth], .float64(rows))
        set(runtimes, questions.flatMap(\.runtimes))
        set(cores, questions.flatMap(\.cores))
        set(memory, questions.flatMap(\.memory))
        var triples: [Int64] = []
        for (number, question) in questions.enumerated() {
            for task in 0..<question.taskCount {
                question.forEachParent(of: task) { parent, transfer in
                    precondition(transfer == 0, "a transfer of \(transfer) s, which is not written down")
                    triples += [Int64(number), Int64(parent), Int64(task)]
                }
            }
        }
        archive.set(edges, shape: [triples.count / 3, 3], .int64(triples))
        set(priorities, questions.flatMap { optimizer.priorities(of: $0) })
        // As they are read: a run rests on more than is written down, such as priorities of tasks.
        let asked = try self.questions(of: archive)
        if let bottlenecks = optimizer.bottlenecks {
            let uncertain = asked.map { question in (0..<question.taskCount).map { 0.1 * Double(1 + $0 % 6) } }
            let answers = zip(asked, uncertain).map { estimate(bottlenecks, $0, $1) }
            set(spreads, uncertain.flatMap(\.self))
            set(probabilities, answers.flatMap(\.probabilities))
            set(delays, answers.flatMap(\.delays))
        }
        if let model = optimizer.gains { set(gains, asked.flatMap { gains(model, $0) }) }
        GoldenComparison.sign(&archive)
        return archive
    }

    /// Asks `optimizer` the questions of `archive` again.
    ///
    /// - Throws: `InputError` if an answer is not finite, or differs: on the kind of processor that the version was made on in
    ///   any bit, elsewhere by more than 1e-5 of the largest; or if the archive holds no questions that can be asked.
    public static func check(_ optimizer: GCNOptimizer, against archive: WeightArchive) throws {
        let questions = try questions(of: archive)
        var expected = try ExpectedAnswers(priorities, archive)
        for question in questions { try expected.check(optimizer.priorities(of: question)) }
        try expected.finish()
        for (name, isThere) in [(probabilities, optimizer.bottlenecks != nil), (gains, optimizer.gains != nil)] {
            guard isThere || archive[name] == nil else {
                throw InputError("are those of a network that is not there", field: name)
            }
        }
        if let bottlenecks = optimizer.bottlenecks { try check(bottlenecks, questions, against: archive) }
        guard let model = optimizer.gains else { return }
        var long = try ExpectedAnswers(gains, of: "change", archive)
        for question in questions { try long.check(gains(model, question)) }
        try long.finish()
    }

    private static func check(
        _ bottlenecks: GCNBottlenecks, _ questions: [SchedulingInstance], against archive: WeightArchive
    ) throws {
        var uncertain = try archive.doubles(spreads)[...]
        guard uncertain.count == questions.reduce(0, { $0 + $1.taskCount }),
            uncertain.allSatisfy({ (0...10).contains($0) })
        else { throw InputError("do not fit the tasks", field: spreads) }
        var (likely, long) = (try ExpectedAnswers(probabilities, archive), try ExpectedAnswers(delays, archive))
        for question in questions {
            let answer = estimate(bottlenecks, question, Array(uncertain.prefix(question.taskCount)))
            uncertain = uncertain.dropFirst(question.taskCount)
            try likely.check(answer.probabilities)
            try long.check(answer.delays)
        }
        try likely.finish()
        try long.finish()
    }

    /// Of changes of every 8th task, each of another kind than the one before.
    private static func gains(_ model: GCNGains, _ question: SchedulingInstance) -> [Double] {
        let tasks = question.workflow.tasks.map(\.id)
        let changes = stride(from: 0, to: tasks.count, by: 8).map { place in
            let (task, next) = (tasks[place], tasks[min(place + 1, tasks.count - 1)])
            let parent = question.graph.parents(of: place).first.map { tasks[$0] } ?? next
            let (type, edit): (String, WorkflowEdit) =
                switch place / 8 % 7 {
                case 0: ("split", .split(task: task, chunks: 4))
                case 1: ("skip", .skip(task: task))
                case 2: ("cluster", .merge(tasks: [task, next]))
                case 3: ("right-size", .change(TaskChange(task: task, cores: 1, memoryBytes: 1)))
                case 4: ("remove-edge", .removeEdge(parent: parent, child: task))
                case 5: ("add-edge", .addEdge(parent: next, child: task))
                default: ("colocate", .together(tasks: [parent, task]))
                }
            return ProposedChange(type: type, rank: place / 8, edits: [edit])
        }
        return model.gains(of: changes, after: SchedulingPolicy.fifo.timetable(of: question), of: question)
    }

    private static func estimate(
        _ bottlenecks: GCNBottlenecks, _ question: SchedulingInstance, _ spreads: [Double]
    ) -> BottleneckEstimate {
        bottlenecks.estimate(
            after: SchedulingPolicy.fifo.timetable(of: question), of: question, spreads: spreads)
    }

    private static func questions(of archive: WeightArchive) throws -> [SchedulingInstance] {
        let (counts, rows) = (try archive.doubles(sizes), try archive.doubles(nodes))
        let (runtimes, cores) = (try archive.doubles(runtimes), try archive.doubles(cores))
        let memory = try archive.doubles(memory)
        guard !counts.isEmpty, counts.count * nodeWidth == rows.count,
            counts.allSatisfy({ $0 >= 1 && $0 <= Double(mostTasks) && $0 == $0.rounded() }),
            counts.reduce(0, +) == Double(runtimes.count), runtimes.count == cores.count,
            runtimes.count == memory.count, runtimes.count <= mostTasks,
            [runtimes, cores, memory, rows].allSatisfy({ $0.allSatisfy { $0.isFinite && $0 >= 0 } })
        else { throw InputError("do not fit each other", field: sizes) }
        let pairs = try edges(of: archive, questions: counts.count)
        var first = 0
        return try counts.indices.map { number in
            let tasks = (0..<Int(counts[number])).map { place in
                var task = Workflow.Task(id: "\(place)", runtimeSeconds: runtimes[first + place])
                (task.cores, task.memoryBytes) = (cores[first + place], memory[first + place])
                return task
            }
            first += tasks.count
            return try SchedulingInstance(
                Workflow(name: "question", tasks: tasks, edges: pairs[number]),
                on: Cluster(nodes: [node(rows[(number * nodeWidth)...])]))
        }
    }

    private static func node(_ row: ArraySlice<Double>) -> Cluster.Node {
        let (first, memory) = (row.startIndex, row[row.startIndex + 3])
        return Cluster.Node(
            name: "node", cores: row[first], memoryBytes: memory > 0 ? memory : nil, speed: row[first + 1],
            taskOverheadSeconds: row[first + 2])
    }

    /// The dependencies of each question.
    private static func edges(
        of archive: WeightArchive, questions: Int
    ) throws -> [[(parent: String, child: String)]] {
        let triples = try archive.integers(edges)
        guard triples.count % 3 == 0 else { throw InputError("are no triples", field: edges) }
        var pairs = [[(parent: String, child: String)]](repeating: [], count: questions)
        for place in stride(from: 0, to: triples.count, by: 3) {
            guard let number = Int(exactly: triples[place]), pairs.indices.contains(number) else {
                throw InputError("are of no question", field: edges)
            }
            pairs[number].append(("\(triples[place + 1])", "\(triples[place + 2])"))
        }
        return pairs
    }
}

/// The answers of one kind in an archive, which are compared with those that are given now, question by question.
private struct ExpectedAnswers {
    private let name: String
    private let noun: String
    private let comparison: GoldenComparison
    private var rest: ArraySlice<Double>

    /// The answers of an archive that are called `name`, each of a `noun`.
    init(_ name: String, of noun: String = "task", _ archive: WeightArchive) throws {
        (self.name, self.noun, comparison) = (name, noun, GoldenComparison(archive))
        rest = try archive.doubles(name)[...]
    }

    /// - Throws: `InputError` if one of `answers`, which are those to the next question, is not what was expected.
    mutating func check(_ answers: [Double]) throws {
        guard answers.count <= rest.count else { throw InputError("holds too few numbers", field: name) }
        let largest = rest.prefix(answers.count).reduce(0) { max($0, abs($1)) }
        for (place, (answer, value)) in zip(answers, rest).enumerated() {
            guard comparison.agrees(answer, value, scale: largest) else {
                throw InputError(
                    "the self-test fails: of \(noun) \(place) it is \(answer), not \(value) " + comparison.words,
                    field: name)
            }
        }
        rest = rest.dropFirst(answers.count)
    }

    /// - Throws: `InputError` if more was expected.
    func finish() throws {
        guard rest.isEmpty else { throw InputError("holds too many numbers", field: name) }
    }
}
