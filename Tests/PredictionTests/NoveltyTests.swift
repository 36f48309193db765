import Foundation
import Testing
import Workflows

@testable import Prediction

/// Executions of one type whose `threads` go through `values`.
private func rows(threads values: [Double], count: Int = 60) -> [TaskExecution] {
    (0..<count).map { place in
        var row = execution(
            "p", duration: 10 + Double(place % 3) / 100, memory: 1e9 + Double(place % 5) * 1e6, place: place)
        row.task.features["threads"] = .number(values[place % values.count])
        return row
    }
}

private func task(threads: Double, run: String? = nil) -> TaskSpec {
    var task = execution("p", duration: 10, place: 61).task
    task.features["threads"] = .number(threads)
    task.run = run
    return task
}

@Test func aSettingThatNeverVariedWidensWhatIsSaidOfAnother() {
    let predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows(threads: [1]))
    let (usual, unlike) = (predictor.predict([task(threads: 1)])[0], predictor.predict([task(threads: 8)])[0])
    for target in ResourceTarget.allCases {
        #expect(unlike[target].p50 == usual[target].p50)
        #expect(unlike[target].p95 >= 2.7 * unlike[target].p50 && usual[target].p95 < 1.3 * usual[target].p50)
        #expect(unlike[target].reason.hasSuffix("none of them had its threads"))
        #expect(!usual[target].reason.contains("threads"))
    }
    // Nothing is proven for it.
    #expect(unlike.memory.allocation >= 1.1 * 1.004e9 && unlike.memory.sizing?.proven == false)
    #expect(usual.memory.allocation < 1.1 * 1.004e9 && usual.memory.sizing?.proven == true)
    #expect(unlike.duration.sizing?.proven == false)
}

@Test func aSettingBeyondThoseTriedWidensToo() {
    let predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows(threads: [2, 4]))
    func width(_ threads: Double) -> Double {
        let memory = predictor.predict([task(threads: threads)])[0].memory
        return log(memory.p95 / memory.p50)
    }
    #expect(width(2) < 0.3 && width(3) < 0.3 && width(16) >= 1 && width(1) >= 1)
    // What was varied may be sized as it has been proven.
    let sizing = predictor.predict([task(threads: 16)])[0].memory.sizing
    #expect(sizing?.proven == true)
}

@Test func whatDiffersInEachTaskIsNoSetting() {
    let survey = { (values: [Double]) in
        var survey = FeatureColumns.Survey()
        for value in values { survey.add(task(threads: value)) }
        return survey
    }
    #expect(survey((0..<40).map(Double.init)).novelty(of: task(threads: 50)) == nil)
    #expect(survey([1, 2, 3]).novelty(of: task(threads: 50)) == nil)
    #expect(survey([1, 1, 2, 2]).novelty(of: task(threads: 50))?.wasConstant == false)
    #expect(survey([1, 1]).novelty(of: task(threads: 50)) == .init(feature: "threads", wasConstant: true))
    #expect(survey([1, 1]).novelty(of: task(threads: 1)) == nil)
    // A second attempt is the same task.
    var again = task(threads: 1)
    again.attempt = 2
    #expect(survey([1, 1]).novelty(of: again) == nil)
}

@Test func aGroupToComeIsNotOneMoreOfItsRows() throws {
    let narrow = ResidualDistribution(shifts: ForecastLevels.all.map { _ in 0 })
    // Nine runs that err not at all, and a small one that does: a tenth of the runs, a hundredth of the rows.
    let residuals = [Double](repeating: 0, count: 90) + [1]
    let groups = (0..<90).map { $0 % 9 } + [9]
    let rows = try #require(ResidualDistribution(residuals))
    let runs = ResidualDistribution(residuals, groups: groups, another: narrow)
    #expect(rows.shifts[ForecastLevels.high] == 0 && runs.shifts[ForecastLevels.high] == 1)
    #expect(runs.shifts[ForecastLevels.median] == 0)
    #expect(zip(runs.shifts, runs.shifts.dropFirst()).allSatisfy { $0 <= $1 })
    // One run says little of another one: half is what others left.
    let one = ResidualDistribution([0, 0, 0], groups: [0, 0, 0], another: .unknown)
    #expect(one.shifts[ForecastLevels.high] > 0.6 && one.shifts[ForecastLevels.low] < -0.6)
    #expect(ResidualDistribution([], groups: [], another: .unknown) == .unknown)
}

/// A tenth of the runs takes twice as long, and has a fiftieth of the executions: a new run may be such a one.
@Test func aNewRunMayBeLikeASmallOneThatDiffered() {
    let rows = (0..<92).map { place in
        var row = execution("p", duration: place < 90 ? 10 + Double(place % 7) / 100 : 20, place: place)
        row.task.run = place < 90 ? "r\(place % 9)" : "slow"
        return row
    }
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    func upper(_ run: String) -> Double {
        var task = rows[0].task
        task.run = run
        return predictor.predict([task])[0].duration.p95
    }
    #expect(upper("new") >= 19 && upper("r3") < 13, "\(upper("new")) and \(upper("r3"))")
}

@Test func aNewRunIsSizedByWhatRunsLeftOutProve() {
    // Within a run forecasts are right; a run of which nothing is known uses more or less than the others say.
    let trials = (0..<100).map { place in
        let run = place / 20
        let used = 1e9 * [1, 1.3, 0.8, 1.3, 1][run] * (1 + Double(place % 7) / 1000)
        return SizingTrial(
            used: used, seconds: 3600, shuffled: log(used), forward: .nan, otherRuns: log(1e9), runFold: run)
    }
    let sizing = MemorySizing(trials)
    let (known, new) = (sizing.allocation(median: 1e9), sizing.allocation(median: 1e9, .newRun))
    #expect(known.bytes < 1.1e9 && known.basis.source == .forecast && known.basis.proven)
    #expect(new.bytes >= 1.3e9)
    #expect(sizing.allocation(median: 1e9, .unlike).bytes >= 1.1 * 1.3e9)
}
