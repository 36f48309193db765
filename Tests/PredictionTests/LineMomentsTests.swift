import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

private let isWord = [false, false, true, false, false, false, false]

/// Rows of seven features: a number and its double, a word, one constant at first, one missing at first, one missing now
/// and then, and one far from 0.
private func rows(_ count: Int, seed: UInt64) -> (rows: [[Double]], targets: [Double]) {
    var generator = SeededGenerator(seed: seed)
    var (rows, targets) = ([[Double]](), [Double]())
    for place in 0..<count {
        let (size, noise) = (5 * generator.uniformDouble(), generator.uniformDouble())
        let isFast = generator.next() % 3 == 0
        let share = generator.next() % 4 == 0 ? Double.nan : generator.uniformDouble()
        rows.append([
            size, 2 * size, isFast ? 1 : 0, place < 40 ? 7 : 7 + Double(place % 5), place < 20 ? .nan : noise, share,
            1e9 + Double(place % 11),
        ])
        targets.append(exp(size - (isFast ? 1 : 0) + 0.2 * Double(place % 11) + 0.5 * noise))
    }
    return (rows, targets)
}

/// The line as it is defined, by least squares over all rows: those of X / √n over the roots of the penalties.
private func leastSquares(_ rows: [[Double]], _ targets: [Double], at probe: [Double]) throws -> Double {
    let standardization = try Standardization(rows)
    let (n, p) = (rows.count, standardization.varying.count)
    let mean = targets.reduce(0) { $0 + log($1) } / Double(n)
    let share = 1 / Double(n).squareRoot()
    var matrix = standardization.matrix(rows).map { $0 * share }
    for (place, column) in standardization.varying.enumerated() {
        let penalty = isWord[column] ? LinearModel.wordPenalty : LinearModel.numberPenalty
        matrix += (0..<p).map { $0 == place ? penalty.squareRoot() : 0 }
    }
    let right = targets.map { (log($0) - mean) * share } + [Double](repeating: 0, count: p)
    let weights = try QRFactor(of: matrix, rows: n + p, columns: p).solve(right)
    var x = [Double](repeating: 0, count: p)
    standardization.standardize(probe, into: &x)
    return zip(weights, x).reduce(mean) { $0 + $1.0 * $1.1 }
}

@Test(arguments: 1...5)
func aLineThatRowsAreAddedToIsThatOfLeastSquares(seed: Int) throws {
    let (rows, targets) = rows(300, seed: UInt64(seed))
    var moments = LineMoments(penalties: LinearModel.penalties(isWord, features: isWord.count))
    for place in rows.indices {
        moments.add(rows[place], target: targets[place])
        let count = place + 1
        guard count >= 5 else {
            #expect(LinearModel(moments) == nil)
            continue
        }
        let online = try #require(LinearModel(moments))
        let batch = try #require(
            LinearModel(Array(rows[...place].reversed()), targets: targets[...place].reversed(), isWord: isWord))
        let probes = [rows[place], rows[place / 2], rows[place].map { _ in .nan }]
        for probe in probes {
            let wanted = try leastSquares(Array(rows[...place]), Array(targets[...place]), at: probe)
            #expect(abs(online.logarithm(probe) - wanted) < 1e-9)
            #expect(abs(batch.logarithm(probe) - wanted) < 1e-9)
            // Beyond the range that has been seen so far it stays where it is at one width.
            let far = probe.map { $0 + 1e12 }
            #expect(abs(online.logarithm(far) - batch.logarithm(far)) < 1e-9)
        }
    }
}

@Test func weightsOfRowsAreHowOftenTheyStand() throws {
    let (rows, targets) = rows(90, seed: 8)
    let emphasis = rows.indices.map { Double($0 % 3 + 1) }
    let repeated = rows.indices.flatMap { [Int](repeating: $0, count: $0 % 3 + 1) }
    let weighted = try #require(LinearModel(rows, targets: targets, isWord: isWord, emphasis: emphasis))
    let even = try #require(
        LinearModel(repeated.map { rows[$0] }, targets: repeated.map { targets[$0] }, isWord: isWord))
    for row in rows { #expect(abs(weighted.logarithm(row) - even.logarithm(row)) < 1e-9) }
}

@Test func aLineIsRefusedWhereNumbersCannotBe() {
    var (rows, targets) = rows(60, seed: 2)
    targets[30] = 0
    #expect(LinearModel(rows, targets: targets, isWord: isWord) == nil)
    targets[30] = 1
    #expect(LinearModel(rows, targets: targets, isWord: isWord) != nil)
    rows[50][0] = .infinity
    #expect(LinearModel(rows, targets: targets, isWord: isWord) == nil)
}

/// Rows of a target in the order of completion, some of which lack a feature.
private func targetRows(_ places: Range<Int>) -> [TargetRow] {
    let (rows, targets) = rows(places.upperBound, seed: 5)
    return places.map { place in
        TargetRow(
            submitted: Double(place), moment: Double(place + 1), run: nil, value: targets[place], features: rows[place])
    }
}

private func fitted(_ rows: [TargetRow]) throws -> TargetModel {
    var work = FitWork.unlimited
    var fit = TargetFit(rows, rules: [.linear], kinds: isWord.map { $0 ? .word : .number }, choice: nil)
    let model = fit.advance(&work)
    return try #require(model)
}

@Test(arguments: [3, 60, ObservedExecutions.capacity * 5 / 4 - 20])
func aTargetLearnsAtOnceWhatAFitWould(known: Int) throws {
    let all = targetRows(0..<known + 40)
    var model = try fitted(Array(all[..<known]))
    for (place, row) in all[known...].enumerated() {
        // One in ten comes later than others that completed after it.
        var late = row
        if place % 10 == 9 { late.moment -= 5.5 }
        model.insert(late, rules: [.linear])
        guard place % 7 == 0 || place == 39 else { continue }
        let fresh = try fitted(model.rows)
        for probe in all.suffix(5) {
            let (ours, theirs) = (
                model.logarithm(RuleBlend(.linear), of: probe.features, at: nil),
                fresh.logarithm(RuleBlend(.linear), of: probe.features, at: nil)
            )
            #expect(abs(ours - theirs) < 1e-9)
        }
    }
    #expect(model.count == (known > 2_000 ? ObservedExecutions.capacity + 19 : known + 40))
}

/// What it takes to learn an execution does not grow with how many there were.
@Test func learningIsNoMoreWorkBehindManyExecutions() {
    func units(_ known: Int) -> Int {
        func executions(_ places: Range<Int>) -> [TaskExecution] {
            places.map { place in
                let size = Double(place * 7 % 19 + 1)
                return execution("p", bytes: 1000 * size, duration: size * Double(place + 10), place: place)
            }
        }
        var model = TypeModel(executions(0..<known), rules: [.linear], scores: MachineScores([]))
        var work = FitWork(0)
        for row in executions(known..<known + 10) { model.insert(row, rules: [.linear], pool: [:], &work) }
        return -work.left
    }
    #expect(units(20) > 0 && units(20) == units(1_500))
    // Forty features and three targets, in nanoseconds.
    #expect(LinearModel.updateUnits(features: 40) * 3 < 1_000_000)
}
