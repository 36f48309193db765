/// Which running tasks to stop so that an urgent one can start, at the least loss of work.
///
/// Only tasks of smaller priority are stopped, never one of the same; and none that was stopped `largestCount` times
/// before, so that each gets done in the end: a task runs for good in its attempt number `largestCount` + 1 at the
/// latest. What is lost when a task stops is the time since its work was last saved, and what it takes to start again,
/// for the cores that it holds: lost = cores · (now - saved + restart), in core-seconds.
///
/// The choice is a knapsack problem in two dimensions (cover what lacks of cores and of memory), solved exactly by
/// branch and bound (Land, Doig, 1960) on each node; after 20,000 steps on a node the best that is known by then
/// counts.
public struct Preemption: Sendable, Hashable {
    /// What is kept of a task's work when it is stopped.
    public enum Saving: Sendable, Hashable {
        /// Nothing: it begins anew.
        case nothing
        /// All of it up to a moment, that of its last checkpoint.
        case until(Double)
        /// All of it: it is saved when it stops.
        case everything
    }

    /// A task that runs.
    public struct Running: Sendable, Hashable {
        /// Its identifier.
        public var id: String
        /// Larger is more urgent.
        public var priority: Double
        /// Cores that it holds.
        public var cores: Double
        /// Bytes of memory that it holds.
        public var memoryBytes: Double
        /// The moment of its start, in seconds.
        public var startedAt: Double
        /// What is kept of its work.
        public var saving: Saving
        /// Seconds that it takes to start again.
        public var restartSeconds: Double
        /// How often it was stopped before.
        public var stops: Int

        /// The running task `id`.
        public init(
            id: String, priority: Double = 0, cores: Double = 1, memoryBytes: Double = 0, startedAt: Double,
            saving: Saving = .nothing, restartSeconds: Double = 0, stops: Int = 0
        ) {
            self.id = id
            self.priority = priority
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.startedAt = startedAt
            self.saving = saving
            self.restartSeconds = restartSeconds
            self.stops = stops
        }

        /// Core-seconds of work that are lost if it is stopped at the moment `now`.
        public func loss(at now: Double) -> Double {
            let saved =
                switch saving {
                case .nothing: startedAt
                case .until(let moment): max(moment, startedAt)
                case .everything: now
                }
            return cores * (max(0, now - saved) + restartSeconds)
        }
    }

    /// A node and what runs there.
    public struct Node: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Cores that no task holds.
        public var freeCores: Double
        /// Bytes of memory that no task holds; infinite without a limit.
        public var freeMemoryBytes: Double
        /// What runs there.
        public var running: [Running]

        /// The node `name`.
        public init(name: String, freeCores: Double, freeMemoryBytes: Double = .infinity, running: [Running]) {
            self.name = name
            self.freeCores = freeCores
            self.freeMemoryBytes = freeMemoryBytes
            self.running = running
        }
    }

    /// What is to be stopped.
    public struct Answer: Sendable, Hashable {
        /// The node on which the urgent task can start then.
        public var node: String
        /// The tasks to stop there, in the order in which they stand; none if there is room without.
        public var stopped: [String]
        /// Core-seconds of work that are lost.
        public var lostCoreSeconds: Double
    }

    /// How often a task may be stopped.
    public let largestCount: Int

    /// Preemption that stops no task more than `largestCount` times.
    public init(largestCount: Int = 2) {
        precondition(largestCount >= 0, "a task cannot be stopped \(largestCount) times")
        self.largestCount = largestCount
    }

    /// What to stop at the moment `now`, so that a task of `priority` that asks for `cores` and `memoryBytes` can
    /// start; nil if there is no way. Of answers that lose the same, the one that stops the fewest, then the first
    /// node.
    public func answer(
        toPriority priority: Double, cores: Double, memoryBytes: Double = 0, on nodes: [Node], now: Double
    ) -> Answer? {
        var best: (node: Int, cover: Cover)?
        for (place, node) in nodes.enumerated() {
            let candidates = node.running.indices.filter {
                node.running[$0].priority < priority && node.running[$0].stops < largestCount
            }
            var search = CoverSearch(
                candidates.map { candidate in
                    let task = node.running[candidate]
                    return .init(
                        place: candidate, cores: task.cores, memory: task.memoryBytes, loss: task.loss(at: now))
                }, best: best?.cover)
            search.cover(cores - node.freeCores, memoryBytes - node.freeMemoryBytes)
            if let found = search.found { best = (place, found) }
        }
        guard let best else { return nil }
        let node = nodes[best.node]
        return Answer(
            node: node.name, stopped: best.cover.places.sorted().map { node.running[$0].id },
            lostCoreSeconds: best.cover.loss)
    }
}
