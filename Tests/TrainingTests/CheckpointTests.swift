import Files
import Kernels
import Layers
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Training

/// Two layers with dropout between them, so that the generator matters.
private struct Network: Module {
    var hidden: Linear
    var output: Linear

    init(seed: UInt64, hidden width: Int = 5) {
        var generator = SeededGenerator(seed: seed)
        hidden = Linear(inputs: 2, outputs: width, using: &generator)
        output = Linear(inputs: width, outputs: 1, using: &generator)
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try hidden.forEachParameter(named: "hidden", body)
        try output.forEachParameter(named: "output", body)
    }

    var digest: String {
        get throws {
            var archive = WeightArchive()
            write(to: &archive)
            return sha256(of: try Safetensors.encode(archive))
        }
    }
}

/// Says to stop after the steps with these numbers, counted over all runs.
private final class Stops: Sendable {
    private let counted = Atomic(0)
    private let after: Set<Int>

    init(after: Set<Int>) { self.after = after }

    func callAsFunction() -> Bool { after.contains(counted.wrappingAdd(1, ordering: .relaxed).newValue) }
}

/// One run from the start, or from a checkpoint.
private func run<Rule: Optimizer>(
    _ loop: TrainingLoop<Rule>, seed: UInt64 = 3, samples: Int = 64, width: Int = 5, session: TrainingSession
) throws -> (digest: String, records: [EpochRecord]) {
    var model = Network(seed: seed, hidden: width)
    let dropout = Dropout(rate: 0.3)
    let records = try loop.run(
        &model, samples: samples, seed: seed, session: session,
        drawingLoss: { model, batch, generator in
            let hidden = dropout(model.hidden(Line.rows(Line.inputs, batch)).tanh(), using: &generator)
            return meanSquaredError(model.output(hidden), Line.rows(Line.targets, batch))
        },
        validationLoss: { model in
            meanSquaredError(model.output(model.hidden(Line.inputs).tanh()), Line.targets).scalar
        })
    return (try model.digest, records)
}

private func loop<Rule: Optimizer>(_ optimizer: Rule, epochs: Int = 6) -> TrainingLoop<Rule> {
    TrainingLoop(
        optimizer,
        schedule: .warmUp(over: .updates(6), then: .reduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.05)),
        epochs: epochs, batchSize: 16, microBatchSize: 7, patience: 3)
}

/// Interrupts after each step of `stops`, and resumes each time; the end of it, and how often it was interrupted.
private func runInParts<Rule: Optimizer>(
    _ loop: TrainingLoop<Rule>, stops: Set<Int>, path: String
) throws -> (digest: String, records: [EpochRecord], interruptions: Int) {
    let stop = Stops(after: stops)
    for interruptions in 0...stops.count {
        let checkpoint = CheckpointFile(path: path, resumes: interruptions > 0)
        do {
            let end = try run(loop, session: TrainingSession(checkpoint: checkpoint, shouldStop: { _ in stop() }))
            return (end.digest, end.records, interruptions)
        } catch let interruption as TrainingInterruption {
            #expect(interruption.checkpoint == path)
        }
    }
    throw InputError("was interrupted more often than it should be")
}

private let optimizers: [any Optimizer] = [
    Adam(learningRate: 0.05), AdamW(learningRate: 0.05), SGD(learningRate: 0.02), RMSProp(learningRate: 0.01),
    SGD(learningRate: 0.02, momentum: 0.9, isNesterov: true), RMSProp(learningRate: 0.01, momentum: 0.5),
]

/// After every step, so after every epoch and in its midst; and after some.
@Test(arguments: optimizers.indices, [Set(1...24), [4, 8, 12, 16, 20, 24], [1], [13, 14]])
func aResumedRunEqualsAnUninterruptedOne(place: Int, stops: Set<Int>) throws {
    func check(_ optimizer: some Optimizer) throws {
        try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
            let loop = loop(optimizer)
            let whole = try run(loop, session: TrainingSession())
            let parts = try runInParts(loop, stops: stops, path: folder("a/b/checkpoint"))
            #expect(parts.digest == whole.digest)
            #expect(parts.records == whole.records)
            #expect(parts.interruptions == stops.count { $0 <= (whole.records.last?.updates ?? 0) })
            #expect(parts.interruptions > 0)
            #expect(try contents(ofFolder: folder("a/b")) == ["checkpoint"])
        }
    }
    try check(optimizers[place])
}

@Test func aRunThatIsOverEndsAsBefore() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let path = folder("checkpoint")
        let first = try run(loop(Adam()), session: TrainingSession(checkpoint: CheckpointFile(path: path)))
        let (log, told) = (Recorder(), Told())
        let second = try run(
            loop(Adam()),
            session: TrainingSession(
                checkpoint: CheckpointFile(path: path, resumes: true), logs: [log], progress: { told.add($0) }))
        #expect(first.digest == second.digest && first.records == second.records)
        #expect(log.steps.isEmpty && told.news.map(\.updates) == [24])
    }
}

