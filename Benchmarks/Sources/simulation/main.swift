import Files
import Foundation
import Simulation
import Workflows

// Runs the stream of Benchmarks/peers/compare_simulation.py once for each line on standard input, and prints a line of JSON
// with the processor time and the task events, so that a driver can let this and SimPy take turns.

/// The stream: nodes, workflows as arrays by task, and arrivals as pairs of a moment and the place of a workflow.
struct Stream {
    let cluster: Cluster
    let arrivals: [Arrival]

    init(_ root: JSONField) throws {
        cluster = Cluster(
            nodes: try root["nodes"].elements().map {
                Cluster.Node(
                    name: try $0["name"].string(), cores: try $0["cores"].double(),
                    memoryBytes: try $0["memoryBytes"].double())
            })
        let instances = try root["workflows"].elements().map { [cluster] in try Self.instance($0, on: cluster) }
        arrivals = try root["arrivals"].elements().map { pair in
            let numbers = try pair.elements()
            return Arrival(at: try numbers[0].double(), instances[Int(try numbers[1].double())])
        }
    }

    private static func instance(_ field: JSONField, on cluster: Cluster) throws -> SchedulingInstance {
        let seconds = try field["seconds"].elements().map { try $0.double() }
        let cores = try field["cores"].elements().map { try $0.double() }
        let memory = try field["memory"].elements().map { try $0.double() }
        let tasks = seconds.indices.map { place in
            var task = Workflow.Task(id: "t\(place)", runtimeSeconds: seconds[place])
            task.cores = cores[place]
            task.memoryBytes = memory[place]
            return task
        }
        let edges = try field["children"].elements().enumerated().flatMap { parent, children in
            try children.elements().map { (parent: "t\(parent)", child: "t\(Int(try $0.double()))") }
        }
        return try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: edges), on: cluster)
    }

    func run() -> SimulationResult {
        var place = 0
        var simulation = VirtualCluster(cluster, rule: .list(.arrival)) { [arrivals] in
            guard place < arrivals.count else { return nil }
            defer { place += 1 }
            return arrivals[place]
        }
        return simulation.run()
    }
}

func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

guard CommandLine.arguments.count == 3 else {
    print("usage: simulation STREAM.json COMPLETIONS.json")
    exit(2)
}
let path = CommandLine.arguments[1]
let stream = try Stream(JSONField(JSONValue(parsing: readBytes(of: path), file: path), file: path))
while readLine() != nil {
    let began = processorSeconds()
    let result = stream.run()
    let seconds = processorSeconds() - began
    let completions = result.workflows.map { JSONValue.number($0.completed ?? -1) }
    try JSONValue.array(completions).text().write(
        toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
    print("{\"seconds\":\(seconds),\"events\":\(result.taskEvents)}")
    fflush(nil)
}
