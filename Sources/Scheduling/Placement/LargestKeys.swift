/// Keys of which the largest is asked for while many of them change at a time: blocks, of which each knows its largest and finds
/// it again only where one of its keys has changed.
///
/// - Complexity: a question takes the blocks and the keys of those blocks in which something has changed.
struct LargestKeys {
    private struct Block {
        /// The place of its largest key; -1 where nobody is in.
        var largest = -1
        /// Whether another key of it is as large.
        var isTied = false
        var isStale = false
    }

    /// Keys side by side in one block.
    static let blockSize = 64

    /// The keys of whole blocks, those of nobody minus infinity.
    private var keys: [Double] = []
    /// What comes first among equal keys, the smaller one.
    private var ranks: [Int] = []
    private var blocks: [Block] = []

    /// Nobody is in yet; `ranks` are all different.
    init(ranks: [Int] = []) {
        let count = (ranks.count + Self.blockSize - 1) / Self.blockSize
        self.ranks = ranks
        keys = [Double](repeating: -.infinity, count: count * Self.blockSize)
        blocks = [Block](repeating: Block(), count: count)
    }

    /// Whether `place` has a key.
    func holds(_ place: Int) -> Bool { keys[place] > -.infinity }

    /// Gives `place` another key, which is more than minus infinity, or none: then it is out.
    mutating func set(_ place: Int, _ key: Double?) {
        blocks[place / Self.blockSize].isStale = true
        keys[place] = key ?? -.infinity
    }

    /// The same with another rank; the place may be the next one behind all others.
    mutating func set(_ place: Int, _ key: Double, rank: Int) {
        if place == ranks.count {
            ranks.append(rank)
            if place == keys.count {
                blocks.append(Block())
                keys.append(contentsOf: repeatElement(-.infinity, count: Self.blockSize))
            }
        }
        ranks[place] = rank
        set(place, key)
    }

    /// Takes the key at `place` out, where that of the last place comes to lie.
    mutating func remove(_ place: Int) {
        let last = ranks.count - 1
        if place < last { set(place, keys[last], rank: ranks[last]) }
        set(last, nil)
        ranks.removeLast()
    }

    /// The place of the largest key, of equal ones that of the smallest rank; nil if nobody is in.
    mutating func first() -> Int? {
        var first = -1
        for block in blocks.indices {
            if blocks[block].isStale { findLargest(of: block) }
            let place = blocks[block].largest
            if place >= 0, first < 0 || precedes(place, first) { first = place }
        }
        return first < 0 ? nil : first
    }

    /// The other places whose keys are as large as that of `first`, the place of the largest.
    func tied(with first: Int) -> [Int] {
        var places: [Int] = []
        for block in blocks.indices {
            let largest = blocks[block].largest
            guard largest >= 0, keys[largest] == keys[first], largest != first || blocks[block].isTied else { continue }
            let begin = block * Self.blockSize
            for place in begin..<begin + Self.blockSize where keys[place] == keys[first] && place != first {
                places.append(place)
            }
        }
        return places
    }

    /// The key at `place`.
    subscript(place: Int) -> Double { keys[place] }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        keys[a] != keys[b] ? keys[a] > keys[b] : ranks[a] < ranks[b]
    }

    private mutating func findLargest(of block: Int) {
        let begin = block * Self.blockSize
        // Four at a time, so that no comparison waits for the one before.
        var (a, b, c, d) = (-Double.infinity, -Double.infinity, -Double.infinity, -Double.infinity)
        for place in stride(from: begin, to: begin + Self.blockSize, by: 4) {
            a = max(a, keys[place])
            b = max(b, keys[place + 1])
            c = max(c, keys[place + 2])
            d = max(d, keys[place + 3])
        }
        let key = max(max(a, b), max(c, d))
        var found = Block()
        if key > -.infinity {
            for place in begin..<begin + Self.blockSize where keys[place] == key {
                found.isTied = found.largest >= 0
                if !found.isTied || ranks[place] < ranks[found.largest] { found.largest = place }
            }
        }
        blocks[block] = found
    }
}
