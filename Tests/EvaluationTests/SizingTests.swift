import Evaluation
import Files
import Foundation
import Prediction
import Testing
import Workflows

/// Asks for the same memory for every task.
private struct Asking: PredictorTrainer, ResourcePredictor {
    var bytes: Double
    var kind: String { "asking" }

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor { self }
    mutating func observe(_ execution: TaskExecution) {}

    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { _ in
            func quantity(_ target: ResourceTarget) -> PredictedQuantity {
                PredictedQuantity(target, p05: 1, p50: 1, p95: 1, allocation: bytes, reason: "", source: .model)
            }
            return ResourcePrediction(
                cpu: quantity(.cpu), memory: quantity(.memory), duration: quantity(.duration), retry: [], samples: 1,
                cold: false)
        }
    }
}

/// Executions of one type, an hour each, one after the other; `requests` where they were recorded.
private func hours(_ memory: [Double], requests: [Double?] = [], cores: Double? = nil, cpu: Double? = nil)
    -> [TaskExecution]
{
    memory.enumerated().map { place, memory in
        let moment = Double(place) * 10_000
        return TaskExecution(
            task: TaskSpec(
                workflow: "w", process: "p", cores: cores,
                memoryRequestBytes: requests.indices.contains(place) ? requests[place] : nil, submittedAt: moment),
            taskID: "\(place)", startedAt: moment, completedAt: moment + 3600, cpu: cpu, memory: memory, duration: 3600)
    }
}

private func sizing(_ rows: [TaskExecution], by division: EvaluationProtocol, asking bytes: Double) async throws
    -> [String: SizingMetrics]
{
    let report = try await PredictorEvaluator(rows, by: division, of: Asking(bytes: bytes), seed: 1).run().report
    var found = Dictionary(uniqueKeysWithValues: report.sizingBaselines.map { ($0.name, $0.metrics) })
    found["ours"] = report.sizing
    found["request"] = report.requestSizing
    return found
}

@Test func simpleRulesAreReplayedOnTheSameRowsOnline() async throws {
    // What each rule asks for the second to fifth task, from those before; the first is cold and all ask 4 GB.
    let rows = hours([2e9, 1e9, 3e9, 3e9, 6e9], requests: [nil, 8e9, nil, nil, nil])
    let found = try await sizing(rows, by: .online, asking: 4e9)
    func expected(_ allocations: [Double]) -> SizingMetrics {
        SizingMetrics(zip(rows, allocations).map { ($0.memory ?? 0, $1, 3600) })
    }
    #expect(found["ours"] == expected([4e9, 4e9, 4e9, 4e9, 4e9]))
    #expect(found["max x 1.1"] == expected([4e9, 2e9 * 1.1, 2e9 * 1.1, 3e9 * 1.1, 3e9 * 1.1]))
    #expect(found["request"] == expected([4e9, 8e9, 2_147_483_648, 4_294_967_296, 4_294_967_296]))
    let p95 = try #require(found["p95 x 1.1"])
    let quantiles = [[2e9], [1e9, 2e9], [1e9, 2e9, 3e9], [1e9, 2e9, 3e9, 3e9]].map {
        quantile(0.95, ofSorted: $0) * 1.1
    }
    #expect(p95 == expected([4e9] + quantiles))
    #expect(found["ours"]?.failuresPer100 == 20 && found["max x 1.1"]?.failuresPer100 == 40)
}

@Test func simpleRulesKnowTheTrainingSideOnly() async throws {
    // 70 % of ten train: the first seven, of which the largest is 4 GB.
    let rows = hours([1e9, 2e9, 4e9, 1e9, 1e9, 1e9, 1e9, 9e9, 1e9, 1e9])
    let found = try await sizing(rows, by: .time, asking: 5e9)
    let largest = try #require(found["max x 1.1"])
    #expect(largest == SizingMetrics([(9e9, 4e9 * 1.1, 3600), (1e9, 4e9 * 1.1, 3600), (1e9, 4e9 * 1.1, 3600)]))
    #expect(
        found["request"]
            == SizingMetrics([(9e9, 4_294_967_296, 3600)] + Array(repeating: (1e9, 4_294_967_296, 3600), count: 2)))
    #expect(found["ours"] == SizingMetrics([(9e9, 5e9, 3600), (1e9, 5e9, 3600), (1e9, 5e9, 3600)]))
}

