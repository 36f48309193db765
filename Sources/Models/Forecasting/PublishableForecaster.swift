import Files
import Layers
import Prediction
import Registry
import Workflows

/// A capacity forecaster that can be kept as a version.
public protocol PublishableForecaster: CapacityForecaster, ExportableNetwork {
    /// The shape of the network: whole numbers by name.
    var architectureFields: [String: Int] { get }
    /// What it reads, with units and normalisation.
    var features: [ModelManifest.Feature] { get }

    /// Weights and statistics.
    func archive() throws -> WeightArchive
}

/// A trainer whose forecasters can be kept as a version.
public protocol PublishableForecasterTrainer: ForecasterTrainer {
    /// Settings of the training.
    var hyperparameters: [String: Double] { get }

    /// Finds out, in no time, whether `series` can be learned from.
    ///
    /// - Throws: `InputError` with the series that is too short or has no value, or whose interval is not that of the others.
    func check(_ series: [MetricSeries]) throws

    /// Trains a forecaster that can be archived.
    func trainPublishable(on series: [MetricSeries], seed: UInt64) throws -> any PublishableForecaster
}

/// A version that stands on a network, which other runtimes can run.
public protocol ExportableNetwork {
    /// What the network computes, with the inputs and outputs of the manifest.
    ///
    /// - Throws: `InputError` that says what has no form in ONNX.
    func networkGraph() throws -> ONNXGraph

    /// What the network's numbers mean, in a sentence or more.
    var networkDocumentation: String { get }

    /// What its inputs are normalised by, as JSON.
    func networkScales() throws -> String
}
