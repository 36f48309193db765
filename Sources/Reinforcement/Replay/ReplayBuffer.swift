import Kernels

/// The last transitions, from which batches are drawn: Lin, "Self-improving reactive agents based on reinforcement learning,
/// planning and teaching", 1992. Demonstrations may stay for good, while the others turn behind them: Hester and others, "Deep
/// Q-learning from demonstrations", AAAI 2018.
public struct ReplayBuffer: Sendable, Equatable {
    /// How transitions are drawn.
    public enum Sampling: Sendable, Equatable {
        /// Each as often as any other.
        case uniform
        /// By their last error δ: with the probability P(i) = p_i^α / Σ p^α for p_i = |δ_i| + ε, and the weight
        /// (N P(i))^-β over the largest of the batch against the bias that this brings (Schaul and others, "Prioritized
        /// Experience Replay", ICLR 2016, equations 1 and 2, section 3.4). A new transition has the largest priority. Without a
        /// floor ε, as often as any other where every error is 0. The bonus is added to ε for demonstrations.
        case prioritised(exponent: Double = 0.6, correction: Double = 0.4, floor: Double = 1e-3, bonus: Double = 0)
    }

    /// Places that were drawn, and what each counts.
    public struct Sample: Sendable, Equatable {
        /// Places in ``transitions``.
        public var places: [Int]
        /// A weight for each, up to 1.
        public var weights: [Float]
    }

    /// Transitions that are kept, at the most; then the oldest ones go that do not stay.
    public let capacity: Int
    /// Demonstrations that stay for good: the first ones, fewer than ``capacity``. Further ones go as other transitions do.
    public let demonstrationCapacity: Int
    /// How they are drawn.
    public let sampling: Sampling
    /// The transitions, in no order.
    public internal(set) var transitions: [Transition] = []
    /// The place that the next one goes to, where nothing is that stays.
    var next = 0
    /// Whether what is at a place stays, of ``capacity`` places.
    private var stays: [Bool]
    /// Transitions that stay.
    public private(set) var stayingCount = 0
    private var tree: SumTree
    private var largest = 1.0
    /// What was there at the last mark, of what has changed since; nil without a mark.
    private var past: Past?

    /// An empty buffer.
    public init(capacity: Int, sampling: Sampling, demonstrationCapacity: Int = 0) {
        precondition(
            capacity > 0 && (0..<capacity).contains(demonstrationCapacity),
            "a buffer of \(capacity) transitions, of which \(demonstrationCapacity) stay")
        self.capacity = capacity
        self.demonstrationCapacity = demonstrationCapacity
        self.sampling = sampling
        stays = [Bool](repeating: false, count: capacity)
        tree = SumTree(count: capacity)
    }

    /// The number of transitions.
    public var count: Int { transitions.count }

    /// Adds a transition, in place of the oldest one that does not stay if there is no room.
    ///
    /// - Complexity: constant on average over a turn of the buffer, in which what stays is passed by once.
    public mutating func append(_ transition: Transition) {
        keepPast(of: next)
        if transitions.count < capacity { transitions.append(transition) } else { transitions[next] = transition }
        tree[next] = largest
        if transition.isDemonstration, stayingCount < demonstrationCapacity {
            stays[next] = true
            stayingCount += 1
        }
        repeat { next = next + 1 == capacity ? 0 : next + 1 } while stays[next]
    }

    /// Draws `count` transitions.
    ///
    /// - Complexity: logarithmic in the capacity for each.
    public func sample(_ count: Int, using generator: inout SeededGenerator) -> Sample {
        precondition(!transitions.isEmpty, "a sample of an empty buffer")
        guard case .prioritised(_, let correction, _, _) = sampling, tree.total > 0 else {
            let places = (0..<count).map { _ in Int.random(in: transitions.indices, using: &generator) }
            return Sample(places: places, weights: [Float](repeating: 1, count: count))
        }
        let places = tree.places(drawn: count, using: &generator)
        let least = places.reduce(Double.infinity) { min($0, tree[$1]) }
        // (N P)^-β over the largest, which is that of the least P.
        let weights = places.map { power(Float(least / tree[$0]), Float(correction)) }
        return Sample(places: places, weights: weights)
    }

    /// Tells the errors of the transitions at `places`.
    public mutating func update(_ places: [Int], errors: [Float]) {
        guard case .prioritised(let exponent, _, let floor, let bonus) = sampling else { return }
        for (place, error) in zip(places, errors) {
            keepPast(of: place)
            let least = transitions[place].isDemonstration ? floor + bonus : floor
            let priority = Double(power(abs(error) + Float(least), Float(exponent)))
            tree[place] = priority
            largest = max(largest, priority)
        }
    }

    /// The priorities of the transitions, p^α; those of a uniform buffer do not change.
    var priorities: [Double] {
        get { transitions.indices.map { tree[$0] } }
        set {
            for (place, priority) in newValue.enumerated() { tree[place] = priority }
        }
    }

    /// Places of what stays, rising.
    var stayingPlaces: [Int] {
        get { transitions.indices.filter { stays[$0] } }
        set {
            stays = [Bool](repeating: false, count: capacity)
            for place in newValue { stays[place] = true }
            stayingCount = newValue.count
        }
    }

    /// The largest priority so far.
    var largestPriority: Double {
        get { largest }
        set { largest = newValue }
    }
}

extension ReplayBuffer {
    /// What a buffer was like at a mark, where it has changed since.
    private struct Past: Sendable, Equatable {
        struct Entry: Sendable, Equatable {
            var transition: Transition?
            var priority: Double
            var stays: Bool
        }

        var (count, next, stayingCount, largest): (Int, Int, Int, Double)
        var entries: [Int: Entry] = [:]
    }

    /// Keeps what changes from now on, so that ``goBack()`` finds it again: unlike a copy it costs no more than the changes.
    mutating func mark() {
        past = Past(count: count, next: next, stayingCount: stayingCount, largest: largest)
    }

    /// Changes are no longer kept.
    mutating func unmark() { past = nil }

    /// Is again what it was at the last mark, and unmarked.
    mutating func goBack() {
        guard let past else { preconditionFailure("a buffer without a mark") }
        for (place, entry) in past.entries {
            if let transition = entry.transition { transitions[place] = transition }
            (tree[place], stays[place]) = (entry.priority, entry.stays)
        }
        transitions.removeLast(count - past.count)
        (next, stayingCount, largest) = (past.next, past.stayingCount, past.largest)
        self.past = nil
    }

    private mutating func keepPast(of place: Int) {
        guard past?.entries.keys.contains(place) == false else { return }
        let entry = Past.Entry(
            transition: place < count ? transitions[place] : nil, priority: tree[place], stays: stays[place])
        past?.entries[place] = entry
    }
}