@Test func theCheckpointOfARunThatStoppedEarlyIsOver() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let path = folder("checkpoint")
        var model = Line.model(seed: 1)
        let loop = TrainingLoop(Adam(learningRate: 0), epochs: 9, patience: 2)
        func train(resumes: Bool) throws -> [EpochRecord] {
            try loop.run(
                &model, samples: 64, seed: 1,
                session: TrainingSession(checkpoint: CheckpointFile(path: path, resumes: resumes)),
                loss: { Line.loss($0, $1) }, validationLoss: { Line.validationLoss($0) })
        }
        let records = try train(resumes: false)
        #expect(records.count == 2)
        #expect(try train(resumes: true) == records)
    }
}

@Test func theSameSeedGivesTheSameDigest() throws {
    let digests = try [3, 3, 4].map { try run(loop(Adam()), seed: $0, session: TrainingSession()).digest }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
}

private let identity = JSONObject([("data", .string("d1ce"))])

/// What the checkpoint was made with and what it is read with differ in one thing, which the error names.
private let strangers: [(field: String, read: @Sendable (CheckpointFile) throws -> Void)] = [
    ("optimizer", { _ = try run(loop(AdamW(weightDecay: 0)), session: TrainingSession(of: identity, checkpoint: $0)) }),
    (
        "learningRate",
        { _ = try run(loop(Adam(learningRate: 0.002)), session: TrainingSession(of: identity, checkpoint: $0)) }
    ),
    ("epsilon", { _ = try run(loop(Adam(epsilon: 1e-7)), session: TrainingSession(of: identity, checkpoint: $0)) }),
    ("epochs", { _ = try run(loop(Adam(), epochs: 7), session: TrainingSession(of: identity, checkpoint: $0)) }),
    (
        "schedule.warmUp.over",
        {
            var loop = loop(Adam())
            loop.schedule = .warmUp(over: .epochs(6), then: .reduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.05))
            _ = try run(loop, session: TrainingSession(of: identity, checkpoint: $0))
        }
    ),
    (
        "batchSize",
        {
            var loop = loop(Adam())
            loop.batchSize = 8
            _ = try run(loop, session: TrainingSession(of: identity, checkpoint: $0))
        }
    ),
    (
        "clipping.norm",
        {
            var loop = loop(Adam())
            loop.clipping = .norm(2)
            _ = try run(loop, session: TrainingSession(of: identity, checkpoint: $0))
        }
    ),
    ("samples", { _ = try run(loop(Adam()), samples: 63, session: TrainingSession(of: identity, checkpoint: $0)) }),
    ("seed", { _ = try run(loop(Adam()), seed: 4, session: TrainingSession(of: identity, checkpoint: $0)) }),
    (
        "parameters.hidden.weight",
        { _ = try run(loop(Adam()), width: 6, session: TrainingSession(of: identity, checkpoint: $0)) }
    ),
    (
        "data",
        {
            _ = try run(
                loop(Adam()), session: TrainingSession(of: JSONObject([("data", .string("x"))]), checkpoint: $0))
        }
    ),
    ("data", { _ = try run(loop(Adam()), session: TrainingSession(checkpoint: $0)) }),
    (
        "kind",
        {
            let identity = JSONObject([("data", .string("d1ce")), ("kind", .string("lstm"))])
            _ = try run(loop(Adam()), session: TrainingSession(of: identity, checkpoint: $0))
        }
    ),
]

private func interrupted(at path: String) throws -> CheckpointFile {
    var checkpoint = CheckpointFile(path: path)
    let stop = Stops(after: [6])
    #expect(throws: TrainingInterruption(epoch: 2, step: 2, checkpoint: path)) {
        try run(
            loop(Adam()), session: TrainingSession(of: identity, checkpoint: checkpoint, shouldStop: { _ in stop() }))
    }
    checkpoint.resumes = true
    return checkpoint
}

@Test(arguments: strangers.indices)
func aCheckpointOfAnotherRunIsRefused(place: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let checkpoint = try interrupted(at: folder("c"))
        let before = try readBytes(of: folder("c"))
        let error = #expect(throws: InputError.self) { try strangers[place].read(checkpoint) }
        #expect(error?.field == strangers[place].field, "\(String(describing: error))")
        #expect(error?.file == folder("c"))
        #expect(try readBytes(of: folder("c")) == before)
    }
}

@Test func theSameRunIsNotRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let checkpoint = try interrupted(at: folder("c"))
        #expect(throws: Never.self) {
            try run(loop(Adam()), session: TrainingSession(of: identity, checkpoint: checkpoint))
        }
    }
}

