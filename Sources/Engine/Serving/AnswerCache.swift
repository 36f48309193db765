import NIOConcurrencyHelpers
import Workflows

/// The last answers of one version, so that equal questions are answered once.
///
/// An answer holds for the states of the version's statistics from the one that it was given in to the present one: an
/// outcome begins a new state and drops what it makes stale. Questions that are still answered from an older state find
/// what holds there, and add nothing. Of two halves, the one that is not asked for is dropped when the other is full, so
/// that what was used lately stays.
final class AnswerCache: Sendable {
    private struct Entry {
        var prediction: ResourcePrediction
        /// The first state that it holds in.
        var birth: Int
    }

    private struct State {
        var present = 0
        var young: [TaskSpec: Entry] = [:]
        var old: [TaskSpec: Entry] = [:]
        var hits = 0
        var misses = 0
    }

    private let half: Int
    private let state: NIOLockedValueBox<State>

    /// - Parameter capacity: answers that are kept at the most.
    init(capacity: Int = 1024) {
        precondition(capacity >= 2, "a cache of \(capacity) answers")
        half = capacity / 2
        state = NIOLockedValueBox(State())
    }

    /// Questions that were answered from it, and those that were not.
    var counts: (hits: Int, misses: Int) { state.withLockedValue { ($0.hits, $0.misses) } }

    /// How many answers it holds.
    var count: Int { state.withLockedValue { $0.young.count + $0.old.count } }

    /// What is known of each of `tasks` in the state `moment`.
    func answers(_ tasks: [TaskSpec], in moment: Int) -> [ResourcePrediction?] {
        state.withLockedValue { state in
            tasks.map { task in
                guard let entry = state.young[task] ?? state.old[task], entry.birth <= moment else {
                    state.misses += 1
                    return nil
                }
                state.hits += 1
                if state.old.removeValue(forKey: task) != nil { put(entry, task, &state) }
                return entry.prediction
            }
        }
    }

    /// Keeps what was answered in the state `moment`, if that is the present one.
    func insert(_ answers: some Sequence<(TaskSpec, ResourcePrediction)>, in moment: Int) {
        state.withLockedValue { state in
            guard moment == state.present else { return }
            for (task, prediction) in answers where task.isSmall {
                put(Entry(prediction: prediction, birth: moment), task, &state)
            }
        }
    }

    private func put(_ entry: Entry, _ task: TaskSpec, _ state: inout State) {
        if state.young.count >= half {
            state.old = state.young
            state.young = [:]
        }
        state.young[task] = entry
    }

    /// Begins a new state, without the answers that are stale in it; the cache and the number of the state.
    ///
    /// - Parameter moment: the state that it comes from. If that is no longer the present one, two states would come
    ///   from it, and the new one gets a cache of its own.
    func begin(from moment: Int, dropping isStale: (TaskSpec) -> Bool) -> (cache: AnswerCache, state: Int) {
        let next: Int? = state.withLockedValue { state in
            guard moment == state.present else { return nil }
            state.young = state.young.filter { !isStale($0.key) }
            state.old = state.old.filter { !isStale($0.key) }
            state.present += 1
            return state.present
        }
        return next.map { (self, $0) } ?? (AnswerCache(capacity: 2 * half), 0)
    }
}

extension TaskSpec {
    /// Whether it may be kept for long: who asks decides its size.
    fileprivate var isSmall: Bool {
        guard features.count <= 64 else { return false }
        let texts =
            [workflow, process, run, node].compactMap { $0 } + features.flatMap { [$0.key, $0.value.word ?? ""] }
        return texts.reduce(0) { $0 + $1.utf8.count } <= 4096
    }
}

/// What outcomes change answers about.
struct OutcomeScope {
    private var types: Set<String> = []
    private var workflows: Set<String> = []
    private var names: Set<String> = []

    init(_ executions: [TaskExecution]) {
        for task in executions.lazy.map(\.task) {
            types.insert(task.taskType)
            if let workflow = task.workflow { workflows.insert(workflow) }
            if let run = task.run { names.insert(run) }
            if let node = task.node { names.insert(node) }
        }
    }

    /// Whether an answer about `task` may be another one now: statistics are kept by type, networks read what else its
    /// workflow has done and whether its run and its node are known.
    func concerns(_ task: TaskSpec) -> Bool {
        task.workflow.map(workflows.contains) ?? false || task.run.map(names.contains) ?? false
            || task.node.map(names.contains) ?? false || types.contains(task.taskType)
    }
}
