import Files
import Foundation
import Kernels
import Prediction
import TestSupport
import Testing

/// Rows of features of very different sizes, the last one constant, and targets that are linear in them but for noise.
struct RegressionData {
    var rows: [[Double]]
    var targets: [Double]

    init(rows n: Int, features p: Int, seed: UInt64, noise: Double = 0.1, scales: Bool = true) {
        var generator = SeededGenerator(seed: seed)
        func normal() -> Double { Double(generator.normal()) }
        let weights = (0..<p).map { _ in normal() }
        rows = (0..<n).map { _ in (0..<p).map { scales ? pow(10, Double($0 % 4)) * (normal() + 1) : normal() } }
        targets = rows.map { row in
            let line = zip(row, weights).enumerated().reduce(3.0) {
                $0 + $1.element.0 * $1.element.1 / (scales ? pow(10, Double($1.offset % 4)) : 1)
            }
            return line + noise * normal()
        }
    }

    /// The same for Python, as JSON.
    var json: String {
        JSONValue.object(
            JSONObject([
                ("x", .array(rows.map { .array($0.map(JSONValue.number)) })),
                ("y", .array(targets.map(JSONValue.number))),
            ])
        ).text()
    }
}

/// The numbers that `script` prints, a list for each line; it finds x and y as numpy arrays.
func numpy(_ data: RegressionData, _ script: String) throws -> [[Double]] {
    let start = """
        import sys, json, numpy as np
        d = json.loads(sys.argv[1]); x = np.array(d["x"]); y = np.array(d["y"]); n, p = x.shape

        """
    let result = try runPython(start + script, [data.json])
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
}

func expectClose(_ a: [Double], _ b: [Double], _ tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(a.count == b.count, sourceLocation: sourceLocation)
    for (one, other) in zip(a, b) where one != other {
        #expect(
            abs(one - other) <= tolerance * max(1, abs(other)), "\(one) and \(other)", sourceLocation: sourceLocation)
    }
}

@Test(
    .enabled(if: python != nil), arguments: [(5, 1), (20, 4), (7, 9), (60, 6)], [1e-12, 1e-8, 1e-3, 1, 100.0])
