import Files
import Foundation
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Prediction
import Registry
import Settings
import TestSupport
import Workflows

@testable import Engine

/// A predictor whose questions and answers pass through a closure, which may count, wait, throw or change them.
struct WatchedPredictor: PublishablePredictor {
    var sound: any PublishablePredictor
    var watch: @Sendable (_ tasks: [TaskSpec], _ answers: inout [ResourcePrediction]) throws -> Void

    var heuristic: StatisticsPredictor { sound.heuristic }
    func archive() throws -> WeightArchive { try sound.archive() }
    mutating func observe(_ execution: TaskExecution) { sound.observe(execution) }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        var answers = try sound.predict(tasks)
        try watch(tasks, &answers)
        return answers
    }
}

/// A gate that is closed until it is opened, with the number of those who came to it.
final class Gate: Sendable {
    private let isOpen = NIOLockedValueBox(false)
    private let arrived = NIOLockedValueBox(0)

    /// How many came.
    var count: Int { arrived.withLockedValue { $0 } }

    func open() { isOpen.withLockedValue { $0 = true } }

    /// Waits on this thread until it is open.
    func pass() {
        arrived.withLockedValue { $0 += 1 }
        while !isOpen.withLockedValue({ $0 }) { Thread.sleep(forTimeInterval: 0.002) }
    }

    /// Waits until one has come.
    func awaitOne() async throws {
        while count == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
}

/// An engine over the registry `models`, which makes the predictor of each version by `load`.
func engine(
    in folder: TemporaryFolder, stepSeconds: Double = 60, keeping kept: Int = 2,
    load: @escaping ServedModel<ServedPredictor>.Loader = { try Catalog.read($0) }
) async throws -> IntelligentScheduler {
    var stated = settings(in: folder)
    (stated.modelStepSeconds, stated.modelsKeptHot) = (stepSeconds, kept)
    // No question is given up for the time that a test holds it.
    stated.targetLatencyMs = 3_600_000
    return try await IntelligentScheduler(settings: stated, load: load)
}

extension AsyncStream<EngineEvent> {
    /// The events up to the first that is `isLast`.
    func upTo(_ isLast: (EngineEvent.Kind) -> Bool) async -> [EngineEvent] {
        var events: [EngineEvent] = []
        for await event in self {
            events.append(event)
            if isLast(event.kind) { break }
        }
        return events
    }
}
