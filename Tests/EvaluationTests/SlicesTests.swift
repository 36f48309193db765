import Foundation
import Prediction
import Testing
import Workflows

@testable import Evaluation

private func evaluation(
    _ rows: [TaskExecution], _ division: EvaluationProtocol, _ trainer: any PredictorTrainer = StatisticsTrainer.median,
    baselines: [any PredictorTrainer] = [StatisticsTrainer.median, StatisticsTrainer.last],
    comparisons: [any PredictorTrainer] = []
) async throws -> PredictorEvaluation {
    var evaluator = PredictorEvaluator(rows, by: division, of: trainer, seed: 2)
    (evaluator.baselines, evaluator.comparisons) = (baselines, comparisons)
    return try await evaluator.run()
}

@Test(arguments: [EvaluationProtocol.groups, .time, .random, .online])
func slicesPartitionTheTestedRows(division: EvaluationProtocol) async throws {
    let rows = history(300, seed: 12)
    let evaluation = try await evaluation(rows, division)
    for target in evaluation.report.targets {
        let own = evaluation.predictions.filter { $0.target == target.target }
        let accuracy = own.reduce(0) { $0 + $1.accuracy } / Double(own.count)
        #expect(target.coldStart.reduce(0) { $0 + $1.rows } == own.count)
        #expect(target.drift.reduce(0) { $0 + $1.rows } == own.count && target.drift.count > 1)
        let byClass = target.coldStart.reduce(0) { $0 + $1.accuracy * Double($1.rows) }
        let bySlice = target.drift.reduce(0) { $0 + $1.accuracy * Double($1.rows) }
        #expect(
            abs(byClass / Double(own.count) - accuracy) < 1e-9 && abs(bySlice / Double(own.count) - accuracy) < 1e-9)
        for known in target.coldStart {
            let members = own.filter { $0.known >= known.low && $0.known <= known.high ?? .max }
            #expect(members.count == known.rows)
            let covered = members.count { $0.actual <= $0.p95 }
            #expect(abs(Double(covered) / Double(members.count) - known.coverage95) < 1e-12)
        }
        #expect(zip(target.drift, target.drift.dropFirst()).allSatisfy { $0.to <= $1.from })
        let spread = target.allocation
        #expect(abs(spread.bins.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(abs(spread.under + spread.upToHalfOver + spread.upToTwice + spread.overTwice - 1) < 1e-9)
        #expect(spread.under == Double(own.count { $0.allocation < $0.actual }) / Double(own.count))
    }
    if division == .online { #expect(evaluation.report.targets[0].coldStart.map(\.low) == [0, 1, 2, 3, 6, 21]) }
}

@Test func whatIsKnownIsCountedInTheTrainingPart() async throws {
    let rows = history(200, seed: 3)
    let predictions = try await evaluation(rows, .groups).predictions
    let folds = try EvaluationProtocol.groups.folds(of: rows, seed: 2)
    #expect(
        predictions.allSatisfy { row in
            row.known == folds[row.fold].training.count { rows[$0].task.taskType == row.taskType }
        })
    var fixed = PredictorEvaluator(rows, by: .fixed, of: StatisticsTrainer.median, seed: 2)
    fixed.trainingHistory = Array(rows.prefix(30))
    let known = try await fixed.run().predictions
    #expect(
        known.allSatisfy { row in
            row.known == rows.prefix(30).count { $0.isUsable && $0.task.taskType == row.taskType }
        })
}

@Test func allLevelsAreCalibratedWhereTheyAreKnown() async throws {
    let rows = history(200, seed: 3)
    let wide = Ruled(kind: "wide") { _ in quantity(250, spread: 10) }
    let known = try #require(try await evaluation(rows, .random, wide).report.targets.last).calibration
    #expect(known.map(\.nominal) == ForecastLevels.all)
    #expect(zip(known, known.dropFirst()).allSatisfy { $0.observed <= $1.observed } && known[8].observed > 0.9)
    let three = Ruled(kind: "three") { _ in
        PredictedQuantity(.duration, p05: 1, p50: 2, p95: 3, allocation: 3, reason: "", source: .model)
    }
    let few = try #require(try await evaluation(rows, .random, three).report.targets.last).calibration
    #expect(few.map(\.nominal) == [0.05, 0.5, 0.95])
}

