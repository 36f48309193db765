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
}

@Test func notANumberStaysOne() {
    #expect(exponential(.nan).isNaN)
    #expect(hyperbolicTangent(.nan).isNaN)
    #expect(logistic(.nan).isNaN)
    #expect(naturalLogarithm(-1).isNaN)
    #expect(naturalLogarithm(0) == -.infinity)
}
