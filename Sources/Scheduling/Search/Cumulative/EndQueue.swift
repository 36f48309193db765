/// Tasks by when they end, the first on top: a binary heap (Williams, 1964).
///
/// An entry is one word, the bits of the moment with the task in the last of them: moments are not negative, so that their bits
/// are in their order. Moments that differ by less than what the task displaces may come in the wrong order; who pops asks
/// the schedule when the task ends, and never goes back in time.
struct EndQueue {
    private var entries: [UInt64]
    private var count = 0
    private let taskMask: UInt64

    /// An empty queue for `capacity` tasks.
    init(capacity: Int) {
        entries = [UInt64](repeating: 0, count: capacity + 1)
        var mask: UInt64 = 1
        while mask < UInt64(capacity) { mask = mask << 1 | 1 }
        taskMask = mask
    }

    var isEmpty: Bool { count == 0 }

    /// The task that ends first.
    var first: Int { Int(entries[0] & taskMask) }

    mutating func clear() { count = 0 }

    mutating func push(_ task: Int, at end: Double) {
        let entry = end.bitPattern & ~taskMask | UInt64(task)
        var place = count
        count &+= 1
        var heap = entries.mutableSpan
        while place > 0 {
            let parent = (place &- 1) / 2
            if heap[parent] <= entry { break }
            heap[place] = heap[parent]
            place = parent
        }
        heap[place] = entry
    }

    mutating func pop() {
        count &-= 1
        let count = count
        var heap = entries.mutableSpan
        let entry = heap[count]
        var place = 0
        var child = 1
        while child < count {
            if child &+ 1 < count, heap[child &+ 1] < heap[child] { child &+= 1 }
            if heap[child] >= entry { break }
            heap[place] = heap[child]
            place = child
            child = 2 &* place &+ 1
        }
        heap[place] = entry
    }
}
