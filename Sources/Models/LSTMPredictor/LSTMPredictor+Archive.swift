import Files
import Foundation
import Kernels
import Layers
import Prediction

extension LSTMPredictor: PublishablePredictor {
    /// What its corrections are applied to.
    public var heuristic: StatisticsPredictor { base }

    /// Columns of numbers of a step, for the archive.
    private static let columns: [(name: String, path: any WritableKeyPath<Step, Double> & Sendable)] = [
        ("completedAt", \.completedAt), ("residualCPU", \.residuals[0]), ("residualMemory", \.residuals[1]),
        ("residualDuration", \.residuals[2]), ("baseCPU", \.base[0]), ("baseMemory", \.base[1]),
        ("baseDuration", \.base[2]), ("input", \.input), ("attempt", \.attempt),
    ]

    /// Everything that it consists of: weights, the executions that its base stands on, the last steps of each type, and
    /// what was learned of the types.
    public func archive() throws -> WeightArchive {
        var archive = WeightArchive()
        network.write(to: &archive, prefix: "network.")
        ExecutionArchive.write(base.observed.all, to: &archive, prefix: "executions.")
        let types = memory.steps.sorted { $0.key < $1.key }
        let steps = types.flatMap(\.value)
        for (name, path) in Self.columns {
            archive.set("steps.\(name)", shape: [steps.count], .float64(steps.map { $0[keyPath: path] }))
        }
        archive.set("steps.run", shape: [steps.count], .int64(steps.map { Int64($0.run) }))
        archive.set("steps.node", shape: [steps.count], .int64(steps.map { Int64($0.node) }))
        archive.set("steps.counts", shape: [types.count], .int64(types.map { Int64($0.value.count) }))
        archive.set("steps.types", text: JSONValue.array(types.map { .string($0.key) }).text())
        archive.set("steps.names", text: JSONValue.array(memory.names.map(JSONValue.string)).text())
        archive.set("calibrations", text: try calibrations())
        archive.set("rules", text: ForecastRule.text(base.rules))
        return archive
    }

    private struct Calibrations: Codable {
        var types: [String: TypeCalibration]
        var pooled: TypeCalibration
    }

    /// What was learned of the types and of all pooled, as JSON.
    func calibrations() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(Calibrations(types: types, pooled: pooled)), as: UTF8.self)
    }

    /// Reads what ``archive()`` wrote.
    /// - Throws: `InputError` that names the array that does not fit.
    public init(_ archive: WeightArchive, architecture: LSTMArchitecture) throws {
        var generator = SeededGenerator(seed: 0)
        var network = LSTMNetwork(architecture, using: &generator)
        try network.read(from: archive, prefix: "network.")
        let calibrations: Calibrations
        do {
            calibrations = try JSONDecoder().decode(Calibrations.self, from: Data(archive.text("calibrations").utf8))
        } catch is DecodingError {
            throw InputError("cannot be read", field: "calibrations")
        }
        let pooledTargets = [calibrations.pooled] + calibrations.types.values
        guard
            pooledTargets.allSatisfy({ $0.gate.count == 3 && $0.residuals.count == 3 && $0.scale.residual.count == 3 })
        else {
            throw InputError("does not hold three targets", field: "calibrations")
        }
        let rules = try ForecastRule.rules(archive.text("rules"))
        self.init(
            architecture: architecture, network: network,
            base: StatisticsPredictor(
                rules: rules, executions: try ExecutionArchive.read(from: archive, prefix: "executions.")),
            memory: try Self.memory(archive), types: calibrations.types, pooled: calibrations.pooled)
    }

    private static func memory(_ archive: WeightArchive) throws -> StepMemory {
        func texts(_ name: String) throws -> [String] {
            try JSONField(JSONValue(parsing: Array(archive.text(name).utf8))).elements().map { try $0.string() }
        }
        let (types, names) = (try texts("steps.types"), try texts("steps.names"))
        let counts = try archive.integers("steps.counts")
        let (runs, nodes) = (try archive.integers("steps.run"), try archive.integers("steps.node"))
        guard counts.count == types.count, nodes.count == runs.count,
            (runs + nodes).allSatisfy({ (-1..<Int64(names.count)).contains($0) })
        else { throw InputError("does not fit the names", field: "steps.run") }
        var steps = runs.indices.map { row in
            Step(
                completedAt: .nan, residuals: [.nan, .nan, .nan], base: [0, 0, 0], input: .nan, run: Int(runs[row]),
                node: Int(nodes[row]), attempt: 1)
        }
        for (name, path) in columns {
            let values = try archive.doubles("steps.\(name)")
            guard values.count == steps.count else {
                throw InputError("has \(values.count) values, not \(steps.count)", field: "steps.\(name)")
            }
            for row in steps.indices { steps[row][keyPath: path] = values[row] }
        }
        var rest = steps[...]
        var byType: [String: [Step]] = [:]
        for (type, count) in zip(types, counts) {
            guard let count = Int(exactly: count), (0...rest.count).contains(count) else {
                throw InputError("counts more steps than there are", field: "steps.counts")
            }
            byType[type] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return StepMemory(steps: byType, names: names)
    }
}
