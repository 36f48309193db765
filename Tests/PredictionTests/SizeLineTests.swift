import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

private let kinds: [FeatureColumns.Kind] = [.number, .logarithm, .word]

/// Rows of a number that says nothing, the logarithm of a size and a word, with y = 200 + 3 size and some noise.
private func rows(_ count: Int, seed: UInt64, noise: Double = 0.1) -> [TargetRow] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        let size = 1 + 500 * generator.uniformDouble()
        let features = [generator.uniformDouble(), log1p(size), generator.next() % 2 == 0 ? 1.0 : 0]
        let value = (200 + 3 * size) * (1 + noise * (2 * generator.uniformDouble() - 1))
        return TargetRow(
            submitted: Double(place), moment: Double(place) + 0.5, run: nil, value: value, features: features)
    }
}

private func line(_ rows: [TargetRow]) -> SizeLine? {
    TargetLines(rows[...], rules: [.sizeLine], kinds: kinds).sizeLine
}

@Test(arguments: 1...4)
func aSizeLineThatRowsAreAddedToIsThatOfLeastRelativeSquares(seed: Int) throws {
    let all = rows(200, seed: UInt64(seed))
    var online = TargetLines([], rules: [.sizeLine], kinds: kinds)
    for (place, row) in all.enumerated() {
        online.add([row])
        guard place >= 4 else {
            #expect(online.sizeLine == nil)
            continue
        }
        // min |1 - a / y - b x / y|² for either number, by an orthogonal factor.
        let known = all[...place]
        let fits = try [0, 1].map { column in
            func plain(_ row: TargetRow) -> Double { column == 1 ? expm1(row.features[1]) : row.features[0] }
            let matrix = known.flatMap { [1 / $0.value, plain($0) / $0.value] }
            let weights = try QRFactor(of: matrix, rows: known.count, columns: 2).solve(known.map { _ in 1 })
            let left = known.reduce(0.0) { sum, row in
                let error = (weights[0] + weights[1] * plain(row)) / row.value - 1
                return sum + error * error
            }
            return (left: left, answer: { (row: TargetRow) in weights[0] + weights[1] * plain(row) })
        }
        let best = fits[0].left <= fits[1].left ? fits[0] : fits[1]
        let least = known.lazy.map(\.value).min() ?? 0
        for probe in [row, all[place / 2]] {
            let answer = try #require(online.sizeLine?.logarithm(probe.features))
            #expect(abs(answer - log(max(best.answer(probe), least))) < 1e-9)
            #expect(line(Array(known.reversed()))?.logarithm(probe.features).map { abs($0 - answer) < 1e-9 } == true)
        }
    }
}

@Test func aSizeLineStaysWithinWhatWasSeen() throws {
    let known = rows(60, seed: 9, noise: 0)
    let found = try #require(line(known))
    let sizes = known.map { $0.features[1] }.sorted()
    func answer(_ feature: Double) throws -> Double { exp(try #require(found.logarithm([0.5, feature, 0]))) }
    #expect(abs(try answer(log1p(300)) - 1100) < 1e-6)
    // A little beyond the range it goes on, and from one width of it on it stays.
    #expect(abs(try answer(log1p(600)) - 2000) < 1e-6)
    let far = 2 * sizes[59] - sizes[0]
    #expect(try answer(far + 1) == answer(far) && answer(far) < answer(far + 1e-9) * (1 + 1e-6))
    // Below it, no less than the least that was seen.
    #expect(abs(try answer(log1p(0)) - (known.map(\.value).min() ?? 0)) < 1e-9)
    #expect(found.logarithm([0.5, .nan, 0]) == nil)
    // What falls with the size would be below zero at the end of the reach.
    let falling = known.map { row in
        var row = row
        row.value = 1600 - 3 * expm1(row.features[1])
        return row
    }
    let least = falling.lazy.map(\.value).min() ?? 0
    #expect(abs(exp(try #require(line(falling)?.logarithm([0.5, far, 0]))) - least) < 1e-9)
}

@Test func aSizeLineNeedsANumberThatAllRowsKnowAndThatVaries() throws {
    var known = rows(20, seed: 3)
    #expect(line(Array(known.prefix(4))) == nil)
    known[12].features[1] = .nan
    // Only the other number is known of all.
    let found = try #require(line(known))
    #expect(found.logarithm([0.5, .nan, 0]) != nil && found.logarithm([.nan, log1p(9), 0]) == nil)
    known[15].features[0] = .nan
    #expect(line(known) == nil)
    let constant = (0..<20).map { place in
        TargetRow(submitted: 0, moment: 0, run: nil, value: Double(place + 1), features: [0.1, log1p(0.3), 1])
    }
    #expect(line(constant) == nil)
}

/// Executions whose memory is 100 MB and `exponent` powers of the input, up to a tenth more or less.
private func executions(_ count: Int, seed: UInt64, exponent: Double, base: Double) -> [TaskExecution] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        let bytes = exp(5 + 8 * generator.uniformDouble())
        let memory = (base + 1000 * pow(bytes, exponent)) * (1 + 0.1 * (2 * generator.uniformDouble() - 1))
        return execution("p", bytes: bytes, duration: 10, memory: memory, place: place)
    }
}

@Test(arguments: 1...3)
func whatIsLinearInTheInputIsForecastAsThat(seed: Int) throws {
    let known = executions(80, seed: UInt64(seed), exponent: 1, base: 1e8)
    let new = executions(200, seed: UInt64(seed) + 100, exponent: 1, base: 1e8)
    func error(_ rules: [ForecastRule]) -> Double {
        let answers = StatisticsPredictor(rules: rules, executions: known).predict(new.map(\.task))
        let errors = zip(answers, new).map { abs($0.memory.p50 / ($1.memory ?? 0) - 1) }
        return errors.reduce(0, +) / Double(errors.count)
    }
    let (plain, logarithmic) = (error([.sizeLine]), error([.linear]))
    #expect(plain < 0.07 && plain < logarithmic / 2, "\(plain), \(logarithmic)")
    // Beside the line through the logarithms it is chosen where it is right, and not where that is.
    func weight(_ executions: [TaskExecution]) -> Double {
        let predictor = StatisticsPredictor(rules: [.median, .sizeLine, .linear], executions: executions)
        return predictor.choices["w:p"]?[.memory]?.answering[.among]?.blend.weights[.sizeLine] ?? 0
    }
    #expect(weight(known) > 0.8)
    #expect(weight(executions(80, seed: UInt64(seed), exponent: 0.4, base: 0)) < 0.2)
}
