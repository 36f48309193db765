/// The room on nodes in a row, to find the first that has enough: a segment tree of the most cores and the most memory
/// (Bentley, 1977).
///
/// - Complexity: logarithmic in nodes, unless many have room for the cores alone and as many for the memory alone.
struct RoomTree {
    /// A power of two, from which on the leaves lie.
    private let width: Int
    private var cores: [Double]
    private var memory: [Double]

    /// A row of `count` nodes without room.
    init(count: Int) {
        var width = 1
        while width < count { width *= 2 }
        self.width = width
        cores = [Double](repeating: -.infinity, count: 2 * width)
        memory = cores
    }

    /// Says how much room there is on a node.
    mutating func set(_ leaf: Int, cores: Double, memory: Double) {
        var place = width + leaf
        self.cores[place] = cores
        self.memory[place] = memory
        place /= 2
        while place > 0 {
            let most = (
                max(self.cores[2 * place], self.cores[2 * place + 1]),
                max(self.memory[2 * place], self.memory[2 * place + 1])
            )
            if most == (self.cores[place], self.memory[place]) { return }
            (self.cores[place], self.memory[place]) = most
            place /= 2
        }
    }

    /// The first node with room for both.
    func first(_ cores: Double, _ memory: Double) -> Int? {
        var place = 1
        guard cores <= self.cores[place], memory <= self.memory[place] else { return nil }
        while place < width {
            place *= 2
            while cores > self.cores[place] || memory > self.memory[place] {
                // Beyond a left half comes the right one, beyond a right one what is right of both.
                while place % 2 == 1 { place /= 2 }
                if place == 0 { return nil }
                place += 1
            }
        }
        return place - width
    }
}
