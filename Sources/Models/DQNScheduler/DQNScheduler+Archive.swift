import Files
import Kernels
import Layers
import Reinforcement
import Registry

/// A scheduler as a version keeps it.
extension DQNScheduler {
    /// The kind, as in manifests and on the command line: it says which form the network has, not how it was trained.
    public static let kind = "dqn"

    /// The weights, and the margin.
    public var archive: WeightArchive {
        var archive = WeightArchive()
        network.write(to: &archive)
        // Where nothing is gained the margin is infinite, which no version may hold.
        archive.set("margin", shape: [1], .float32([min(margin, Float.greatestFiniteMagnitude)]))
        return archive
    }

    /// Reads what ``archive`` made, with the shape that the manifest tells.
    ///
    /// - Throws: `InputError` that names what is missing or of another shape.
    public init(_ archive: WeightArchive, architecture: [String: Int]) throws {
        let (width, state, features) = (
            architecture["width"] ?? 0, architecture["state"] ?? 0, architecture["features"] ?? 0
        )
        // A field that says what goes without saying is not there.
        let agents = architecture["poolAgents"] ?? 0
        let uncertainty = architecture["uncertainty"] ?? 0
        let window = architecture["window"] ?? Self.defaultWindow
        guard (1...4096).contains(width), state == WindowFeatures.stateCount,
            WindowFeatures.Sight(count: features, hasUncertainty: uncertainty == 1) != nil,
            (0...1).contains(agents), (0...1).contains(uncertainty), Self.windows.contains(window)
        else { throw InputError("is \(architecture)", field: "architecture") }
        var generator = SeededGenerator(seed: 0)
        var network = CandidateNetwork(state: state, features: features, width: width, using: &generator)
        try network.read(from: archive)
        let margin = try archive.floats("margin", shape: [1])[0]
        guard margin >= 0 else { throw InputError("is \(margin)", field: "margin") }
        self.init(
            network, margin: margin, window: window, hasPoolAgents: agents == 1, seesUncertainty: uncertainty == 1)
    }

    /// The shape of the network, and of what it chooses from: whole numbers by name.
    public var architectureFields: [String: Int] {
        var fields = ["state": network.stateCount, "features": network.featureCount, "width": network.width]
        if hasPoolAgents { fields["poolAgents"] = 1 }
        if sight.hasUncertainty { fields["uncertainty"] = 1 }
        if window != Self.defaultWindow { fields["window"] = window }
        return fields
    }

    /// What it reads, with units.
    public var features: [ModelManifest.Feature] {
        sight.places.map {
            let feature = WindowFeatures.candidate[$0]
            return ModelManifest.Feature(
                name: feature.name, unit: feature.unit, normalisation: "by the stream's own means")
        } + [
            ModelManifest.Feature(
                name: "state", unit: "cluster, pools, and least, mean and most of the features of all candidates",
                normalisation: "by the stream's own means")
        ]
    }
}
