import Files
import Foundation
import Kernels
import Layers
import Synchronization
import TestSupport
import Testing
import Training
import Workflows

@testable import Models

@Test(arguments: networkKinds)
func theSameSeedGivesTheSameWeightsAndAnArchiveTheSameAnswers(kind: String) throws {
    let rows = series(Array(wave.prefix(120))) + series([3, 4, 5, 3], process: "q")
    let first = try small(kind).trainPublishable(on: rows, seed: 3)
    let bytes = try Safetensors.encode(first.archive())
    #expect(bytes == (try Safetensors.encode(small(kind).trainPublishable(on: rows, seed: 3).archive())))
    #expect(bytes != (try Safetensors.encode(small(kind).trainPublishable(on: rows, seed: 4).archive())))
    var (kept, again) = (first, try read(Safetensors.decode(bytes), kind))
    let tasks = rows.map(\.task) + [TaskSpec(process: "new"), TaskSpec(workflow: "w", process: "p")]
    #expect(try again.predict(tasks) == kept.predict(tasks))
    // And it goes on as the one that was never written.
    for row in series([50, 60, 70], start: 5000) {
        kept.observe(row)
        again.observe(row)
    }
    #expect(try again.predict(tasks) == kept.predict(tasks))
    #expect(try Safetensors.encode(again.archive()) == Safetensors.encode(kept.archive()))
}

@Test(arguments: networkKinds)
func anArchiveThatDoesNotFitIsRefused(kind: String) throws {
    let sound = try small(kind).trainPublishable(on: series(Array(wave.prefix(60))), seed: 1).archive()
    _ = try read(sound, kind)
    let names = sound.entries.map(\.name).filter {
        $0.hasPrefix("network.") || $0.hasPrefix("steps.")
            || ["calibrations", "executions.memory", "rules"].contains($0)
    }
    #expect(names.count > 15)
    for name in names {
        var archive = sound
        archive.set(name, shape: [1], .float64([.nan]))
        #expect(throws: (any Error).self, "\(name)") { try read(archive, kind) }
    }
    func refuses(_ field: String, _ damage: (inout WeightArchive) -> Void) {
        var archive = sound
        damage(&archive)
        do {
            _ = try read(archive, kind)
            Issue.record("\(field) is taken")
        } catch let error as InputError {
            #expect("\(error)".contains(field))
        } catch {
            Issue.record("\(error)")
        }
    }
    refuses("steps.counts") { $0.set("steps.counts", shape: [1], .int64([61])) }
    refuses("steps.counts") { $0.set("steps.counts", shape: [1], .int64([59])) }
    refuses("steps.counts") { $0.set("steps.counts", shape: [1], .int64([-1])) }
    refuses("steps.run") { $0.set("steps.run", shape: [60], .int64([Int64](repeating: .max, count: 60))) }
    refuses("steps.run") { $0.set("steps.run", shape: [60], .int64([Int64](repeating: -2, count: 60))) }
    refuses("calibrations") { $0.set("calibrations", text: "{}") }
    refuses("calibrations") { archive in
        let text = try? archive.text("calibrations")
        archive.set(
            "calibrations", text: (text ?? "").replacingOccurrences(of: "\"inputSpread\":", with: "\"inputSpread\":-"))
    }
    refuses("calibrations") { archive in
        let text = try? archive.text("calibrations")
        archive.set("calibrations", text: (text ?? "").replacingOccurrences(of: "\"share\":0", with: "\"share\":7"))
    }
    // A layout from before there were quantiles.
    refuses("trained again") { $0.set("calibrations", text: #"{"pooled":{"gate":[0,0,0]},"types":{}}"#) }
}

@Test func aShapeThatDoesNotFitIsRefused() throws {
    let sound = LSTMArchitecture(history: 5, context: 3, hidden: 7, layers: 1)
    #expect(try LSTMArchitecture(sound.fields) == sound)
    let other = TransformerArchitecture(history: 5, context: 0, width: 12, heads: 3, blocks: 1)
    #expect(try TransformerArchitecture(other.fields) == other)
    for name in sound.fields.keys {
        for value in [nil, -1, 0, 100_000] where !(name == "context" && value == 0) {
            var fields = sound.fields
            fields[name] = value
            #expect(throws: InputError.self, "\(name)") { try LSTMArchitecture(fields) }
        }
    }
    for name in other.fields.keys {
        for value in [nil, -1, 0, 100_000] where !(name == "context" && value == 0) {
            var fields = other.fields
            fields[name] = value
            #expect(throws: InputError.self, "\(name)") { try TransformerArchitecture(fields) }
        }
    }
    var fields = other.fields
    fields["heads"] = 5
    #expect(throws: InputError.self) { try TransformerArchitecture(fields) }
    // The published layout before quantiles.
    #expect(throws: InputError.self) {
        try LSTMArchitecture(["history": 8, "inputs": 16, "hidden": 64, "layers": 2, "outputs": 3])
    }
}

/// Wherever it stopped, in the first network's training or in the second's, what comes out is the same.
@Test(arguments: networkKinds, [3, 12, 45])
func whatWasInterruptedAndResumedIsTheSame(kind: String, steps: Int) throws {
    let rows = series(Array(wave.prefix(100)))
    let whole = try small(kind).trainPublishable(on: rows, seed: 2).archive()
    try TemporaryFolder.with { folder in
        let path = folder("checkpoint")
        let counter = Counter()
        let session = TrainingSession(
            checkpoint: CheckpointFile(path: path), shouldStop: { _ in counter.next() == steps })
        #expect(throws: TrainingInterruption.self) {
            try small(kind, session: session).trainPublishable(on: rows, seed: 2)
        }
        let resumed = TrainingSession(checkpoint: CheckpointFile(path: path, resumes: true))
        let archive = try small(kind, session: resumed).trainPublishable(on: rows, seed: 2).archive()
        #expect(try Safetensors.encode(archive) == Safetensors.encode(whole))
    }
}

/// Counts steps from 1.
private final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
