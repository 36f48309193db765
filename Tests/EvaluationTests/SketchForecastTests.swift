import Foundation
import Testing
import Workflows

@testable import Evaluation

/// Of each task the median of the others of its program, within what they vary.
@Test func forecastsOfASketchComeFromTheOtherTasks() throws {
    let workflow = try Workflow(
        name: "w",
        tasks: [("a", 10.0), ("a", 20), ("a", 40), ("b", 7), ("c", 5), ("c", 5)].enumerated().map { place, entry in
            var task = Workflow.Task(id: "t\(place)", runtimeSeconds: entry.1)
            task.program = entry.0
            return task
        }, edges: [])
    let forecasts = WorkflowSketch(workflow).forecasts
    #expect(forecasts.map(\.duration.p50) == [30, 25, 15, 7, 5, 5])
    #expect(forecasts.map(\.cold) == [false, false, false, true, false, false])
    #expect(forecasts.map(\.samples) == [2, 2, 2, 0, 1, 1])
    // Two that deviate by ln 1.5 and ln 2, with two of 0.2 beside them, and a half more for a third.
    let deviations = [log(15.0 / 10), log(20.0 / 15), 0.2, 0.2]
    let squares = deviations.reduce(0) { $0 + $1 * $1 }
    let spread = (squares / 4 * 1.5).squareRoot()
    #expect(abs(log(forecasts[2].duration.p95 / 15) - 1.645 * spread) < 1e-9)
    #expect(abs(log(forecasts[2].duration.p05 / 15) + 1.645 * spread) < 1e-9)
    // What never varied is forecast to vary less than what did, but to vary.
    #expect(forecasts[4].duration.p95 > 5 && forecasts[4].duration.p95 / 5 < forecasts[0].duration.p95 / 30)
}
