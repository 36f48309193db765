import Evaluation
import Files
import Foundation
import Prediction
import TestSupport
import Testing
import Workflows

/// Answers every task with fixed numbers.
private struct Constant: PredictorTrainer, ResourcePredictor {
    var kind: String { "constant" }

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor { self }
    mutating func observe(_ execution: TaskExecution) {}

    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { _ in
            func quantity(_ target: ResourceTarget) -> PredictedQuantity {
                PredictedQuantity(target, p05: 5, p50: 10, p95: 20, allocation: 16, reason: "", source: .model)
            }
            return ResourcePrediction(
                cpu: quantity(.cpu), memory: quantity(.memory), duration: quantity(.duration), retry: [], samples: 1,
                cold: false)
        }
    }
}

@Test func metricsEqualThoseByHand() async throws {
    // Type w:a has durations 10, 20, 5, 40, 10; w:b five times 8; v:c five times 100.
    let durations = [
        ("w", "a", [10.0, 20, 5, 40, 10]), ("w", "b", [8, 8, 8, 8, 8]), ("v", "c", [100, 100, 100, 100, 100]),
    ]
    let rows = durations.flatMap { workflow, process, values in
        values.map { TaskExecution(task: TaskSpec(workflow: workflow, process: process), taskID: "t", duration: $0) }
    }
    var evaluator = PredictorEvaluator(rows, by: .fixed, of: Constant(), seed: 1)
    evaluator.trainingHistory = rows
    let report = try await evaluator.run().report
    #expect(report.targets.map(\.target) == [.duration])
    let ours = try #require(report.targets.first).ours
    // a: errors 0, .5, 1, .75, 0; b: .25; c: .9
    let (a, b, c) = (1 - 2.25 / 5, 0.75, 0.1)
    #expect(abs(ours.accuracy.value - ((a + b) / 2 + c) / 2) < 1e-12)
    #expect(abs(ours.medianError - ((0.5 + 0.25) / 2 + 0.9) / 2) < 1e-12)
    #expect(abs(ours.within15 - (0.4 / 2) / 2) < 1e-12)
    #expect(abs(ours.weightedError - (0 + 10 + 5 + 30 + 0 + 10 + 450) / (85 + 40 + 500)) < 1e-12)
    #expect(abs(ours.coverage95 - 9.0 / 15) < 1e-12)
    #expect(ours.accuracy.low <= ours.accuracy.value && ours.accuracy.value <= ours.accuracy.high)
    #expect(ours.rows == 15 && ours.types == 3)
    let target = try #require(report.targets.first)
    #expect(target.verdict == .worse && target.difference.high < 0)
    #expect(target.types.first?.taskType == "v:c")
}

@Test func sizingCountsFailuresAndWaste() {
    // 3 GB used of 4 GB for an hour; and 3 GB used after an attempt with 2 GB failed.
    let metrics = SizingMetrics([(3e9, 4e9, 3600), (3e9, 2e9, 3600)])
    #expect(abs(metrics.usedGigabyteHours - 6) < 1e-9)
    #expect(abs(metrics.wastedGigabyteHours - (1 + 2 + 1)) < 1e-9)
    #expect(abs(metrics.quality - 0.6) < 1e-9)
    #expect(metrics.failuresPer100 == 50)
}

@Test func exportsHaveTheContractsColumns() async throws {
    let rows = history(120, seed: 3)
    let evaluator = PredictorEvaluator(rows, by: .groups, of: StatisticsTrainer.linear, seed: 1)
    let evaluation = try await evaluator.run()
    let predictions = evaluation.predictionsCSV.split(separator: "\n")
    #expect(
        predictions[0] == "row,fold,workflow,run,task_id,task_type,target,unit,actual,p50,p95,allocation,cold,source")
    #expect(predictions.count == 1 + evaluation.predictions.count)
    let exported = evaluator.rowsCSV(evaluation).split(separator: "\n")
    #expect(
        exported[0].hasPrefix("row,fold,part,workflow,run,task_id,task_type,submitted,completed,cpu,memory,duration,"))
    #expect(exported.count == 1 + 5 * rows.count(where: \.isUsable))
    #expect(exported.dropFirst().allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 13 })
}

@Test func theSameSeedGivesTheSameReport() async throws {
    let evaluator = PredictorEvaluator(history(150, seed: 4), by: .groups, of: StatisticsTrainer.gated, seed: 7)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let (first, second) = (try await evaluator.run(), try await evaluator.run())
    #expect(try encoder.encode(first.report) == encoder.encode(second.report))
    #expect(first.predictions == second.predictions)
}
