import Decisions
import NIOConcurrencyHelpers
import Workflows

/// Workflows that were changed as suggested and have not run to their end, and what became of those that have.
final class OptimizationFollowUps: Sendable {
    /// Changed workflows that are waited for, at the most: the latest.
    static let mostOpen = 256
    /// Their tasks together, at the most: those of the latest that fit.
    static let mostTasks = 1_000_000
    /// Follow-ups that weights are made of: the latest.
    static let mostKept = 256
    /// What was changed longer ago than 30 days, in seconds, and has not run to its end is taken to never run.
    static let mostSeconds = 30 * 86_400.0
    /// How often a follow-up that fails is tried before the next start.
    static let mostTries = 3

    private struct State {
        /// Tasks of which no end is known, by the decision that changed their workflow.
        var open: [String: Set<String>] = [:]
        /// How many those are together.
        var tasks = 0
        /// What ended and could not be followed up.
        var due: Set<String> = []
        /// How often that failed.
        var tries: [String: Int] = [:]
        /// The latest last.
        var kept: [FollowUp] = []
        var weights: [String: Double] = [:]
        /// Ends when all that was begun has ended.
        var work: Task<Void, Never>?
    }

    private let state = NIOLockedValueBox(State())
    private let mostTasks: Int

    init(mostTasks: Int = OptimizationFollowUps.mostTasks) { self.mostTasks = mostTasks }

    /// How much of what suggestions of each type promised came true.
    var weights: [String: Double] { state.withLockedValue(\.weights) }

    /// The tasks whose ends tell that `workflow` has run: those that take time. Nil where there are none or more than are waited
    /// for, and where some run by chance: of a branch that is not taken nobody reports an end.
    private func tasks(of workflow: Workflow) -> Set<String>? {
        guard workflow.tasks.allSatisfy({ $0.wishes.branchProbability ?? 1 == 1 }) else { return nil }
        let tasks = Set(workflow.tasks.filter { ($0.runtimeSeconds ?? 0) > 0 }.map(\.id))
        return tasks.isEmpty || tasks.count > mostTasks ? nil : tasks
    }

    /// Whether it can be told when `workflow` has run.
    func canFollow(_ workflow: Workflow) -> Bool { tasks(of: workflow) != nil }

    /// Waits for the tasks of `workflow`, if that can be followed up.
    func open(_ decisionID: String, waitingFor workflow: Workflow) {
        guard let tasks = tasks(of: workflow) else { return }
        state.withLockedValue { state in
            state.tasks += tasks.count - (state.open.updateValue(tasks, forKey: decisionID)?.count ?? 0)
            // Identifiers rise with time.
            while state.open.count > Self.mostOpen || state.tasks > mostTasks, let oldest = state.open.keys.min() {
                state.tasks -= state.open.removeValue(forKey: oldest)?.count ?? 0
            }
        }
    }

    /// The decisions whose workflows have run to their end with `executions`, in order, behind those that were put back; they
    /// are waited for no longer.
    func ended(by executions: [ReportedExecution]) -> [String] {
        state.withLockedValue { state in
            var ended = state.due.sorted()
            state.due = []
            for reported in executions where reported.execution.tellsItsEnd {
                guard let id = reported.decisionID, state.open[id]?.remove(reported.execution.taskID) != nil else {
                    continue
                }
                state.tasks -= 1
                guard state.open[id]?.isEmpty == true else { continue }
                state.open[id] = nil
                ended.append(id)
            }
            return ended
        }
    }

    /// Lets what ended be followed up with the next report, unless that failed too often.
    func putBack(_ decisionID: String, countsAsTry: Bool) {
        state.withLockedValue { state in
            if countsAsTry { state.tries[decisionID, default: 0] += 1 }
            if state.tries[decisionID, default: 0] < Self.mostTries {
                state.due.insert(decisionID)
            } else {
                state.tries[decisionID] = nil
            }
        }
    }

    /// Takes `followUps`, the latest last, into the weights.
    func keep(_ followUps: [FollowUp]) {
        state.withLockedValue { state in
            for followUp in followUps { state.tries[followUp.decisionID] = nil }
            state.kept = Array((state.kept + followUps).suffix(Self.mostKept))
            state.weights = FollowUp.weights(state.kept)
        }
    }

    /// Calls `body` behind what was begun before; nobody waits for it.
    func begin(_ body: @escaping @Sendable () async -> Void) {
        state.withLockedValue { state in
            state.work = Task { [previous = state.work] in
                await previous?.value
                await body()
            }
        }
    }

    /// Returns when all that was begun has ended.
    func settled() async { await state.withLockedValue(\.work)?.value }
}
