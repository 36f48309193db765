import Files
import Kernels
import Simulation
import Testing

private let all: [Distribution] = [
    .constant(3), .uniform(from: 2, to: 5), .exponential(mean: 40), .lognormal(logMean: 2, logDeviation: 0.7),
    .gamma(shape: 0.4, scale: 9), .gamma(shape: 6, scale: 2), .weibull(shape: 0.7, scale: 20),
    .weibull(shape: 3, scale: 20), .choice(values: [1, 2, 7], weights: [3, 1, 6]), .quantiles([0, 1, 1, 4, 20]),
    .quantiles([5]),
]

private func sample(_ distribution: Distribution, _ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in distribution.draw(using: &generator) }
}

/// √n D stays under this but for one sample in 1,000 (Kolmogorov, 1933).
private let limit = 1.95

@Test(arguments: all) func drawsFollowTheDistributionFunction(distribution: Distribution) {
    for seed in 0..<3 as Range<UInt64> {
        let values = sample(distribution, 4000, seed: seed).sorted()
        #expect(KolmogorovSmirnov.distance(of: values, to: distribution) * 4000.0.squareRoot() < limit)
        let mean = values.reduce(0, +) / 4000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        #expect(abs(mean - distribution.mean) <= 4 * (variance / 4000).squareRoot() + 1e-12)
        #expect(values == sample(distribution, 4000, seed: seed).sorted())
    }
}

@Test func theDistanceTellsDistributionsApart() {
    let values = sample(.gamma(shape: 6, scale: 2), 4000, seed: 1).sorted()
    for other in [
        Distribution.gamma(shape: 6, scale: 2.2), .lognormal(logMean: 2.4, logDeviation: 0.5), .constant(12),
    ] {
        #expect(KolmogorovSmirnov.distance(of: values, to: other) * 4000.0.squareRoot() > limit)
    }
}

/// By definition, at every value of both samples.
private func naiveDistance(_ a: [Double], _ b: [Double]) -> Double {
    (a + b).map { x in
        abs(Double(a.count { $0 <= x }) / Double(a.count) - Double(b.count { $0 <= x }) / Double(b.count))
    }.max() ?? 0
}

@Test(arguments: 0..<20) func theDistanceOfTwoSamplesIsThatOfTheDefinition(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let draw = { (count: Int) in (0..<count).map { _ in Double(Int.random(in: 0...9, using: &generator)) } }
    let (a, b) = (draw(3 + Int(seed)), draw(17))
    #expect(abs(KolmogorovSmirnov.distance(a, b) - naiveDistance(a, b)) < 1e-12)
}

@Test func theProbabilityOfADistanceIsThatOfTheTables() {
    // Kolmogorov's limit: 1.358 at 5 % and 1.628 at 1 %, for large samples.
    let n = 2_000_000
    #expect(abs(KolmogorovSmirnov.probability(ofDistance: 1.358 / 1000, n, n) - 0.05) < 2e-4)
    #expect(abs(KolmogorovSmirnov.probability(ofDistance: 1.628 / 1000, n, n) - 0.01) < 1e-4)
    #expect(KolmogorovSmirnov.probability(ofDistance: 0, 10, 10) == 1)
}

@Test(arguments: all) func aDistributionReadsBackAsItWasWritten(distribution: Distribution) throws {
    let text = distribution.json.text()
    let read = try Distribution(JSONField(JSONValue(parsing: Array(text.utf8))))
    #expect(read == distribution)
}

@Test(arguments: [
    (#"{"name":"normal"}"#, "name"), (#"{"name":"gamma","shape":1}"#, "scale"),
    (#"{"name":"gamma","shape":0,"scale":1}"#, "shape"), (#"{"name":"gamma","shape":1,"scale":1,"mean":1}"#, "mean"),
    (#"{"name":"uniform","from":2,"to":1}"#, "to"),
    (#"{"name":"lognormal","logMean":1,"logDeviation":-1}"#, "logDeviation"),
    (#"{"name":"choice","values":[]}"#, "values"), (#"{"name":"choice","values":[1,2],"weights":[1]}"#, "weights"),
    (#"{"name":"choice","values":[1],"weights":[0]}"#, "weights"),
    (#"{"name":"quantiles","values":[1,0.5]}"#, "values[1]"), (#"{"name":"quantiles","values":[]}"#, "values"),
    (#"{"mean":1}"#, "name"), (#"{"name":"exponential","mean":"x"}"#, "mean"),
])
func wrongDistributionsNameTheField(text: String, field: String) throws {
    let value = try JSONValue(parsing: Array(text.utf8))
    let error = #expect(throws: InputError.self) { try Distribution(JSONField(value, file: "w.yaml")) }
    #expect(error?.field == field && error?.file == "w.yaml")
}

@Test func negativeValuesAreRefused() {
    for value in [
        JSONValue.number(-1), Distribution.uniform(from: -1, to: 1).json, Distribution.quantiles([-1, 1]).json,
    ] {
        #expect(throws: InputError.self) { try Distribution(JSONField(value)) }
    }
    #expect(throws: InputError.self) { try Distribution(JSONField(.number(0.5)), atLeast: 1) }
}

@Test(arguments: 0..<20) func ranksCorrelateAsByDefinition(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let a = (0..<30).map { _ in Double(Int.random(in: 0...8, using: &generator)) }
    let b = a.map { $0 + Double(Int.random(in: 0...8, using: &generator)) }
    // A rank is the mean place among those that are equal: half of the pairs that are less or equal.
    func ranks(_ values: [Double]) -> [Double] {
        values.map { x in Double(values.count { $0 < x } + values.count { $0 <= x }) / 2 }
    }
    let (x, y) = (ranks(a), ranks(b))
    let n = Double(a.count)
    let products = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / n - x.reduce(0, +) * y.reduce(0, +) / n / n
    func variance(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / n - values.reduce(0, +) * values.reduce(0, +) / n / n
    }
    let expected = products / (variance(x) * variance(y)).squareRoot()
    #expect(abs(RankCorrelation.spearman(a, b) - expected) < 1e-12)
    #expect(
        RankCorrelation.spearman(a, a.map { 3 - $0 }) < -0.999 && RankCorrelation.spearman(a, a.map { _ in 1 }) == 0)
}
