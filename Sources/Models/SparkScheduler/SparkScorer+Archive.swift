import Files
import Kernels
import Layers
import Registry
import Simulation

/// A scorer as a version keeps it.
extension SparkScorer {
    /// The kind, as in manifests and on the command line.
    public static let kind = "spark"

    /// The weights.
    public var archive: WeightArchive {
        var archive = WeightArchive()
        archive.set("weights", shape: [weights.count], .float64(weights))
        return archive
    }

    /// Reads what ``archive`` made.
    ///
    /// - Throws: `InputError` that names what is missing, of another shape, or does not belong there.
    public init(_ archive: WeightArchive) throws {
        let weights = try archive.doubles("weights")
        guard weights.count == SparkFeatures.count, weights.allSatisfy(\.isFinite) else {
            throw InputError("is not \(SparkFeatures.count) finite numbers", field: "weights")
        }
        self.init(weights)
        try archive.checkThatAllBelong(to: self.archive)
    }

    /// The shape: whole numbers by name.
    public var architectureFields: [String: Int] {
        ["score": SparkFeatures.score.count, "share": SparkFeatures.share.count]
    }

    /// What it reads, with units.
    public static var features: [ModelManifest.Feature] {
        SparkFeatures.score.map { ModelManifest.Feature(name: $0.name, unit: $0.unit, normalisation: "none") }
            + SparkFeatures.share.map {
                ModelManifest.Feature(name: "share.\($0.name)", unit: $0.unit, normalisation: "none")
            }
    }

    /// Its self-test: what it makes of drawn features.
    public var golden: WeightArchive {
        var archive = WeightArchive()
        let answers = answers
        archive.set("answers", shape: [answers.count], .float64(answers))
        GoldenComparison.sign(&archive)
        return archive
    }

    private var answers: [Double] {
        var generator = SeededGenerator(seed: 0x5A)
        return (0..<16).flatMap { _ in
            let sums = sums((0..<SparkFeatures.count).map { _ in Double(generator.normal()) })
            return [sums.score, sums.share]
        }
    }

    /// - Throws: `InputError` where an answer is another one than when the version was made.
    func check(against archive: WeightArchive) throws {
        let (comparison, expected) = (GoldenComparison(archive), try archive.doubles("answers"))
        let largest = expected.reduce(0) { max($0, abs($1)) }
        guard expected.count == answers.count,
            zip(answers, expected).allSatisfy({ comparison.agrees($0, $1, scale: largest) })
        else { throw InputError("the self-test fails: answers differ, \(comparison.words)", field: "answers") }
    }
}

extension Catalog {
    /// The rule for Spark streams of a version, after its self-test.
    ///
    /// - Throws: `InputError` that says what is wrong with it.
    public static func loadSpark(_ version: ModelVersion) throws -> SparkScorer {
        guard version.manifest.kind == SparkScorer.kind else {
            throw InputError("is \"\(version.manifest.kind)\", not \"\(SparkScorer.kind)\"", field: "kind")
        }
        let scorer = try SparkScorer(version.weights)
        guard version.manifest.architecture == scorer.architectureFields else {
            throw InputError("is \(version.manifest.architecture)", field: "architecture")
        }
        try scorer.check(against: version.golden)
        return scorer
    }
}
