import Files
import Registry

/// A kind of learned optimizer of workflows: how a version of it is read.
public struct OptimizerKind: Sendable {
    /// The name, as in manifests and on the command line.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    /// Reads the optimizer of a version.
    public let load: @Sendable (ModelVersion) throws -> GCNOptimizer
}

extension Catalog {
    /// The kinds of learned optimizer; the first is the one that is shipped.
    public static let optimizers = [
        OptimizerKind(
            name: GCNOptimizer.kind,
            summary: "a graph network over the whole workflow that corrects the priorities of a static key",
            load: { try GCNOptimizer($0.weights, fields: $0.manifest.architecture) })
    ]

    /// The kind called `name`.
    /// - Throws: `InputError` that names the kinds there are.
    public static func optimizer(_ name: String) throws -> OptimizerKind {
        guard let kind = optimizers.first(where: { $0.name == name }) else {
            let known = optimizers.map(\.name).joined(separator: ", ")
            throw InputError("\"\(name)\" is no kind of optimizer; there are \(known)", field: "model")
        }
        return kind
    }

    /// The optimizer of a version, before its self-test.
    public static func readOptimizer(_ version: ModelVersion) throws -> GCNOptimizer {
        try optimizer(version.manifest.kind).load(version)
    }

    /// The optimizer of a version, after its self-test.
    public static func loadOptimizer(_ version: ModelVersion) throws -> GCNOptimizer {
        let optimizer = try readOptimizer(version)
        try GoldenWorkflows.check(optimizer, against: version.golden)
        return optimizer
    }
}
