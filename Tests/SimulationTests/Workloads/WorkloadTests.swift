import Files
import Kernels
import TestSupport
import Testing
import Workflows

@testable import Simulation

private let text = """
    {"schemaVersion": 1, "notes": ["n"], "arrivals": {"process": "poisson", "meanGapSeconds": 100.0}, "count": 50,
     "requests": {"cores": 2.0, "memoryBytes": 4e9, "peakShare": 0.5, "seed": 3}, "deadlineFactor": 2.0,
     "applications": [
       {"name": "file", "weight": 2.0, "workflow": "w.json"},
       {"name": "fitted", "weight": 1.0, "structure": "recorded", "scale": 2.0,
        "tasks": [
          {"process": "map", "cores": 1.0, "inputBytes": {"forEachParent": true, "distribution": 5.0},
           "duration": {"inputExponent": 0.5, "referenceBytes": 10.0, "distribution": 7.0,
                        "fit": {"distance": 0.1, "samples": 9}},
           "memory": {"steps": [{"upToBytes": 3.0, "distribution": 1.0}, {"distribution": 2.0}]}, "cpu": 0.5,
           "branch": {"probability": 0.5}, "loop": {"expectedIterations": 2.0},
           "failures": {"outOfMemory": 0.1, "timeout": 0.2, "error": 0.3}, "stragglers": {"share": 0.1, "factor": 4.0}},
          {"process": "join", "duration": 3.0}],
        "stages": [{"process": "map"},
                   {"process": "join", "after": [{"stage": 0, "pattern": "some", "fanIn": 2.0, "inputShare": 0.5,
                                                  "coverage": 0.75}]},
                   {"process": "join", "after": [{"stage": 1, "pattern": "all"}, {"stage": 0, "pattern": "gather"}]}],
        "shapes": [{"counts": [4, 2, 1], "weight": 1.0}, {"counts": [8, 4, 0], "weight": 3.0}]},
       {"name": "tree", "weight": 0.5, "family": "out-tree", "tasks": 9.0, "width": 2, "edgeProbability": 0.3,
        "meanSeconds": 60.0, "heterogeneity": 1.0, "communicationRatio": 0.0, "bandwidthBytesPerSecond": 1e8}]}
    """

private func read(_ text: String) throws -> Workload {
    try Workload(JSONField(JSONValue(parsing: Array(text.utf8)), file: "w.yaml"))
}

private func small() throws -> Workflow {
    var task = Workflow.Task(id: "a", runtimeSeconds: 30)
    task.cores = 2
    return try Workflow(name: "small", tasks: [task, .init(id: "b", runtimeSeconds: 40)], edges: [("a", "b")])
}

private let cluster: Cluster = {
    var cluster = Cluster(nodes: [.init(name: "n", cores: 16, memoryBytes: 64e9), .init(name: "m", cores: 4)])
    cluster.bandwidthBytesPerSecond = nil
    return cluster
}()

private func arrivals(_ workload: Workload, seed: UInt64 = 1) throws -> [WorkflowArrival] {
    Array(try workload.arrivals(seed: seed, on: cluster) { _ in try small() })
}

@Test func aWorkloadReadsBackAsItWasWritten() throws {
    let workload = try read(text)
    #expect(try JSONValue(parsing: workload.json.utf8) == workload.json)
    #expect(try Workload(JSONField(workload.json)) == workload)
    // Nothing of the file is lost, whatever the order of its members.
    func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        case .array(let elements): .array(elements.map(sorted))
        case .integer(let value): .number(Double(value))
        default: value
        }
    }
    #expect(try sorted(workload.json) == sorted(JSONValue(parsing: Array(text.utf8))))
}

