/// Tasks by a key, the smallest first; of equal keys, the task that stands first in the file.
///
/// A binary heap (Williams, 1964).
struct TaskHeap {
    private var entries: [(key: Double, task: Int)] = []

    private static func precedes(_ a: (key: Double, task: Int), _ b: (key: Double, task: Int)) -> Bool {
        a.key != b.key ? a.key < b.key : a.task < b.task
    }

    /// Puts `task` in.
    mutating func insert(_ task: Int, key: Double) {
        let entry = (key: key, task: task)
        var place = entries.count
        entries.append(entry)
        while place > 0, Self.precedes(entry, entries[(place - 1) / 2]) {
            entries[place] = entries[(place - 1) / 2]
            place = (place - 1) / 2
        }
        entries[place] = entry
    }

    /// The first task.
    var first: (key: Double, task: Int)? { entries.first }

    /// The task behind it.
    var second: (key: Double, task: Int)? {
        guard entries.count > 2 else { return entries.count > 1 ? entries[1] : nil }
        return Self.precedes(entries[2], entries[1]) ? entries[2] : entries[1]
    }

    /// Takes the first task out.
    mutating func pop() -> (key: Double, task: Int)? {
        guard let last = entries.popLast() else { return nil }
        guard let top = entries.first else { return last }
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, Self.precedes(entries[child + 1], entries[child]) { child += 1 }
            guard Self.precedes(entries[child], last) else { break }
            entries[place] = entries[child]
            place = child
        }
        entries[place] = last
        return top
    }
}
