import Files
import Layers
import Prediction
import Registry
import Training
import Workflows

/// A kind of resource predictor: how it is trained, and how a version of it is read.
public struct PredictorKind: Sendable {
    /// The name, as in manifests and on the command line.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    let makeTrainer: @Sendable (TrainingSession) -> any PublishableTrainer
    /// Reads the predictor of a version.
    public let load: @Sendable (ModelVersion) throws -> any PublishablePredictor

    /// A trainer; `session` is what goes on beside its training.
    public func trainer(_ session: TrainingSession = TrainingSession()) -> any PublishableTrainer {
        makeTrainer(session)
    }
}

/// A trainer whose predictors can be kept as a version.
public protocol PublishableTrainer: PredictorTrainer {
    /// The shape of the network: whole numbers by name; empty where there is none.
    var architectureFields: [String: Int] { get }
    /// Settings of the training; `epochs` is one of them where it goes by epochs, and can be interrupted and resumed.
    var hyperparameters: [String: Double] { get }
    /// What the model reads, with units and normalisation.
    var features: [ModelManifest.Feature] { get }
    /// Arrays that go in.
    var inputs: [ModelManifest.Signature] { get }
    /// Arrays that come out.
    var outputs: [ModelManifest.Signature] { get }

    /// Trains a predictor that can be archived.
    func trainPublishable(on executions: [TaskExecution], seed: UInt64) throws -> any PublishablePredictor
}

/// A predictor that can be kept as a version.
public protocol PublishablePredictor: ResourcePredictor {
    /// The rules that it stands on: they answer in its place where it cannot.
    var heuristic: StatisticsPredictor { get }
    /// Whether the number of tasks bounds the time of an answer. One that runs code from elsewhere may hang, and is asked
    /// on a thread of its own.
    var isBounded: Bool { get }
    /// Rises when something changes that the answer to any question may rest on. Between two changes an outcome changes
    /// answers only about its workflow (its process, where there is none), its run and its node. Nil where that is not
    /// known.
    var revision: Int? { get }

    /// For each target in how many task types a network has a say beside the statistics; empty where there is no network.
    var networkShares: [NetworkShare] { get }

    /// Weights and statistics.
    func archive() throws -> WeightArchive
}

extension PublishablePredictor {
    /// There is no network.
    public var networkShares: [NetworkShare] { [] }
    /// It may hang.
    public var isBounded: Bool { false }
    /// Any outcome may change any answer.
    public var revision: Int? { nil }
}

/// Every kind of model, by name: those that are built in, and those of plugins that this value was given.
public struct Catalog: Sendable {
    /// Kinds of resource predictor in shared libraries, in the order in which they were loaded.
    public private(set) var plugins: [PredictorKind] = []

    /// What is built in.
    public init() {}

    /// The kinds of resource predictor that are built in; the first is the one that is shipped.
    public static let predictors: [PredictorKind] = [
        PredictorKind(
            name: "lstm",
            summary: "the statistics of each type, corrected by an LSTM over the last executions of type and run",
            makeTrainer: { LSTMPredictorTrainer(session: $0) },
            load: { try LSTMPredictor($0.weights, architecture: LSTMArchitecture($0.manifest.architecture)) }),
        PredictorKind(
            name: "transformer",
            summary: "the statistics of each type, corrected by a Transformer over the last executions of type and run",
            makeTrainer: { TransformerPredictorTrainer(session: $0) },
            load: {
                try TransformerPredictor($0.weights, architecture: TransformerArchitecture($0.manifest.architecture))
            }),
        PredictorKind(
            name: "statistics", summary: "for each type and target the best of median, recent, last and line",
            makeTrainer: { _ in StatisticsTrainer.gated }, load: { try StatisticsPredictor($0.weights) }),
        PredictorKind(
            name: "linear", summary: "a line for each type, over what is known at submission",
            makeTrainer: { _ in StatisticsTrainer.linear }, load: { try StatisticsPredictor($0.weights) }),
    ]

    /// All kinds of resource predictor.
    public var predictors: [PredictorKind] { Self.predictors + plugins }

    /// The kind called `name`.
    /// - Throws: `InputError` that names the kinds there are.
    public func predictor(_ name: String) throws -> PredictorKind {
        guard let kind = predictors.first(where: { $0.name == name }) else {
            let known = predictors.map(\.name).joined(separator: ", ")
            throw InputError("\"\(name)\" is no kind of predictor; there are \(known)", field: "model")
        }
        return kind
    }

    /// The kind called `name` that is built in.
    public static func predictor(_ name: String) throws -> PredictorKind { try Catalog().predictor(name) }

    /// Kinds of model that predict nothing of tasks.
    private static let others =
        forecasters.map(\.name) + optimizers.map(\.name) + [DQNScheduler.kind, SparkScorer.kind]

    /// Whether a version of `kind` predicts what tasks need; one that is not known may, as that of a plugin that is not there.
    public static func predictsTasks(_ kind: String) -> Bool { !others.contains(kind) }

    /// Adds the kind of a plugin.
    mutating func add(_ kind: PredictorKind) throws {
        try checkName(CheckedName(kind.name), file: nil)
        plugins.append(kind)
    }

    /// Names of kinds that no plugin may have.
    private static let reserved =
        predictors.map(\.name) + others + [StatisticsTrainer.median.kind, StatisticsTrainer.last.kind]

    /// Refuses a name that is taken.
    func checkName(_ name: CheckedName, file: String?) throws {
        if Self.reserved.contains(name.description) {
            throw InputError("calls its kind \(name), which is built in", file: file)
        }
        if plugins.contains(where: { $0.name == name.description }) {
            throw InputError("calls its kind \(name), as another plugin does", file: file)
        }
    }
}
