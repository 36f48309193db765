import Files
import Kernels
import Workflows

/// A random workflow of `count` tasks: each may wait for some before it; most edges carry a file, some carry none between
/// tasks that name files, some tasks name none, some overwrite the files of others. Some may be divided, replaced or skipped.
func randomDocument(_ count: Int, using generator: inout SeededGenerator) throws -> WfFormatDocument {
    var tasks: [JSONObject] = []
    var reads = [[String]](repeating: [], count: count)
    var parents = [[Int]](repeating: [], count: count)
    for place in 0..<count {
        for parent in 0..<place where Int.random(in: 0..<4, using: &generator) == 0 {
            parents[place].append(parent)
            if Int.random(in: 0..<3, using: &generator) > 0 { reads[place].append("f\(parent)") }
        }
        // Data may also come from far, through others.
        if place > 2, Int.random(in: 0..<3, using: &generator) == 0 {
            reads[place].append("f\(Int.random(in: 0..<place, using: &generator))")
        }
        if Bool.random(using: &generator) { reads[place].append("input") }
        reads[place] = Array(Set(reads[place])).sorted()
    }
    var files: [JSONValue] = []
    for place in 0..<count {
        var task = JSONObject([
            ("id", .string("t\(place)")), ("name", .string("t\(place)")), ("note", .string("kept")),
            ("parents", .array(parents[place].map { .string("t\($0)") })),
            ("inputFiles", .array(reads[place].map(JSONValue.string))),
        ])
        let isSilent = Int.random(in: 0..<6, using: &generator) == 0
        // A file of all, or one that another task has written before.
        let overwritten = ["log", "f\(Int.random(in: 0...place, using: &generator))"].filter { _ in
            Int.random(in: 0..<8, using: &generator) == 0
        }
        let written = Set(["f\(place)"] + overwritten).sorted()
        task["outputFiles"] = .array(isSilent ? [] : written.map(JSONValue.string))
        if !isSilent {
            files.append(.object(JSONObject([("id", .string("f\(place)")), ("sizeInBytes", .integer(place))])))
        }
        if Bool.random(using: &generator) {
            task["children"] = .array(
                (place + 1..<count).filter { parents[$0].contains(place) }.map { .string("t\($0)") })
        }
        if let own = randomWishes(using: &generator) { task["tactus"] = .object(own) }
        tasks.append(task)
    }
    let records = (0..<count).map { place in
        JSONValue.object(
            JSONObject([
                ("id", .string("t\(place)")), ("runtimeInSeconds", .integer(place + 1)),
                ("coreCount", .integer(1 + place % 3)),
                ("avgCPU", .number(50)), ("command", .object(JSONObject([("program", .string("p\(place % 2)"))]))),
            ]))
    }
    let specification = JSONObject([("tasks", .array(tasks.map(JSONValue.object))), ("files", .array(files))])
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("w")), ("schemaVersion", .string("1.5")), ("mine", .bool(true)),
                (
                    "workflow",
                    .object(
                        JSONObject([
                            ("specification", .object(specification)),
                            ("execution", .object(JSONObject([("tasks", .array(records))]))),
                        ]))
                ),
            ])))
}

private func randomWishes(using generator: inout SeededGenerator) -> JSONObject? {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: JSONObject([("divisible", .object(JSONObject([("maximumChunks", .integer(4)), ("why", .string("x"))])))])
    case 1: JSONObject([("unchanged", .bool(true)), ("own", .integer(1))])
    case 2:
        JSONObject([
            (
                "alternatives",
                .array([
                    .object(
                        JSONObject([
                            ("name", .string("quick")), ("runtimeInSeconds", .number(0.5)), ("quality", .number(0.5)),
                        ]))
                ])
            )
        ])
    default: nil
    }
}

/// A random edit of `workflow`, which may be one that is refused.
func randomEdit(of workflow: Workflow, using generator: inout SeededGenerator) -> WorkflowEdit {
    func task() -> Int { Int.random(in: 0..<workflow.tasks.count, using: &generator) }
    func id(_ place: Int) -> String { workflow.tasks[place].id }
    let (a, b) = (task(), task())
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: return .change(TaskChange(task: id(a), cores: 2, priority: 3))
    case 1 where a != b: return .addEdge(parent: id(min(a, b)), child: id(max(a, b)))
    case 2: return .split(task: id(a), chunks: Int.random(in: 2...4, using: &generator))
    case 3 where a != b: return .merge(tasks: [id(a), id(b)])
    case 4: return .replace(task: id(a), alternative: "quick")
    case 5: return .pin(task: id(a), pool: "p")
    case 6 where a != b: return .together(tasks: [id(a), id(b)])
    case 7: return .skip(task: id(a))
    default:
        guard let parent = workflow.graph.parents(of: a).randomElement(using: &generator) else {
            return .pin(task: id(a), pool: "p")
        }
        return .removeEdge(parent: id(parent), child: id(a))
    }
}
