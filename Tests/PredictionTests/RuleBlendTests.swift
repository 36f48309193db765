import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

private func heldOut(_ residuals: [[Double]]) -> HeldOutForecasts {
    var forecasts = HeldOutForecasts(rules: residuals.count)
    for row in residuals[0].indices { forecasts.append(residuals.map { $0[row] }, capacity: 10_000) }
    return forecasts
}

@Test func theBestRuleAloneIsTakenWhereTheOthersAddNothing() {
    let good: [Double] = (0..<100).map { $0 % 2 == 0 ? 0.05 : -0.05 }
    let bad = [Double](repeating: 1, count: 100)
    let blend = RuleBlend.selected(
        from: heldOut([bad, good]), rules: [.median, .linear], allowed: [true, true], prior: nil)
    #expect(blend == RuleBlend(.linear))
    // One that is not allowed has no part.
    #expect(
        RuleBlend.selected(from: heldOut([bad, good]), rules: [.median, .linear], allowed: [true, false], prior: nil)
            == RuleBlend(.median))
}

@Test func errorsThatCancelAreBlended() {
    var generator = SeededGenerator(seed: 5)
    let noise: [Double] = (0..<200).map { _ in Double(generator.normal()) * 0.4 }
    let blend = RuleBlend.selected(
        from: heldOut([noise, noise.map { -$0 }]), rules: [.median, .linear], allowed: [true, true], prior: nil)
    #expect(abs((blend.weights[.median] ?? 0) - 0.5) < 0.13)
    #expect(abs(blend.weights.values.reduce(0, +) - 1) < 1e-9)
    let left = blend.residuals(heldOut([noise, noise.map { -$0 }]), [.median, .linear])
    #expect(left.reduce(0) { $0 + abs($1) } < 0.3 * noise.reduce(0) { $0 + abs($1) })
}

@Test func withFewJudgesTheOtherTypesSpeak() {
    let one = heldOut([[0.1], [0.2]])
    let alone = RuleBlend.selected(from: one, rules: [.median, .linear], allowed: [true, true], prior: nil)
    #expect(alone == RuleBlend(.median))
    let joined = RuleBlend.selected(from: one, rules: [.median, .linear], allowed: [true, true], prior: [0.9, 0.1])
    #expect((joined.weights[.linear] ?? 0) > 0.5)
}

@Test(arguments: [1, 2, 7, 20, 400]) func conformalQuantilesAreTheValuesAtTheirPlaces(n: Int) throws {
    let residuals: [Double] = (1...n).map { Double($0) }.reversed()
    let distribution = try #require(ResidualDistribution(residuals))
    for (level, shift) in zip(ForecastLevels.all, distribution.shifts) where level != 0.5 {
        let place: Double = (level * Double(n + 1)).rounded(level > 0.5 ? .up : .down)
        let kept: Double = min(max(place, 1), Double(n))
        #expect(shift == kept)
    }
    let prior = ResidualDistribution(shifts: [Double](repeating: 0, count: ForecastLevels.all.count))
    let shrunk = distribution.shrunk(towards: prior, strength: 10)
    let weight: Double = Double(n) / Double(n + 10)
    #expect(abs(shrunk.shifts[8] - distribution.shifts[8] * weight) < 1e-9)
}

/// Executions of one type whose duration depends on the run alone, or on time alone.
private func executions(_ count: Int, run: (Int) -> String, duration: (Int) -> Double) -> [TaskExecution] {
    (0..<count).map { place in
        let moment = Double(place) * 10
        let name = run(place)
        let bytes = Double(place * 37 % 101 + 1)
        let mark = FeatureValue.number(Double(name.utf8.last ?? 0))
        let task = TaskSpec(
            workflow: "w", process: "p", inputBytes: bytes, run: name, submittedAt: moment, features: ["mark": mark])
        return TaskExecution(
            task: task, taskID: "\(place)", startedAt: moment, completedAt: moment + 5, cpu: 1, memory: 1e6,
            duration: duration(place))
    }
}

@Test func aRuleThatRecognisesRunsIsNotAskedInANewOne() {
    // Each of six runs has a duration of its own, which no feature explains but by naming the run.
    let speeds: [Double] = [1, 9, 2, 7, 3, 20]
    func duration(_ place: Int) -> Double { speeds[place / 20] + Double(place % 3) / 100 }
    let rows = executions(120, run: { "r\($0 / 20)" }, duration: duration)
    let predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows)
    var known = rows[25].task
    known.submittedAt = 255
    #expect(abs(predictor.predict([known])[0].duration.p50 - 9) < 1)
    var new = known
    new.run = "r9"
    let (old, answer) = (predictor.predict([known])[0].duration, predictor.predict([new])[0].duration)
    // It does not claim to know what the run will be like.
    #expect(answer.p95 / answer.p05 > 3 * old.p95 / old.p05)
    #expect(answer.quantiles.count == ForecastLevels.all.count)
    #expect(zip(answer.quantiles, answer.quantiles.dropFirst()).allSatisfy { $0 <= $1 })
}

