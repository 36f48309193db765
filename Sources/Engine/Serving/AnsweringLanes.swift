import Dispatch
import NIOConcurrencyHelpers

/// A few threads on which a model is asked that may be slow, or may never answer.
///
/// Who asks waits up to a moment and no longer. Work that nobody waits for any more cannot be stopped, but it does not pile
/// up: it holds its lane until it ends, others wait for a free lane up to their own moment, and what has not begun by then
/// never does.
final class AnsweringLanes<Answer: Sendable>: Sendable {
    /// How a call went.
    enum Outcome: Sendable {
        case answered(Answer)
        /// There was no answer in time, of this question or of those that hold all lanes.
        case late
        /// It was not asked: others had the lanes until its moment had come, or there was no room to wait.
        case notBegun
    }

    /// One who waits.
    private struct Call {
        var tell: @Sendable (Outcome) -> Void
        var due: ContinuousClock.Instant
        var hasBegun: Bool
    }

    private typealias Job = (id: Int, body: @Sendable () -> Answer)

    private struct State {
        var free: [Int]
        var queue: [Job] = []
        var waiting: [Int: Call] = [:]
        var lastID = 0
        /// When it is looked for calls that are due; nil where nobody waits.
        var nextLook: ContinuousClock.Instant?
        var abandoned = 0
    }

    private let lanes: [DispatchQueue]
    private let clockwork = DispatchQueue(label: "tactus.lanes.clockwork")
    private let room: Int
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - count: threads at the most.
    ///   - room: how many may wait for a lane; there is no waiting beyond.
    init(_ count: Int = 4, waiting room: Int = 256) {
        precondition(count > 0 && room >= 0, "\(count) lanes with room for \(room)")
        // Serial queues: a busy one keeps no thread from another.
        lanes = (0..<count).map { DispatchQueue(label: "tactus.lanes.\($0)") }
        self.room = room
        state = NIOLockedValueBox(State(free: Array((0..<count).reversed())))
    }

    /// Calls that go on though nobody waits for them.
    var abandoned: Int { state.withLockedValue { $0.abandoned } }

    /// Runs `body` on a lane, and waits for it for `limit` at the most.
    func ask(within limit: Duration, _ body: @escaping @Sendable () -> Answer) async -> Outcome {
        await withCheckedContinuation { continuation in
            ask(within: limit, body) { continuation.resume(returning: $0) }
        }
    }

    /// The same for a thread that waits itself, as that of a search does.
    func wait(within limit: Duration, _ body: @escaping @Sendable () -> Answer) -> Outcome {
        let (told, end) = (NIOLockedValueBox(Outcome.notBegun), DispatchSemaphore(value: 0))
        ask(within: limit, body) { outcome in
            told.withLockedValue { $0 = outcome }
            end.signal()
        }
        end.wait()
        return told.withLockedValue { $0 }
    }

    /// Runs `body` on a lane, and calls `tell` once: when it has answered, or when `limit` is over.
    private func ask(
        within limit: Duration, _ body: @escaping @Sendable () -> Answer, tell: @escaping @Sendable (Outcome) -> Void
    ) {
        let due = ContinuousClock.now + limit
        let (lane, id, look, refusal) = state.withLockedValue { state -> (Int?, Int, Bool, Outcome?) in
            let lane = state.free.popLast()
            guard lane != nil || state.queue.count < room else { return (lane, 0, false, withoutBeginning(state)) }
            state.lastID += 1
            state.waiting[state.lastID] = Call(tell: tell, due: due, hasBegun: lane != nil)
            if lane == nil { state.queue.append((state.lastID, body)) }
            let isFirst = state.nextLook.map { due < $0 } ?? true
            if isFirst { state.nextLook = due }
            return (lane, state.lastID, isFirst, nil)
        }
        if let refusal { return tell(refusal) }
        if let lane { lanes[lane].async { self.work((id, body), lane) } }
        if look { self.look(at: due) }
    }

    /// What is said of a question that did not begin: where nobody waits any more for what holds the lanes, that is why.
    private func withoutBeginning(_ state: State) -> Outcome { state.abandoned >= lanes.count ? .late : .notBegun }

    /// Does one job and then, on the same lane, those that wait for one.
    private func work(_ first: Job, _ lane: Int) {
        var job: Job? = first
        while let (id, body) = job {
            let answer = body()
            let (call, next) = state.withLockedValue { state in
                let call = state.waiting.removeValue(forKey: id)
                if call == nil { state.abandoned -= 1 }
                guard !state.queue.isEmpty else {
                    state.free.append(lane)
                    return (call, Job?.none)
                }
                let next = state.queue.removeFirst()
                state.waiting[next.id]?.hasBegun = true
                return (call, next)
            }
            call?.tell(.answered(answer))
            job = next
        }
    }

    private func look(at moment: ContinuousClock.Instant) {
        let seconds = max((moment - .now) / .seconds(1), 0)
        clockwork.asyncAfter(deadline: .now() + seconds) { self.giveUp(moment) }
    }

    /// Tells those whose moment has come that there is no answer; `moment` is when it was to be looked.
    private func giveUp(_ moment: ContinuousClock.Instant) {
        let now = max(ContinuousClock.now, moment)
        let (late, unbegun, next) = state.withLockedValue { state in
            let late = state.waiting.filter { $0.value.due <= now }
            for (id, call) in late {
                state.waiting[id] = nil
                if call.hasBegun { state.abandoned += 1 }
            }
            state.queue.removeAll { late[$0.id] != nil }
            let unbegun = withoutBeginning(state)
            // Somebody who was due earlier has taken over the looking.
            guard state.nextLook == moment else { return (late, unbegun, ContinuousClock.Instant?.none) }
            state.nextLook = state.waiting.values.map(\.due).min()
            return (late, unbegun, state.nextLook)
        }
        for call in late.values { call.tell(call.hasBegun ? .late : unbegun) }
        if let next { look(at: next) }
    }
}
