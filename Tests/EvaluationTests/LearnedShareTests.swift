import Prediction
import Testing
import Workflows

@testable import Evaluation

@Test func aReportSaysInHowManyTypesALearnedModelHadASay() async throws {
    let executions = (0..<60).map { place in
        let moment = Double(place) * 10
        return TaskExecution(
            task: TaskSpec(workflow: "w", process: "p\(place % 3)", run: "r\(place / 6)", submittedAt: moment),
            taskID: "\(place)", startedAt: moment, completedAt: moment + 5, cpu: 1, memory: 1e6, duration: 5)
    }
    let mixed = Ruled(kind: "mixed") { task in
        var answer = quantity(5)
        answer.source = task.process == "p1" ? .ensemble : .heuristic
        return answer
    }
    let report = try await PredictorEvaluator(executions, by: .groups, of: mixed, seed: 1).run().report
    #expect(report.targets.count == 3)
    for target in report.targets { #expect(target.learned?.types == 1 && target.learned?.of == 3) }
    let plain = try await PredictorEvaluator(executions, by: .groups, of: StatisticsTrainer.median, seed: 1).run()
        .report
    for target in plain.targets { #expect(target.learned?.types == 0 && target.learned?.of == 3) }
}
