/// The room on nodes in a row, to find the first that has enough: a segment tree of the most cores and the most memory
/// (Bentley, 1977).
///
/// - Complexity: logarithmic in nodes, unless many have room for the cores alone and as many for the memory alone.
package struct RoomTree {
    private struct Room {
        var cores: Double
        var memory: Double
    }

    /// A power of two, from which on the leaves lie.
    private let width: Int
    private var rooms: [Room]

    /// A row of `count` nodes without room.
    package init(count: Int) {
        var width = 1
        while width < count { width *= 2 }
        self.width = width
        rooms = [Room](repeating: Room(cores: -.infinity, memory: -.infinity), count: 2 * width)
    }

    /// Says how much room there is on a node.
    package mutating func set(_ leaf: Int, cores: Double, memory: Double) {
        var place = width + leaf
        rooms[place] = Room(cores: cores, memory: memory)
        while place > 1 {
            let (here, beside) = (rooms[place], rooms[place ^ 1])
            let most = Room(cores: max(here.cores, beside.cores), memory: max(here.memory, beside.memory))
            place /= 2
            if most.cores == rooms[place].cores && most.memory == rooms[place].memory { return }
            rooms[place] = most
        }
    }

    /// The most cores that are free on a node, and the most memory, maybe of another.
    package var most: (cores: Double, memory: Double) { (rooms[1].cores, rooms[1].memory) }

    private func lacks(_ cores: Double, _ memory: Double, at place: Int) -> Bool {
        cores > rooms[place].cores || memory > rooms[place].memory
    }

    /// The first node, from `leaf` on, with room for both.
    package func first(_ cores: Double, _ memory: Double, from leaf: Int = 0) -> Int? {
        guard leaf < width else { return nil }
        var place = leaf == 0 ? 1 : width + leaf
        while true {
            while lacks(cores, memory, at: place) {
                // Beyond a left half comes the right one, beyond a right one what is right of both.
                while place % 2 == 1 { place /= 2 }
                if place == 0 { return nil }
                place += 1
            }
            if place >= width { return place - width }
            place *= 2
        }
    }
}
