import Files
import Models
import Prediction
import Registry
import TestSupport
import Workflows

/// A registry in a folder of its own, whose versions give different answers.
public struct TestRegistry: Sendable {
    /// The registry.
    public let registry: ModelRegistry
    /// The model's name.
    public let name: CheckedName

    /// An empty registry in `folder`.
    public init(in folder: TemporaryFolder) throws {
        registry = ModelRegistry(path: folder("models"))
        name = try CheckedName("predictor")
    }

    /// Publishes a version that has learned from executions of about `seconds`; its number.
    ///
    /// - Parameters:
    ///   - kind: a kind of the catalog; `lstm` is a small one with `hidden` units.
    ///   - verdict: how its evaluation went against the best baseline.
    @discardableResult
    public func publish(
        _ kind: String = "statistics", seconds: Double, hidden: Int = 8, verdict: String = "better",
        at moment: Double = 100
    ) throws -> Int {
        let trainer = try Self.trainer(kind, hidden: hidden)
        let executions = Self.executions(seconds: seconds)
        let predictor = try trainer.trainPublishable(on: executions, seed: 1)
        let metrics = ["cpu", "memory", "duration"].map {
            ModelManifest.Metric(
                target: $0, protocol: "random", accuracy: 0.9, low: 0.8, high: 0.95, heuristics: ["median": 0.9],
                verdict: verdict)
        }
        let manifest = ModelManifest(
            name: name, kind: kind, architecture: trainer.architectureFields, hyperparameters: trainer.hyperparameters,
            seed: 1, features: trainer.features, inputs: trainer.inputs, outputs: trainer.outputs,
            dataset: .init(
                rows: executions.count, firstAt: executions.first?.completedAt, lastAt: executions.last?.completedAt,
                sha256: "0"), metrics: metrics, parentVersion: nil, commit: nil, created: moment)
        return try registry.publish(
            manifest, weights: predictor.archive(),
            golden: GoldenAnswers.archive(of: predictor, executions: executions), metrics: "{}", card: "# \(kind)")
    }

    private static func trainer(_ kind: String, hidden: Int) throws -> any PublishableTrainer {
        guard kind == "lstm" else { return try Catalog.predictor(kind).trainer() }
        return LSTMPredictorTrainer(
            base: .median, architecture: LSTMArchitecture(history: 8, hidden: hidden, layers: 2),
            loop: .init(.init(learningRate: 0.01, weightDecay: 0), epochs: 2, batchSize: 16, patience: 2))
    }

    /// Lets the champion be `version`.
    public func promote(_ version: Int) throws {
        _ = try registry.promote(
            name, to: version, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
    }

    /// Forty executions of `w:p`, of about `seconds` and as many megabytes, one after the other.
    public static func executions(seconds: Double) -> [TaskExecution] {
        (0..<40).map { place in
            let (moment, factor) = (Double(place) * 1000, 1 + 0.05 * Double(place * 7 % 5 - 2))
            return TaskExecution(
                task: TaskSpec(
                    workflow: "w", process: "p", inputBytes: 1e6 * factor, cores: 1, run: "r\(place / 4)",
                    submittedAt: moment),
                taskID: "\(place)", startedAt: moment, completedAt: moment + seconds * factor, cpu: 0.9 * factor,
                memory: seconds * 1e6 * factor, duration: seconds * factor)
        }
    }

    /// The task that all versions have learned.
    public static let task = TaskSpec(workflow: "w", process: "p", inputBytes: 1e6, cores: 1)

    /// Damages the weights of `version`: one bit of its last byte.
    public func damage(_ version: Int) throws {
        let path = "\(registry.path)/\(name)/\(version)/weights.safetensors"
        var bytes = try readBytes(of: path)
        bytes[bytes.count - 1] ^= 1
        try writeAtomically(bytes, to: path)
    }
}
