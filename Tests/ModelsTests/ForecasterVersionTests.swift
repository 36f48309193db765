import Files
import Kernels
import NumericalChecks
import Prediction
import Synchronization
import TestSupport
import Tensors
import Testing
import Training
import Workflows

@testable import Layers
@testable import Models
@testable import Registry

private func series(_ name: String, seed: UInt64, count: Int = 180) -> MetricSeries {
    var generator = SeededGenerator(seed: seed)
    var value = 50.0
    let values = (0..<count).map { place in
        value += Double(generator.normal()) - 0.1 * (value - 50) + (place % 24 < 12 ? 1 : -1)
        return value
    }
    return MetricSeries(name: name, intervalSeconds: 3600, values: values)
}

private func trainer<Network: ForecasterNetwork>(
    _ network: Network.Type, session: TrainingSession = TrainingSession()
) -> LearnedForecasterTrainer<Network> {
    var architecture = Network.architecture(period: 24)
    (architecture.width, architecture.members) = (8, 2)
    return LearnedForecasterTrainer(
        architecture: architecture,
        loop: TrainingLoop(AdamW(learningRate: 0.003), epochs: 3, batchSize: 16, patience: 3), stride: 3,
        session: session)
}

struct ForecasterVersionTests {
    private static let data = [series("a", seed: 1), series("b", seed: 2)]

    private static func version(_ forecaster: some PublishableForecaster, kind: String) throws -> ModelVersion {
        let manifest = ModelManifest(
            name: try CheckedName("forecaster"), kind: kind, architecture: forecaster.architectureFields,
            hyperparameters: [:], seed: 1, features: forecaster.features, inputs: [], outputs: [],
            dataset: .init(rows: 1, firstAt: 0, lastAt: 1, sha256: "0"), metrics: [], parentVersion: nil, commit: nil,
            created: 1)
        return ModelVersion(
            manifest: manifest, digest: "0", weights: try forecaster.archive(),
            golden: try GoldenForecasts.archive(of: forecaster, series: data))
    }

    /// A copy without the array `name`, or with another one in its place.
    private static func changed(
        _ archive: WeightArchive, _ name: String, to entry: WeightArchive.Entry?
    ) -> WeightArchive {
        var copy = WeightArchive()
        for old in archive.entries where old.name != name { copy.set(old.name, shape: old.shape, old.elements) }
        if let entry { copy.set(name, shape: entry.shape, entry.elements) }
        return copy
    }

