import Files
import Kernels
import Layers
import ModelFixtures
import Models
import Registry
import Reinforcement
import TestSupport
import Testing

/// What a version is of that predicts nothing of tasks.
enum OtherKind: String, CaseIterable, Sendable {
    case dqn, spark, gcn, forecaster

    /// A version that is whole.
    func version() async throws -> ModelVersion {
        switch self {
        case .dqn:
            var generator = SeededGenerator(seed: 3)
            let scheduler = DQNScheduler(
                CandidateNetwork(
                    state: WindowFeatures.stateCount, features: WindowFeatures.candidate.count, width: 4,
                    using: &generator), margin: 0.1, seesUncertainty: true)
            return try await Self.version(
                DQNScheduler.kind, scheduler.architectureFields, scheduler.archive, golden: scheduler.golden)
        case .spark:
            var generator = SeededGenerator(seed: 4)
            let scorer = SparkScorer(SparkScorer.features.map { _ in Double(generator.normal()) })
            return try await Self.version(
                SparkScorer.kind, scorer.architectureFields, scorer.archive, golden: scorer.golden)
        case .gcn:
            return try await Self.published { try await TestOptimizers.publish(in: $0, findsBottlenecks: true) }
        case .forecaster:
            return try await Self.published { try TestForecasters.publish(["able": 0.2], in: $0) }
        }
    }

    private static func version(
        _ kind: String, _ architecture: [String: Int], _ weights: WeightArchive, golden: WeightArchive
    ) async throws -> ModelVersion {
        let manifest = ModelManifest(
            name: try CheckedName("scheduler"), kind: kind, architecture: architecture, hyperparameters: [:], seed: 1,
            features: [], inputs: [], outputs: [], dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"),
            metrics: [], parentVersion: nil, commit: nil, created: 1)
        return try await published {
            try $0.publish(manifest, weights: weights, golden: golden, metrics: "{}", card: "# card")
        }
    }

    private static func published(_ publish: (ModelRegistry) async throws -> Int) async throws -> ModelVersion {
        try await TemporaryFolder.with { folder in
            let registry = ModelRegistry(path: folder("models"))
            let number = try await publish(registry)
            let name = try #require(try registry.names().first)
            return try registry.load(name, number)
        }
    }
}

extension WeightArchive.Entry {
    fileprivate var isNumbers: Bool {
        switch elements {
        case .float32, .float64: true
        case .int64, .uint8: false
        }
    }
}

/// Shapes that nobody could hold, and none.
@Test(arguments: OtherKind.allCases)
func aShapeBeyondAllMemoryIsRefused(kind: OtherKind) async throws {
    let whole = try await kind.version()
    #expect(try whole.refusal { _ in } == nil)
    for name in whole.manifest.architecture.keys.sorted() {
        for value in [1 << 62, Int.max, Int.min, -1, 1 << 31] {
            let error = try whole.refusal { $0.manifest.architecture[name] = value }
            #expect(error?.field?.hasPrefix("architecture") == true, "\(name) \(value)")
        }
    }
    for kind in ["", "nonesuch", String(repeating: "k", count: 100_000)] {
        #expect(try whole.refusal { $0.manifest.kind = kind }?.problem.contains("no kind of predictor") == true)
    }
}

/// Every array: of another shape, of another type, not finite, missing.
@Test(arguments: OtherKind.allCases)
func weightsThatAreNotThoseOfTheKindAreRefused(kind: OtherKind) async throws {
    let whole = try await kind.version()
    for entry in whole.weights.entries {
        let missing = try whole.refusal { $0.weights = $0.weights.without(entry.name) }
        // Where it is not there, no list is long enough.
        #expect(missing != nil || entry.name == "serialFrom", "\(entry.name)")
        guard entry.isNumbers else { continue }
        let other = try whole.refusal { $0.weights.set(entry.name, shape: [1] + entry.shape, entry.elements) }
        // Numbers of 64 bits are read as one row, whatever their shape.
        if case .float32(let values) = entry.elements, values.count > 1 {
            #expect(other?.field == entry.name, "\(entry.name): \(String(describing: other))")
        }
        for value in [Double.nan, .infinity, -.infinity] {
            let error = try whole.refusal { version in
                switch entry.elements {
                case .float32(var values):
                    values[values.count - 1] = Float(value)
                    version.weights.set(entry.name, shape: entry.shape, .float32(values))
                case .float64(var values):
                    values[values.count - 1] = value
                    version.weights.set(entry.name, shape: entry.shape, .float64(values))
                default: break
                }
            }
            #expect(error?.field == entry.name, "\(entry.name): \(String(describing: error))")
        }
        let typed = try whole.refusal {
            $0.weights.set(entry.name, shape: entry.shape, .int64([Int64](repeating: 1, count: entry.elements.count)))
        }
        #expect(typed?.field == entry.name, "\(entry.name)")
    }
}

/// Every array of the self-test, missing or filled with what answers nothing.
@Test(arguments: OtherKind.allCases)
func aSelfTestThatIsNoneIsRefused(kind: OtherKind) async throws {
    let whole = try await kind.version()
    for entry in whole.golden.entries {
        let missing = try whole.refusal { $0.golden = $0.golden.without(entry.name) }
        #expect(missing != nil, "\(entry.name)")
        for value in [Double.nan, .infinity] {
            let error = try whole.refusal { version in
                let count = entry.elements.count
                switch entry.elements {
                case .float32:
                    version.golden.set(
                        entry.name, shape: entry.shape, .float32([Float](repeating: Float(value), count: count)))
                case .float64:
                    version.golden.set(
                        entry.name, shape: entry.shape, .float64([Double](repeating: value, count: count)))
                case .int64:
                    version.golden.set(
                        entry.name, shape: entry.shape, .int64([Int64](repeating: .max, count: count)))
                default: version.golden.set(entry.name, text: "[")
                }
            }
            #expect(error != nil, "\(entry.name) of \(value): \(entry.elements.count)")
        }
    }
}
