import Glibc
import Kernels
import Testing

/// Distance in units of the last place of the correctly rounded value.
private func ulps(_ value: Float, from exact: Double) -> Double {
    Swift.abs(Double(value) - exact) / Double(max(Float(exact).ulp, Float.leastNormalMagnitude.ulp))
}

/// The largest distance over 20,000 arguments in `range`.
private func largestError(
    of function: (Float) -> Float, from exact: (Double) -> Double, over range: ClosedRange<Float>
) -> Double {
    var largest = 0.0
    for index in 0...20_000 {
        let x = range.lowerBound + (range.upperBound - range.lowerBound) * Float(index) / 20_000
        largest = max(largest, ulps(function(x), from: exact(Double(x))))
    }
    return largest
}

@Test(arguments: [-87...88, -1...1, -1e-3...1e-3] as [ClosedRange<Float>])
func exponentialIsWithinTwoUlps(range: ClosedRange<Float>) {
    #expect(largestError(of: { exponential($0) }, from: { Glibc.exp($0) }, over: range) < 2)
}

@Test(arguments: [-12...12, -1...1, -1e-3...1e-3, -1e-20...1e-20] as [ClosedRange<Float>])
func hyperbolicTangentIsWithinThreeUlps(range: ClosedRange<Float>) {
    #expect(largestError(of: { hyperbolicTangent($0) }, from: { Glibc.tanh($0) }, over: range) < 3)
}

@Test(arguments: [-87...87, -1...1, -1e-3...1e-3] as [ClosedRange<Float>])
func logisticIsWithinThreeUlps(range: ClosedRange<Float>) {
    #expect(largestError(of: { logistic($0) }, from: { 1 / (1 + Glibc.exp(-$0)) }, over: range) < 3)
}

/// The largest error over every thousandth or so of all positive numbers, tiny ones included.
private func largestErrorOverAll(of function: (Float) -> Float, from exact: (Double) -> Double) -> Double {
    stride(from: UInt32(1), to: Float.infinity.bitPattern, by: 4999).reduce(0) { largest, bits in
        let x = Float(bitPattern: bits)
        return max(largest, ulps(function(x), from: exact(Double(x))))
    }
}

@Test func theLogarithmIsWithinOneUlp() {
    #expect(largestErrorOverAll(of: { naturalLogarithm($0) }, from: { Glibc.log($0) }) < 1)
    for range in [0.5...2, 0.99...1.01, 0.7...0.71] as [ClosedRange<Float>] {
        #expect(largestError(of: { naturalLogarithm($0) }, from: { Glibc.log($0) }, over: range) < 1)
    }
}

@Test(arguments: [-4.5...4.5, -1.01...1.01, -1e-3...1e-3, -1e-20...1e-20] as [ClosedRange<Float>])
func theErrorFunctionIsWithinTwoUlps(range: ClosedRange<Float>) {
    #expect(largestError(of: { errorFunction($0) }, from: { Glibc.erf($0) }, over: range) < 2)
}

@Test(arguments: [-87...87, -17...17, -1...1] as [ClosedRange<Float>])
func softplusIsWithinThreeUlps(range: ClosedRange<Float>) {
    let exact: (Double) -> Double = { max($0, 0) + Glibc.log1p(Glibc.exp(-abs($0))) }
    #expect(largestError(of: { softplus($0) }, from: exact, over: range) < 3)
}

@Test func theNormalDistributionIsThatOfTheErrorFunction() {
    for index in -6000...6000 {
        let x = Float(index) / 1000
        let exact = 0.5 * Glibc.erfc(-Double(x) * 0.5.squareRoot())
        #expect(abs(Double(normalDistribution(x)) - exact) < 1e-7, "\(x)")
        let density = Glibc.exp(-0.5 * Double(x) * Double(x)) / (2 * Double.pi).squareRoot()
        #expect(abs(Double(normalDensity(x)) - density) < 1e-7, "\(x)")
    }
}

@Test func theEndsOfTheRangeAreRight() {
    #expect(exponential(0) == 1)
    #expect(exponential(-104.5) == 0)
    #expect(exponential(-.infinity) == 0)
    #expect(exponential(88.8) == .infinity)
    #expect(exponential(.infinity) == .infinity)
    #expect(exponential(-100) > 0)
    #expect(hyperbolicTangent(0) == 0)
    #expect(hyperbolicTangent(.infinity) == 1)
    #expect(hyperbolicTangent(-.infinity) == -1)
    #expect(logistic(0) == 0.5)
    #expect(logistic(.infinity) == 1)
    #expect(logistic(-.infinity) < 2e-38)
    #expect(naturalLogarithm(1) == 0)
    #expect(naturalLogarithm(.infinity) == .infinity)
    #expect(naturalLogarithm(0) == -.infinity)
    #expect(naturalLogarithm(-0.0) == -.infinity)
    #expect(errorFunction(0) == 0)
    #expect(errorFunction(.infinity) == 1)
    #expect(errorFunction(-.infinity) == -1)
    #expect(softplus(-.infinity) == 0)
    #expect(softplus(.infinity) == .infinity)
    #expect(softplus(100) == 100)
}

@Test func notANumberStaysOne() {
    #expect(exponential(.nan).isNaN)
    #expect(hyperbolicTangent(.nan).isNaN)
    #expect(logistic(.nan).isNaN)
    #expect(naturalLogarithm(.nan).isNaN)
    #expect(naturalLogarithm(-1).isNaN)
    #expect(naturalLogarithm(-.infinity).isNaN)
    #expect(errorFunction(.nan).isNaN)
    #expect(softplus(.nan).isNaN)
    #expect(normalDistribution(.nan).isNaN)
}
