import Files
import Foundation
import Layers
import Prediction
import Registry
import Workflows

extension StatisticsPredictor: PublishablePredictor {
    /// Itself.
    public var heuristic: StatisticsPredictor { self }
    /// It consists of sums.
    public var isBounded: Bool { true }
    /// What is said of others than the types of the outcomes.
    public var revision: Int? { changesElsewhere }

    /// The executions that it stands on, and its rules.
    public func archive() throws -> WeightArchive {
        var archive = WeightArchive()
        try write(to: &archive)
        return archive
    }

    /// Adds what ``archive()`` holds.
    func write(to archive: inout WeightArchive) throws {
        ExecutionArchive.write(observed.all, to: &archive, prefix: "executions.")
        BenchmarkArchive.write(scores.benchmarks, to: &archive, prefix: "benchmarks.")
        archive.set("rules", text: ForecastRule.text(rules))
        archive.set("settled", text: try settled.text())
    }

    /// Reads what ``archive()`` wrote.
    public init(_ archive: WeightArchive) throws {
        let rules = try ForecastRule.rules(archive.text("rules"))
        self.init(
            rules: rules, executions: try ExecutionArchive.read(from: archive, prefix: "executions."),
            settled: try SettledChoices(archive.text("settled"), rules: rules.count),
            benchmarks: try BenchmarkArchive.read(from: archive, prefix: "benchmarks."))
    }
}

extension SettledChoices {
    /// As JSON.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads ``text()``, for `rules` rules.
    init(_ text: String, rules: Int) throws {
        guard let read = try? JSONDecoder().decode(SettledChoices.self, from: Data(text.utf8)) else {
            throw InputError("cannot be read: of another layout, to be trained again", field: "settled")
        }
        guard read.isSound(rules: rules) else {
            throw InputError("holds a number that nothing can be forecast by", field: "settled")
        }
        self = read
    }
}

extension ForecastRule {
    /// Rules as a text.
    static func text(_ rules: [ForecastRule]) -> String { rules.map(\.rawValue).joined(separator: ",") }

    /// The rules of a text, at least one.
    static func rules(_ text: String) throws -> [ForecastRule] {
        let rules = try text.split(separator: ",").map { name in
            guard let rule = ForecastRule(rawValue: String(name)) else {
                throw InputError("\"\(name)\" is no rule", field: "rules")
            }
            return rule
        }
        guard !rules.isEmpty else { throw InputError("names no rule", field: "rules") }
        return rules
    }
}

extension StatisticsTrainer: PublishableTrainer {
    /// None.
    public var architectureFields: [String: Int] { [:] }

    /// How many executions of a type are kept.
    public var hyperparameters: [String: Double] { ["capacity": Double(ObservedExecutions.capacity)] }

    /// What every kind reads of a task.
    public var features: [ModelManifest.Feature] {
        [
            ModelManifest.Feature(name: "inputBytes", unit: "bytes", normalisation: "ln(1 + x), standardised by type"),
            ModelManifest.Feature(name: "cores", unit: "cores", normalisation: "standardised by type"),
            ModelManifest.Feature(
                name: "memoryRequestBytes", unit: "bytes", normalisation: "ln(1 + x), standardised by type"),
            ModelManifest.Feature(name: "attempt", unit: "1", normalisation: "standardised by type"),
            ModelManifest.Feature(
                name: "*", unit: "as recorded",
                normalisation: "numbers: ln(1 + x) where sizes, standardised; words: one column each"),
        ]
    }

    /// A task as it stands on the wire.
    public var inputs: [ModelManifest.Signature] { [.init(name: "tasks", type: "JSON", shape: ["N"])] }

    /// Quantiles of the three targets.
    public var outputs: [ModelManifest.Signature] { [.init(name: "predictions", type: "F64", shape: ["N", "3", "3"])] }

    /// Trains a predictor that can be archived.
    public func trainPublishable(on executions: [TaskExecution], seed: UInt64) -> any PublishablePredictor {
        StatisticsPredictor(rules: rules, executions: executions, benchmarks: benchmarks)
    }
}
