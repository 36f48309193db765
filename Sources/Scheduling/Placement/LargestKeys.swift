/// Keys of which the largest is asked for while many of them change at a time: blocks, of which each knows its largest and finds
/// it again only where one of its keys has changed.
///
/// - Complexity: a question takes the blocks and the keys of those blocks in which something has changed.
struct LargestKeys {
    /// Keys side by side in one block.
    static let blockSize = 64

    private var keys: [Double]
    private var isIn: [Bool]
    /// What comes first among equal keys, the smaller one.
    private let ranks: [Int]
    /// The place of the largest of each block; -1 where nobody is in.
    private var largest: [Int]
    private var isStale: [Bool]

    /// Nobody is in yet; `ranks` are all different.
    init(ranks: [Int]) {
        self.ranks = ranks
        keys = [Double](repeating: 0, count: ranks.count)
        isIn = [Bool](repeating: false, count: ranks.count)
        let blocks = (ranks.count + Self.blockSize - 1) / Self.blockSize
        largest = [Int](repeating: -1, count: blocks)
        isStale = [Bool](repeating: false, count: blocks)
    }

    func holds(_ place: Int) -> Bool { isIn[place] }

    /// Gives `place` another key, or none: then it is out.
    mutating func set(_ place: Int, _ key: Double?) {
        isStale[place / Self.blockSize] = true
        isIn[place] = key != nil
        keys[place] = key ?? 0
    }

    /// The place of the largest key, of equal ones that of the smallest rank; nil if nobody is in.
    mutating func first() -> Int? {
        var first = -1
        for block in largest.indices {
            if isStale[block] { findLargest(of: block) }
            let place = largest[block]
            if place >= 0, first < 0 || precedes(place, first) { first = place }
        }
        return first < 0 ? nil : first
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        keys[a] != keys[b] ? keys[a] > keys[b] : ranks[a] < ranks[b]
    }

    private mutating func findLargest(of block: Int) {
        var first = -1
        let begin = block * Self.blockSize
        for place in begin..<min(begin + Self.blockSize, keys.count)
        where isIn[place] && (first < 0 || precedes(place, first)) { first = place }
        largest[block] = first
        isStale[block] = false
    }
}
