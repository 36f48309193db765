import Kernels
import Scheduling
import Testing

/// The loads after `count` pieces.
private func balanced(
    _ rule: LoadBalancer.Rule, weights: [Double], pieces: [Double], seed: UInt64
) -> LoadBalancer {
    var generator = SeededGenerator(seed: seed)
    var balancer = LoadBalancer(weights: weights, by: rule)
    for piece in pieces { _ = balancer.place(piece, using: &generator) }
    return balancer
}

private let alike = [Double](repeating: 1, count: 1000)

@Test func twoChoicesAreFarMoreEvenThanOne() {
    let pieces = [Double](repeating: 1, count: 1000)
    for seed in 0..<5 as Range<UInt64> {
        let one = balanced(.choices(1), weights: alike, pieces: pieces, seed: seed).largestLoad
        let two = balanced(.choices(2), weights: alike, pieces: pieces, seed: seed).largestLoad
        let least = balanced(.leastLoaded, weights: alike, pieces: pieces, seed: seed).largestLoad
        // ln n / ln ln n is 3.6 and ln ln n / ln 2 is 2.8, each with a constant beside it.
        #expect(one >= 5 && two <= 4 && least == 1)
    }
    // The gap of two choices stays as it is with more pieces, that of one choice grows (Berenbrink and others, 2006).
    let many = [Double](repeating: 1, count: 20_000)
    let two = balanced(.choices(2), weights: alike, pieces: many, seed: 1).largestLoad
    let one = balanced(.choices(1), weights: alike, pieces: many, seed: 1).largestLoad
    #expect(two - 20 <= 4 && one - 20 >= 10)
}

@Test func sharesByWeightConverge() {
    let weights = [1.0, 2, 3, 10]
    for (count, tolerance) in [(1000, 0.06), (100_000, 0.006)] {
        let balancer = balanced(
            .weighted, weights: weights, pieces: [Double](repeating: 1, count: count), seed: 9)
        for (work, weight) in zip(balancer.work, weights) {
            #expect(abs(work / Double(count) - weight / 16) < tolerance)
        }
    }
}

@Test func nothingIsMoreEvenThanTheLeastLoaded() {
    for seed in 0..<30 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let nodes = Int.random(in: 1...12, using: &generator)
        let pieces = [Double](repeating: 1, count: Int.random(in: 0...100, using: &generator))
        let weights = [Double](repeating: 1, count: nodes)
        let least = balanced(.leastLoaded, weights: weights, pieces: pieces, seed: seed).largestLoad
        #expect(least == Double((pieces.count + nodes - 1) / nodes))
        // With pieces that differ, below twice the mean or the largest piece, whichever is more.
        let uneven = pieces.map { _ in Double(Int.random(in: 1...30, using: &generator)) }
        let load = balanced(.leastLoaded, weights: weights, pieces: uneven, seed: seed).largestLoad
        let bound = max(uneven.reduce(0, +) / Double(nodes), uneven.max() ?? 0)
        #expect(load <= 2 * bound)
    }
    // A node of twice the weight gets twice the work.
    let two = balanced(.leastLoaded, weights: [1, 2], pieces: [Double](repeating: 1, count: 30), seed: 1)
    #expect(two.work == [10, 20] && two.load(of: 1) == 10)
}

@Test func localitySavesBytesAndStaysEven() {
    var generator = SeededGenerator(seed: 4)
    // Each piece has its files on one of eight nodes.
    let homes = (0..<400).map { _ in Int.random(in: 0..<8, using: &generator) }
    func run(_ rule: LoadBalancer.Rule) -> (missing: Double, largest: Double) {
        var balancer = LoadBalancer(weights: [Double](repeating: 1, count: 8), by: rule)
        var missing = 0.0
        for home in homes {
            let bytes = (0..<8).map { $0 == home ? 0 : 100.0 }
            missing += bytes[balancer.place(10, missingBytes: bytes, using: &generator)]
        }
        return (missing, balancer.largestLoad)
    }
    let (least, local) = (run(.leastLoaded), run(.locality(bytesPerSecond: 10)))
    #expect(local.missing < least.missing / 2)
    // A node may wait for what its bytes take, ten seconds, and no longer.
    #expect(local.largest <= least.largest + 10 + 10)
    // The slower the bytes come, the more they count; at once, and only the load does.
    #expect(run(.locality(bytesPerSecond: 1)).missing <= local.missing)
    #expect(run(.locality(bytesPerSecond: .infinity)) == least)
}

@Test func workThatIsGivenBackCountsNoLonger() {
    var generator = SeededGenerator(seed: 1)
    var balancer = LoadBalancer(weights: [1, 1], by: .leastLoaded)
    #expect(balancer.place(5, using: &generator) == 0 && balancer.place(3, using: &generator) == 1)
    balancer.giveBack(5, from: 0)
    #expect(balancer.place(1, using: &generator) == 0 && balancer.work == [1, 3])
}

@Test(arguments: [LoadBalancer.Rule.leastLoaded, .choices(2), .weighted, .locality(bytesPerSecond: 5)])
func theSameSeedGivesTheSameNodes(rule: LoadBalancer.Rule) {
    func nodes(_ seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var balancer = LoadBalancer(weights: [1, 2, 3], by: rule)
        return (0..<50).map { _ in balancer.place(1, using: &generator) }
    }
    #expect(nodes(1) == nodes(1))
    let draws = rule == .weighted || rule == .choices(2)
    #expect((nodes(1) != nodes(2)) == draws)
}
