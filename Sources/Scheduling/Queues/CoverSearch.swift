/// Items to be taken so that together they have enough of two things, at the least loss.
struct Cover {
    var places: [Int] = []
    var loss = 0.0

    func isBetter(than other: Cover) -> Bool {
        loss != other.loss ? loss < other.loss : places.count < other.places.count
    }
}

/// The search for the best cover, by branch and bound: with each item taken or not, until what is taken loses as much
/// as the best cover that is known, or what is left is not enough.
struct CoverSearch {
    struct Item {
        var place: Int
        var cores: Double
        var memory: Double
        var loss: Double
    }

    private static let largestSteps = 20_000
    private let items: [Item]
    /// What the items from each on have together.
    private var rest: [(cores: Double, memory: Double)]
    private var steps = 0
    private var taken = Cover()
    /// The best that is known, of this search or from before.
    private var best: Cover?
    /// The best cover of this search, if it is better than the one that was known before.
    private(set) var found: Cover?

    init(_ items: [Item], best: Cover?) {
        // The least loss first: then a sum that is too large stays so with every item that follows.
        self.items = items.sorted { $0.loss != $1.loss ? $0.loss < $1.loss : $0.place < $1.place }
        self.best = best
        rest = [(0, 0)]
        for item in self.items.reversed() {
            rest.append((rest[rest.count - 1].cores + item.cores, rest[rest.count - 1].memory + item.memory))
        }
        rest.reverse()
    }

    /// Looks for the best cover of what lacks.
    mutating func cover(_ cores: Double, _ memory: Double) {
        // A first cover to bound the search by: what gives most for its loss, less what was not needed.
        if let greedy = greedy(cores, memory) { keep(greedy) }
        branch(0, cores, memory)
    }

    private mutating func keep(_ cover: Cover) {
        guard best.map(cover.isBetter) ?? true else { return }
        best = cover
        found = cover
    }

    private mutating func branch(_ first: Int, _ cores: Double, _ memory: Double) {
        if cores <= 0, memory <= 0 { return keep(taken) }
        steps += 1
        guard steps <= Self.largestSteps, first < items.count, rest[first].cores >= cores, rest[first].memory >= memory
        else { return }
        var least = taken
        least.places.append(items[first].place)
        least.loss += items[first].loss
        guard best.map(least.isBetter) ?? true else { return }
        let before = taken
        taken = least
        branch(first + 1, cores - items[first].cores, memory - items[first].memory)
        taken = before
        branch(first + 1, cores, memory)
    }

    private func greedy(_ cores: Double, _ memory: Double) -> Cover? {
        guard rest[0].cores >= cores, rest[0].memory >= memory else { return nil }
        func worth(_ item: Item) -> Double {
            (cores > 0 ? min(1, item.cores / cores) : 0) + (memory > 0 ? min(1, item.memory / memory) : 0)
        }
        let order = items.indices.sorted {
            let (a, b) = (worth(items[$0]) * items[$1].loss, worth(items[$1]) * items[$0].loss)
            return a != b ? a > b : $0 < $1
        }
        var (lacking, chosen) = ((cores: cores, memory: memory), [Int]())
        for item in order where lacking.cores > 0 || lacking.memory > 0 {
            chosen.append(item)
            lacking = (lacking.cores - items[item].cores, lacking.memory - items[item].memory)
        }
        for item in chosen.sorted(by: >)
        where lacking.cores + items[item].cores <= 0 && lacking.memory + items[item].memory <= 0 {
            chosen.removeAll { $0 == item }
            lacking = (lacking.cores + items[item].cores, lacking.memory + items[item].memory)
        }
        chosen.sort()
        return Cover(places: chosen.map { items[$0].place }, loss: chosen.reduce(0) { $0 + items[$1].loss })
    }
}
