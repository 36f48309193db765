import Files
import Kernels
import Workflows

/// A task of a test's workflow.
struct Step {
    var id: String
    var seconds: Double
    var parents: [String] = []
    var cores: Double?
    /// Cores that it used on average.
    var used: Double?
    var memory: Double?
    var requestCores: Double?
    var requestMemory: Double?
    var priority: Double?
    var program: String?
    /// Bytes that it writes for all its children.
    var output: Double?
    /// Files that it reads and writes beside these.
    var reads: [String] = []
    var writes: [String] = []
    var divisible: ClosedRange<Int>? = 1...1
    var alternatives: [(name: String, seconds: Double, quality: Double)] = []
    var pool: String?
    var isUnchanged = false
}

/// The WfFormat document of `steps`, with members that Tactus does not know.
func document(_ steps: [Step]) throws -> WfFormatDocument {
    func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }
    let outputs = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0.output) })
    let tasks = steps.map { step in
        let request = object([
            ("cores", step.requestCores.map(JSONValue.number)),
            ("memoryBytes", step.requestMemory.map(JSONValue.number)),
        ])
        return object([
            ("id", .string(step.id)), ("name", .string(step.id)), ("note", .string("kept")),
            ("parents", .array(step.parents.map(JSONValue.string))),
            (
                "inputFiles",
                .array(
                    step.parents.filter { outputs[$0] ?? nil != nil }.map { .string("of-\($0)") }
                        + step.reads.map(JSONValue.string))
            ),
            (
                "outputFiles",
                .array((step.output == nil ? [] : [.string("of-\(step.id)")]) + step.writes.map(JSONValue.string))
            ),
            (
                "tactus",
                object([
                    ("request", step.requestCores ?? step.requestMemory == nil ? nil : request),
                    ("priority", step.priority.map(JSONValue.number)),
                    (
                        "divisible",
                        step.divisible.map {
                            .object(
                                JSONObject([
                                    ("minimumChunks", .integer($0.lowerBound)),
                                    ("maximumChunks", .integer($0.upperBound)),
                                ]))
                        }
                    ),
                    (
                        "alternatives",
                        step.alternatives.isEmpty
                            ? nil
                            : .array(
                                step.alternatives.map {
                                    object([
                                        ("name", .string($0.name)), ("runtimeInSeconds", .number($0.seconds)),
                                        ("quality", .number($0.quality)),
                                    ])
                                })
                    ),
                    ("pool", step.pool.map(JSONValue.string)), ("unchanged", step.isUnchanged ? .bool(true) : nil),
                ])
            ),
        ])
    }
    let records = steps.map { step in
        object([
            ("id", .string(step.id)), ("runtimeInSeconds", .number(step.seconds)),
            ("coreCount", step.cores.map(JSONValue.number)), ("avgCPU", step.used.map { .number($0 * 100) }),
            ("memoryInBytes", step.memory.map(JSONValue.number)),
            ("command", object([("program", step.program.map(JSONValue.string))])),
        ])
    }
    let files = steps.compactMap { step in
        step.output.map { object([("id", .string("of-\(step.id)")), ("sizeInBytes", .number($0))]) }
    }
    return try WfFormatDocument(
        object([
            ("name", .string("w")), ("schemaVersion", .string("1.5")), ("author", object([("unknown", .bool(true))])),
            (
                "workflow",
                object([
                    ("specification", object([("tasks", .array(tasks)), ("files", .array(files))])),
                    ("execution", object([("tasks", .array(records))])),
                ])
            ),
        ]))
}

/// A cluster of `nodes`, each with these cores and, where given, this memory.
func cluster(
    nodes: Int = 1, cores: Double, memory: Double? = nil, price: Double = 0, bandwidth: Double? = nil
) throws -> Cluster {
    let list = (0..<nodes).map { place in
        var node = JSONObject([
            ("name", .string("n\(place)")), ("cores", .number(cores)), ("pricePerHour", .number(price)),
        ])
        node["memoryBytes"] = memory.map(JSONValue.number)
        return JSONValue.object(node)
    }
    var object = JSONObject([("nodes", .array(list))])
    object["bandwidthBytesPerSecond"] = bandwidth.map(JSONValue.number)
    return try Cluster(JSONField(.object(object)))
}

/// The question of how to improve `steps`, with time for every run.
func question(
    _ steps: [Step], on cluster: Cluster, policy: String = "fifo",
    objectives: [OptimizationQuestion.Objective] = OptimizationQuestion.Objective.allCases, threshold: Double = 0.8
) throws -> OptimizationQuestion {
    try OptimizationQuestion(
        document(steps), on: cluster, policy: policy, objectives: objectives, budget: .seconds(600),
        bottleneckThreshold: threshold)
}

/// A random workflow: each task has up to three parents before it; requests, priorities and files are drawn too.
func randomSteps(_ count: Int, seed: UInt64) -> [Step] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        let parents = Set(
            (0..<Int.random(in: 0...3, using: &generator)).map { _ in Int.random(in: 0...place, using: &generator) })
        let used = Double.random(in: 0.2...3, using: &generator)
        let memory = Double.random(in: 1...4, using: &generator) * 1e9
        var step = Step(
            id: "t\(place)", seconds: Double(Int.random(in: 0...40, using: &generator)),
            parents: parents.filter { $0 < place }.sorted().map { "t\($0)" })
        step.cores = Double(Int.random(in: 1...4, using: &generator))
        step.used = min(used, step.cores ?? 1)
        step.memory = memory
        if Bool.random(using: &generator) { step.requestMemory = memory * Double.random(in: 1...3, using: &generator) }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            step.priority = Double(Int.random(in: -2...2, using: &generator))
        }
        step.program = "p\(place % 5)"
        if Bool.random(using: &generator) { step.output = Double(Int.random(in: 1...50, using: &generator)) }
        return step
    }
}