/// How a file is spoiled, and which field the error names.
private let damages: [(field: String?, spoil: @Sendable (inout WeightArchive) -> Void)] =
    arrayDamages + counterDamages

private let arrayDamages: [(field: String?, spoil: @Sendable (inout WeightArchive) -> Void)] = [
    ("format", { $0.metadata["format"] = nil }), (nil, { $0.metadata["configuration"] = nil }),
    (nil, { $0.metadata["state"] = nil }), ("epoch", { $0.metadata["state"] = "{}" }),
    ("model.output.bias", { $0.set("model.output.bias", shape: [1], .float32([.nan])) }),
    ("best.output.bias", { $0.set("best.output.bias", shape: [1], .float32([.infinity])) }),
    ("model.output.bias", { $0.set("model.output.bias", shape: [1], .float64([0])) }),
    ("optimizer.mean.output.bias", { $0.set("optimizer.mean.output.bias", shape: [1], .float32([.nan])) }),
    ("optimizer.square.output.bias", { $0.set("optimizer.square.output.bias", shape: [2], .float32([0, 0])) }),
    ("losses", { $0.set("losses", shape: [2], .float32([0, 0])) }),
    ("lossSum", { $0.set("lossSum", shape: [0], .float64([])) }),
    ("records.updates", { $0.set("records.updates", shape: [2], .int64([4, 8])) }),
    ("records.updates", { $0.set("records.updates", shape: [1], .int64([5])) }),
    ("records.trainingLoss", { $0.set("records.trainingLoss", shape: [2], .float32([4, 8])) }),
    ("extra", { $0.set("extra", shape: [1], .uint8([0])) }),
]

/// A counter of the state after two of the four steps of the second epoch of six, and a value that it cannot have.
private let counterDamages: [(field: String?, spoil: @Sendable (inout WeightArchive) -> Void)] = [
    ("epoch", 8), ("epoch", 0), ("step", -2), ("step", 5), ("updates", 7), ("samples", 31), ("optimizerStep", Int.max),
    ("bestEpoch", 2), ("waited", Int.max), ("plateauWaited", Int.max), ("plateauCooldown", -1),
    ("plateauReductions", Int.max),
].map { name, value in
    (
        name,
        { archive in
            var state = JSONObject()
            let text = archive.metadata["state"] ?? ""
            if let old = try? JSONValue(parsing: Array(text.utf8)).object { state = old }
            if state[name] != nil { state[name] = .integer(value) }
            archive.metadata["state"] = JSONValue.object(state).text()
        }
    )
}

@Test(arguments: damages.indices)
func aSpoiledCheckpointIsRefused(place: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let checkpoint = try interrupted(at: folder("c"))
        var archive = try Safetensors.decode(readBytes(of: folder("c")))
        let before = archive
        damages[place].spoil(&archive)
        #expect(archive != before)
        try writeAtomically(Safetensors.encode(archive), to: folder("c"))
        let error = #expect(throws: InputError.self) {
            try run(loop(Adam()), session: TrainingSession(of: identity, checkpoint: checkpoint))
        }
        #expect(error?.file == folder("c"))
        if let field = damages[place].field { #expect(error?.field == field, "\(String(describing: error))") }
    }
}

@Test func aFinishedRunThatSaysItIsNotIsRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var checkpoint = CheckpointFile(path: folder("c"))
        _ = try run(loop(Adam()), session: TrainingSession(checkpoint: checkpoint))
        checkpoint.resumes = true
        var archive = try Safetensors.decode(readBytes(of: folder("c")))
        let state = try #require(archive.metadata["state"])
        archive.metadata["state"] = state.replacing("\"isFinished\":true", with: "\"isFinished\":false")
        try writeAtomically(Safetensors.encode(archive), to: folder("c"))
        let error = #expect(throws: InputError.self) {
            try run(loop(Adam()), session: TrainingSession(checkpoint: checkpoint))
        }
        #expect(error?.field == "isFinished", "\(String(describing: error))")
    }
}

@Test func aCheckpointThatIsCutOrMissingIsRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let checkpoint = try interrupted(at: folder("c"))
        let bytes = try readBytes(of: folder("c"))
        for count in [0, 7, 100, bytes.count - 1] {
            try writeAtomically(Array(bytes.prefix(count)), to: folder("c"))
            #expect(throws: InputError.self) {
                try run(loop(Adam()), session: TrainingSession(of: identity, checkpoint: checkpoint))
            }
        }
        try remove(folder("c"))
        let error = #expect(throws: InputError.self) {
            try run(loop(Adam()), session: TrainingSession(of: identity, checkpoint: checkpoint))
        }
        #expect(error?.problem == "no such file or folder" && error?.file == folder("c"))
    }
}