@Test(arguments: [
    ("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion"), ("\"count\": 50", "\"counts\": 50", "counts"),
    ("\"count\": 50", "\"count\": 50, \"durationSeconds\": 1", "durationSeconds"),
    ("\"count\": 50", "\"count\": -1", "count"), ("\"count\": 50,", "", "count"),
    ("\"workflow\": \"w.json\"", "\"workflow\": \"w.json\", \"family\": \"chain\"", "applications[0]"),
    ("\"workflow\": \"w.json\"", "\"path\": \"w.json\"", "applications[0]"),
    ("\"workflow\": \"w.json\"", "\"workflow\": \"w.json\", \"scale\": 1", "applications[0].scale"),
    ("\"name\": \"tree\"", "\"name\": \"file\"", "applications[2].name"),
    ("\"out-tree\"", "\"tree\"", "applications[2].family"), ("\"width\": 2", "\"width\": 0", "applications[2].width"),
    ("\"heterogeneity\": 1.0", "\"heterogeneity\": 3", "applications[2].heterogeneity"),
    (
        "\"stage\": 1, \"pattern\": \"all\"", "\"stage\": 2, \"pattern\": \"all\"",
        "applications[1].stages[2].after[0].stage"
    ),
    ("\"pattern\": \"gather\"", "\"pattern\": \"gather\", \"fanIn\": 1", "applications[1].stages[2].after[1].fanIn"),
    ("\"pattern\": \"all\"", "\"pattern\": \"each\"", "applications[1].stages[2].after[0].pattern"),
    ("[4, 2, 1]", "[4, 2]", "applications[1].shapes[0].counts"),
    ("[4, 2, 1]", "[4, -2, 1]", "applications[1].shapes[0].counts[1]"),
    ("[4, 2, 1]", "[0, 0, 0]", "applications[1].shapes[0].counts"),
    (
        "{\"process\": \"join\", \"duration\": 3.0}", "{\"process\": \"map\", \"duration\": 3.0}",
        "applications[1].tasks[1].process"
    ),
    (
        "{\"process\": \"join\", \"duration\": 3.0}", "{\"process\": \"x\", \"duration\": 3.0}",
        "applications[1].stages[1].process"
    ),
    ("\"upToBytes\": 3.0, ", "", "applications[1].tasks[0].memory.steps[0].upToBytes"),
    ("\"referenceBytes\": 10.0, ", "", "applications[1].tasks[0].duration.referenceBytes"),
    ("\"error\": 0.3", "\"error\": 0.8", "applications[1].tasks[0].failures"),
    ("\"cpu\": 0.5", "\"cpus\": 0.5", "applications[1].tasks[0].cpus"),
    ("\"factor\": 4.0", "\"factor\": 0.5", "applications[1].tasks[0].stragglers.factor"),
    ("\"peakShare\": 0.5", "\"peakShares\": 0.5", "requests.peakShares"),
    ("\"seed\": 3", "\"seed\": -3", "requests.seed"),
    ("\"structure\": \"recorded\"", "\"structure\": \"guessed\"", "applications[1].structure"),
])
func wrongWorkloadsNameTheField(old: String, new: String, field: String) throws {
    let wrong = text.replacing(old, with: new)
    #expect(wrong != text)
    let error = #expect(throws: InputError.self) { try read(wrong) }
    #expect(error?.field == field && error?.file == "w.yaml")
}

@Test func whatIsAbsentIsAsShipped() throws {
    // The example of the documentation.
    let workload = try read(
        """
        {"schemaVersion": 1, "arrivals": {"process": "poisson", "load": 0.7}, "count": 200,
         "deadlineFactor": {"name": "uniform", "from": 2, "to": 5}, "requests": {},
         "applications": [{"name": "mine", "weight": 3, "workflow": "mine.json"},
                          {"name": "trees", "family": "in-tree", "tasks": 100, "width": 3, "communicationRatio": 0.5}]}
        """)
    #expect(workload.requests == RequestRule(peakShare: nil) && workload.applications[1].weight == 1)
    #expect(
        workload.applications[1].source
            == .family(SyntheticFamily(.inTree, tasks: .constant(100), width: 3, communicationRatio: 0.5)))
    #expect(try arrivals(workload).count == 200)
}

