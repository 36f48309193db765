import Decisions
import NIOConcurrencyHelpers
import Workflows

/// Workflows that were changed as suggested and have not run to their end, and what became of those that have.
final class OptimizationFollowUps: Sendable {
    /// Changed workflows that are waited for, at the most: the latest.
    static let mostOpen = 256
    /// Follow-ups that weights are made of: the latest.
    static let mostKept = 256

    private struct State {
        /// Tasks of which no end is known, by the decision that changed their workflow.
        var open: [String: Set<String>] = [:]
        /// The latest last.
        var kept: [FollowUp] = []
        var weights: [String: Double] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// How much of what suggestions of each type promised came true.
    var weights: [String: Double] { state.withLockedValue(\.weights) }

    /// Waits for the tasks of `workflow` but `ended` ones, as far as they take time.
    func open(_ decisionID: String, waitingFor workflow: Workflow, but ended: Set<String> = []) {
        let tasks = Set(workflow.tasks.filter { ($0.runtimeSeconds ?? 0) > 0 }.map(\.id)).subtracting(ended)
        guard !tasks.isEmpty else { return }
        state.withLockedValue { state in
            state.open[decisionID] = tasks
            // Identifiers rise with time.
            if state.open.count > Self.mostOpen, let oldest = state.open.keys.min() { state.open[oldest] = nil }
        }
    }

    /// The decisions whose workflows have run to their end with `executions`, in order; they are waited for no longer.
    func ended(by executions: [ReportedExecution]) -> [String] {
        state.withLockedValue { state in
            var ended: [String] = []
            for reported in executions where reported.execution.tellsItsEnd {
                guard let id = reported.decisionID, state.open[id]?.remove(reported.execution.taskID) != nil,
                    state.open[id]?.isEmpty == true
                else { continue }
                state.open[id] = nil
                ended.append(id)
            }
            return ended
        }
    }

    /// Takes `followUps`, the latest last, into the weights.
    func keep(_ followUps: [FollowUp]) {
        state.withLockedValue { state in
            state.kept = Array((state.kept + followUps).suffix(Self.mostKept))
            state.weights = FollowUp.weights(state.kept)
        }
    }
}

extension TaskExecution {
    /// Whether it ended well, and when it ran is known.
    var tellsItsEnd: Bool {
        (status == .completed || status == .cached) && startedAt != nil && completedAt != nil
    }
}
