import Glibc
import Kernels
import Testing

private func logisticGate(_ x: Float) -> Float { gateLogistic(from: shutting(x)) }
private func tangentGate(_ x: Float) -> Float { gateTangent(from: doublyShutting(x)) }

/// The largest absolute distance over 200,000 arguments in ±`end`.
private func largestDistance(of function: (Float) -> Float, from exact: (Double) -> Double, end: Float) -> Double {
    (-100_000...100_000).reduce(0) { largest, place in
        let x = end * Float(place) / 100_000
        return max(largest, abs(Double(function(x)) - exact(Double(x))))
    }
}

@Test(arguments: [100, 10, 1] as [Float])
func gatesAreAsNearAsOneRoundingAtOne(end: Float) {
    #expect(largestDistance(of: logisticGate, from: { 1 / (1 + Glibc.exp(-$0)) }, end: end) < 1e-7)
    #expect(largestDistance(of: tangentGate, from: { Glibc.tanh($0) }, end: end) < 2e-7)
}

@Test func gatesEndWhereTheyShould() {
    #expect(logisticGate(0) == 0.5)
    #expect(logisticGate(.infinity) == 1 && logisticGate(1000) == 1)
    #expect(logisticGate(-.infinity) < 1e-12 && logisticGate(-.infinity) > 0)
    #expect(tangentGate(0) == 0)
    #expect(tangentGate(.infinity) == 1 && tangentGate(-.infinity) == -1 && tangentGate(-1000) == -1)
    #expect(logisticGate(.nan).isNaN && tangentGate(.nan).isNaN)
    // A product of three stays a number.
    let largest = 1 + shutting(-.infinity)
    #expect((largest * largest * largest).isFinite)
}

@Test(arguments: [1, 3, 64])
func aStepThatRemembersNothingEqualsTheRecordedOne(hidden: Int) {
    var generator = SeededGenerator(seed: UInt64(hidden))
    let batch = 5
    func sample(_ count: Int, _ scale: Float) -> [Float] { (0..<count).map { _ in scale * generator.normal() } }
    for scale in [1, 10, 100] as [Float] {
        let (gates, cells, states) = (
            sample(4 * batch * hidden, scale), sample(batch * hidden, 2), sample(batch * hidden, 1)
        )
        let present: [Float] = [1, 0, 1, 1, 0]
        var (g, c, s, h) = (gates, cells, states, states)
        var (e, d, j) = (gates, cells, states)
        do {
            var gates = g.mutableSpan
            var cells = c.mutableSpan
            var squashed = s.mutableSpan
            var states = h.mutableSpan
            LSTMCell.step(
                gates: &gates, cells: &cells, squashed: &squashed, states: &states, present: present.span,
                hidden: hidden)
        }
        do {
            var sums = e.mutableSpan
            var cells = d.mutableSpan
            var states = j.mutableSpan
            LSTMCell.step(sums: &sums, cells: &cells, states: &states, present: present.span, hidden: hidden)
        }
        #expect(zip(c, d).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(zip(h, j).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(Array(j[hidden..<2 * hidden]) == Array(states[hidden..<2 * hidden]))
        #expect(d[..<hidden] != cells[..<hidden])
    }
}
