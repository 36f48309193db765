import Kernels
import Models
import Reinforcement
import Simulation
import Workflows

/// The times of choices of a learned scheduler among 64 tasks, in milliseconds: what is seen of them is encoded, and a network of
/// the default width scores each. The stream of 300 workflows that are all there at the beginning is gone through as it chooses.
func measureLearnedChoices() throws -> (median: Double, p99: Double, count: Int) {
    var generator = SeededGenerator(seed: 1)
    let cluster = Cluster(nodes: (0..<8).map { Cluster.Node(name: "n\($0)", cores: 16, memoryBytes: 64e9) })
    let arrivals = try (0..<300).map { place in
        let tasks = (0..<12).map { task in
            var task = Workflow.Task(id: "t\(task)", runtimeSeconds: 10 + 100 * generator.uniformDouble())
            (task.cores, task.memoryBytes) = (1, 1e9)
            return task
        }
        let edges = (1..<12).map { (parent: "t\(($0 - 1) / 2)", child: "t\($0)") }
        return Arrival(
            at: 0, try SchedulingInstance(Workflow(name: "w\(place)", tasks: tasks, edges: edges), on: cluster))
    }
    let scheduler = DQNScheduler(
        CandidateNetwork(
            state: WindowFeatures.stateCount, features: WindowFeatures.Sight.certain.count, using: &generator))
    var coming = arrivals[...]
    var simulation = VirtualCluster(
        cluster, rule: .list(scheduler.order), settings: .init(nodesStartOff: false)
    ) { coming.popFirst() }
    let clock = ContinuousClock()
    var (scratch, times): (ChoiceScratch, [Double]) = (.init(), [])
    while simulation.advanceToChoice() {
        let window = simulation.readyWindow
        var place = 0
        let time = clock.measure { place = scheduler.choose(from: window, using: &scratch) }
        if window.candidates.count == 64 { times.append(time / .milliseconds(1)) }
        simulation.choose(candidate: place)
    }
    // The first is not counted.
    times.removeFirst()
    times.sort()
    return (times[times.count / 2], times[times.count * 99 / 100], times.count)
}