@Test func aStreamIsAFunctionOfItsSeed() throws {
    let workload = try read(text)
    let (first, again, other) = try (arrivals(workload), arrivals(workload), arrivals(workload, seed: 2))
    #expect(first.count == 50 && first.map(\.place) == Array(0..<50))
    #expect(first.map(\.at) == again.map(\.at) && first.map(\.workflow.tasks) == again.map(\.workflow.tasks))
    #expect(first.map(\.at) != other.map(\.at))
    let counts = Dictionary(grouping: first, by: \.application).mapValues(\.count)
    #expect(counts["file", default: 0] > counts["fitted", default: 0])
    #expect(counts["fitted", default: 0] > 0 && counts["tree", default: 0] > 0)
    // Another gap moves the arrivals and leaves the workflows.
    var denser = workload
    denser.arrivals.intensity = .meanGap(seconds: 10)
    let close = try arrivals(denser)
    #expect(close.map(\.workflow.tasks) == first.map(\.workflow.tasks))
    for (a, b) in zip(first, close) { #expect(abs(a.at / 10 - b.at) < 1e-9 * a.at) }
}

@Test func aStreamIsDrawnOneAtATime() throws {
    var workload = try read(text)
    workload.extent = .duration(seconds: 9e8)
    var stream = try workload.arrivals(seed: 1, on: cluster) { _ in try small() }
    for place in 0..<300 { #expect(stream.next()?.place == place) }
    workload.extent = .duration(seconds: 2000)
    let some = try arrivals(workload)
    #expect((8...40).contains(some.count) && some.allSatisfy { $0.at <= 2000 })
}

@Test func tasksAskByTheRule() throws {
    for arrival in try arrivals(read(text)) {
        for task in arrival.workflow.tasks {
            #expect(task.wishes.cores == 2 && task.wishes.memoryBytes == 4e9 && task.memoryBytes == 2e9)
        }
        let costs = arrival.workflow.tasks.map { $0.runtimeSeconds ?? 0 }
        let due = try #require(arrival.deadline)
        #expect(due == 2 * arrival.workflow.graph.criticalPath(costs: costs).length)
        _ = try SchedulingInstance(arrival.workflow, on: cluster)
    }
    let rule = RequestRule()
    var cores: Set<Double> = []
    for number in 0..<200 {
        let request = rule.request(application: "a", process: "p\(number)")
        #expect(request == rule.request(application: "a", process: "p\(number)"))
        #expect((1e9...32e9).contains(request.memoryBytes))
        cores.insert(request.cores)
    }
    #expect(cores == [1, 2, 3, 4, 5, 6, 7, 8])
    var workflow = try small()
    workflow.update(0) { $0.memoryBytes = 50e9 }
    var generator = SeededGenerator(seed: 1)
    RequestRule(memoryBytes: .constant(1e9), peakShare: nil).apply(to: &workflow, application: "a", using: &generator)
    #expect(workflow.tasks.map(\.wishes.memoryBytes) == [50e9, 1e9] && workflow.tasks[0].memoryBytes == 50e9)
}

@Test(arguments: [0.3, 0.9]) func theLoadIsWhatIsAskedFor(load: Double) throws {
    var workload = try read(text)
    workload.arrivals.intensity = .load(load)
    workload.extent = .count(4000)
    for requests in [nil, RequestRule()] {
        workload.requests = requests
        let all = try arrivals(workload)
        let work = all.reduce(0) { $0 + $1.workflow.coreSeconds }
        let found = try work / #require(all.last).at / 20
        #expect(abs(found / load - 1) < 0.1, "\(found)")
    }
}

@Test func whatIsDrawnFitsOnTheLargestNode() throws {
    var workload = try read(text)
    workload.requests = RequestRule(
        cores: .uniform(from: 1, to: 40), memoryBytes: .uniform(from: 1e9, to: 200e9), peakShare: .constant(0.9))
    workload.applications.removeFirst()
    for arrival in try arrivals(workload) { _ = try SchedulingInstance(arrival.workflow, on: cluster) }
}

@Test func whatIsTooLargeIsRefused() throws {
    var workload = try read(text)
    guard case .fitted(var fitted) = workload.applications[1].source else { throw CancellationError() }
    fitted.scale = 1e30
    workload.applications[1].source = .fitted(fitted)
    #expect(throws: InputError.self) { try arrivals(workload) }
    workload = try read(text.replacing("\"tasks\": 9.0", with: "\"tasks\": 2e6"))
    #expect(throws: InputError.self) { try arrivals(workload) }
    workload = try read(text)
    workload.arrivals.intensity = .load(1e-307)
    #expect(throws: InputError.self) { try arrivals(workload) }
}

@Test func listedArrivalsComeInTheOrderOfTheirMoments() throws {
    let list = try ArrivalList(
        JSONField(
            JSONValue(
                parsing: Array(
                    #"{"arrivals":[{"at":9,"workflow":"b"},{"at":2.5,"workflow":"a"},{"at":9,"workflow":"a"}]}"#.utf8)))
    )
    var paths: [String] = []
    let stream = try list.arrivals { path in
        paths.append(path)
        return try small()
    }
    let all = Array(stream)
    #expect(all.map(\.place) == [1, 0, 2] && all.map(\.at) == [2.5, 9, 9])
    #expect(all.map(\.application) == ["a", "b", "a"] && paths == ["b", "a"])
    #expect(all.allSatisfy { $0.deadline == nil && $0.workflow.tasks.count == 2 })
}

@Test(arguments: [
    (#"{"arrivals":[{"at":-1,"workflow":"a"}]}"#, "arrivals[0].at"),
    (#"{"arrivals":[{"at":1}]}"#, "arrivals[0].workflow"),
    (#"{"arrivals":[{"at":1,"workflow":"a","path":1}]}"#, "arrivals[0].path"), (#"{}"#, "arrivals"),
    (#"{"arrivals":[],"seed":1}"#, "seed"), (#"{"arrivals":[{"at":1,"workflow":""}]}"#, "arrivals[0].workflow"),
])
func wrongListsNameTheField(text: String, field: String) throws {
    let value = try JSONValue(parsing: Array(text.utf8))
    let error = #expect(throws: InputError.self) { try ArrivalList(JSONField(value, file: "a.json")) }
    #expect(error?.field == field && error?.file == "a.json")
}

@Test func pathsAreRelativeToTheFile() throws {
    try TemporaryFolder.with { folder in
        let document = #"{"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a"}]}}}"#
        let path = try folder.write(document, to: "inner/w.json")
        #expect(try Workflow.read("inner/w.json", besides: folder("list.json")).tasks.count == 1)
        #expect(try Workflow.read(path, besides: "elsewhere/list.json").tasks.count == 1)
        let error = #expect(throws: InputError.self) { try Workflow.read("v.json", besides: folder("list.json")) }
        #expect(error?.file == folder("v.json"))
    }
}

@Test func theSummaryNamesWhatWasChosen() throws {
    let summary = WorkloadSummary(try read(text))
    #expect(
        summary.text == """
            Poisson arrivals, one in 100 s on average, 50 workflows

            file: 57.14 % of arrivals, from w.json

            fitted: 28.57 % of arrivals, 13 to 24 tasks, 2 processes in 3 stages, from recorded
              process  quantity     distribution  on input     mean  distance  samples  failures
              map      inputBytes   constant      each parent     5                         60 %
                       seconds      constant      power 0.5       7       0.1        9
                       memoryBytes  constant      2 steps       1.5
              join     seconds      constant      none            3                          0 %

            tree: 14.29 % of arrivals, from out-tree

            note: n
            """)
    #expect(summary.json["applications"]?.array?[1]["processes"]?.array?[0]["seconds"]?["samples"]?.int == 9)
}

@Test func aStreamRunsOnACluster() throws {
    let workload = try read(text)
    var stream = try workload.arrivals(seed: 1, on: cluster) { _ in try small() }
    let expected = try arrivals(workload)
    var tasks = 0
    var simulation = VirtualCluster(cluster, rule: .list(.arrival), settings: .init(seed: 1)) {
        guard let arrival = try? stream.next(on: cluster) else { return nil }
        tasks += arrival.instance.taskCount
        return arrival
    }
    let result = simulation.run()
    #expect(result.workflows.map(\.arrived) == expected.map(\.at))
    #expect(tasks == expected.reduce(0) { $0 + $1.workflow.tasks.count } && tasks > 300)
    #expect(result.workflows.allSatisfy { $0.completed != nil })
}

@Test func whatIsNotKnownBeforehandIsNoForecast() throws {
    var workload = try read(text)
    workload.requests = nil
    workload.applications = [workload.applications[1]]
    var stream = try workload.arrivals(seed: 1, on: cluster) { _ in try small() }
    var slow = 0
    for expected in try arrivals(workload) {
        let arrival = try #require(try stream.next(on: cluster))
        #expect(arrival.at == expected.at && arrival.deadline == expected.deadline)
        #expect(
            arrival.instance.runtimes == expected.trueSeconds ?? expected.workflow.tasks.map { $0.runtimeSeconds ?? 0 })
        guard let forecast = arrival.forecast else { continue }
        slow += zip(forecast, arrival.instance.runtimes).count { $0 < $1 }
    }
    #expect(slow > 10)
    #expect(try stream.next(on: cluster) == nil)
}

@Test func aRequestThatIsTooSmallIsMadeAllTheSame() throws {
    var workflow = try small()
    workflow.update(1) { task in
        task.memoryBytes = 8e9
        task.wishes.memoryBytes = 2e9
    }
    let list = ArrivalList([.init(at: 1, workflow: "w"), .init(at: 2, workflow: "w")])
    var stream = try list.arrivals { _ in workflow }
    for at in [1.0, 2] {
        let arrival = try #require(try stream.next(on: cluster))
        #expect(arrival.at == at && arrival.memoryRequests == [0, 2e9] && arrival.instance.memory == [0, 8e9])
    }
}
