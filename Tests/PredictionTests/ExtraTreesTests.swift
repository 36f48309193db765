import Kernels
import Testing

@testable import Prediction

/// n rows of two features in [0, 1) and a target that is a step in the first: 2 above 0.5, else -1.
private func steps(_ n: Int, seed: UInt64, noise: Float = 0) -> (columns: [[Float]], targets: [Float]) {
    var generator = SeededGenerator(seed: seed)
    let columns = (0..<2).map { _ in (0..<n).map { _ in generator.uniform() } }
    let targets = columns[0].map { ($0 > 0.5 ? 2 : -1) + noise * generator.normal() }
    return (columns, targets)
}

@Test func aForestFindsAStep() {
    let (columns, targets) = steps(400, seed: 1)
    let (forest, heldOut) = ExtraTrees.grow(columns: columns, targets: targets, shrinkages: SIMD2(0, 10), seed: 7)
    for (x, wanted) in [(Float(0.1), Float(-1)), (0.4, -1), (0.6, 2), (0.95, 2)] {
        #expect(abs(forest([x, 0.3], shrinkages: .zero)[0] - wanted) < 0.15)
    }
    let wrong = zip(heldOut[0], targets).count { abs($0 - $1) > 0.5 }
    #expect(wrong < 20)
    // Beyond the range it says what holds at its end.
    #expect(forest([9, 0.3], shrinkages: .zero) == forest([columns[0].max() ?? 1, 0.3], shrinkages: .zero))
}

@Test func aForestGrownOutKnowsItsRowsAndShrinkageForgetsThem() {
    let (columns, targets) = steps(60, seed: 2, noise: 1)
    let forest = ExtraTrees.grow(columns: columns, targets: targets, shrinkages: nil, seed: 7).forest
    func error(_ shrinkage: Float) -> Float {
        targets.indices.reduce(0) {
            $0
                + abs(
                    forest([columns[0][$1], columns[1][$1]], shrinkages: SIMD2(repeating: shrinkage))[0] - targets[$1])
        } / 60
    }
    // Seven tenths of the trees have seen a row, and they know it.
    #expect(error(0) < 0.45 && error(0) < error(20))
    // Without end it is the mean of all.
    let mean = targets.reduce(0, +) / 60
    #expect(abs(forest([0.9, 0.5], shrinkages: SIMD2(repeating: 1e9))[0] - mean) < 0.2)
}

@Test func aForestThatIsGrownKeepsNoMemoryAhead() {
    let (columns, targets) = steps(60, seed: 2, noise: 1)
    let splits = ExtraTrees.grow(columns: columns, targets: targets, shrinkages: nil, seed: 7).forest.splits
    // But for what the allocator rounds up by.
    #expect(splits.count > 1000 && splits.capacity < splits.count + 16)
}

@Test func whatIsHeldOutIsWhatTreesThatHadNotSeenTheRowSay() {
    // Nothing but noise: on rows that it has seen a forest does well, on the others no better than their mean.
    var generator = SeededGenerator(seed: 3)
    let columns = [(0..<200).map { _ in generator.uniform() }]
    let targets = (0..<200).map { _ in generator.normal() }
    let (forest, heldOut) = ExtraTrees.grow(columns: columns, targets: targets, shrinkages: .zero, seed: 7)
    func error(_ answer: (Int) -> Float) -> Float {
        targets.indices.reduce(0) { $0 + (answer($1) - targets[$1]) * (answer($1) - targets[$1]) } / 200
    }
    let variance = error { _ in targets.reduce(0, +) / 200 }
    #expect(error { forest([columns[0][$0]], shrinkages: .zero)[0] } < 0.6 * variance)
    #expect(error { heldOut[0][$0] } > variance)
}

@Test func missingFeaturesAreAValueOfTheirOwn() {
    let values: [Float] = (0..<100).map { Float($0 % 10) }
    let column = values.enumerated().map { $0 % 2 == 0 ? $1 : .nan }
    let targets = column.map { Float($0.isNaN ? 5 : 1) }
    let forest = ExtraTrees.grow(columns: [column], targets: targets, shrinkages: nil, seed: 7).forest
    #expect(abs(forest([.nan], shrinkages: .zero)[0] - 5) < 0.2)
    #expect(abs(forest([4], shrinkages: .zero)[0] - 1) < 0.2)
}

@Test(arguments: [0, 1, 2, 3]) func aForestOfFewRowsAnswers(n: Int) {
    let targets = (0..<n).map { Float($0) }
    let (forest, heldOut) = ExtraTrees.grow(
        columns: [targets], targets: targets, shrinkages: SIMD2(repeating: 1), seed: 7)
    let answer = forest([0.5], shrinkages: SIMD2(repeating: 1))[0]
    #expect(answer.isFinite && answer >= 0 && answer <= Float(max(n - 1, 0)))
    #expect(heldOut[0].count == n)
}

@Test func aForestIsAFunctionOfItsSeed() {
    let (columns, targets) = steps(50, seed: 4)
    let grown = [7, 7, 8].map { ExtraTrees.grow(columns: columns, targets: targets, shrinkages: nil, seed: $0).forest }
    #expect(grown[0] == grown[1] && grown[0] != grown[2])
    // Features that do not vary, or are infinite, are never asked.
    let odd = ExtraTrees.grow(
        columns: [[1, 1, 1, 1], [.infinity, 0, -.infinity, 2]], targets: [1, 2, 3, 4], shrinkages: .zero, seed: 1)
    #expect(odd.forest([1, 0], shrinkages: .zero)[0].isFinite)
}
