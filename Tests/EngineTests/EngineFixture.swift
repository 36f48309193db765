import Files
import Glibc
import Kernels
import ModelFixtures
import Layers
import Models
import Prediction
import NIOConcurrencyHelpers
import Registry
import Settings
import TestSupport
import Workflows

@testable import Engine

/// Settings whose registry and state lie in `folder`, with time enough for every search on a busy machine.
func settings(in folder: TemporaryFolder) -> Settings {
    var settings = Settings()
    settings.modelsPath = folder("models")
    settings.server.statePath = folder("state")
    settings.targetLatencyMs = 20_000
    return settings
}

/// A predictor that passes its self-test, whose tasks all belong to a run, and fails for tasks that belong to none.
struct BrokenPredictor: PublishablePredictor {
    enum Fault {
        case throwing
        case notFinite
        case missing
        case slowToLearn
    }

    /// Whether an outcome may be learned, where that is slow.
    static let mayLearn = NIOLockedValueBox(true)

    var sound: any PublishablePredictor
    var fault: Fault

    var heuristic: StatisticsPredictor { sound.heuristic }
    func archive() throws -> WeightArchive { try sound.archive() }
    mutating func observe(_ execution: TaskExecution) {
        if fault == .slowToLearn { while !Self.mayLearn.withLockedValue({ $0 }) { usleep(1000) } }
        sound.observe(execution)
    }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        var answers = try sound.predict(tasks)
        guard tasks.contains(where: { $0.run == nil }) else { return answers }
        switch fault {
        case .throwing: throw InputError("the weights are asleep")
        case .notFinite: answers[0].duration.p50 = .nan
        case .missing: answers.removeLast()
        case .slowToLearn: break
        }
        return answers
    }
}

/// A workflow of two chains that share one task at the end: `a1 → a2 → end`, `b1 → end`, in seconds.
func diamond(_ seconds: [String: Double] = ["a1": 10, "a2": 20, "b1": 5, "end": 1]) throws -> WfFormatDocument {
    func task(_ id: String, _ parents: String...) -> JSONValue {
        .object(
            JSONObject([
                ("id", .string(id)), ("name", .string(id)), ("parents", .array(parents.map(JSONValue.string))),
            ]))
    }
    let specification = JSONObject([
        ("tasks", .array([task("a1"), task("a2", "a1"), task("b1"), task("end", "a2", "b1")]))
    ])
    let records = ["a1", "a2", "b1", "end"].map { id in
        JSONValue.object(JSONObject([("id", .string(id)), ("runtimeInSeconds", .number(seconds[id] ?? 1))]))
    }
    let body = JSONObject([
        ("specification", .object(specification)),
        ("execution", .object(JSONObject([("tasks", .array(records))]))),
    ])
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("diamond-1")), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
            ])))
}

/// Two nodes of one core.
let pair = Cluster(nodes: [Cluster.Node(name: "n1", cores: 1), Cluster.Node(name: "n2", cores: 1)])

/// What is asked about a workflow on a cluster, as it stands on the wire.
func question(_ document: WfFormatDocument, on cluster: Cluster = pair) -> JSONValue {
    .object(JSONObject([("workflow", document.json), ("cluster", cluster.json)]))
}

/// A workflow of tasks of 1 to 100 s, each behind up to two of those before it.
func randomWorkflow(_ count: Int, seed: UInt64) throws -> WfFormatDocument {
    var generator = SeededGenerator(seed: seed)
    var (tasks, records): ([JSONValue], [JSONValue]) = ([], [])
    for task in 0..<count {
        let parents = task == 0 ? [] : Set((0..<2).map { _ in Int.random(in: 0..<task, using: &generator) }).sorted()
        let kept = parents.filter { _ in Bool.random(using: &generator) }.map { JSONValue.string("t\($0)") }
        tasks.append(
            .object(
                JSONObject([
                    ("id", .string("t\(task)")), ("name", .string("t\(task)")), ("parents", .array(kept)),
                ])))
        let seconds = Double(Int.random(in: 1...100, using: &generator))
        records.append(
            .object(JSONObject([("id", .string("t\(task)")), ("runtimeInSeconds", .number(seconds))])))
    }
    let body = JSONObject([
        ("specification", .object(JSONObject([("tasks", .array(tasks))]))),
        ("execution", .object(JSONObject([("tasks", .array(records))]))),
    ])
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("random-\(seed)")), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
            ])))
}

/// `nodes` nodes of one core.
func cluster(_ nodes: Int) -> Cluster {
    Cluster(nodes: (0..<nodes).map { Cluster.Node(name: "n\($0)", cores: 1) })
}
