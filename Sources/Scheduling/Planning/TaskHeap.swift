/// Tasks by a key, the smallest first; of equal keys, the task that stands first in the file.
///
/// The first one is kept outside of a binary heap (Williams, 1964) of the others, so that a single one takes no memory elsewhere.
struct TaskHeap {
    /// A task and its key.
    typealias Entry = (key: Double, task: Int)

    /// The first task.
    private(set) var first: Entry?
    private var others: [Entry] = []

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        a.key != b.key ? a.key < b.key : a.task < b.task
    }

    /// The task behind the first.
    var second: Entry? { others.first }

    /// Puts `task` in.
    mutating func insert(_ task: Int, key: Double) {
        let entry = (key: key, task: task)
        guard let least = first else {
            first = entry
            return
        }
        if Self.precedes(entry, least) {
            first = entry
            rise(least)
        } else {
            rise(entry)
        }
    }

    /// Takes the first task out.
    mutating func pop() -> Entry? {
        defer { first = popOther() }
        return first
    }

    private mutating func rise(_ entry: Entry) {
        var place = others.count
        others.append(entry)
        while place > 0, Self.precedes(entry, others[(place - 1) / 2]) {
            others[place] = others[(place - 1) / 2]
            place = (place - 1) / 2
        }
        others[place] = entry
    }

    private mutating func popOther() -> Entry? {
        guard let last = others.popLast() else { return nil }
        guard let top = others.first else { return last }
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < others.count else { break }
            if child + 1 < others.count, Self.precedes(others[child + 1], others[child]) { child += 1 }
            guard Self.precedes(others[child], last) else { break }
            others[place] = others[child]
            place = child
        }
        others[place] = last
        return top
    }
}
