import Files
import Layers
import Models
import Prediction
import Registry
import TestSupport
import Training
import Workflows

/// A registry in a folder of its own, whose versions give different answers.
public struct TestRegistry: Sendable {
    /// The registry.
    public let registry: ModelRegistry
    /// The model's name.
    public let name: CheckedName
    /// Kinds that a version may be of.
    public var catalog = Catalog()

    /// An empty registry in `folder`.
    public init(in folder: TemporaryFolder) throws {
        registry = ModelRegistry(path: folder("models"))
        name = try CheckedName("predictor")
    }

    /// Publishes a version that has learned from executions of about `seconds`; its number.
    ///
    /// - Parameters:
    ///   - kind: a kind of the catalog; `lstm` and `transformer` are small ones, `hidden` wide.
    ///   - verdict: how its evaluation went against the best baseline.
    ///   - isWave: whether it learns from ``wave(seconds:)``, on which a network is of use, for as long as that takes.
    @discardableResult
    public func publish(
        _ kind: String = "statistics", seconds: Double, hidden: Int = 8, verdict: String = "better",
        at moment: Double = 100, isWave: Bool = false
    ) throws -> Int {
        let trainer = try trainer(kind, hidden: hidden, epochs: isWave ? 10 : 2)
        let executions = isWave ? Self.wave(seconds: seconds) : Self.executions(seconds: seconds)
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

    private func trainer(_ kind: String, hidden: Int, epochs: Int) throws -> any PublishableTrainer {
        let loop = TrainingLoop(
            AdamW(learningRate: 0.01, weightDecay: 0), epochs: epochs, batchSize: 16, patience: epochs)
        return switch kind {
        case "lstm":
            LSTMPredictorTrainer(
                base: .median, architecture: LSTMArchitecture(history: 8, hidden: hidden, layers: 2), loop: loop)
        case "transformer":
            TransformerPredictorTrainer(
                base: .median, architecture: TransformerArchitecture(width: hidden, heads: 2, blocks: 1), loop: loop)
        default: try catalog.predictor(kind).trainer()
        }
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

    /// Executions of `w:p` whose durations rise and fall slowly around `seconds`: the next one is near the last ones, which
    /// a network sees, and far from the median, which rules stand on. Inputs of 0.2 to 2.9 megabytes say nothing.
    public static func wave(seconds: Double) -> [TaskExecution] {
        (0..<160).map { place in
            let (moment, phase) = (Double(place) * 1000, Double(place % 40) / 40)
            let duration = seconds * (0.1 + 1.8 * min(phase, 1 - phase))
            return TaskExecution(
                task: TaskSpec(
                    workflow: "w", process: "p", inputBytes: 2e5 + 3e5 * Double(place * 7 % 10), cores: 1,
                    run: "r\(place / 4)", submittedAt: moment),
                taskID: "\(place)", startedAt: moment, completedAt: moment + duration, cpu: 0.9, memory: seconds * 1e6,
                duration: duration)
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

extension TestRegistry {
    /// Lets the champion be `version`, whatever it holds: what someone does who writes into the folder by hand.
    public func setChampion(_ version: Int) throws {
        try writeAtomically("{\"champion\": \(version)}\n", to: "\(registry.path)/\(name)/aliases.json")
    }

    /// Publishes a copy of `version`; its number.
    public func publishAgain(_ version: Int) throws -> Int {
        let loaded = try registry.load(name, version)
        return try registry.publish(
            loaded.manifest, weights: loaded.weights, golden: loaded.golden, metrics: "{}", card: "# a copy")
    }

    /// Changes the weights of `version` so that its digests fit: what someone does who means it.
    public func rewrite(_ version: Int, _ change: (inout WeightArchive) -> Void) throws {
        let folder = "\(registry.path)/\(name)/\(version)"
        var weights = try Safetensors.read(from: folder + "/weights.safetensors")
        change(&weights)
        try replace("weights.safetensors", of: version, by: Safetensors.encode(weights))
    }

    /// Puts another file into `version`, and its digest into the manifest.
    public func replace(_ file: String, of version: Int, by bytes: [UInt8]) throws {
        let folder = "\(registry.path)/\(name)/\(version)"
        let before = try sha256(ofFile: folder + "/" + file)
        try writeAtomically(bytes, to: folder + "/" + file)
        let manifest = try readText(of: folder + "/manifest.json")
        try writeAtomically(
            manifest.replacing(before, with: sha256(of: bytes)), to: folder + "/manifest.json")
    }
}

extension WeightArchive {
    /// Lets the first 32-bit number of the array `name` be `value`.
    public mutating func set(_ name: String, firstOf value: Float) {
        guard let entry = self[name], case .float32(var values) = entry.elements, !values.isEmpty else {
            preconditionFailure("no 32-bit numbers called \(name) among \(entries.map(\.name))")
        }
        values[0] = value
        set(name, shape: entry.shape, .float32(values))
    }

    /// Multiplies the 64-bit numbers of the array `name` by `factor`.
    public mutating func multiply(_ name: String, by factor: Double) {
        guard let entry = self[name], case .float64(let values) = entry.elements else {
            preconditionFailure("no 64-bit numbers called \(name) among \(entries.map(\.name))")
        }
        set(name, shape: entry.shape, .float64(values.map { $0 * factor }))
    }
}
