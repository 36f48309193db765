import Files
import Foundation
import History
import Prediction
import TestSupport
import Testing
import Workflows

/// Ten pipelines of nf-core that share tools: each is left out in turn, and its tasks are asked about as what nobody has seen.
@Test(.enabled(if: traces != nil)) func tasksOfAPipelineThatIsNotKnownAreAnsweredFromTheirTool() throws {
    let executions = try files(inFolder: try #require(traces) + "/wfinstances/nextflow").sorted()
        .filter { $0.hasSuffix(".json") }.flatMap { try importFile($0).batch.executions }
    let workflows = Set(executions.compactMap(\.task.workflow)).sorted()
    #expect(workflows.count == 10)
    /// Errors of ln with the tool and without it, and whether the interval held it, of each cold task that its tool answered for.
    var found: [ResourceTarget: [(with: Double, without: Double, isHeld: Bool)]] = [:]
    for workflow in workflows {
        let known = executions.filter { $0.task.workflow != workflow }
        let predictor = StatisticsPredictor(rules: [.median], executions: known)
        for execution in executions where execution.task.workflow == workflow && execution.isUsable {
            var toolless = execution.task
            toolless.tool = nil
            let answers = predictor.predict([execution.task, toolless])
            #expect(answers[0].cold)
            for target in ResourceTarget.allCases {
                guard let measured = execution[target] else { continue }
                let (with, without) = (answers[0][target], answers[1][target])
                guard with.reason.contains("executions of the tool \(execution.task.tool ?? "?")") else { continue }
                // Of neither the process nor the workflow is anything known.
                #expect(without.reason.hasSuffix("of all workflows"))
                let isHeld = measured >= with.p05 && measured <= with.p95
                found[target, default: []].append(
                    (abs(log(with.p50 / measured)), abs(log(without.p50 / measured)), isHeld))
            }
        }
    }
    for (target, most) in [(ResourceTarget.cpu, 1.0), (.memory, 0.5), (.duration, 0.5)] {
        let rows = found[target] ?? []
        #expect(rows.count > 100)
        let with = rows.reduce(0) { $0 + $1.with }
        let without = rows.reduce(0) { $0 + $1.without }
        #expect(with < most * without, "\(target): \(with / without) of the error without the tool")
        // The quantiles 0.05 and 0.95 are for 0.9.
        let held = Double(rows.count { $0.isHeld }) / Double(rows.count)
        #expect(held > 0.85, "\(target): \(held) in the interval")
    }
}
