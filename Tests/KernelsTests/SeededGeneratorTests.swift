import Kernels
import Testing

@Test func theNumbersAreThoseOfSplitMix64() {
    // From the reference implementation in C by Sebastiano Vigna.
    var generator = SeededGenerator(seed: 1_234_567)
    let numbers = (0..<5).map { _ in generator.next() }
    #expect(
        numbers == [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ])
}

@Test func aStateContinuesTheNumbers() {
    var first = SeededGenerator(seed: 3)
    _ = first.uniform()
    var second = SeededGenerator(seed: first.state)
    #expect(first.next() == second.next())
    var part = first.split()
    #expect(part.next() != first.next())
}

@Test func uniformAndNormalHaveTheirMoments() {
    var generator = SeededGenerator(seed: 11)
    let uniform = (0..<20_000).map { _ in Double(generator.uniform()) }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / 20_000 - 0.5) < 0.01)
    let normal = (0..<20_000).map { _ in Double(generator.normal()) }
    #expect(abs(normal.reduce(0, +) / 20_000) < 0.03)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.04)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 20_000 - 3) < 0.3)
}
