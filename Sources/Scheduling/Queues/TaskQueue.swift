import Workflows

/// Tasks that wait, the most urgent first: a priority queue with deadlines and ageing, of which any task can be
/// changed or removed by its identifier.
///
/// Each task has a key in seconds, the smallest is first: the moment since which it waits less its head start. Priority
/// gives a head start of priority · `ageing.secondsPerLevel`; a deadline one that brings the key down to the latest
/// moment at which the task can start in time; the larger of the two counts, but no more than `largestLead`.
///
/// That bounds the wait. With L = `ageing.secondsPerLevel`, a task of priority p that waits since s has a key of s - p
/// · L at the most (of s - `largestLead`, if that is more), and one that comes at s' a key of s' - `largestLead` at the
/// least: so only those that come less than `largestLead` - p · L seconds after it can pass it. From then on every task
/// that is taken before it is one that was there already: with n tasks in the queue it is the n-th at the latest.
///
/// ```swift
/// var queue = TaskQueue()
/// queue.insert(.init(id: "a", priority: 0, since: 0))
/// queue.insert(.init(id: "b", priority: 1, since: 60))
/// queue.popFirst()?.id  // "b": one level is worth ten minutes
/// ```
public struct TaskQueue: Sendable {
    /// One task that waits.
    public struct Entry: Sendable, Hashable {
        /// Its identifier, which no other task of the queue has.
        public var id: String
        /// Larger is more urgent.
        public var priority: Double
        /// The moment since which it waits, in seconds.
        public var since: Double
        /// The moment by which it should have ended, in seconds.
        public var deadlineAt: Double?
        /// How long it runs, in seconds, as far as that is known.
        public var durationSeconds: Double

        /// The task `id`, which waits since the moment `since`.
        public init(
            id: String, priority: Double = 0, since: Double, deadlineAt: Double? = nil, durationSeconds: Double = 0
        ) {
            self.id = id
            self.priority = priority
            self.since = since
            self.deadlineAt = deadlineAt
            self.durationSeconds = durationSeconds
        }
    }

    /// A task in the heap. Of equal keys the one that was put in first comes first.
    private struct Item: Comparable, Sendable {
        var key: Double
        var order: Int
        var slot: Int

        static func < (a: Item, b: Item) -> Bool { a.key != b.key ? a.key < b.key : a.order < b.order }
    }

    /// How waiting and priority weigh.
    public let ageing: Ageing
    /// The largest head start that priority and deadline can give, in seconds.
    public let largestLead: Double

    private var heap = BinaryHeap<Item>()
    /// By slot, the task and its place in the heap.
    private var entries: [Entry] = []
    private var places: [Int] = []
    private var freeSlots: [Int] = []
    private var slots: [String: Int] = [:]
    private var nextOrder = 0

    /// An empty queue; without `largestLead` it is that of a hundred levels of priority.
    public init(ageing: Ageing = .standard, largestLead: Double? = nil) {
        self.ageing = ageing
        self.largestLead = largestLead ?? 100 * ageing.secondsPerLevel
        precondition(self.largestLead >= 0, "a largest lead of \(self.largestLead) seconds: 0 or more are needed")
    }

    /// The number of tasks.
    public var count: Int { heap.count }
    /// Whether no task waits.
    public var isEmpty: Bool { heap.isEmpty }
    /// The most urgent task.
    public var first: Entry? { heap.least.map { entries[$0.slot] } }

    /// The task `id`, if it waits.
    public subscript(id: String) -> Entry? { slots[id].map { entries[$0] } }

    /// What tasks are ordered by, smaller first: the moment of waiting less the head start, in seconds.
    public func key(of entry: Entry) -> Double {
        let latestStart = entry.deadlineAt.map { $0 - entry.durationSeconds } ?? .infinity
        let wanted = min(ageing.key(priority: entry.priority, since: entry.since), latestStart)
        return max(wanted, entry.since - largestLead)
    }

    /// Puts a task in, or changes it if it waits already; its place among equals stays then.
    ///
    /// - Complexity: logarithmic.
    public mutating func insert(_ entry: Entry) {
        let key = key(of: entry)
        precondition(!key.isNaN, "task \(entry.id) has priority \(entry.priority), since \(entry.since)")
        if let slot = slots[entry.id] {
            entries[slot] = entry
            let place = places[slot]
            let item = Item(key: key, order: heap.elements[place].order, slot: slot)
            Self.changed(&heap, &places) { $0.replace(at: place, with: item, moved: $1) }
            return
        }
        let slot = freeSlots.popLast() ?? entries.count
        if slot == entries.count {
            entries.append(entry)
            places.append(0)
        } else {
            entries[slot] = entry
        }
        slots[entry.id] = slot
        let item = Item(key: key, order: nextOrder, slot: slot)
        nextOrder += 1
        Self.changed(&heap, &places) { $0.insert(item, moved: $1) }
    }

    /// Takes the most urgent task out; nil if none waits.
    ///
    /// - Complexity: logarithmic.
    public mutating func popFirst() -> Entry? { first.flatMap { remove($0.id) } }

    /// Takes the task `id` out; nil if it does not wait.
    ///
    /// - Complexity: logarithmic.
    public mutating func remove(_ id: String) -> Entry? {
        guard let slot = slots.removeValue(forKey: id) else { return nil }
        let place = places[slot]
        Self.changed(&heap, &places) { _ = $0.remove(at: place, moved: $1) }
        freeSlots.append(slot)
        return entries[slot]
    }

    /// Changes the heap and keeps the places of its items.
    private static func changed(
        _ heap: inout BinaryHeap<Item>, _ places: inout [Int],
        by change: (inout BinaryHeap<Item>, (Item, Int) -> Void) -> Void
    ) {
        change(&heap) { places[$0.slot] = $1 }
    }
}
