import Files
import Layers
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing

/// A version of `kind` in a registry of its own, whose parts are changed before it is published again and checked.
private struct Subject {
    let models: TestRegistry
    let version: ModelVersion

    static func with(_ kind: String, _ body: (Subject) throws -> Void) throws {
        try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
            let models = try TestRegistry(in: folder)
            try models.publish(kind, seconds: 10)
            try body(Subject(models: models, version: models.registry.load(models.name, 1)))
        }
    }

    /// What is refused of the version once it is changed.
    func refusal(_ change: (inout ModelVersion) -> Void) throws -> InputError? { try version.refusal(change) }
}

private let kinds = ["statistics", "linear", "lstm", "transformer"]

@Test(arguments: kinds)
func anArchitectureThatIsNotThatOfTheWeightsIsRefusedByItsField(kind: String) throws {
    try Subject.with(kind) { subject in
        for name in subject.version.manifest.architecture.keys.sorted() {
            let own = try #require(subject.version.manifest.architecture[name])
            for value in [1 << 62, Int.max, Int.min, -1, 1 << 31] {
                let error = try subject.refusal { $0.manifest.architecture[name] = value }
                #expect(error?.field == "architecture.\(name)", "\(name) \(value)")
            }
            // How many executions are looked at is no shape of an array: it may be another number. So may heads, if they divide
            // the width: the answers to known questions tell.
            for value in [0, own + 1, 2 * own] where value != own {
                let error = try subject.refusal { $0.manifest.architecture[name] = value }
                let mayDiffer = ["history", "context"].contains(name) || name == "heads" && value == 2 * own
                #expect(error != nil || mayDiffer, "\(name) \(value)")
            }
            let error = try subject.refusal { $0.manifest.architecture[name] = 1 << 62 }
            #expect(error?.field == "architecture.\(name)" && error?.problem.contains("\(1 << 62)") == true)
            let missing = try subject.refusal { $0.manifest.architecture[name] = nil }
            #expect(missing?.field == "architecture.\(name)", "\(String(describing: missing))")
        }
        #expect(try subject.refusal { $0.manifest.kind = "nonesuch" }?.problem.contains("no kind of predictor") == true)
    }
}

/// Every array: of another shape, of another type, missing.
@Test(arguments: kinds)
func anArrayOfAnotherShapeIsRefusedByItsName(kind: String) throws {
    try Subject.with(kind) { subject in
        for entry in subject.version.weights.entries {
            guard case .float32(let values) = entry.elements, values.count > 1 else { continue }
            let flat = try subject.refusal { $0.weights.set(entry.name, shape: [1] + entry.shape, entry.elements) }
            #expect(flat?.field == entry.name && flat?.problem.contains("is of shape") == true)
            let short = try subject.refusal {
                $0.weights.set(entry.name, shape: [values.count - 1], .float32(Array(values.dropLast())))
            }
            #expect(short?.field == entry.name)
            let wide = try subject.refusal {
                $0.weights.set(entry.name, shape: entry.shape, .float64(values.map(Double.init)))
            }
            #expect(wide?.field == entry.name)
        }
        for entry in subject.version.weights.entries {
            let error = try subject.refusal { $0.weights = $0.weights.without(entry.name) }
            // What is not a number of the network may be left out where nothing was known of it.
            #expect(error != nil || entry.name.contains("executions."), "\(entry.name)")
        }
    }
}

/// Every array filled with what no number should be: refused, or answered as the self-test wants; never the end.
@Test(arguments: kinds)
func weightsThatAreNoNumbersAreRefused(kind: String) throws {
    try Subject.with(kind) { subject in
        for entry in subject.version.weights.entries {
            for value in [Float.nan, .infinity, -.infinity] {
                guard case .float32(var values) = entry.elements, !values.isEmpty else { continue }
                values[values.count - 1] = value
                let error = try subject.refusal { $0.weights.set(entry.name, shape: entry.shape, .float32(values)) }
                #expect(error?.field == entry.name && error?.problem.contains("not finite") == true)
            }
            for value in [Double.nan, .infinity, -.infinity, 1e308, -1] {
                guard case .float64(let values) = entry.elements, !values.isEmpty else { continue }
                let filled = [Double](repeating: value, count: values.count)
                let error = try subject.refusal { $0.weights.set(entry.name, shape: entry.shape, .float64(filled)) }
                // Not-a-number stands for what was not measured.
                #expect(!value.isInfinite || error?.field == entry.name, "\(entry.name)")
            }
            for value in [Int64.max, .min, 1 << 62, -2] {
                guard case .int64(let values) = entry.elements, !values.isEmpty else { continue }
                let filled = [Int64](repeating: value, count: values.count)
                _ = try subject.refusal { $0.weights.set(entry.name, shape: entry.shape, .int64(filled)) }
            }
            if case .uint8(let values) = entry.elements {
                for text in ["", "[", "{}", "[[]]", String(repeating: "[", count: 10_000)]
                where Array(text.utf8) != values {
                    _ = try subject.refusal { $0.weights.set(entry.name, text: text) }
                }
            }
        }
        // Golden answers that are none fail the self-test.
        for value in [Double.nan, .infinity, 0] {
            let error = try subject.refusal { version in
                let count = (try? version.golden.doubles("predictions").count) ?? 0
                version.golden.set(
                    "predictions", shape: [count], .float64([Double](repeating: value, count: count)))
            }
            #expect(error?.problem.contains("the self-test fails") == true, "\(String(describing: error))")
        }
        #expect(try subject.refusal { _ in } == nil)
    }
}
