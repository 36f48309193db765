import Files
import Layers
import Registry

extension Catalog {
    /// The scheduler of a version, after its self-test.
    ///
    /// - Throws: `InputError` that says what is wrong with it.
    public static func loadScheduler(_ version: ModelVersion) throws -> DQNScheduler {
        guard version.manifest.kind == DQNScheduler.kind else {
            throw InputError("is \"\(version.manifest.kind)\", not \"\(DQNScheduler.kind)\"", field: "kind")
        }
        let scheduler = try DQNScheduler(version.weights, architecture: version.manifest.architecture)
        try GoldenChoices.check(scheduler, against: version.golden)
        return scheduler
    }
}

extension DQNScheduler {
    /// Its self-test, for its version.
    public var golden: WeightArchive { GoldenChoices.archive(of: self) }
}
