/// Ready tasks by their place in a list, so that the first of those in the lowest classes is found at once: a row of bits for each
/// class, and above it one of the words that are not empty.
struct ReadyBits {
    private let classCount: Int
    /// Bit r % 64 at (r / 64) * classCount + class: the task at place r is ready.
    private var ready: [UInt64]
    /// Bit w % 64 at (w / 64) * classCount + class: word w of that class is not empty.
    private var filled: [UInt64]

    /// Groups of 64 words.
    let groupCount: Int

    init(count: Int, classCount: Int) {
        self.classCount = classCount
        let words = (count + 63) / 64
        groupCount = (words + 63) / 64
        ready = [UInt64](repeating: 0, count: words * classCount)
        filled = [UInt64](repeating: 0, count: groupCount * classCount)
    }

    mutating func clear() {
        Self.clear(&ready)
        Self.clear(&filled)
    }

    private static func clear(_ rows: inout [UInt64]) {
        var rows = rows.mutableSpan
        for place in rows.indices { rows[place] = 0 }
    }

    mutating func insert(_ place: Int, _ ofClass: Int) {
        let word = place / 64
        ready[word &* classCount &+ ofClass] |= 1 << UInt64(place % 64)
        filled[word / 64 &* classCount &+ ofClass] |= 1 << UInt64(word % 64)
    }

    mutating func remove(_ place: Int, _ ofClass: Int) {
        let word = place / 64
        ready[word &* classCount &+ ofClass] &= ~(1 << UInt64(place % 64))
        if ready[word &* classCount &+ ofClass] == 0 {
            filled[word / 64 &* classCount &+ ofClass] &= ~(1 << UInt64(word % 64))
        }
    }

    /// The words of `group` in which a task of the first `classes` is ready.
    func words(in group: Int, classes: Int) -> UInt64 { union(filled, group, classes) }

    /// The places in `word` of ready tasks of the first `classes`.
    func places(in word: Int, classes: Int) -> UInt64 { union(ready, word, classes) }

    private func union(_ rows: [UInt64], _ word: Int, _ classes: Int) -> UInt64 {
        let rows = rows.span
        var bits: UInt64 = 0
        let first = word &* classCount
        for place in first..<(first &+ classes) { bits |= rows[place] }
        return bits
    }
}