@Test func questionsAheadAreJudgedByLaterExecutions() throws {
    // The duration doubles every twenty executions: what came last is close, the median is not.
    let rows = executions(100, run: { _ in "r" }, duration: { pow(2, Double($0) / 20) })
    let predictor = StatisticsPredictor(rules: [.median, .last], executions: rows)
    let choice = try #require(predictor.choices["w:p"]?[.duration])
    #expect(choice.answering[.next]?.blend == RuleBlend(.last))
    var next = rows[99].task
    next.submittedAt = 1000
    #expect(abs(predictor.predict([next])[0].duration.p50 / (rows[99].duration ?? 1) - 1) < 0.01)
}

@Test func intervalsFollowWhatNewExecutionsShow() {
    let calm = executions(60, run: { _ in "r" }, duration: { 10 + Double($0 % 5) * 0.01 })
    var predictor = StatisticsPredictor(rules: [.median], executions: calm)
    func width() -> Double {
        let forecast = predictor.predict([TaskSpec(workflow: "w", process: "p", run: "r")])[0].duration
        return forecast.p95 / forecast.p05
    }
    let before = width()
    for execution in executions(200, run: { _ in "r" }, duration: { $0 % 2 == 0 ? 2 : 50 }).dropFirst(60) {
        predictor.observe(execution)
    }
    #expect(before < 1.5 && width() > 5)
}

@Test func anOutcomeWithoutAMomentChangesNoQuestionsKind() throws {
    let rows = executions(60, run: { _ in "r" }, duration: { 10 + Double($0 % 7) })
    var predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows)
    var task = rows[59].task
    func context(at moment: Double) -> QuestionContext? {
        task.submittedAt = moment
        return predictor.context(of: task)
    }
    #expect(context(at: 100) == .among && context(at: 600) == .next && context(at: 5000) == .ahead)
    var silent = rows[5]
    silent.task.submittedAt = nil
    var early = rows[5]
    early.task.submittedAt = 50
    for row in [silent, early] { predictor.observe(row) }
    #expect(context(at: 100) == .among && context(at: 600) == .next && context(at: 5000) == .ahead)
    // One among those that are learned from is no matter either.
    predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: [silent] + rows)
    #expect(context(at: 100) == .among && context(at: 600) == .next && context(at: 5000) == .ahead)
}

@Test func whatWasSettledHoldsUntilEnoughHasCome() throws {
    let rows = executions(80, run: { _ in "r" }, duration: { 10 + Double($0 % 5) })
    let trained = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows)
    var read = StatisticsPredictor(rules: trained.rules, executions: rows, settled: trained.settled)
    let task = TaskSpec(workflow: "w", process: "p", run: "r")
    #expect(read.predict([task]) == trained.predict([task]))
    let settled = try #require(read.choices["w:p"]?[.duration]?.answering[.next])
    let later = executions(400, run: { _ in "r" }, duration: { $0 % 2 == 0 ? 2 : 90 }).dropFirst(80)
    // No fit is due within these, and twenty are no reason to forget eighty.
    for row in later.prefix(19) { read.observe(row) }
    #expect(read.choices["w:p"]?[.duration]?.answering[.next] == settled)
    for row in later.dropFirst(19) { read.observe(row) }
    let now = try #require(read.choices["w:p"]?[.duration]?.answering[.next])
    #expect(now.residuals.shifts[8] - now.residuals.shifts[0] > 2)
}

@Test func whatAllTypesShowIsNotForgottenForOne() throws {
    let rows = (0..<6).flatMap { type in
        executions(30, run: { _ in "r" }, duration: { 10 + Double($0 % 5) }).map { row in
            var row = row
            row.task.process = "p\(type)"
            return row
        }
    }
    let trained = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows)
    var read = StatisticsPredictor(rules: trained.rules, executions: rows, settled: trained.settled)
    for row in executions(30, run: { _ in "r" }, duration: { $0 % 2 == 0 ? 1 : 1000 }) { read.observe(row) }
    #expect(read.settled.pool == trained.settled.pool)
}

@Test func aTypeThatNeverStopsTakesNoMoreThanItsRoom() {
    let rows = executions(128, run: { _ in "r" }, duration: { 10 + Double($0 % 5) })
    var predictor = StatisticsPredictor(rules: [.median, .last], executions: rows)
    let later = executions(4000, run: { "r\($0)" }, duration: { _ in 20 })
    for row in later.dropFirst(128) { predictor.observe(row) }
    #expect((predictor.types["w:p"]?.targets[.duration]?.count ?? 0) <= ObservedExecutions.capacity * 5 / 4)
    #expect(abs(predictor.predict([TaskSpec(workflow: "w", process: "p")])[0].duration.p50 - 20) < 1e-9)
    // Places have moved: nothing is said of held-out executions that are others by now.
    #expect(predictor.heldOutForecasts(of: "w:p", .duration, .among).allSatisfy { $0 == nil })
}

@Test func aTargetThatIsMeasuredLaterIsForecastByItsOwn() {
    var rows = executions(200, run: { _ in "r" }, duration: { 10 + Double($0 % 5) })
    for place in rows.indices { rows[place].memory = nil }
    var predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows)
    predictor.observe(executions(201, run: { _ in "r" }, duration: { _ in 10 })[200])
    let memory = predictor.predict([TaskSpec(workflow: "w", process: "p")])[0].memory
    #expect(abs(memory.p50 / 1e6 - 1) < 1e-9 && memory.reason.contains("executions of w:p"))
}
