import Kernels
import Testing

@testable import Reinforcement

@Test(arguments: [1, 2, 3, 7, 8, 100])
func aSumTreeDrawsByWeight(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    var tree = SumTree(count: count)
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<4 * count {
        let place = Int.random(in: 0..<count, using: &generator)
        weights[place] = Double(Int.random(in: 0..<5, using: &generator))
        tree[place] = weights[place]
    }
    weights[0] = 2
    tree[0] = 2
    #expect(tree.total == weights.reduce(0, +))
    // The naive twin: through the running sums.
    for step in 0..<Int(2 * tree.total) {
        let wanted = Double(step) / 2
        var (place, sum) = (0, weights[0])
        while sum <= wanted {
            place += 1
            sum += weights[place]
        }
        #expect(tree.place(at: wanted) == place)
    }
    // What lies beyond the sum by rounding still falls on a weight.
    #expect(weights[tree.place(at: tree.total)] > 0)
}

@Test func aSumTreeDrawsEachPartOnce() {
    var tree = SumTree(count: 5)
    for place in 0..<4 { tree[place] = 1 }
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20 { #expect(tree.places(drawn: 4, using: &generator) == [0, 1, 2, 3]) }
    tree[1] = 0
    tree[2] = 0
    let drawn = tree.places(drawn: 100, using: &generator)
    #expect(drawn == [Int](repeating: 0, count: 50) + [Int](repeating: 3, count: 50))
}