    private static func roundTrip<Network: ForecasterNetwork>(_ network: Network.Type) throws {
        let forecaster = try trainer(network).trainForecaster(on: data, seed: 1)
        let version = try version(forecaster, kind: Network.kind)
        let bytes = try Safetensors.encode(version.weights)
        var again = version
        again.weights = try Safetensors.decode(bytes, name: "weights")
        let loaded = try Catalog.loadForecaster(again)
        for series in data + [series("stranger", seed: 7)] {
            #expect(
                try loaded.forecast(series, steps: [1, 5, 24, 30])
                    == forecaster.forecast(series, steps: [1, 5, 24, 30]))
        }
        #expect(try loaded.archive() == version.weights)
        #expect(loaded.architectureFields == forecaster.architectureFields)
        try Catalog.check(again)
        // The same seed and data give the same bits; another seed does not.
        #expect(try trainer(network).trainForecaster(on: data, seed: 1).archive() == version.weights)
        #expect(try trainer(network).trainForecaster(on: data, seed: 2).archive() != version.weights)
    }

    @Test func anLSTMComesBackFromItsArchive() throws { try Self.roundTrip(LSTMForecasterNetwork.self) }

    @Test func aTransformerComesBackFromItsArchive() throws { try Self.roundTrip(PatchTransformer.self) }

    @Test func anArchiveThatIsNotWholeIsRefused() throws {
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: Self.data, seed: 1)
        let version = try Self.version(forecaster, kind: LSTMForecasterNetwork.kind)
        for entry in version.weights.entries {
            var broken = version
            broken.weights = Self.changed(version.weights, entry.name, to: nil)
            #expect(throws: InputError.self, "without \(entry.name)") { try Catalog.loadForecaster(broken) }
            var (shape, count) = (entry.shape, 1)
            shape[0] += 1
            count = shape.reduce(1, *)
            broken.weights = Self.changed(
                version.weights, entry.name,
                to: .init(name: entry.name, shape: shape, elements: .float32([Float](repeating: 0.5, count: count))))
            #expect(throws: InputError.self, "\(entry.name) of another shape") { try Catalog.loadForecaster(broken) }
            var elements = entry.elements
            switch elements {
            case .float32(var values):
                values[values.count / 2] = .nan
                elements = .float32(values)
            case .float64(var values):
                values[values.count / 2] = .infinity
                elements = .float64(values)
            default: continue
            }
            broken.weights = Self.changed(
                version.weights, entry.name, to: .init(name: entry.name, shape: entry.shape, elements: elements))
            #expect(throws: InputError.self, "\(entry.name) not finite") { try Catalog.loadForecaster(broken) }
        }
        for (name, text) in [("twice", #"["a","a"]"#), ("more", #"["a","b","c"]"#), ("no list", #"{"a":1}"#)] {
            var broken = version
            broken.weights.set("series", text: text)
            #expect(throws: (any Error).self, "series: \(name)") { try Catalog.loadForecaster(broken) }
        }
    }

    @Test func anArchitectureOutOfBoundsIsRefused() throws {
        let fields = LSTMForecasterNetwork.architecture(period: 288).fields
        #expect(try ForecasterArchitecture(fields) == LSTMForecasterNetwork.architecture(period: 288))
        for (name, value) in [
            ("period", 11), ("period", Int.max), ("period", 12), ("width", 0), ("width", 1 << 40), ("layers", 9),
            ("heads", 3), ("heads", 0), ("members", 17), ("horizons", 3), ("quantiles", 10), ("patches", 25),
        ] {
            var broken = fields
            broken[name] = value
            #expect(throws: InputError.self, "\(name) of \(value)") { try ForecasterArchitecture(broken) }
        }
        for name in fields.keys {
            var broken = fields
            broken[name] = nil
            #expect(throws: InputError.self, "without \(name)") { try ForecasterArchitecture(broken) }
        }
    }

    @Test func theSelfTestFindsAnotherAnswer() throws {
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: Self.data, seed: 1)
        let version = try Self.version(forecaster, kind: LSTMForecasterNetwork.kind)
        var other = version
        guard case .float32(var lines)? = version.weights["lines"]?.elements else {
            Issue.record("no lines")
            return
        }
        lines[lines.count - 1] += 0.01
        other.weights = Self.changed(
            version.weights, "lines",
            to: .init(name: "lines", shape: version.weights["lines"]?.shape ?? [], elements: .float32(lines)))
        #expect(throws: InputError.self) { try Catalog.loadForecaster(other) }
        for name in ["questions", "values", "forecasts"] {
            var broken = version
            broken.golden = Self.changed(version.golden, name, to: nil)
            #expect(throws: InputError.self, "without \(name)") { try Catalog.loadForecaster(broken) }
        }
        var longer = version
        longer.golden = Self.changed(
            version.golden, "forecasts", to: .init(name: "forecasts", shape: [1], elements: .float64([1])))
        #expect(throws: InputError.self) { try Catalog.loadForecaster(longer) }
    }

    @Test func theSelfTestEndsWhereASeriesHasValues() throws {
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: Self.data, seed: 1)
        let whole = try GoldenForecasts.archive(of: forecaster, series: Self.data)
        var gapped = Self.data
        gapped[0].values += [Double](repeating: .nan, count: 80)
        let archive = try GoldenForecasts.archive(of: forecaster, series: gapped)
        #expect(archive == whole)
        try GoldenForecasts.check(forecaster, against: archive)
    }

    @Test func whatCannotBeLearnedFromIsFoundBeforeTheTraining() throws {
        var daily = Self.data[1]
        daily.intervalSeconds = 1800
        let empty = MetricSeries(
            name: "empty", intervalSeconds: 3600, values: [Double](repeating: .nan, count: 180))
        let trainer = trainer(LSTMForecasterNetwork.self)
        try trainer.check(Self.data)
        for series in [Self.data[0].prefix(50), daily, empty] {
            let error = #expect(throws: InputError.self) { try trainer.check([Self.data[0], series]) }
            #expect(error?.field == series.name)
        }
        #expect(throws: InputError.self) { try trainer.check([]) }
    }

    @Test func onlyTheLastValuesCountAndEveryReasonIsTold() throws {
        let limit = ScoredForecaster.learnedValues
        let long = MetricSeries(
            name: "long", intervalSeconds: 43_200, startedAt: 43_200, values: (0..<limit + 3).map { Double($0 % 2) })
        // The first of the last values is at noon: the next midnight is where learning begins.
        #expect(ScoredForecaster.learned(of: long) == long.suffix(limit))
        #expect(ScoredForecaster.learned(of: long.prefix(limit + 2)) == long.prefix(limit + 2).suffix(limit - 1))
        let series = Self.data[0]
        for reason in ["none", nil] {
            let plan = try ScoredForecaster.plan(nil, reason: reason, for: series) { asked, forecaster in
                #expect(asked == series)
                return try forecaster.forecast(asked, steps: [1, 3])
            }
            #expect(plan.reason == reason && plan.by == nil)
            let alone = try CapacityHeuristics.trainers[0].train(on: [], seed: 1).forecast(series, steps: [1, 3])
            #expect(plan.answer == alone)
        }
    }

    @Test func aTrainingThatWasInterruptedEndsWithTheSameBits() throws {
        try TemporaryFolder.with { folder in
            let whole = try trainer(PatchTransformer.self).trainForecaster(on: Self.data, seed: 1).archive()
            let path = folder("checkpoint.safetensors")
            let steps = Atomic(0)
            #expect(throws: TrainingInterruption.self) {
                try trainer(
                    PatchTransformer.self,
                    session: TrainingSession(
                        checkpoint: CheckpointFile(path: path),
                        shouldStop: { _ in steps.add(1, ordering: .relaxed).newValue == 5 })
                ).trainForecaster(on: Self.data, seed: 1)
            }
            let resumed = try trainer(
                PatchTransformer.self, session: TrainingSession(checkpoint: CheckpointFile(path: path, resumes: true))
            ).trainForecaster(on: Self.data, seed: 1).archive()
            #expect(resumed == whole)
        }
    }

    @Test func kindsHaveNamesOfTheirOwn() throws {
        let names = Catalog.predictors.map(\.name) + Catalog.forecasters.map(\.name)
        #expect(Set(names).count == names.count)
        for kind in Catalog.forecasters {
            #expect(kind.trainer().kind == kind.name)
            #expect(kind.trainer().hyperparameters["epochs"] ?? 0 > 0)
        }
        #expect(try Catalog.forecaster("lstm").name == "lstm-forecaster")
        #expect(throws: InputError.self) { try Catalog.forecaster("nonesuch") }
    }

    private static func answersInONNXRuntime<Network: ForecasterNetwork>(_ network: Network.Type) throws {
        let forecaster = try trainer(network).trainForecaster(on: data, seed: 1)
        let version = try version(forecaster, kind: Network.kind)
        let architecture = forecaster.architecture
        var generator = SeededGenerator(seed: 3)
        let cases = [1, 3, 40].map { batch in
            (
                windows: Tensor.normal([batch, architecture.patches, architecture.patchLength], using: &generator),
                context: Tensor.normal([batch, architecture.contextWidth], using: &generator)
            )
        }
        let questions = try cases.map { question in
            var archive = WeightArchive()
            archive.set("windows", question.windows)
            archive.set("context", question.context)
            return try Safetensors.encode(archive)
        }
        try TemporaryFolder.with { folder in
            let model = try Catalog.onnx(of: version, producerVersion: "test")
            try writeAtomically(model.encoded(), to: folder("model.onnx"))
            let (reading, answers) = try runONNX(folder("model.onnx"), questions: questions)
            #expect(reading.inputs == ["windows: tensor(float) [N, 24, 1]", "context: tensor(float) [N, 30]"])
            #expect(reading.outputs == ["quantiles: tensor(float) [N, 9, 9]"])
            #expect(answers.count == cases.count)
            for (answer, question) in zip(answers, cases) {
                let ours = forecaster.networks(question.windows, question.context)
                #expect(ours.scalars.contains { abs($0) > 0.1 })
                let theirs = try Safetensors.decode(answer, name: "answer").floats("quantiles", shape: ours.shape.axes)
                #expect(largestDifference(theirs, ours.scalars) < 1e-5)
            }
        }
    }

    @Test(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
    func networksAnswerInONNXRuntimeAsHere() throws {
        try Self.answersInONNXRuntime(LSTMForecasterNetwork.self)
        try Self.answersInONNXRuntime(PatchTransformer.self)
    }
}
