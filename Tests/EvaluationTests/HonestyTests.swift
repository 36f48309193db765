import Files
import History
import Prediction
import TestSupport
import Testing
import Workflows

@testable import Evaluation

private func evaluator(
    _ trainer: any PredictorTrainer, _ division: EvaluationProtocol, _ rows: [TaskExecution]? = nil
) -> PredictorEvaluator {
    var evaluator = PredictorEvaluator(
        rows ?? history(160, seed: 21), by: division, of: trainer,
        seed: 3)
    if division == .fixed { evaluator.trainingHistory = history(120, seed: 22) }
    return evaluator
}

private func check(_ evaluator: PredictorEvaluator) async throws -> HonestyReport {
    try await HonestyChecks(evaluator).run(against: evaluator.run().predictions)
}

@Test(arguments: [EvaluationProtocol.time, .groups, .online])
func anHonestPredictorPasses(division: EvaluationProtocol) async throws {
    let report = try await check(evaluator(StatisticsTrainer.linear, division))
    #expect(report.passed)
    #expect(report.shuffledLabels.verdict == .passed && report.shuffledLabels.targets.count == 3)
    for target in report.shuffledLabels.targets { #expect(abs(target.constantDifference.value) < 0.2) }
    #expect(report.scrambledOutcomes.verdict == .passed && report.scrambledOutcomes.tasks > 30)
    #expect((report.visibility?.verdict == .passed) == (division == .online))
    // The duration of all four types follows the bytes.
    #expect(report.doubledInput.verdict == .passed && report.doubledInput.share == 1)
    #expect(report.doubledInput.types.count >= 3 && report.doubledInput.types.allSatisfy { $0.feature == "inputBytes" })
}

@Test func whoKnowsTheAnswersIsFoundOut() async throws {
    // The outcome stands in a feature: no shuffling of labels takes it away.
    var rows = history(200, seed: 5)
    for place in rows.indices { rows[place].task.features["leak"] = .number(rows[place].duration ?? 1) }
    let leaking = Ruled(kind: "leaking") { quantity($0.features["leak"]?.number ?? 1) }
    let report = try await check(evaluator(leaking, .groups, rows))
    #expect(report.shuffledLabels.verdict == .failed && !report.passed)
    let duration = try #require(report.shuffledLabels.targets.first { $0.target == .duration })
    #expect(duration.accuracy == 1 && duration.difference.low > 0.2)
}

@Test(arguments: [EvaluationProtocol.random, .online])
func answersThatChangeAreFound(division: EvaluationProtocol) async throws {
    let report = try await check(evaluator(Fickle(), division)).scrambledOutcomes
    #expect(report.verdict == .failed && report.changed == report.tasks && report.tasks > 30)
}

@Test func whoIgnoresSizesIsFoundOut() async throws {
    let report = try await check(evaluator(StatisticsTrainer.median, .time)).doubledInput
    #expect(report.verdict == .failed && report.share == 0 && report.types.allSatisfy { $0.ratio == 1 })
    // Without a size there is nothing to say.
    var rows = history(300, seed: 4)
    for place in rows.indices { rows[place].task.inputBytes = nil }
    #expect(try await check(evaluator(StatisticsTrainer.median, .time, rows)).doubledInput.verdict == .skipped)
    // A count that the duration follows is as good as bytes.
    for place in rows.indices { rows[place].task.features["lines"] = .number((rows[place].duration ?? 0) * 10) }
    let lines = try await check(evaluator(StatisticsTrainer.linear, .time, rows)).doubledInput
    #expect(lines.verdict == .passed && lines.types.allSatisfy { $0.feature == "lines" })
}

@Test func aFinishedPredictorIsNotTrained() async throws {
    let rows = history(200, seed: 1)
    let finished = FinishedPredictor(StatisticsTrainer.linear.train(on: rows, seed: 1), kind: "predictor@1")
    let report = try await check(evaluator(finished, .fixed))
    #expect(report.shuffledLabels.verdict == .skipped && report.shuffledLabels.reason?.contains("as it is") == true)
    #expect(report.scrambledOutcomes.verdict == .passed && report.passed)
}

@Test func onlineShowsExactlyWhatHadCompleted() async throws {
    let rows = history(300, seed: 8)
    let predictions = try await PredictorEvaluator(rows, by: .online, of: Recorder(), seed: 1).run().predictions
    for row in predictions where row.target == .duration {
        let submitted = try #require(rows[row.row].task.submittedAt)
        let completed = rows.filter { $0.isUsable && $0.completedAt ?? .infinity <= submitted }.map(\.taskID)
        #expect(Set(row.reason.split(separator: " ").map(String.init)) == Set(completed))
        #expect(row.known == rows.count { completed.contains($0.taskID) && $0.task.taskType == row.taskType })
    }
}

/// A trace of Nextflow in which what is only known afterwards is drawn by `seed`; of the rows at `scrambled`, the outcomes
/// too.
private func trace(seed: UInt64, scrambled: Set<Int>) -> String {
    let counters = ["%mem", "rss", "vmem", "rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes", "vol_ctxt"]
    let columns = ["task_id", "process", "tag", "status", "cpus", "submit", "complete", "realtime", "%cpu", "peak_rss"]
    var generator = SystemIndependent(seed: seed)
    let lines = (0..<200).map { row in
        let size = 100 + row * 37 % 400
        var cells = [
            "\(row)", "p\(row % 2)", "s\(row % 13)", "COMPLETED", "1", "\(row * 5000)", "\(row * 5000 + 4000)",
        ]
        let factor = scrambled.contains(row) ? 1 + generator.next() % 9 : 1
        cells += ["\(size * 20 * factor)", "\(50 * factor)", "\(size * 100_000 * factor)"]
        cells += counters.map { _ in "\(generator.next() % 1_000_000)" }
        return (cells + ["\(size)"]).joined(separator: "\t")
    }
    return ([(columns + counters + ["lines"]).joined(separator: "\t")] + lines).joined(separator: "\n")
}

private struct SystemIndependent {
    var state: Int

    init(seed: UInt64) { state = Int(seed) + 1 }

    mutating func next() -> Int {
        state = (state * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
        return state >> 8
    }
}

@Test(arguments: [EvaluationProtocol.time, .random, .groups])
func aTasksOwnCountersChangeNoForecast(division: EvaluationProtocol) async throws {
    func executions(_ text: String) throws -> [TaskExecution] {
        try TemporaryFolder.with { folder in
            let (batch, problems) = try importFile(folder.write(text, to: "w.t.trace.txt"))
            #expect(problems.isEmpty)
            return batch.executions
        }
    }
    let plain = try executions(trace(seed: 1, scrambled: []))
    let folds = try division.folds(of: plain, seed: 1)
    let tested = Set(folds[0].tested)
    #expect(!tested.isEmpty && plain.allSatisfy { Array($0.task.features.keys) == ["lines"] })
    let scrambled = try executions(trace(seed: 99, scrambled: tested))
    #expect(tested.contains { plain[$0].duration != scrambled[$0].duration })
    func forecasts(_ rows: [TaskExecution]) async throws -> [[Double]] {
        try await PredictorEvaluator(rows, by: division, of: StatisticsTrainer.linear, seed: 1).run().predictions
            .filter { $0.fold == 0 }.map { [$0.p05, $0.p50, $0.p95, $0.allocation] + $0.quantiles }
    }
    let (before, after) = (try await forecasts(plain), try await forecasts(scrambled))
    #expect(!before.isEmpty && before == after)
}

@Test func whatGoesWithTheSizeIsDoubledWithIt() async throws {
    // The largest of the files is the input without an index; who goes by it alone goes by the input.
    var rows = history(300, seed: 4)
    for place in rows.indices {
        let bytes = rows[place].task.inputBytes ?? 0
        rows[place].task.features["largestBytes"] = .number(bytes * 0.9)
        rows[place].task.features["depth"] = .number(Double(place * 7919 % 101 + 1))
    }
    let type = rows[0].task.taskType
    let exponents = HonestyChecks.exponents(of: "inputBytes", rows.filter { $0.task.taskType == type })
    #expect(Set(exponents.keys) == ["inputBytes", "largestBytes"])
    #expect(abs((exponents["largestBytes"] ?? 0) - 1) < 1e-9)
    let largest = Ruled(kind: "largest") { quantity($0.features["largestBytes"]?.number ?? 1) }
    let doubled = try await check(evaluator(largest, .time, rows)).doubledInput
    #expect(doubled.verdict == .passed && doubled.types.allSatisfy { abs($0.ratio - 2) < 1e-6 })
    let depth = Ruled(kind: "depth") { quantity($0.features["depth"]?.number ?? 1) }
    #expect(try await check(evaluator(depth, .time, rows)).doubledInput.verdict == .failed)
}

@Test func fewSizesShowNoGrowth() {
    #expect(!HonestyChecks.grows(0.55, sizes: 8) && HonestyChecks.grows(0.55, sizes: 40))
    #expect(!HonestyChecks.grows(0.45, sizes: 1000) && !HonestyChecks.grows(1, sizes: 3))
    #expect(HonestyChecks.grows(0.9, sizes: 8))
}
