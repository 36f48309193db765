import Files
import Layers
import Workflows

extension StepMemory {
    /// Columns of numbers of a step.
    private static let columns: [(name: String, path: any WritableKeyPath<Step, Double> & Sendable)] = [
        ("completedAt", \.completedAt), ("residualCPU", \.residuals.x), ("residualMemory", \.residuals.y),
        ("residualDuration", \.residuals.z), ("baseCPU", \.base.x), ("baseMemory", \.base.y),
        ("baseDuration", \.base.z), ("input", \.input),
    ]

    /// Adds all steps under `prefix`.
    func write(to archive: inout WeightArchive, prefix: String) {
        let steps = types.flatMap(\.steps)
        for (name, path) in Self.columns {
            archive.set(prefix + name, shape: [steps.count], .float64(steps.map { $0[keyPath: path] }))
        }
        archive.set(prefix + "run", shape: [steps.count], .int64(steps.map { Int64($0.run) }))
        archive.set(prefix + "node", shape: [steps.count], .int64(steps.map { Int64($0.node) }))
        archive.set(prefix + "counts", shape: [types.count], .int64(types.map { Int64($0.steps.count) }))
        archive.set(prefix + "types", text: JSONValue.array(types.map { .string($0.type) }).text())
        archive.set(
            prefix + "workflows", text: JSONValue.array(types.map { $0.workflow.map(JSONValue.string) ?? .null }).text()
        )
        archive.set(prefix + "names", text: JSONValue.array(names.map(JSONValue.string)).text())
    }

    /// Reads what ``write(to:prefix:)`` wrote.
    /// - Throws: `InputError` that names the array that is missing, of another length, or points outside of the names.
    init(_ archive: WeightArchive, prefix: String) throws {
        func texts(_ name: String) throws -> [String?] {
            try JSONField(JSONValue(parsing: Array(archive.text(prefix + name).utf8))).elements().map {
                $0.value == .null ? nil : try $0.string()
            }
        }
        let (types, names) = (try texts("types").map { $0 ?? "" }, try texts("names").map { $0 ?? "" })
        let (workflows, counts) = (try texts("workflows"), try archive.integers(prefix + "counts"))
        guard counts.count == types.count, workflows.count == types.count, Set(types).count == types.count else {
            throw InputError("does not fit the types", field: prefix + "counts")
        }
        var rest = try Self.steps(archive, prefix: prefix, names: names.count)[...]
        var kept: [Kept] = []
        for (place, count) in counts.enumerated() {
            guard let count = Int(exactly: count), (0...rest.count).contains(count) else {
                throw InputError("counts more steps than there are", field: prefix + "counts")
            }
            kept.append(Kept(type: types[place], workflow: workflows[place], steps: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        guard rest.isEmpty else {
            throw InputError("leaves \(rest.count) steps without a type", field: prefix + "counts")
        }
        self.init(types: kept, names: names)
    }

    private static func steps(_ archive: WeightArchive, prefix: String, names: Int) throws -> [Step] {
        let (runs, nodes) = (try archive.integers(prefix + "run"), try archive.integers(prefix + "node"))
        guard nodes.count == runs.count, (runs + nodes).allSatisfy({ (-1..<Int64(names)).contains($0) }) else {
            throw InputError("does not fit the names", field: prefix + "run")
        }
        var steps = zip(runs, nodes).map { run, node in
            Step(
                completedAt: .nan, residuals: Targets(repeating: .nan), base: .zero, input: .nan, run: Int(run),
                node: Int(node))
        }
        for (name, path) in columns {
            let values = try archive.doubles(prefix + name)
            guard values.count == steps.count else {
                throw InputError("has \(values.count) values, not \(steps.count)", field: prefix + name)
            }
            for row in steps.indices { steps[row][keyPath: path] = values[row] }
        }
        return steps
    }
}
