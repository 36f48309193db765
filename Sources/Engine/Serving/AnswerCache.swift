import NIOConcurrencyHelpers
import Workflows

/// The last answers of one version, so that equal questions are answered once.
///
/// An answer holds for the states of the version's statistics from the one that it was given in to the present one: an
/// outcome begins a new state and drops what it makes stale. Questions that are still answered from an older state find
/// what holds there, and add nothing. Where it is full, each new answer takes the place of one that was not asked for since
/// the hand last passed it (the CLOCK algorithm, Corbató 1968), so that what was used lately stays.
final class AnswerCache: Sendable {
    private struct Entry {
        var task: TaskSpec
        var prediction: ResourcePrediction
        /// The first state that it holds in.
        var birth: Int
        /// Whether it was asked for since the hand last passed.
        var wasUsed = false
    }

    private struct State {
        var present = 0
        var entries: [Entry?] = []
        var places: [TaskSpec: Int] = [:]
        /// The place that is looked at next where a new answer needs one.
        var hand = 0
        var hits = 0
        var misses = 0
    }

    private let capacity: Int
    private let state: NIOLockedValueBox<State>

    /// - Parameter capacity: answers that are kept at the most.
    init(capacity: Int = 1024) {
        precondition(capacity >= 1, "a cache of \(capacity) answers")
        self.capacity = capacity
        state = NIOLockedValueBox(State())
    }

    /// Questions that were answered from it, and those that were not.
    var counts: (hits: Int, misses: Int) { state.withLockedValue { ($0.hits, $0.misses) } }

    /// How many answers it holds.
    var count: Int { state.withLockedValue { $0.places.count } }

    /// What is known of each of `tasks` in the state `moment`.
    func answers(_ tasks: [TaskSpec], in moment: Int) -> [ResourcePrediction?] {
        state.withLockedValue { state in
            tasks.map { task in
                guard let place = state.places[task], let entry = state.entries[place], entry.birth <= moment else {
                    state.misses += 1
                    return nil
                }
                state.hits += 1
                state.entries[place]?.wasUsed = true
                return entry.prediction
            }
        }
    }

    /// Keeps what was answered in the state `moment`, if that is the present one.
    func insert(_ answers: some Sequence<(TaskSpec, ResourcePrediction)>, in moment: Int) {
        state.withLockedValue { state in
            guard moment == state.present else { return }
            for (task, prediction) in answers where task.isSmall {
                let place = state.places[task] ?? makePlace(&state)
                state.places[task] = place
                state.entries[place] = Entry(task: task, prediction: prediction, birth: moment)
            }
        }
    }

    /// A place that is free, or is made so.
    private func makePlace(_ state: inout State) -> Int {
        if state.entries.count < capacity {
            state.entries.append(nil)
            return state.entries.count - 1
        }
        while state.entries[state.hand]?.wasUsed == true {
            state.entries[state.hand]?.wasUsed = false
            state.hand = (state.hand + 1) % capacity
        }
        let place = state.hand
        if let task = state.entries[place]?.task { state.places[task] = nil }
        state.hand = (place + 1) % capacity
        return place
    }

    /// Begins a new state, without the answers that are stale in it; the cache and the number of the state.
    ///
    /// - Parameter moment: the state that it comes from. If that is no longer the present one, two states would come
    ///   from it, and the new one gets a cache of its own.
    func begin(from moment: Int, dropping isStale: (TaskSpec) -> Bool) -> (cache: AnswerCache, state: Int) {
        let next: Int? = state.withLockedValue { state in
            guard moment == state.present else { return nil }
            for (place, entry) in state.entries.enumerated() {
                guard let task = entry?.task, isStale(task) else { continue }
                state.entries[place] = nil
                state.places[task] = nil
            }
            state.present += 1
            return state.present
        }
        return next.map { (self, $0) } ?? (AnswerCache(capacity: capacity), 0)
    }
}

extension TaskSpec {
    /// Whether it may be kept for long: who asks decides its size.
    fileprivate var isSmall: Bool {
        guard features.count <= 64 else { return false }
        let texts =
            [workflow, process, tool, run, node].compactMap { $0 } + features.flatMap { [$0.key, $0.value.word ?? ""] }
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
