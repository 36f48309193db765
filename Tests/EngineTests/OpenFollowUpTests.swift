import Testing
import Workflows

@testable import Engine

private func workflow(_ count: Int) throws -> Workflow {
    try Workflow(name: "w", tasks: (0..<count).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 1) }, edges: [])
}

private func ended(_ decisionID: String, _ tasks: Range<Int>) -> [ReportedExecution] {
    tasks.map { ChangedRuns.outcome("t\($0)", of: decisionID, seconds: 1) }
}

/// What is waited for is bounded by its tasks: the oldest of it is given up first.
@Test func changedWorkflowsAreWaitedForUpToSoManyTasks() throws {
    let followUps = OptimizationFollowUps(mostTasks: 10)
    for name in ["a", "b", "c"] { followUps.open(name, waitingFor: try workflow(4)) }
    #expect(["a", "b", "c"].map { followUps.ended(by: ended($0, 0..<4)) } == [[], ["b"], ["c"]])
    // Tasks that have ended count no more, nor does a workflow that is opened again.
    followUps.open("d", waitingFor: try workflow(8))
    for _ in 0..<3 { followUps.open("d", waitingFor: try workflow(8)) }
    #expect(followUps.ended(by: ended("d", 0..<6)).isEmpty)
    followUps.open("e", waitingFor: try workflow(8))
    #expect(followUps.ended(by: ended("d", 6..<8)) == ["d"])
    // One that is larger than all that may be is not waited for, and leaves room for others.
    followUps.open("f", waitingFor: try workflow(11))
    followUps.open("g", waitingFor: try workflow(2))
    #expect(followUps.ended(by: ended("e", 0..<8) + ended("f", 0..<11) + ended("g", 0..<2)) == ["e", "g"])
}
