/// The mixes beside one: nodes less, exchanged between two pools, and more, by one, two, four and so on.
///
/// They are made one at a time: of P pools there are up to about 1.25 P², each of P numbers.
struct NeighbouringMixes: Sequence, IteratorProtocol {
    /// Nodes of each pool.
    private let counts: [Int]
    /// Nodes that each pool has.
    private let sizes: [Int]
    private let steps: [Int]
    /// Pools of which nodes can be given up, and those that have more.
    private let givers: [Int]
    private let takers: [Int]
    /// The next neighbour that may be one: `counts` changed by the numbered move.
    private var move = 0

    init(of counts: [Int], sizes: [Int]) {
        self.counts = counts
        self.sizes = sizes
        steps = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= sizes.max() ?? 1 })
        givers = sizes.indices.filter { counts[$0] > 0 }
        takers = sizes.indices.filter { counts[$0] < sizes[$0] }
    }

    mutating func next() -> [Int]? {
        let (single, exchanges) = (steps.count * sizes.count, givers.count * takers.count * 5)
        while move < 2 * single + exchanges {
            defer { move += 1 }
            let found =
                if move < single {
                    changed(move % sizes.count, by: -steps[steps.count - 1 - move / sizes.count])
                } else if move < single + exchanges {
                    exchanged(move - single)
                } else {
                    changed(
                        (move - single - exchanges) % sizes.count, by: steps[(move - single - exchanges) / sizes.count])
                }
            if let found { return found }
        }
        return nil
    }

    private func changed(_ pool: Int, by count: Int) -> [Int]? {
        guard (0...sizes[pool]).contains(counts[pool] + count) else { return nil }
        var next = counts
        next[pool] += count
        return next
    }

    private func exchanged(_ move: Int) -> [Int]? {
        let (from, to) = (givers[move / 5 / takers.count], takers[move / 5 % takers.count])
        guard from != to else { return nil }
        let all = counts[from]
        let (less, more) = [(1, 1), (1, 2), (2, 1), (all, 1), (all, all)][move % 5]
        guard counts[from] >= less, counts[to] + more <= sizes[to] else { return nil }
        var next = counts
        next[from] -= less
        next[to] += more
        return next
    }
}