func ridgeRegressionEqualsNumpy(size: (n: Int, p: Int), penalty: Double) throws {
    let data = RegressionData(rows: size.n, features: size.p, seed: 11)
    let ridge = try RidgeRegression(data.rows, targets: data.targets, penalty: penalty)
    let lines = try numpy(
        data,
        """
        z = (x - x.mean(0)) / x.std(0)
        a = np.vstack([z, np.sqrt(n * \(penalty)) * np.eye(p)])
        w = np.linalg.lstsq(a, np.concatenate([y - y.mean(), np.zeros(p)]), rcond=None)[0]
        print(y.mean()); print(*w); print(*(y.mean() + z @ w))
        """)
    // With more features than rows only the penalty determines the weights, and a small one does so badly.
    let tolerance = size.n > size.p ? 1e-10 : 1e-13 / min(penalty, 1)
    expectClose([ridge.intercept], lines[0], 1e-13)
    if tolerance < 1e-2 { expectClose(ridge.weights, lines[1], tolerance) }
    expectClose(data.rows.map { ridge($0) }, lines[2], max(1e-10, min(tolerance, 1e-6)))
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func bothWaysOfSolvingAgree(seed: UInt64) throws {
    let data = RegressionData(rows: 40, features: 5, seed: seed)
    // Just on this side and on the other of the condition at which the way changes.
    let (normal, qr) = try (
        RidgeRegression(data.rows, targets: data.targets, penalty: 5.01e-8),
        RidgeRegression(data.rows, targets: data.targets, penalty: 4.99e-8)
    )
    expectClose(normal.weights, qr.weights, 1e-8)
    #expect(normal.weights != qr.weights)
}

@Test func plainLeastSquaresAreAPenaltyOfZero() throws {
    let line = try RidgeRegression([[0], [1], [2]], targets: [1, 3, 5], penalty: 0)
    #expect(abs(line([4]) - 9) < 1e-12)
    // The mean of what is known stands for what is missing, and the intercept is not drawn towards zero.
    #expect(line([.nan]) == 3)
    #expect(try RidgeRegression([[0], [1], [2]], targets: [101, 103, 105], penalty: 1e6).intercept == 103)
    let gaps = try RidgeRegression([[0, 7], [.nan, 7], [2, 7]], targets: [1, 3, 5], penalty: 0)
    #expect(gaps.varyingFeatures == [0] && gaps.weights[1] == 0)
    #expect(abs(gaps([2, 0]) - 5) < 1e-12)
    let flat = try RidgeRegression([[7], [7]], targets: [1, 3], penalty: 0)
    #expect(flat.varyingFeatures.isEmpty && flat([9]) == 2)
    #expect(try RidgeRegression([[], []], targets: [1, 3], penalty: 1)([]) == 2)
    let one = try RidgeRegression([[1, 2]], targets: [5], penalty: 0)
    #expect(one([3, 4]) == 5)
}

@Test func regressionsRefuseWhatTheyCannotFit() throws {
    let collinear: [[Double]] = [[1, 5, 2], [2, 5, 4], [3, 5, 6], [4, 5, 8]]
    #expect(throws: LinearAlgebraError.dependentColumn(3)) {
        try RidgeRegression(collinear, targets: [1, 2, 3, 4], penalty: 0)
    }
    let kept = try RidgeRegression(collinear, targets: [1, 2, 3, 4], penalty: 1e-3)
    expectClose([kept.weights[0]], [kept.weights[2]], 1e-9)
    func expectError(_ wanted: InputError, _ body: () throws -> Void) { #expect(throws: wanted, performing: body) }
    expectError(InputError("there is no row to fit")) { _ = try RidgeRegression([], targets: [], penalty: 1) }
    expectError(InputError("is infinite", row: 1, field: "feature 0")) {
        _ = try RidgeRegression([[1], [.infinity]], targets: [1, 2], penalty: 1)
    }
    expectError(InputError("is no finite number", row: 0, field: "target")) {
        _ = try RidgeRegression([[1], [2]], targets: [.nan, 2], penalty: 1)
    }
    expectError(InputError("is no finite number", row: 0, field: "target")) {
        _ = try RidgeRegression.crossValidation([[1], [2]], targets: [.nan, 2], penalties: [1])
    }
}

private let penalties = [0, 1e-6, 1e-3, 0.1, 1, 10]

@Test(.enabled(if: python != nil), arguments: [(20, 4), (7, 9), (60, 6)], 1...3 as ClosedRange<UInt64>)
func crossValidationEqualsItsDefinition(size: (n: Int, p: Int), seed: UInt64) throws {
    let data = RegressionData(rows: size.n, features: size.p, seed: seed, noise: 2)
    let scores = try RidgeRegression.crossValidation(data.rows, targets: data.targets, penalties: penalties)
    // The fit of n - 1 degrees of freedom goes through every point: its score is 0 / 0.
    let from = size.n > size.p + 1 ? 0 : 1
    #expect(scores[0].isFinite == (from == 0))
    let lines = try numpy(
        data,
        """
        z = (x - x.mean(0)) / x.std(0)
        for penalty in \(penalties[from...].map { $0 }):
            hat = np.ones((n, n)) / n + z @ np.linalg.inv(z.T @ z + n * penalty * np.eye(p)) @ z.T
            rest = y - hat @ y
            print(rest @ rest / n / (1 - np.trace(hat) / n) ** 2)
        """)
    expectClose(Array(scores[from...]), lines.flatMap { $0 }, size.n > size.p ? 1e-9 : 1e-4)
    let chosen = try RidgeRegression(data.rows, targets: data.targets, penalties: penalties)
    let best = scores.indices.min { scores[$0] < scores[$1] }
    #expect(chosen.penalty == penalties[best ?? -1])
    #expect(try chosen == RidgeRegression(data.rows, targets: data.targets, penalty: chosen.penalty))
}

@Test func crossValidationPenalisesNoiseMoreThanALine() throws {
    var (line, noise) = (0.0, 0.0)
    for seed in 1...20 as ClosedRange<UInt64> {
        let clean = RegressionData(rows: 30, features: 8, seed: seed, noise: 0.01)
        var random = clean
        var generator = SeededGenerator(seed: seed + 100)
        random.targets = random.targets.map { _ in Double(generator.normal()) }
        line += log10(1e-9 + (try RidgeRegression(clean.rows, targets: clean.targets, penalties: penalties)).penalty)
        noise += log10(1e-9 + (try RidgeRegression(random.rows, targets: random.targets, penalties: penalties)).penalty)
    }
    #expect(line / 20 < -3 && noise / 20 > -1)
}
