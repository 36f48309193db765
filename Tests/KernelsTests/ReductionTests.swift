import Kernels
import Testing

// `#expect` cannot take a span, so these take arrays.
private func sum(_ x: [Float]) -> Float { Reduction.sum(x.span) }
private func maximum(_ x: [Float]) -> Float { Reduction.maximum(x.span) }
private func isFinite(_ x: [Float]) -> Bool { Reduction.isFinite(x.span) }

@Test(arguments: [0, 1, 3, 4, 7, 8, 101])
func sumsFollowTheDefinition(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let x = (0..<count).map { _ in generator.normal() }
    let exact = x.reduce(0.0) { $0 + Double($1) }
    #expect(abs(Double(sum(x)) - exact) < 1e-6)
}

@Test func aLongSumKeepsItsDigits() {
    let x = [Float](repeating: 0.1, count: 100_003)
    #expect(abs(sum(x) - 10_000.3) < 0.002)
}

@Test func theMaximumIsTheLargest() {
    #expect(maximum([-3, -1, -2]) == -1)
    #expect(maximum([]) == -.infinity)
    #expect(maximum([1, .nan, 2]).isNaN)
}

@Test(arguments: [1, 8, 9, 23])
func whatIsNotFiniteIsFound(count: Int) {
    let finite = [Float](repeating: -.greatestFiniteMagnitude, count: count)
    #expect(isFinite(finite))
    for place in 0..<count {
        for bad in [Float.nan, .infinity, -.infinity] {
            var x = finite
            x[place] = bad
            #expect(!isFinite(x), "\(bad) at \(place)")
        }
    }
}

@Test func softmaxOfLargeElementsDoesNotOverflow() {
    var x: [Float] = [1000, 1000, -1000, 0, 1, 2]
    var span = x.mutableSpan
    Rows.softmax(&span, width: 3)
    #expect(abs(x[0] - 0.5) < 1e-6 && abs(x[1] - 0.5) < 1e-6 && x[2] == 0)
    #expect(abs(x[3] + x[4] + x[5] - 1) < 1e-6)
    #expect(abs(x[4] / x[3] - 2.718_281_8) < 1e-5)
}

@Test func rowsAreAddedUp() {
    let x: [Float] = [1, 2, 3, 4, 5, 6]
    var sums: [Float] = [10, 20, 30]
    var span = sums.mutableSpan
    Rows.addSum(x.span, into: &span)
    #expect(sums == [15, 27, 39])
    #expect(Rows.repeated([1, 2], count: 3) == [1, 2, 1, 2, 1, 2])
}
