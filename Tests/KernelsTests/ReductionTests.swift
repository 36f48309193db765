import Kernels
import Testing

// `#expect` cannot take a span, so these take arrays.
private func sum(_ x: [Float]) -> Float { Reduction.sum(x.span) }
private func maximum(_ x: [Float]) -> Float { Reduction.maximum(x.span) }
private func minimum(_ x: [Float]) -> Float { Reduction.minimum(x.span) }
private func indexOfMaximum(_ x: [Float]) -> Int? { Reduction.indexOfMaximum(x.span) }
private func indexOfMinimum(_ x: [Float]) -> Int? { Reduction.indexOfMinimum(x.span) }
private func moments(_ x: [Float]) -> (mean: Float, squares: Float) { Reduction.moments(x.span) }
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

@Test(arguments: [1, 3, 8, 9, 23])
func extremesAreFoundInEveryPlace(count: Int) {
    for place in 0..<count {
        // Equal elements behind it do not count.
        var x = [Float](repeating: 2, count: count)
        for index in place..<count { x[index] = 5 }
        #expect(maximum(x) == 5 && indexOfMaximum(x) == place)
        x = x.map { -$0 }
        #expect(minimum(x) == -5 && indexOfMinimum(x) == place)
        x[place] = .nan
        #expect(maximum(x).isNaN && minimum(x).isNaN)
        #expect(indexOfMaximum(x) == place && indexOfMinimum(x) == place)
    }
}

@Test func extremesOfNothingAndOfInfinity() {
    #expect(maximum([]) == -.infinity && minimum([]) == .infinity)
    #expect(indexOfMaximum([]) == nil && indexOfMinimum([]) == nil)
    #expect(maximum([-.infinity, -.infinity]) == -.infinity)
    #expect(indexOfMaximum([-.infinity, -.infinity]) == 0)
    #expect(indexOfMinimum([.infinity, .infinity]) == 0)
    #expect(maximum([-3, .infinity, -2]) == .infinity)
}

@Test(arguments: [1, 3, 4, 7, 101])
func momentsFollowTheDefinition(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let x = (0..<count).map { _ in 1000 + generator.normal() }
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(count)
    let squares = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let found = moments(x)
    #expect(abs(Double(found.mean) - mean) < 1e-4)
    #expect(abs(Double(found.squares) - squares) < 1e-5 * max(1, squares))
    #expect(moments([]).mean.isNaN && moments([]).squares == 0)
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
    // As one row after the other, to the bit.
    var generator = SeededGenerator(seed: 2)
    for (height, width) in [(0, 3), (1, 5), (2, 3), (3, 1), (4, 7), (8, 2), (9, 16)] {
        let x = (0..<height * width).map { _ in generator.normal() }
        let start = (0..<width).map { _ in generator.normal() }
        var sums = start
        do {
            var span = sums.mutableSpan
            Rows.addSum(x.span, into: &span)
        }
        let expected = (0..<width).map { column in
            (0..<height).reduce(start[column]) { $0 + x[$1 * width + column] }
        }
        #expect(sums == expected)
    }
    #expect(Rows.repeated([1, 2], count: 3) == [1, 2, 1, 2, 1, 2])
}

@Test func theLogarithmOfSumsOfExponentialsDoesNotOverflow() {
    let x: [Float] = [1000, 1000, -1000, -1000, -.infinity, 0, -.infinity, -.infinity]
    let found = Rows.logSumExp(x.span, width: 2, count: 4)
    #expect(abs(found[0] - 1000.693_15) < 1e-4 && abs(found[1] + 999.306_85) < 1e-4)
    #expect(found[2] == 0 && found[3] == -.infinity)
    #expect(Rows.logSumExp([Float]().span, width: 0, count: 2) == [-.infinity, -.infinity])
}

@Test(arguments: [(1, 1), (3, 5), (16, 16), (17, 33), (40, 3)])
func elementsThatLieApartAreCopied(size: (rows: Int, width: Int)) {
    let (rows, width) = size
    // Elements two apart in rows with a gap between them, rows without steps, and a transposition.
    let rowStep = 2 * width + 1
    let x = (0..<5 + rows * rowStep).map { Float($0) }
    for (step, rowStep) in [(2, rowStep), (1, rowStep), (rows, 1)] {
        var y = [Float](repeating: -1, count: rows * width + 2)
        var span = y.mutableSpan
        Strided.copy(x.span, from: 5, rowStep: rowStep, step: step, rows: rows, width: width, into: &span, at: 1)
        let expected = (0..<rows).flatMap { row in (0..<width).map { Float(5 + row * rowStep + $0 * step) } }
        #expect(y == [-1] + expected + [-1])
    }
}
