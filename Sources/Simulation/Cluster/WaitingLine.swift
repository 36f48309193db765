/// Tasks that wait for room, in the order in which they are tried.
///
/// They lie in blocks, each of which knows the least cores and the least memory that one of its tasks asks for, so that
/// a block in which nothing can fit is passed at a glance: with 10,000 tasks that wait, few are looked at when one ends.
package struct WaitingLine {
    /// One task that waits.
    package struct Entry: Hashable, Sendable {
        package var priority: Double
        package var key: Double
        /// When it became ready, in seconds.
        package var ready: Double
        /// Its place in the file, or among all the tasks of a stream.
        package var order: Int
        package var task: Int
        package var cores: Double
        package var memory: Double

        package init(
            priority: Double, key: Double, ready: Double = 0, order: Int? = nil, task: Int, cores: Double,
            memory: Double
        ) {
            self.priority = priority
            self.key = key
            self.ready = ready
            self.order = order ?? task
            self.task = task
            self.cores = cores
            self.memory = memory
        }

        /// The larger priority first, then the smaller key, then what became ready first, then the order of the file.
        package func precedes(_ other: Entry) -> Bool {
            if priority != other.priority { return priority > other.priority }
            if key != other.key { return key < other.key }
            return ready != other.ready ? ready < other.ready : order < other.order
        }
    }

    private struct Block {
        private var entries: [Entry]
        /// Entries before this one were taken out: most are taken from the front.
        private var start = 0
        /// The least that a task here asks for, and how many ask for no more.
        private(set) var cores = (least: Double.infinity, count: 0)
        private(set) var memory = (least: Double.infinity, count: 0)

        init(_ entries: [Entry]) {
            self.entries = entries
            for entry in entries { count(entry) }
        }

        var count: Int { entries.count - start }
        var all: ArraySlice<Entry> { entries[start...] }
        subscript(place: Int) -> Entry { entries[start + place] }

        private static func count(_ value: Double, in bound: inout (least: Double, count: Int)) {
            if value < bound.least { bound = (value, 1) } else if value == bound.least { bound.count += 1 }
        }

        private mutating func count(_ entry: Entry) {
            Self.count(entry.cores, in: &cores)
            Self.count(entry.memory, in: &memory)
        }

        mutating func insert(_ entry: Entry, at place: Int) {
            entries.insert(entry, at: start + place)
            count(entry)
        }

        mutating func remove(at place: Int) {
            let entry = self[place]
            if place == 0 { start += 1 } else { entries.remove(at: start + place) }
            if start >= WaitingLine.largestBlock {
                // A short line that never runs empty would else grow at its end for ever.
                entries.removeFirst(start)
                start = 0
            }
            if entry.cores == cores.least { cores.count -= 1 }
            if entry.memory == memory.least { memory.count -= 1 }
            guard cores.count == 0 || memory.count == 0 else { return }
            (cores, memory) = ((.infinity, 0), (.infinity, 0))
            for entry in all { count(entry) }
        }
    }

    /// A place in the line; the first one to begin with.
    package struct Position {
        fileprivate var block = 0
        fileprivate var entry = 0

        package init() {}

        /// Goes on to the next place.
        package mutating func advance() { entry += 1 }
    }

    private static let largestBlock = 64
    private var blocks: [Block] = []
    /// The number of tasks.
    package private(set) var count = 0
    /// No task here asks for less.
    private var bound = (cores: Double.infinity, memory: Double.infinity)

    package init() {}

    /// The least cores and the least memory that a task here asks for; infinite without tasks.
    package var least: (cores: Double, memory: Double) {
        var least = (cores: Double.infinity, memory: Double.infinity)
        for place in blocks.indices {
            least.cores = min(least.cores, blocks[place].cores.least)
            least.memory = min(least.memory, blocks[place].memory.least)
        }
        return least
    }

    /// The first task.
    package var first: Entry? { blocks.first?[0] }

    /// The first tasks, `limit` at the most.
    package func prefix(_ limit: Int) -> [Entry] {
        var entries: [Entry] = []
        for block in blocks where entries.count < limit {
            entries.append(contentsOf: block.all.prefix(limit - entries.count))
        }
        return entries
    }

    /// The block that `entry` belongs in; there is one.
    private func block(of entry: Entry) -> Int {
        // What is ready last mostly comes last.
        let last = blocks.count - 1
        guard entry.precedes(blocks[last][blocks[last].count - 1]) else { return last }
        return min(Self.first(in: blocks.count) { entry.precedes(blocks[$0][blocks[$0].count - 1]) }, last)
    }

    /// Puts `entry` where it belongs.
    package mutating func insert(_ entry: Entry) {
        count += 1
        guard !blocks.isEmpty else {
            blocks.append(Block([entry]))
            bound = (entry.cores, entry.memory)
            return
        }
        bound = (min(bound.cores, entry.cores), min(bound.memory, entry.memory))
        let block = block(of: entry)
        let size = blocks[block].count
        let isLast = !entry.precedes(blocks[block][size - 1])
        let place = isLast ? size : Self.first(in: size) { entry.precedes(blocks[block][$0]) }
        if isLast && size == Self.largestBlock && block == blocks.count - 1 {
            // A line that grows at its end keeps whole blocks.
            blocks.append(Block([entry]))
            return
        }
        blocks[block].insert(entry, at: place)
        guard blocks[block].count > Self.largestBlock else { return }
        let entries = blocks[block].all
        let half = entries.startIndex + Self.largestBlock / 2
        blocks[block] = Block(Array(entries[..<half]))
        blocks.insert(Block(Array(entries[half...])), at: block + 1)
    }

    /// The first of `count` places for which `isAt` holds, if it holds for all behind it too; `count` if for none.
    private static func first(in count: Int, where isAt: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isAt(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The first task, from `position` on, that could fit by `mayFit`, which must also hold for less cores and memory;
    /// `position` is then its place.
    package func next(from position: inout Position, where mayFit: (_ cores: Double, _ memory: Double) -> Bool)
        -> Entry?
    {
        guard position.block < blocks.count, mayFit(bound.cores, bound.memory) else { return nil }
        while position.block < blocks.count {
            let end = blocks[position.block].count
            if position.entry < end, mayFit(blocks[position.block].cores.least, blocks[position.block].memory.least) {
                while position.entry < end {
                    let entry = blocks[position.block][position.entry]
                    if mayFit(entry.cores, entry.memory) { return entry }
                    position.entry += 1
                }
            }
            position.block += 1
            position.entry = 0
        }
        return nil
    }

    /// Takes the task at `position` out, which is then the place of the one behind it.
    package mutating func remove(at position: Position) {
        count -= 1
        blocks[position.block].remove(at: position.entry)
        if blocks[position.block].count == 0 { blocks.remove(at: position.block) }
    }

    /// Takes out the task that was put in as `entry`.
    package mutating func remove(_ entry: Entry) {
        var position = Position()
        position.block = Self.first(in: blocks.count) {
            !blocks[$0][blocks[$0].count - 1].precedes(entry)
        }
        precondition(position.block < blocks.count, "the task \(entry.task) does not wait here")
        position.entry = Self.first(in: blocks[position.block].count) {
            !blocks[position.block][$0].precedes(entry)
        }
        precondition(
            position.entry < blocks[position.block].count
                && blocks[position.block][position.entry].task == entry.task,
            "the task \(entry.task) does not wait here")
        remove(at: position)
    }
}
