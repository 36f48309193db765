import Foundation
import Testing

@testable import Simulation

private func isClose(_ a: Double, _ b: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
}

@Test func gammaFunctionsHaveTheirKnownValues() {
    // Γ(n) = (n - 1)!, Γ(1/2) = √π, and the recurrences, over small and large arguments.
    var factorial = 1.0
    for n in 1...20 {
        #expect(isClose(SpecialFunctions.logGamma(Double(n)), log(factorial)))
        factorial *= Double(n)
    }
    #expect(isClose(SpecialFunctions.logGamma(0.5), log(Double.pi) / 2))
    let euler = 0.577_215_664_901_532_9
    #expect(isClose(SpecialFunctions.digamma(1), -euler))
    #expect(isClose(SpecialFunctions.digamma(0.5), -euler - 2 * log(2)))
    #expect(isClose(SpecialFunctions.trigamma(1), Double.pi * Double.pi / 6))
    for x in [1e-3, 0.3, 1.7, 11.9, 12.1, 80, 1e5] {
        #expect(isClose(SpecialFunctions.logGamma(x), lgamma(x)))
        #expect(isClose(SpecialFunctions.digamma(x + 1), SpecialFunctions.digamma(x) + 1 / x, within: 1e-10))
        #expect(isClose(SpecialFunctions.trigamma(x + 1), SpecialFunctions.trigamma(x) - 1 / (x * x), within: 1e-9))
    }
}

@Test(arguments: [0.3, 1, 2.5, 7, 40, 300])
func theGammaDistributionIsTheIntegralOfItsDensity(shape: Double) {
    // Simpson's rule on u = √x, whose integrand is smooth at 0 for these shapes but the first.
    for x in [shape / 10, shape / 2, shape, 1.5 * shape, 3 * shape] where shape >= 0.5 {
        let steps = 20_000
        let width = x.squareRoot() / Double(steps)
        func density(_ u: Double) -> Double {
            u == 0 ? 0 : 2 * exp((2 * shape - 1) * log(u) - u * u - SpecialFunctions.logGamma(shape))
        }
        let inner = (1..<steps).reduce(0.0) { $0 + ($1 % 2 == 1 ? 4 : 2) * density(Double($1) * width) }
        let start = shape == 0.5 ? density(1e-150) : 0
        let integral = (start + inner + density(x.squareRoot())) * width / 3
        #expect(isClose(SpecialFunctions.regularizedGamma(shape, x), integral, within: 1e-8))
    }
    #expect(isClose(SpecialFunctions.regularizedGamma(1, shape), 1 - exp(-shape)))
    #expect(isClose(SpecialFunctions.regularizedGamma(0.5, shape), erf(shape.squareRoot())))
    #expect(SpecialFunctions.regularizedGamma(shape, 0) == 0)
    #expect(SpecialFunctions.regularizedGamma(shape, .infinity) == 1)
}
