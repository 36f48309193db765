import Files
import Kernels
import Workflows

@testable import Prediction

/// A workflow of tasks in rows: seconds, cores, bytes, cores in use, and the places of the parents.
struct CostTask {
    var seconds: Double
    var cores = 1.0
    var memory = 0.0
    var cpu: Double?
    var request: Double?
    var parents: [Int] = []
    var pool: String?
}

func costWorkflow(_ tasks: [CostTask], process: (Int) -> String = { _ in "step" }) throws -> Workflow {
    let specification = tasks.enumerated().map { place, task in
        var object = JSONObject([
            ("id", .string("t\(place)")), ("name", .string(process(place))),
            ("parents", .array(task.parents.map { .string("t\($0)") })),
        ])
        var own = JSONObject()
        if let request = task.request {
            own["request"] = .object(JSONObject([("memoryBytes", .number(request))]))
        }
        own["pool"] = task.pool.map(JSONValue.string)
        if !own.members.isEmpty { object["tactus"] = .object(own) }
        return JSONValue.object(object)
    }
    let execution = tasks.enumerated().map { place, task in
        var object = JSONObject([
            ("id", .string("t\(place)")), ("runtimeInSeconds", .number(task.seconds)),
            ("coreCount", .number(task.cores)), ("memoryInBytes", .number(task.memory)),
        ])
        object["avgCPU"] = task.cpu.map { .number($0 * 100) }
        return JSONValue.object(object)
    }
    let body = JSONObject([
        ("specification", .object(JSONObject([("tasks", .array(specification))]))),
        ("execution", .object(JSONObject([("tasks", .array(execution))]))),
    ])
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("cost-1")), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
            ]))
    ).workflow
}

/// `count` like nodes of a pool.
func pool(
    _ name: String, _ count: Int, cores: Double, memory: Double? = nil, speed: Double = 1, price: Double,
    start: Double = 0, overhead: Double = 0
) -> [Cluster.Node] {
    (0..<count).map {
        Cluster.Node(
            name: "\(name)\($0)", cores: cores, memoryBytes: memory, speed: speed, pricePerHour: price, pool: name,
            startupSeconds: start, taskOverheadSeconds: overhead)
    }
}

/// A workflow and a cluster of up to three pools of up to three nodes each, drawn.
func drawnCostQuestion(seed: UInt64) throws -> CostQuestion {
    var generator = SeededGenerator(seed: seed)
    func draw(_ range: ClosedRange<Double>) -> Double {
        (range.lowerBound + generator.uniformDouble() * (range.upperBound - range.lowerBound)).rounded()
    }
    let count = Int(draw(2...9))
    let tasks = (0..<count).map { place in
        CostTask(
            seconds: generator.uniformDouble() < 0.1 ? 0 : draw(10...3000), cores: draw(1...3),
            memory: draw(0...20) * 1e9,
            parents: (0..<place).filter { _ in generator.uniformDouble() < 1.5 / Double(count) })
    }
    let nodes = (0..<Int(draw(1...3))).flatMap { place in
        pool(
            ["a", "b", "c"][place], Int(draw(1...3)), cores: [4, 8, 3][place],
            memory: generator.uniformDouble() < 0.5 ? 64e9 : nil, speed: [1, 1.5, 0.5][place],
            price: draw(1...9), start: draw(0...300), overhead: draw(0...5))
    }
    let bandwidth = generator.uniformDouble() < 0.5 ? 1e8 : nil
    return CostQuestion(
        try costWorkflow(tasks), on: Cluster(nodes: nodes, bandwidthBytesPerSecond: bandwidth), iterations: 100_000)
}
