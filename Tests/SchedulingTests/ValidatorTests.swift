import Files
import Foundation
import Scheduling
import TestSupport
import Testing
import Workflows

/// Schedules in files, for the independent validator of `Benchmarks/peers`.
private struct Cases {
    let folder: TemporaryFolder
    var lines: [String] = []

    init(_ folder: TemporaryFolder) { self.folder = folder }

    mutating func add(_ plan: JSONValue, workflow: String, cluster: String) throws {
        let schedule = try folder.write(plan.text(), to: "schedule-\(lines.count).json")
        lines.append("\(workflow)\t\(cluster)\t\(schedule)")
    }

    /// What the validator says of each: nothing if it is right.
    func verdicts() throws -> [String] {
        let script = """
            import json, sys
            sys.path.insert(0, sys.argv[1])
            from schedule_validator import check, load_cluster, load_workflow
            for line in open(sys.argv[2]):
                workflow, cluster, schedule = line.rstrip("\\n").split("\\t")
                report = check(load_workflow(workflow), load_cluster(cluster), json.load(open(schedule)))
                print("; ".join(report["violations"] + report["warnings"]))
            """
        let list = try folder.write(lines.map { $0 + "\n" }.joined(), to: "cases")
        let result = try runPython(script, [repository + "/Benchmarks/peers", list])
        try #require(result.status == 0, "\(result.errors)")
        return Array(result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast())
    }
}

private let clusters = ["homogeneous-8", "heterogeneous-8", "heterogeneous-32-multicore", "cluster-100"]

@Test(.enabled(if: python != nil && traces != nil)) func schedulesOfRealWorkflowsAreValid() throws {
    let root = try #require(traces) + "/wfinstances"
    let paths = try files(inFolder: root).filter {
        try $0.hasSuffix("001.json") && readBytes(of: $0).count < 300_000
    }
    try #require(paths.count >= 20)
    try TemporaryFolder.with { folder in
        var cases = Cases(folder)
        for path in paths {
            let workflow = try WfFormatDocument(contentsOf: path).workflow
            for name in clusters {
                let file = repository + "/Benchmarks/peers/clusters/\(name).json"
                let cluster = try Cluster(JSONField(JSONValue(parsing: readBytes(of: file)), file: file))
                for policy in SchedulingPolicy.allCases {
                    let plan = try HeuristicScheduler(policy).plan(workflow, on: cluster)
                    try cases.add(plan.json, workflow: path, cluster: file)
                }
            }
        }
        let verdicts = try cases.verdicts()
        #expect(verdicts.count == cases.lines.count && verdicts.count >= 240)
        for (verdict, line) in zip(verdicts, cases.lines) { #expect(verdict.isEmpty, "\(line)") }
    }
}

@Test(.enabled(if: python != nil)) func schedulesOfRandomWorkflowsAreValid() throws {
    try TemporaryFolder.with { folder in
        var cases = Cases(folder)
        var wrong: Set<Int> = []
        for seed in 0..<120 {
            let random = RandomInstance(seed: seed)
            let workflow = try folder.write(random.document.text(), to: "workflow-\(seed).json")
            let cluster = try folder.write(random.cluster.json.text(), to: "cluster-\(seed).json")
            let read = try WfFormatDocument(contentsOf: workflow).workflow
            for policy in [SchedulingPolicy.fifo, .heft] {
                var plan = try HeuristicScheduler(policy).plan(read, on: random.cluster)
                try cases.add(plan.json, workflow: workflow, cluster: cluster)
                // The same with one task a little early must not pass.
                guard let place = plan.schedule.tasks.firstIndex(where: { $0.start == 0 && $0.end > 0 }) else {
                    continue
                }
                plan.schedule.tasks[place].start -= 0.25
                plan.schedule.tasks[place].end -= 0.25
                wrong.insert(cases.lines.count)
                try cases.add(plan.json, workflow: workflow, cluster: cluster)
            }
        }
        let verdicts = try cases.verdicts()
        #expect(verdicts.count == cases.lines.count && wrong.count > 200)
        for (place, verdict) in verdicts.enumerated() {
            #expect(verdict.isEmpty != wrong.contains(place), "\(cases.lines[place]): \(verdict)")
        }
    }
}

extension RandomInstance {
    /// The workflow in WfFormat.
    fileprivate var document: JSONValue {
        let specification = tasks.indices.map { place in
            var task = JSONObject([("id", .string(tasks[place].id)), ("name", .string(tasks[place].name))])
            // Half of the dependencies are told by the one side, half by the other.
            let children = edges.filter { $0.parent == place && $0.child % 2 == 0 }.map { tasks[$0.child].id }
            let parents = edges.filter { $0.child == place && place % 2 == 1 }.map { tasks[$0.parent].id }
            task["children"] = .array(children.map(JSONValue.string))
            task["parents"] = .array(parents.map(JSONValue.string))
            task["inputFiles"] = .array(tasks[place].inputFiles.map(JSONValue.string))
            task["outputFiles"] = .array(tasks[place].outputFiles.map(JSONValue.string))
            let wishes = tasks[place].wishes
            var own = JSONObject([("priority", .number(wishes.priority))])
            own["pool"] = wishes.pool.map(JSONValue.string)
            own["together"] = .array(wishes.together.map(JSONValue.string))
            own["request"] = wishes.memoryBytes.map { .object(JSONObject([("memoryBytes", .number($0))])) }
            task["tactus"] = .object(own)
            return JSONValue.object(task)
        }
        let execution = tasks.map { task in
            var record = JSONObject([("id", .string(task.id))])
            record["runtimeInSeconds"] = task.runtimeSeconds.map(JSONValue.number)
            record["coreCount"] = task.cores.map(JSONValue.number)
            record["memoryInBytes"] = task.memoryBytes.map(JSONValue.number)
            return JSONValue.object(record)
        }
        let files = fileBytes.sorted { $0.key < $1.key }.map { name, bytes in
            JSONValue.object(JSONObject([("id", .string(name)), ("sizeInBytes", .number(bytes))]))
        }
        let body = JSONObject([
            ("specification", .object(JSONObject([("tasks", .array(specification)), ("files", .array(files))]))),
            ("execution", .object(JSONObject([("tasks", .array(execution))]))),
        ])
        return .object(
            JSONObject([("name", .string("w")), ("schemaVersion", .string("1.5")), ("workflow", .object(body))]))
    }
}
