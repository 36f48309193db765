import Glibc
import Kernels
import Testing

/// The largest absolute distance over 200,000 arguments in ±`end`.
private func largestDistance(of function: (Float) -> Float, from exact: (Double) -> Double, end: Float) -> Double {
    (-100_000...100_000).reduce(0) { largest, place in
        let x = end * Float(place) / 100_000
        return max(largest, abs(Double(function(x)) - exact(Double(x))))
    }
}

@Test(arguments: [100, 10, 1] as [Float])
func gatesAreAsNearAsOneRoundingAtOne(end: Float) {
    #expect(largestDistance(of: { gateLogistic($0) }, from: { 1 / (1 + Glibc.exp(-$0)) }, end: end) < 1e-7)
    #expect(largestDistance(of: { gateTangent($0) }, from: { Glibc.tanh($0) }, end: end) < 2e-7)
}

@Test func gatesEndWhereTheyShould() {
    #expect(gateLogistic(0) == 0.5)
    #expect(gateLogistic(.infinity) == 1 && gateLogistic(1000) == 1)
    #expect(gateLogistic(-.infinity) < 1e-37 && gateLogistic(-.infinity) > 0)
    #expect(gateTangent(0) == 0)
    #expect(gateTangent(.infinity) == 1 && gateTangent(-.infinity) == -1 && gateTangent(-1000) == -1)
    #expect(gateLogistic(.nan).isNaN && gateTangent(.nan).isNaN)
}
