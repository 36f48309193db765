import Kernels
import Testing

@testable import Reinforcement

/// The sum of w (x - place)², whose weights lie four powers of ten apart.
private func ellipsoid(_ point: [Double]) -> Double {
    var (sum, weight) = (0.0, 1.0)
    for (place, number) in point.enumerated() {
        sum += weight * (number - Double(place)) * (number - Double(place))
        weight *= 10
    }
    return sum
}

@Test(arguments: 0..<6) func theSearchFindsTheLeastOfAnEllipsoid(seed: UInt64) {
    var strategy = EvolutionStrategy(
        from: [Double](repeating: 3, count: 5), scales: [1, 1, 1, 1, 1], population: 10, seed: seed)
    for _ in 0..<120 { strategy.tell(strategy.ask().map(ellipsoid)) }
    #expect(ellipsoid(strategy.mean) < 1e-8 && strategy.generations == 120)
    #expect(strategy.step < 1e-2)
}

@Test func theSearchBearsNoiseAndPointsThatAreNone() {
    var generator = SeededGenerator(seed: 9)
    var strategy = EvolutionStrategy(from: [4, 4, 4], scales: [1, 1, 1], population: 16, seed: 2)
    let before = ellipsoid(strategy.mean)
    for _ in 0..<150 {
        strategy.tell(
            strategy.ask().map { $0[0] > 5 ? .infinity : ellipsoid($0) + 0.3 * Double(generator.normal()) })
    }
    #expect(ellipsoid(strategy.mean) < 0.5 && before > 100)
}

@Test func theSearchIsAFunctionOfItsSeed() {
    func run(_ seed: UInt64) -> [Double] {
        var strategy = EvolutionStrategy(from: [1, 2], scales: [1, 0.1], population: 5, seed: seed)
        for _ in 0..<5 { strategy.tell(strategy.ask().map(ellipsoid)) }
        return strategy.mean
    }
    #expect(run(1) == run(1) && run(1) != run(2))
    // A number of a smaller scale is searched for nearer by.
    var strategy = EvolutionStrategy(from: [0, 0], scales: [1, 0.01], population: 100, seed: 1)
    let points = strategy.ask()
    func spread(_ place: Int) -> Double { points.map { abs($0[place]) }.max() ?? 0 }
    #expect(spread(0) > 50 * spread(1) && spread(1) > 0)
}
