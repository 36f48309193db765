import Evaluation
import Files
import Kernels
import Prediction
import Testing
import Workflows

/// Executions of a few types in two workflows, with moments, samples and inputs that the duration follows.
func history(_ count: Int, seed: UInt64, hasSamples: Bool = true) -> [TaskExecution] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { row in
        let bytes = 1000 * Double(generator.next() % 50 + 1)
        let submitted = Double(row) * 3
        let task = TaskSpec(
            workflow: row % 3 == 0 ? "v" : "w", process: "p\(row % 4)", inputBytes: bytes, run: "r\(row / 12)",
            submittedAt: submitted)
        return TaskExecution(
            task: task, taskID: "\(row)", sample: hasSamples ? "s\(row % 11)" : nil, startedAt: submitted + 1,
            completedAt: submitted + 1 + Double(generator.next() % 20), cpu: 0.5 + Double(generator.next() % 10) / 10,
            memory: bytes * 3 + Double(generator.next() % 500),
            duration: bytes / 100 * (0.9 + 0.2 * generator.uniformDouble()),
            status: generator.next() % 15 == 0 ? .failed : .completed)
    }
}

@Test(arguments: 1...5)
func groupsTestEachRowOnceAndSplitNoSample(seed: Int) throws {
    for hasSamples in [true, false] {
        let rows = history(200, seed: UInt64(seed), hasSamples: hasSamples)
        let folds = try EvaluationProtocol.groups.folds(of: rows, seed: UInt64(seed))
        #expect(folds.count == 5)
        #expect(folds.flatMap(\.tested).sorted() == rows.indices.filter { rows[$0].isUsable })
        for fold in folds {
            let group = { (place: Int) in hasSamples ? rows[place].sample : rows[place].task.run }
            #expect(Set(fold.training.map(group)).isDisjoint(with: Set(fold.tested.map(group))))
        }
    }
}

@Test func timeAndRandomTrainOnSeventyPercentOfEachType() throws {
    let rows = history(300, seed: 2)
    for division in [EvaluationProtocol.time, .random] {
        let fold = try #require(try division.folds(of: rows, seed: 1).first)
        for type in Set(rows.map(\.task.taskType)) {
            let training = fold.training.filter { rows[$0].task.taskType == type }
            let tested = fold.tested.filter { rows[$0].task.taskType == type }
            #expect(training.count == ((training.count + tested.count) * 7 + 9) / 10)
            if division == .time {
                let lastTrained = try #require(training.compactMap { rows[$0].task.submittedAt }.max())
                #expect(tested.allSatisfy { rows[$0].task.submittedAt ?? 0 >= lastTrained })
            }
        }
    }
}

@Test(arguments: [EvaluationProtocol.groups, .time, .random])
func noForecastSeesATestedOutcome(division: EvaluationProtocol) async throws {
    let rows = history(200, seed: 5)
    let before = try await PredictorEvaluator(rows, by: division, of: StatisticsTrainer.gated, seed: 1).run()
    // Whatever the outcomes of the first fold's tested rows were, its forecasts stay.
    let tested = try #require(try division.folds(of: rows, seed: 1).first).tested
    var changed = rows
    for place in tested {
        changed[place].memory = 123
        changed[place].duration = 456
        changed[place].cpu = 7
    }
    let after = try await PredictorEvaluator(changed, by: division, of: StatisticsTrainer.gated, seed: 1).run()
    let forecasts = { (evaluation: PredictorEvaluation) in evaluation.predictions.filter { $0.fold == 0 }.map(\.p50) }
    #expect(!forecasts(before).isEmpty)
    #expect(forecasts(before) == forecasts(after))
}

/// Answers with the latest completion that it was shown.
private struct Spy: PredictorTrainer, ResourcePredictor {
    var kind: String { "spy" }
    var latest = 1e-3

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        Spy(latest: executions.compactMap(\.completedAt).max() ?? 1e-3)
    }

    mutating func observe(_ execution: TaskExecution) { latest = max(latest, execution.completedAt ?? 0) }

    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { _ in
            let quantity = PredictedQuantity(
                .duration, p05: latest, p50: latest, p95: latest, allocation: latest, reason: "", source: .heuristic)
            return ResourcePrediction(
                cpu: quantity, memory: quantity, duration: quantity, retry: [], samples: 0, cold: false)
        }
    }
}

@Test func onlineSeesWhatHadCompletedAndNothingElse() async throws {
    let rows = history(300, seed: 6)
    let evaluation = try await PredictorEvaluator(rows, by: .online, of: Spy(), seed: 1).run()
    let usable = rows.filter(\.isUsable)
    for row in evaluation.predictions {
        let submitted = rows[row.row].task.submittedAt ?? 0
        let completed = usable.compactMap(\.completedAt).filter { $0 <= submitted }.max() ?? 1e-3
        #expect(row.p50 == completed)
    }
    #expect(Set(evaluation.predictions.map(\.row)).count == usable.count)
}

@Test func whatAProtocolLacksIsSaid() {
    var rows = history(50, seed: 1)
    rows[20].task.submittedAt = nil
    rows[20].status = .completed
    let error = #expect(throws: InputError.self) { try EvaluationProtocol.time.folds(of: rows, seed: 1) }
    #expect(error?.problem.contains("moments") == true && error?.row == 20)
    #expect(throws: InputError.self) {
        try EvaluationProtocol.groups.folds(of: history(20, seed: 1, hasSamples: false), seed: 1)
    }
    #expect(throws: InputError.self) { try EvaluationProtocol.random.folds(of: [], seed: 1) }
}

/// How forecasts of the duration go with what was measured: Pearson's correlation.
private func correlation(_ rows: [PredictionRow]) -> Double {
    let rows = rows.filter { $0.target == .duration }
    let (x, y) = (rows.map(\.p50), rows.map(\.actual))
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let (centerX, centerY) = (mean(x), mean(y))
    let covariance = mean(zip(x, y).map { ($0 - centerX) * ($1 - centerY) })
    let spread = mean(x.map { ($0 - centerX) * ($0 - centerX) }) * mean(y.map { ($0 - centerY) * ($0 - centerY) })
    return covariance / max(spread.squareRoot(), 1e-12)
}

@Test func shuffledLabelsTeachNothing() async throws {
    var evaluator = PredictorEvaluator(history(800, seed: 9), by: .random, of: StatisticsTrainer.linear, seed: 1)
    #expect(correlation(try await evaluator.run().predictions) > 0.9)
    evaluator.shufflesLabels = true
    #expect(abs(correlation(try await evaluator.run().predictions)) < 0.25)
}
