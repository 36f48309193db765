import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

/// A day's wave with noise.
func wave(_ count: Int, period: Int, noise: Double, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        10 + 3 * sin(2 * .pi * Double(place) / Double(period)) + noise * Double(generator.normal())
    }
}

@Test func momentsGiveTheRidgeRegressionOfTheirRows() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let features = 6
        var moments = LaggedMoments(features: features)
        var (rows, targets) = ([[Double]](), [Double]())
        for _ in 0..<60 {
            // The last but one does not vary.
            let row = (0..<features).map { $0 == 4 ? 1e6 : 1e6 + Double(generator.normal()) }
            let target = 2 * row[0] - row[3] + Double(generator.normal())
            moments.add(row, target: target)
            rows.append(row)
            targets.append(target)
        }
        for places in [[0, 1, 2, 3, 4, 5], [0, 3], [5]] {
            for penalty in [0.01, 1] {
                let ours = try #require(moments.regression(on: places, penalty: penalty))
                let oracle = try RidgeRegression(
                    rows.map { row in places.map { row[$0] } }, targets: targets, penalty: penalty)
                for row in rows.prefix(9) {
                    #expect(abs(ours(row) - oracle(places.map { row[$0] })) < 1e-4)
                }
            }
        }
    }
    #expect(LaggedMoments(features: 2).regression(on: [0], penalty: 1) == nil)
}

@Test func featuresAreWhatTheirNamesSayAndKnowNothingOfWhatComes() {
    let period = 96
    let values = wave(400, period: period, noise: 1, seed: 3)
    let features = LagFeatures(period: period)
    func filled(_ values: [Double], origin: Int, step: Int) -> [Double] {
        var history = SeriesHistory(period: period)
        for value in values { history.append(value) }
        var x = [Double](repeating: .nan, count: features.count)
        features.fill(&x, history, origin: origin, step: step)
        return x
    }
    func mean(_ range: ClosedRange<Int>) -> Double { range.reduce(0) { $0 + values[$1] } / Double(range.count) }
    for (origin, step) in [(300, 1), (250, 12), (300, 96), (399, 4), (40, 50)] {
        let x = filled(values, origin: origin, step: step)
        #expect(x.allSatisfy { $0.isFinite })
        #expect(x[0] == values[origin] && x[5] == values[origin - 5])
        #expect(abs(x[features.lags] - mean(origin - 3...origin)) < 1e-9)
        if origin >= period {
            #expect(abs(x[features.lags + 4] - mean(origin - period + 1...origin)) < 1e-9)
            let same = origin + step - period
            #expect(x[features.lags + 5] == values[same])
            #expect(abs(x[features.lags + 7] - mean(same - 4...min(same + 4, origin))) < 1e-9)
        } else {
            #expect(x[features.lags + 4] == values[origin])
        }
        // Usual changes over three and seven days around ±30 minutes, and the time of day.
        let changes = (1...7).filter { origin - $0 * period >= 2 }.map { day in
            let before = origin - day * period
            return mean(before + step - 2...min(before + step + 2, origin)) - mean(before - 2...before + 2)
        }
        let usual = features.daily + 4
        for (place, days) in [(usual + 2, 3), (usual + 3, 7)] {
            let known = changes.prefix(days)
            let expected = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
            #expect(abs(x[place] - expected) < 1e-9, "\(origin) \(step)")
        }
        #expect(x[features.count - 1] == Double((origin + step) % period))
        let last = (max(origin - 3, 1)...origin).map { abs(values[$0] - values[$0 - 1]) }
        #expect(abs(x[features.count - 3] - last.suffix(4).reduce(0, +) / 4) < 1e-9)
        // Whatever comes behind the origin.
        #expect(
            filled(values[...origin].map { $0 } + wave(50, period: 7, noise: 9, seed: 9), origin: origin, step: step)
                == x)
    }
}

@Test func volatilityFollowsTheSizeOfChanges() {
    var history = SeriesHistory(period: 96)
    for place in 0..<500 { history.append(place % 2 == 0 ? 1 : 0) }
    #expect(abs(history.volatility - 1.3) < 0.01)
    for place in 0..<500 { history.append(place % 2 == 0 ? 10 : 0) }
    #expect(history.volatility > 10)
    for _ in 0..<2000 { history.append(5) }
    #expect(history.volatility < 2 && history.volatility > 0)
    history.append(.nan)
    #expect(history.values.last == 5)
}

@Test func treesLearnWhatALineCannot() {
    var generator = SeededGenerator(seed: 5)
    let rows = (0..<800).map { _ in (0..<4).map { _ in generator.uniformDouble() } }
    func truth(_ row: [Double]) -> Double { (row[1] > 0.5) != (row[2] > 0.3) ? 5 : 0 }
    let columns = (0..<4).map { column in rows.map { $0[column] } }
    let trees = LagTrees(columns, targets: rows.map(truth), seed: 1)
    let tested = (0..<200).map { _ in (0..<4).map { _ in generator.uniformDouble() } }
    let error = tested.reduce(0) { $0 + abs(trees($1) - truth($1)) } / 200
    #expect(error < 0.6, "\(error)")
    #expect(LagTrees(columns, targets: rows.map(truth), seed: 1)(rows[0]) == trees(rows[0]))
    // A few wild values do not carry them away.
    let wild = rows.indices.map { truth(rows[$0]) + ($0 % 20 == 7 ? 1000 : 0) }
    let calm = LagTrees(columns, targets: wild, seed: 1)
    let calmError = tested.reduce(0) { $0 + abs(calm($1) - truth($1)) } / 200
    #expect(calmError < 0.6, "\(calmError)")
    // Wild values of one sign have their median in the leaves, whatever their order.
    let sign = rows.map { $0[0] > 0.5 ? 3.0 : -3 }
    let steps = LagTrees(columns, targets: sign, seed: 2)
    #expect(abs(steps([0.9, 0.5, 0.5, 0.5]) - 3) < 0.5 && abs(steps([0.1, 0.5, 0.5, 0.5]) + 3) < 0.5)
    // The median where there is nothing to split.
    #expect(LagTrees([[1, 1, 1]], targets: [3, 3, 3], seed: 1)([1]) == 3)
}

/// Up to two hours ahead the last day has been learned from; what is further away changes less from day to day.
@Test func treesForTheNextHoursAreGrownAnewEachDay() throws {
    let period = 96
    var series = RollingSeries(period: period, members: RollingTrainer.ensemble.members, steps: [4, period])
    var oldest = [0, 0]
    for (place, value) in wave(16 * period, period: period, noise: 0.5, seed: 8).enumerated() {
        series.append(value)
        guard place >= 4 * period else { continue }
        for (track, known) in series.tracks.enumerated() {
            oldest[track] = max(oldest[track], known.moments.rows - known.treeRows)
        }
    }
    let (near, far) = (series.tracks[0], series.tracks[1])
    #expect(near.isReady && near.treeRows > 0 && oldest[0] < period + period / 4, "\(oldest)")
    #expect(far.isReady && far.treeRows > 0 && oldest[1] > 3 * period, "\(oldest)")
}
