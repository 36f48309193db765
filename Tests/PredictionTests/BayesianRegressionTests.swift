import Foundation
import Kernels
import Prediction
import TestSupport
import Testing

private let prior = BayesianLinearRegression.Prior(weightPrecision: 0.5, interceptPrecision: 1e-3, shape: 2, rate: 0.3)

@Test(.enabled(if: python != nil), arguments: [(1, 1), (20, 4), (4, 9), (200, 6)])
func posteriorsEqualNumpys(size: (n: Int, p: Int)) throws {
    let data = RegressionData(rows: size.n, features: size.p, seed: 3, scales: false)
    let line = try BayesianLinearRegression(data.rows, targets: data.targets, features: size.p, prior: prior)
    let lines = try numpy(
        data,
        """
        f = np.hstack([np.ones((n, 1)), x]); l0 = np.diag([1e-3] + [0.5] * p)
        l = l0 + f.T @ f; m = np.linalg.solve(l, f.T @ y)
        a = 2 + n / 2; b = 0.3 + (y @ y - m @ l @ m) / 2
        new = np.hstack([np.ones((n, 1)), x * 3])
        s = b / a * (1 + np.einsum("ij,ij->i", new, np.linalg.solve(l, new.T).T))
        print(*m); print(a, b); print(*(new @ m)); print(*s); print(*(s * 2 * a / (2 * a - 2)))
        """)
    let predictions = try data.rows.map { try line.predict($0.map { $0 * 3 }) }
    expectClose(line.mean, lines[0], 1e-10)
    expectClose([line.shape, line.rate], lines[1], 1e-9)
    expectClose(predictions.map(\.mean), lines[2], 1e-10)
    expectClose(predictions.map(\.squaredScale), lines[3], 1e-8)
    expectClose(predictions.map(\.variance), lines[4], 1e-8)
    #expect(predictions.allSatisfy { $0.degreesOfFreedom == 4 + Double(size.n) })
}

@Test(arguments: [(1, 0), (5, 1), (40, 4), (6, 9), (2000, 3)], 1...5 as ClosedRange<UInt64>)
func oneByOneIsAllAtOnce(size: (n: Int, p: Int), seed: UInt64) throws {
    let data = RegressionData(rows: size.n, features: size.p, seed: seed, scales: false)
    var online = BayesianLinearRegression(features: size.p, prior: prior)
    for place in data.rows.indices {
        try online.observe(data.rows[place], target: data.targets[place])
        guard [1, 7, 39, size.n - 1].contains(place) else { continue }
        let batch = try BayesianLinearRegression(
            Array(data.rows[...place]), targets: Array(data.targets[...place]), features: size.p, prior: prior)
        expectClose(online.mean, batch.mean, 1e-9)
        expectClose([online.shape, online.rate], [batch.shape, batch.rate], 1e-9)
        let (one, all) = try (online.predict(data.rows[0]), batch.predict(data.rows[0]))
        expectClose([one.mean, one.squaredScale], [all.mean, all.squaredScale], 1e-9)
    }
    // In any order.
    var reversed = BayesianLinearRegression(features: size.p, prior: prior)
    for place in data.rows.indices.reversed() { try reversed.observe(data.rows[place], target: data.targets[place]) }
    expectClose(online.mean, reversed.mean, 1e-9)
    expectClose([online.rate], [reversed.rate], 1e-9)
}

@Test func beforeTheFirstObservationThePriorSpeaks() throws {
    let line = BayesianLinearRegression(features: 2)
    #expect(line.mean == [0, 0, 0] && line.shape == 1 && line.rate == 1)
    let prediction = try line.predict([1, 2])
    #expect(prediction.mean == 0 && prediction.variance == .infinity)
    #expect(abs(prediction.squaredScale - (1 + 1e6 + 1 + 4)) < 1e-6)
    #expect(line == (try BayesianLinearRegression([], targets: [], features: 2)))
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func itsIntervalsHoldWhatTheySay(seed: UInt64) throws {
    // Two standard deviations of a normal noise hold 95.4 % of new targets.
    let data = RegressionData(rows: 1_500, features: 4, seed: seed, noise: 0.7, scales: false)
    var line = BayesianLinearRegression(features: 4)
    for place in 0..<500 { try line.observe(data.rows[place], target: data.targets[place]) }
    #expect(abs((line.rate / line.shape).squareRoot() - 0.7) < 0.07)
    var held = 0
    for place in 500..<1_500 {
        let prediction = try line.predict(data.rows[place])
        if abs(data.targets[place] - prediction.mean) <= 2 * prediction.variance.squareRoot() { held += 1 }
    }
    #expect((930...975).contains(held))
}

@Test func theExampleOfItsDescriptionHolds() throws {
    var line = BayesianLinearRegression(features: 1)
    for x in stride(from: -1, through: 1, by: 0.1) { try line.observe([x], target: 2 * x) }
    let forecast = try line.predict([0.5])
    #expect(abs(forecast.mean - 0.885) < 0.05 && forecast.variance < 0.5)
}
