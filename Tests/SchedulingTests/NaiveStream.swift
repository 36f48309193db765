import Kernels
import Simulation
import Workflows

@testable import Scheduling

/// A stream of random workflows on one cluster, and the time model of streams read off the contract a second time, slowly and
/// plainly: at every moment all tasks are sorted anew, and every node's history is looked through.
struct NaiveStream {
    struct Task {
        var arrival: Int
        var task: Int
        /// Its place among the tasks of all arrivals.
        var order: Int
        var ready = 0.0
    }

    struct Run: Equatable {
        var arrival: Int
        var task: Int
        var node: Int
        var placed: Double
        var start: Double
        var end: Double
    }

    /// How a rule sees a task that waits: smaller is earlier, compared one behind the other.
    typealias Rank = @Sendable (_ stream: NaiveStream, _ task: Task) -> [Double]

    let moments: [Double]
    let models: [NaiveModel]
    let arrivals: [Arrival]
    /// Of each task of each workflow.
    let ranks: [[Double]]
    let cluster: Cluster
    private(set) var now = 0.0
    private(set) var runs: [Run] = []
    private var waiting: [Task] = []
    private var started = 0
    private var startsAt: [Double]

    init(seed: Int, workflows: ClosedRange<Int> = 1...5) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 1000)
        let features = RandomInstance.Features(rawValue: Int.random(in: 0..<256, using: &generator))
        let count = Int.random(in: workflows, using: &generator)
        var randoms = (0..<count).map { RandomInstance(seed: 100 * seed + $0, features: features, tasks: 0...10) }
        var cluster = randoms[0].cluster
        for node in cluster.nodes.indices {
            cluster.nodes[node].startupSeconds = [0, 0, 2, 70].randomElement(using: &generator) ?? 0
        }
        var moment = 0.0
        moments = (0..<count).map { _ in
            moment += [0, 1, 5, 20, 100].randomElement(using: &generator) ?? 0
            return moment
        }
        for place in randoms.indices { randoms[place].cluster = cluster }
        self.cluster = cluster
        models = randoms.map { NaiveModel($0) }
        ranks = models.map { $0.ranks() }
        var arrivals: [Arrival] = []
        for (moment, random) in zip(moments, randoms) {
            let weight = Double(Int.random(in: 1...3, using: &generator))
            arrivals.append(
                Arrival(
                    at: moment, try random.instance(), weight: weight, deadline: moment.remainder(dividingBy: 7) + 9))
        }
        self.arrivals = arrivals
        startsAt = [Double](repeating: 0, count: cluster.nodes.count)
    }

    private func isDone(_ arrival: Int, _ task: Int) -> Bool {
        runs.contains { $0.arrival == arrival && $0.task == task && $0.end <= now }
    }

    func cores(of arrival: Int) -> Double {
        runs.filter { $0.arrival == arrival && isHolding($0) }.reduce(0) { $0 + models[arrival].cores[$1.task] }
    }

    func memory(of arrival: Int) -> Double {
        runs.filter { $0.arrival == arrival && isHolding($0) }.reduce(0) { $0 + models[arrival].memory[$1.task] }
    }

    func remaining(of arrival: Int) -> Double {
        models[arrival].tasks.indices.filter { !isDone(arrival, $0) }.reduce(0) {
            $0 + models[arrival].cores[$1] * (models[arrival].tasks[$1].runtimeSeconds ?? 0)
        }
    }

    /// A run that ends now has ended, unless it was placed at this moment too.
    private func isHolding(_ run: Run) -> Bool { run.end > now || justPlaced.contains { $0 == run } }
    private var justPlaced: [Run] = []

    private func hasRoom(_ task: Task, _ node: Int) -> Bool {
        let model = models[task.arrival]
        guard model.fits(task.task, node) else { return false }
        let isBoundElsewhere = runs.contains {
            $0.arrival == task.arrival && model.company[task.task].contains($0.task) && $0.node != node
        }
        let holding = runs.filter { $0.node == node && isHolding($0) }
        let cores = holding.reduce(model.cores[task.task]) { $0 + models[$1.arrival].cores[$1.task] }
        let memory = holding.reduce(model.memory[task.task]) { $0 + models[$1.arrival].memory[$1.task] }
        return !isBoundElsewhere && cores <= cluster.nodes[node].cores
            && memory <= cluster.nodes[node].memoryBytes ?? .infinity
    }

    private mutating func put(_ task: Task, _ node: Int) {
        let model = models[task.arrival]
        // On while something runs there for some time, and for a minute behind it.
        let isOn = runs.contains { $0.node == node && $0.end > $0.placed && $0.end + 60 >= now }
        let on = isOn ? startsAt[node] : now + cluster.nodes[node].startupSeconds
        var start = max(now, on)
        for parent in model.parents[task.task] {
            guard let run = runs.first(where: { $0.arrival == task.arrival && $0.task == parent }) else { continue }
            start = max(start, run.end + (run.node == node ? 0 : model.transfer(parent, task.task)))
        }
        let end = start + model.length(task.task, node)
        if end > now && !isOn { startsAt[node] = on }
        let run = Run(arrival: task.arrival, task: task.task, node: node, placed: now, start: start, end: end)
        runs.append(run)
        justPlaced.append(run)
    }

    /// Runs to the end, taking the first by `rank` that has room, each time anew, on the first node.
    mutating func run(isStrict: Bool = false, by rank: Rank) -> [Run] {
        while true {
            justPlaced = []
            while started < moments.count, moments[started] <= now { started += 1 }
            var order = 0
            for arrival in 0..<started {
                for task in models[arrival].tasks.indices {
                    let isReady = models[arrival].parents[task].allSatisfy { isDone(arrival, $0) }
                    let isKnown =
                        waiting.contains { $0.arrival == arrival && $0.task == task }
                        || runs.contains { $0.arrival == arrival && $0.task == task }
                    if isReady && !isKnown {
                        waiting.append(Task(arrival: arrival, task: task, order: order + task, ready: now))
                    }
                }
                order += models[arrival].tasks.count
            }
            placing: while true {
                let queue = waiting.map { (rank: rank(self, $0), task: $0) }.sorted {
                    $0.rank.lexicographicallyPrecedes($1.rank)
                }
                for entry in isStrict ? queue.prefix(1) : queue[...] {
                    if let node = cluster.nodes.indices.first(where: { hasRoom(entry.task, $0) }) {
                        put(entry.task, node)
                        waiting.removeAll { $0.order == entry.task.order }
                        continue placing
                    }
                }
                break
            }
            let next = runs.filter(isHolding).map(\.end).min() ?? .infinity
            let arrival = started < moments.count ? moments[started] : .infinity
            guard min(next, arrival) < .infinity else { return runs }
            now = min(next, arrival)
        }
    }
}
