/// The latest records of a journal, in memory: whoever follows closely need not read back and parse what was just written.
struct JournalTail {
    /// A record that was given up is gone at once; its place goes later.
    private var entries: [(record: JournalRecord?, end: Journal.Position, bytes: Int)] = []
    /// Entries before this one were given up.
    private var first = 0
    /// The place before the first entry that is still here.
    private var start: Journal.Position
    private var bytes = 0
    /// Bytes, as they stand in the file, up to which records are kept.
    private let limit: Int

    /// A tail of what is written behind `start`.
    init(behind start: Journal.Position, limit: Int) { (self.start, self.limit) = (start, limit) }

    /// Adds what stands before `end` in `count` bytes, and gives up what stands furthest behind where it becomes too much.
    mutating func append(_ record: JournalRecord, upTo end: Journal.Position, bytes count: Int) {
        entries.append((record, end, count))
        bytes += count
        while bytes > limit { giveUpFirst() }
        compact()
    }

    /// Records behind `position`, up to about `limit` bytes of them but one at least, and the place behind them; nil where
    /// they are not here.
    func records(after position: Journal.Position, bytes limit: Int) -> (
        records: [JournalRecord], position: Journal.Position
    )? {
        guard position >= start, first < entries.count else { return nil }
        var next = first
        if position > start {
            next = firstEntry(endingAt: position) + 1
            guard next <= entries.count, entries[next - 1].end == position else { return nil }
        }
        var (taken, reached): ([JournalRecord], Journal.Position) = ([], position)
        var size = 0
        while next < entries.count, taken.isEmpty || size + entries[next].bytes <= limit {
            if let record = entries[next].record { taken.append(record) }
            reached = entries[next].end
            size += entries[next].bytes
            next += 1
        }
        return (taken, reached)
    }

    /// Gives up what stands before `position`, at most `count` records of it; whether there is more.
    mutating func remove(before position: Journal.Position, atMost count: Int) -> Bool {
        var left = count
        while first < entries.count, entries[first].end <= position {
            guard left > 0 else { return true }
            giveUpFirst()
            left -= 1
        }
        compact()
        return false
    }

    /// The first entry that ends at `position` or behind it, by bisection.
    private func firstEntry(endingAt position: Journal.Position) -> Int {
        var (low, high) = (first, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].end < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func giveUpFirst() {
        start = entries[first].end
        entries[first].record = nil
        bytes -= entries[first].bytes
        first += 1
    }

    /// Frees what was given up, once it is as much as what is here: each entry is moved once at the most on average.
    private mutating func compact() {
        guard first > 0, first >= entries.count - first else { return }
        entries.removeSubrange(..<first)
        first = 0
    }
}
