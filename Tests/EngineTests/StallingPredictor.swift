import Files
import Glibc
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Prediction
import Workflows

@testable import Engine

/// A predictor that stalls, throws or is slow as its test says while it answers.
struct StallingPredictor: PublishablePredictor {
    /// What the test says.
    final class Switches: Sendable {
        struct State {
            var isStalled = false
            var throwsErrors = false
            var seconds = 0.0
            /// Calls that began.
            var calls = 0
            /// Calls that have not ended.
            var running = 0
        }

        private let state = NIOLockedValueBox(State())

        var now: State { state.withLockedValue { $0 } }
        func set(_ change: (inout State) -> Void) { state.withLockedValue(change) }
    }

    var sound: any PublishablePredictor
    let switches: Switches
    var isBounded = false

    init(_ switches: Switches, _ sound: (any PublishablePredictor)? = nil, isBounded: Bool = false) {
        self.sound =
            sound ?? StatisticsPredictor(rules: [.median], executions: TestRegistry.executions(seconds: 10))
        self.switches = switches
        self.isBounded = isBounded
    }

    var heuristic: StatisticsPredictor { sound.heuristic }
    func archive() throws -> WeightArchive { try sound.archive() }
    mutating func observe(_ execution: TaskExecution) { sound.observe(execution) }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        switches.set {
            $0.calls += 1
            $0.running += 1
        }
        defer { switches.set { $0.running -= 1 } }
        while switches.now.isStalled { usleep(1000) }
        usleep(UInt32(switches.now.seconds * 1e6))
        if switches.now.throwsErrors { throw InputError("the weights are asleep") }
        var answers = try sound.predict(tasks)
        for place in answers.indices { answers[place].duration.source = .model }
        return answers
    }
}
