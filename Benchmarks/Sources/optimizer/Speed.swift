import Foundation
import Kernels
import Models
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// Prints how long one pass of each network over workflows of 1,000 tasks takes, features and graph included, and what the list
/// pass adds; that for gains is asked about all changes that are proposed.
func measureSpeed(of optimizer: GCNOptimizer) throws {
    for edgesPerTask in [1, 2, 4] {
        let instance = try randomInstance(tasks: 1000, edgesPerTask: edgesPerTask)
        let (whole, pass) = (
            median(200) { _ = optimizer.propose(instance) { false } },
            median(200) { _ = optimizer.priorities(of: instance) }
        )
        print(
            "1,000 tasks, \(instance.graph.edgeCount) edges:",
            String(format: "priorities %.3f ms, with the list pass %.3f ms (medians of 200)", pass, whole))
        guard let gains = optimizer.gains else { continue }
        let simulated = try SimulatedChanges(
            OptimizationQuestion(
                WfFormatDocument(describing: instance.workflow), on: instance.cluster, objectives: [.makespan]))
        let asked = median(200) {
            _ = gains.gains(of: simulated.changes, after: simulated.timetable, of: simulated.instance)
        }
        print(String(format: "  gains of %d changes %.3f ms (median of 200)", simulated.changes.count, asked))
    }
}

private func randomInstance(tasks count: Int, edgesPerTask: Int) throws -> SchedulingInstance {
    var generator = SeededGenerator(seed: 1)
    var tasks: [Workflow.Task] = []
    var edges: [(parent: String, child: String)] = []
    for place in 0..<count {
        var task = Workflow.Task(id: "t\(place)", runtimeSeconds: 1 + 100 * generator.uniformDouble())
        task.cores = Double(1 + generator.next() % 16)
        tasks.append(task)
        guard place > 0 else { continue }
        for _ in 0..<edgesPerTask {
            edges.append((tasks[Int(generator.next() % UInt64(place))].id, task.id))
        }
    }
    return try SchedulingInstance(
        Workflow(name: "random", tasks: tasks, edges: edges), on: Cluster(nodes: [.init(name: "node", cores: 64)]))
}

/// Milliseconds of the median of `count` calls.
private func median(_ count: Int, _ body: () -> Void) -> Double {
    let times = (0..<count).map { _ in
        let began = ContinuousClock.now
        body()
        return (ContinuousClock.now - began) / .milliseconds(1)
    }
    return times.sorted()[count / 2]
}
