import Decisions
import Files
import Foundation
import Workflows

/// Calls `body` with the path of a new folder and deletes the folder afterwards.
func withFolder<Result>(_ body: (_ folder: String) async throws -> Result) async throws -> Result {
    let path = NSTemporaryDirectory() + "tactus-decisions-" + UUID().uuidString
    try makeFolder(path)
    do {
        let result = try await body(path)
        try remove(path)
        return result
    } catch {
        try? remove(path)
        throw error
    }
}

/// A decision like those of a server; `input` and `output` may be anything.
func decision(
    _ id: String, type: String = "schedule", at: Double = 1000, input: String = "{\"q\": 1}",
    output: String = "{\"a\":2}"
) -> DecisionRecord {
    DecisionRecord(
        id: id, type: type, at: at, input: input, output: output, source: "model",
        model: ModelReference(name: "predictor", version: 3, digest: "ab"), reason: "slow", confidence: 0.25,
        latencyMs: 1.5, seed: 7, iterations: 9, outcomesLearned: 11)
}

/// An outcome of the type `w:p`.
func outcome(
    _ task: String, of decisionID: String? = nil, cpu: Double? = nil, memory: Double? = nil, duration: Double? = nil,
    completedAt: Double? = nil, status: TaskExecution.Status = .completed
) -> ReportedExecution {
    ReportedExecution(
        TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", features: ["size": .number(2), "kind": .word("x")]),
            taskID: task, completedAt: completedAt, cpu: cpu, memory: memory, duration: duration, status: status),
        decisionID: decisionID)
}

/// Copies all files of a state folder, as a crash would leave them.
func crashImage(of folder: String, to target: String) throws {
    try makeFolder(target)
    for name in try contents(ofFolder: folder) where name != ".lock" {
        try writeAtomically(readBytes(of: folder + "/" + name), to: target + "/" + name)
    }
}

/// Makes a symbolic link.
func makeLink(from path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
}

extension Journal {
    /// Keeps `records` one after the other.
    func append(_ records: [JournalRecord]) async throws {
        for record in records { try await append(record) }
    }
}

extension DecisionStore {
    /// Adds `records` as a log does that is not far behind.
    func add(_ records: [JournalRecord], upTo position: Journal.Position) async throws {
        try await add(records, upTo: position, givesWay: true)
    }
}

extension JournalRecord {
    /// A single outcome.
    static func outcome(_ reported: ReportedExecution, at moment: Double) -> JournalRecord {
        .outcomes([reported], at: moment)
    }
}
