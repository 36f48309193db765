import Files
import Layers
import Simulation
import Workflows

/// Workflows with the priorities that a version gave their tasks when it was made: its self-test.
public enum GoldenPriorities {
    /// Tasks of all questions together, at the most.
    static let mostTasks = 100_000
    private static let sizes = "taskCounts", durations = "durations", cores = "cores", edges = "edges"
    private static let capacities = "capacities", priorities = "priorities"

    /// The answers of `optimizer` to `questions`, each of which runs on one node.
    public static func archive(of optimizer: GCNOptimizer, questions: [SchedulingInstance]) -> WeightArchive {
        precondition(questions.allSatisfy { $0.nodeCount == 1 }, "a question on several nodes")
        var archive = WeightArchive()
        func set(_ name: String, _ values: [Double]) { archive.set(name, shape: [values.count], .float64(values)) }
        set(sizes, questions.map { Double($0.taskCount) })
        set(capacities, questions.map { $0.cluster.nodes[0].cores })
        set(durations, questions.flatMap { question in (0..<question.taskCount).map { question.duration($0, on: 0) } })
        set(cores, questions.flatMap(\.cores))
        var pairs: [Int64] = []
        for (number, question) in questions.enumerated() {
            for task in 0..<question.taskCount {
                for parent in question.graph.parents(of: task) { pairs += [Int64(number), Int64(parent), Int64(task)] }
            }
        }
        archive.set(edges, shape: [pairs.count / 3, 3], .int64(pairs))
        set(priorities, questions.flatMap { optimizer.priorities(of: $0) })
        GoldenComparison.sign(&archive)
        return archive
    }

    /// Asks `optimizer` the questions of `archive` again.
    ///
    /// - Throws: `InputError` if an answer is not finite, or differs: on the kind of processor that the version was made on in
    ///   any bit, elsewhere by more than 1e-5 of the largest; or if the archive holds no questions that can be asked.
    public static func check(_ optimizer: GCNOptimizer, against archive: WeightArchive) throws {
        let comparison = GoldenComparison(archive)
        var expected = try archive.doubles(priorities)[...]
        for question in try questions(of: archive) {
            let answers = optimizer.priorities(of: question)
            guard answers.count <= expected.count else {
                throw InputError("holds too few numbers", field: priorities)
            }
            let largest = expected.prefix(answers.count).reduce(0) { max($0, abs($1)) }
            for (task, (answer, value)) in zip(answers, expected).enumerated() {
                guard comparison.agrees(answer, value, scale: largest) else {
                    throw InputError(
                        "the self-test fails: task \(task) has the priority \(answer), not \(value) "
                            + comparison.words, field: priorities)
                }
            }
            expected = expected.dropFirst(answers.count)
        }
        guard expected.isEmpty else { throw InputError("holds too many numbers", field: priorities) }
    }

    private static func questions(of archive: WeightArchive) throws -> [SchedulingInstance] {
        let (counts, capacities) = (try archive.doubles(sizes), try archive.doubles(capacities))
        let (durations, cores) = (try archive.doubles(durations), try archive.doubles(cores))
        guard !counts.isEmpty, counts.count == capacities.count,
            counts.allSatisfy({ $0 >= 1 && $0 <= Double(mostTasks) && $0 == $0.rounded() }),
            counts.reduce(0, +) == Double(durations.count), durations.count == cores.count,
            durations.count <= mostTasks, (durations + cores + capacities).allSatisfy({ $0.isFinite && $0 >= 0 })
        else { throw InputError("do not fit each other", field: sizes) }
        let triples = try archive.integers(edges)
        guard triples.count % 3 == 0 else { throw InputError("are no triples", field: edges) }
        var pairs = [[(parent: String, child: String)]](repeating: [], count: counts.count)
        for place in stride(from: 0, to: triples.count, by: 3) {
            guard let number = Int(exactly: triples[place]), pairs.indices.contains(number) else {
                throw InputError("are of no question", field: edges)
            }
            pairs[number].append(("\(triples[place + 1])", "\(triples[place + 2])"))
        }
        var first = 0
        return try counts.indices.map { number in
            let tasks = (0..<Int(counts[number])).map { place in
                var task = Workflow.Task(id: "\(place)", runtimeSeconds: durations[first + place])
                task.cores = cores[first + place]
                return task
            }
            first += tasks.count
            return try SchedulingInstance(
                Workflow(name: "question", tasks: tasks, edges: pairs[number]),
                on: Cluster(nodes: [.init(name: "node", cores: capacities[number])]))
        }
    }
}
