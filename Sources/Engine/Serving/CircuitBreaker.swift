/// Decides whether a model that fails is asked at all (Nygard, "Release It!", 2007, the pattern "Circuit Breaker").
///
///     closed ──failures──▶ open ──cool-down is over──▶ half-open ──the trial succeeds──▶ closed
///                            ▲                            │
///                            └──── the trial fails ───────┘
///
/// A value without a clock: what it does is a function of the moments (seconds from anywhere) and the results that it is
/// told of.
struct CircuitBreaker: Sendable, Hashable {
    /// When it opens, and for how long.
    struct Limits: Sendable, Hashable {
        /// Failures in a row that open it.
        var failuresInARow = 5
        /// The last calls whose failures are counted, 64 at the most.
        var window = 40
        /// Calls of the window that it takes to judge their share of failures.
        var leastCalls = 20
        /// The share of failures that opens it.
        var failureShare = 0.5
        /// Seconds that it stays open the first time; each failed trial doubles them.
        var coolDown = 5.0
        /// Seconds that it stays open at the most.
        var longestCoolDown = 60.0
    }

    /// Whether the model is asked.
    enum State: Sendable, Hashable {
        /// It is.
        case closed
        /// It is not, until a moment.
        case open(until: Double)
        /// One question went to it on trial at a moment; others do not.
        case halfOpen(since: Double)
    }

    /// Leave to ask the model once; its result is told with it.
    struct Pass: Sendable, Hashable {
        fileprivate var term: Int
    }

    let limits: Limits
    private(set) var state = State.closed
    /// How often it has opened.
    private(set) var openings = 0
    /// Failures since the last success.
    private var inARow = 0
    /// The last calls, the newest in the lowest bit: 1 for a failure.
    private var history: UInt64 = 0
    private var calls = 0
    /// Trials that failed since it was closed.
    private var failedTrials = 0
    /// Rises with every change of the state, so that a result that comes late counts for nothing.
    private var term = 0

    init(_ limits: Limits = Limits()) {
        precondition((1...64).contains(limits.window), "a window of \(limits.window) calls, not 1 to 64")
        precondition(
            limits.failuresInARow > 0 && limits.leastCalls > 0 && limits.failureShare > 0 && limits.coolDown > 0,
            "\(limits)")
        self.limits = limits
    }

    /// Leave to ask the model at `now`; nil where it is left out. The first after a cool-down is the trial; one that was
    /// never told of is given up after another cool-down.
    mutating func admit(at now: Double) -> Pass? {
        switch state {
        case .closed: break
        case .open(let until):
            guard now >= until else { return nil }
            enter(.halfOpen(since: now))
        case .halfOpen(let since):
            guard now >= since + limits.coolDown else { return nil }
            enter(.halfOpen(since: now))
        }
        return Pass(term: term)
    }

    /// Takes in how the call of `pass` went. One from before the last change of the state counts for nothing.
    mutating func record(succeeded: Bool, _ pass: Pass, at now: Double) {
        guard pass.term == term else { return }
        switch (state, succeeded) {
        case (.closed, _):
            inARow = succeeded ? 0 : inARow + 1
            history = history << 1 | (succeeded ? 0 : 1)
            calls = min(calls + 1, limits.window)
            if inARow >= limits.failuresInARow || failsTooOften { open(at: now) }
        case (.halfOpen, true):
            (inARow, history, calls, failedTrials) = (0, 0, 0, 0)
            enter(.closed)
        case (.halfOpen, false):
            failedTrials += 1
            open(at: now)
        case (.open, _): preconditionFailure("a call was let through by an open circuit breaker")
        }
    }

    /// Takes back leave that was not used: nothing is known of the model, and the next question is the trial.
    mutating func giveBack(_ pass: Pass, at now: Double) {
        guard pass.term == term, case .halfOpen = state else { return }
        enter(.open(until: now))
    }

    /// Lets the model be asked again before its cool-down is over: what it failed by has been seen to.
    mutating func close() {
        if case .closed = state { return }
        (inARow, history, calls, failedTrials) = (0, 0, 0, 0)
        enter(.closed)
    }

    private var failsTooOften: Bool {
        guard calls >= limits.leastCalls else { return false }
        let mask = limits.window == 64 ? UInt64.max : (1 << UInt64(limits.window)) - 1
        return Double((history & mask).nonzeroBitCount) >= limits.failureShare * Double(calls)
    }

    private mutating func open(at now: Double) {
        openings += 1
        let longer = limits.coolDown * Double(1 << min(failedTrials, 20))
        enter(.open(until: now + min(longer, max(limits.longestCoolDown, limits.coolDown))))
    }

    private mutating func enter(_ next: State) {
        state = next
        term += 1
    }
}

extension CircuitBreaker.State {
    /// The name in figures.
    var words: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half-open"
        }
    }
}
