import Files
import Layers
import Registry
import Training
import Workflows

/// A kind of learned capacity forecaster: how it is trained, and how a version of it is read.
public struct ForecasterKind: Sendable {
    /// The name, as in manifests and on the command line.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    let makeTrainer: @Sendable (TrainingSession) -> any PublishableForecasterTrainer
    /// Reads the forecaster of a version.
    public let load: @Sendable (ModelVersion) throws -> any PublishableForecaster

    /// A trainer; `session` is what goes on beside its training.
    public func trainer(_ session: TrainingSession = TrainingSession()) -> any PublishableForecasterTrainer {
        makeTrainer(session)
    }

    init<Network: ForecasterNetwork>(_ network: Network.Type) {
        name = Network.kind
        summary = Network.summary
        makeTrainer = { LearnedForecasterTrainer<Network>(session: $0) }
        load = {
            try LearnedForecaster<Network>(
                $0.weights, architecture: ForecasterArchitecture($0.manifest.architecture))
        }
    }
}

extension Catalog {
    /// The kinds of learned capacity forecaster; the first is the one that is shipped.
    public static let forecasters = [ForecasterKind(LSTMForecasterNetwork.self), ForecasterKind(PatchTransformer.self)]

    /// The kind called `name`, which may be without its `-forecaster`.
    /// - Throws: `InputError` that names the kinds there are.
    public static func forecaster(_ name: String) throws -> ForecasterKind {
        guard let kind = forecasters.first(where: { $0.name == name || $0.name == name + "-forecaster" }) else {
            let known = forecasters.map(\.name).joined(separator: ", ")
            throw InputError("\"\(name)\" is no kind of forecaster; there are \(known)", field: "model")
        }
        return kind
    }

    /// The forecaster of a version, which has not been tested yet.
    public static func readForecaster(_ version: ModelVersion) throws -> any PublishableForecaster {
        try forecaster(version.manifest.kind).load(version)
    }

    /// The forecaster of a version, after its self-test.
    public static func loadForecaster(_ version: ModelVersion) throws -> any PublishableForecaster {
        let forecaster = try readForecaster(version)
        try GoldenForecasts.check(forecaster, against: version.golden)
        return forecaster
    }

    /// Reads a version of any kind, whose weights must be finite, and runs its self-test.
    public func check(_ version: ModelVersion) throws {
        try version.weights.checkFinite()
        if Self.forecasters.contains(where: { $0.name == version.manifest.kind }) {
            _ = try Self.loadForecaster(version)
        } else if Self.optimizers.contains(where: { $0.name == version.manifest.kind }) {
            _ = try Self.loadOptimizer(version)
        } else if version.manifest.kind == DQNScheduler.kind {
            _ = try Self.loadScheduler(version)
        } else if version.manifest.kind == SparkScorer.kind {
            _ = try Self.loadSpark(version)
        } else {
            _ = try load(version)
        }
    }

    /// The same of a kind that is built in.
    public static func check(_ version: ModelVersion) throws { try Catalog().check(version) }
}
