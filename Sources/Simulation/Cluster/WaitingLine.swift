/// Tasks that wait for room, in the order in which they are tried.
///
/// They lie in blocks, each of which knows the least cores and the least memory that one of its tasks asks for, so that
/// a block in which nothing can fit is passed at a glance: with 10,000 tasks that wait, few are looked at when one ends.
package struct WaitingLine {
    /// One task that waits.
    package struct Entry {
        package var priority: Double
        package var key: Double
        package var task: Int
        package var cores: Double
        package var memory: Double

        package init(priority: Double, key: Double, task: Int, cores: Double, memory: Double) {
            self.priority = priority
            self.key = key
            self.task = task
            self.cores = cores
            self.memory = memory
        }

        /// The larger priority first, then the smaller key, then the order of the file.
        package func precedes(_ other: Entry) -> Bool {
            if priority != other.priority { return priority > other.priority }
            return key != other.key ? key < other.key : task < other.task
        }
    }

    private struct Block {
        var entries: [Entry]
        var cores: Double
        var memory: Double

        init(_ entries: [Entry]) {
            self.entries = entries
            cores = entries.reduce(.infinity) { min($0, $1.cores) }
            memory = entries.reduce(.infinity) { min($0, $1.memory) }
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

    private static let largestBlock = 128
    private var blocks: [Block] = []
    /// The number of tasks.
    package private(set) var count = 0

    package init() {}

    /// Puts `entry` where it belongs.
    package mutating func insert(_ entry: Entry) {
        count += 1
        guard !blocks.isEmpty else {
            blocks = [Block([entry])]
            return
        }
        let block = min(
            Self.first(in: blocks.count) { entry.precedes(blocks[$0].entries[blocks[$0].entries.count - 1]) },
            blocks.count - 1)
        let place = Self.first(in: blocks[block].entries.count) { entry.precedes(blocks[block].entries[$0]) }
        blocks[block].entries.insert(entry, at: place)
        blocks[block].cores = min(blocks[block].cores, entry.cores)
        blocks[block].memory = min(blocks[block].memory, entry.memory)
        guard blocks[block].entries.count > Self.largestBlock else { return }
        let entries = blocks[block].entries
        blocks[block] = Block(Array(entries[..<(Self.largestBlock / 2)]))
        blocks.insert(Block(Array(entries[(Self.largestBlock / 2)...])), at: block + 1)
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
        while position.block < blocks.count {
            let end = blocks[position.block].entries.count
            if position.entry < end, mayFit(blocks[position.block].cores, blocks[position.block].memory) {
                while position.entry < end {
                    let entry = blocks[position.block].entries[position.entry]
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
        let entry = blocks[position.block].entries.remove(at: position.entry)
        if blocks[position.block].entries.isEmpty {
            blocks.remove(at: position.block)
        } else if entry.cores <= blocks[position.block].cores || entry.memory <= blocks[position.block].memory {
            blocks[position.block] = Block(blocks[position.block].entries)
        }
    }
}