/// Configuration holds for all tasks of a process: few that use many cores do not make all hold as many.
@Test func coresAreTheFewestThatMostOfTheTimeNeeds() throws {
    func plan(_ used: [Double]) throws -> SizingPlan {
        let rows = used.flatMap { hours([1e9, 1e9, 1e9, 1e9, 1e9], cores: 1, cpu: $0) }
        var moved = rows
        for place in moved.indices {
            moved[place].task.submittedAt = Double(place) * 4000
            moved[place].completedAt = Double(place) * 4000 + 3600
        }
        return try SizingPlan(moved, limits: SizingLimits(), seed: 1)
    }
    // One in ten uses four: with two cores it takes at most 1 + 3.9 (1/2 - 1/4) times as long, all 1.0975 times.
    let ten = [Double](repeating: 2, count: 9)
    #expect(try plan(ten + [4]).processes[0].cores == 2)
    #expect(try plan(ten + [4, 4]).processes[0].cores == 3)
    #expect(try plan([Double](repeating: 4, count: 10)).processes[0].cores == 4)
    // What was used beyond the request is told, and that nobody has to wait longer.
    let savings = try plan([Double](repeating: 4, count: 10)).savings
    #expect(savings.coreRows == 15 && savings.coreHoursBeyondRequest == 45 && savings.secondsLonger == 0)
    #expect(savings.seconds == 15 * 3600 && savings.ours.coreHours == 60)
}

@Test func aPlanSaysWhatItWouldHaveSaved() throws {
    // Ten hours with 1 GB of 8 GB and with half a core of four.
    let rows = hours(
        Array(repeating: 1e9, count: 10), requests: Array(repeating: 8e9, count: 10), cores: 4, cpu: 0.5)
    let plan = try SizingPlan(rows, limits: SizingLimits(), seed: 1)
    #expect(plan.division == .time && plan.processes.map(\.taskType) == ["w:p"])
    let size = try #require(plan.processes.first)
    #expect(size.cores == 1 && size.samples == 10)
    let savings = plan.savings
    #expect(savings.memoryRows == 3 && savings.recordedRequests == 3 && savings.coreRows == 3)
    #expect(savings.request.gigabyteHours == 24 && savings.request.coreHours == 12 && savings.ours.coreHours == 3)
    let bytes = try #require(size.memoryBytes)
    #expect(bytes >= 1.1e9 && bytes <= 2e9 && savings.ours.gigabyteHours <= 6 && savings.ours.failures == 0)
    #expect(size.savings == savings)
    // Requests that were not recorded are the largest value so far, up to a power of two.
    let unstated = try SizingPlan(hours(Array(repeating: 1e9, count: 10)), limits: SizingLimits(), seed: 1)
    #expect(abs(unstated.savings.request.gigabyteHours - 3 * 1.073741824) < 1e-9)
    #expect(unstated.savings.recordedRequests == 0 && unstated.savings.coreRows == 0)
    // Without moments they are dealt out at random; a limit is kept.
    var timeless = rows
    for place in timeless.indices { timeless[place].task.submittedAt = nil }
    let limited = try SizingPlan(timeless, limits: SizingLimits(cores: 1, memoryBytes: 0.5e9), seed: 1)
    #expect(limited.division == .random && limited.processes[0].memoryBytes == 0.5e9)
    #expect(limited.processes[0].memorySizing?.cap == 0.5e9 && limited.savings.ours.failures == 3)
    #expect(throws: InputError.self) { try SizingPlan([], limits: SizingLimits(), seed: 1) }
}