@Test func furtherKindsAreComparedOnTheSameRows() async throws {
    let rows = history(300, seed: 14)
    let found = try await evaluation(
        rows, .random, StatisticsTrainer.linear, baselines: PredictorEvaluator.simpleBaselines,
        comparisons: [StatisticsTrainer.linear, StatisticsTrainer.median])
    for target in found.report.targets {
        #expect(target.comparisons.map(\.name) == ["linear", "median"])
        let (same, median) = (target.comparisons[0], target.comparisons[1])
        #expect(same.difference == Estimate(value: 0, low: 0, high: 0) && same.verdict == .tie)
        #expect(same.metrics == target.ours && median.metrics == target.baselines[0].metrics)
        let difference = target.ours.accuracy.value - median.metrics.accuracy.value
        #expect(abs(median.difference.value - difference) < 1e-12)
        // What is compared is no baseline.
        #expect(target.baselines.map(\.name) == ["median", "last", "linear"] && target.bestBaseline != "statistics")
    }
    #expect(found.report.targets.last?.comparisons.last?.verdict == .better)
}

@Test func aTieSaysWhy() async throws {
    let rows = history(300, seed: 15)
    let found = try await evaluation(
        rows, .random, StatisticsTrainer.linear, baselines: PredictorEvaluator.simpleBaselines
    ).report
    let duration = try #require(found.targets.last)
    // Ours is the best baseline itself.
    let tie = try #require(duration.tie)
    #expect(duration.verdict == .tie && tie.equalShare == 1 && tie.betterTypes == 0 && tie.worseTypes == 0)
    #expect(tie.typesNeeded == nil && tie.width == 0 && tie.types == duration.types.count)
    #expect(tie.isNearCeiling == (duration.ours.accuracy.value > 0.95))
    let better = try await evaluation(
        rows, .random,
        Ruled(kind: "oracle") { task in
            quantity((task.inputBytes ?? 0) / 100)
        }
    ).report
    let oracle = try #require(better.targets.last)
    #expect((oracle.tie == nil) == (oracle.verdict != .tie))
}

@Test func theWorstCasesComeWithTheirInputs() async throws {
    var rows = history(200, seed: 16)
    let tested = try EvaluationProtocol.random.folds(of: rows, seed: 2)[0].tested
    rows[tested[0]].duration = 1e6
    rows[tested[1]].duration = 1e-3
    rows[tested[0]].task.features = ["lines": .number(12), "mode": .word("fast")]
    let found = try await evaluation(rows, .random).report.worstCases.filter { $0.target == .duration }
    #expect(found.first?.row == tested[0] && found.contains { $0.row == tested[1] })
    #expect(found.first?.inputs["lines"] == "12" && found.first?.inputs["mode"] == "fast")
    #expect(found.first?.inputs["inputBytes"] != nil && found.first?.reason.isEmpty == false)
    let directions = Dictionary(grouping: found) { $0.p50 < $0.actual }
    for cases in directions.values { #expect(Set(cases.map(\.taskType)).count == cases.count && cases.count <= 4) }
}

@Test func theReportNamesItsData() async throws {
    let rows = history(120, seed: 17)
    var changed = rows
    changed[50].duration = 77
    let digests = try await [evaluation(rows, .random), evaluation(rows, .groups), evaluation(changed, .random)].map {
        $0.report.dataset?.sha256
    }
    #expect(digests[0] != nil && digests[0] == digests[1] && digests[0] != digests[2])
}

@Test func anotherPredictorIsScoredOnSomeOfTheRows() async throws {
    let rows = history(300, seed: 18)
    let predictions = try await evaluation(rows, .random, StatisticsTrainer.linear).predictions
    let some = predictions.filter { $0.row >= 100 }
    let same = Ruled(kind: "same") { _ in quantity(250) }
    let scores = try PredictorEvaluation.compare(some, with: same, executions: rows, seed: 1)
    #expect(scores.map(\.target) == [.cpu, .memory, .duration])
    let duration = some.filter { $0.target == .duration }
    #expect(scores[2].rows == duration.count && scores[2].difference.low > 0)
    let byHand = duration.filter { $0.taskType == "v:p0" }
    #expect(byHand.count >= 5)
    #expect(try PredictorEvaluation.compare([], with: same, executions: rows, seed: 1).isEmpty)
}
