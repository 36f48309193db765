import Foundation
import Kernels
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// What a network reads of each change of a workflow beside what it makes of its tasks: what kind of change it is, which part of
/// the run its tasks are, and what it would save if all else stayed as it is. M is the makespan; the chain is that of the tasks
/// that the end of the run waits for.
struct ChangeFeatures {
    /// Name and unit of each.
    static let columns: [(name: String, unit: String)] =
        SimulatingOptimizer.suggestionTypes.map { ($0, "0 or 1") } + [
            ("tasks", "ln of 1 + count, over 4"), ("taskShare", "of all tasks"),
            ("rank", "ln of 1 + those of its type before it"), ("chunks", "ln of parts of each task"),
            ("work", "of all core-seconds"), ("longest", "of M"), ("queued", "mean, of M"),
            ("ownOnChain", "of M"), ("waitedOnChain", "of M"), ("tasksOnChain", "part of its tasks"),
            ("savedOnChain", "of M"), ("overheadOnChain", "of M"), ("transferOnChain", "of M"),
            ("releasedOnChain", "of M"), ("delayed", "of M"), ("overhead", "of M over all cores"),
            ("joined", "longest, of M"), ("transfer", "of M, at most 1"), ("freedCores", "of all core-seconds"),
            ("freedMemory", "of all memory times M"), ("utilisation", "of all cores times M"),
            ("longestPath", "of M"), ("chainWaits", "of M"),
        ]

    static var count: Int { columns.count }
    private static let types = SimulatingOptimizer.suggestionTypes

    private let timetable: Timetable
    private let instance: SchedulingInstance
    private let places: [String: Int]
    private let makespan: Double
    private let work: Double
    private let capacity: Double
    private let memory: Double
    private let longestPath: Double
    /// For each task the seconds that the end waits for it to start once it could, if it is one of the chain; else nil.
    private var waits: [Double?]
    /// The parents whose files tasks of the chain wait for.
    private var awaited: [Int: Int] = [:]
    private var chainWaits = 0.0
    /// For each task of the chain the parent that ends last, and when the next one before it does.
    private var gates: [Int: (parent: Int, next: Double)] = [:]
    /// The speed of the fastest node of each pool.
    private var speeds: [String: Double] = [:]

    init(_ timetable: Timetable, of instance: SchedulingInstance) {
        (self.timetable, self.instance) = (timetable, instance)
        places = instance.workflow.places
        makespan = max(timetable.makespan, .leastNormalMagnitude)
        let nodes = instance.cluster.nodes
        capacity = max(nodes.reduce(0) { $0 + $1.cores }, .leastNormalMagnitude)
        memory = nodes.reduce(0) { $0 + ($1.memoryBytes ?? .infinity) }
        work = max(
            (0..<instance.taskCount).reduce(0) { sum, task in
                sum + (timetable.ends[task] - timetable.starts[task]) * instance.cores[task]
            }, .leastNormalMagnitude)
        longestPath = instance.graph.upwardRanks(costs: instance.shortestDurations).max() ?? 0
        waits = [Double?](repeating: nil, count: instance.taskCount)
        for link in DelayChain(timetable, of: instance).links {
            waits[link.task] = link.waited
            chainWaits += link.waited
            if case .transfer(let parent) = link.cause { awaited[link.task] = parent }
            gates[link.task] = gate(of: link.task)
        }
        for case (let pool?, let speed) in nodes.lazy.map({ ($0.pool, $0.speed) }) {
            speeds[pool] = max(speeds[pool] ?? 0, speed)
        }
    }

    /// Adds the numbers of `change`, and tells the places of the tasks that it is about, each once.
    func append(_ change: ProposedChange, to values: inout [Float]) -> [Int] {
        var (effect, tasks, seen) = (Effect(), [Int](), Set<Int>())
        for edit in change.edits {
            let own = edit.tasks.compactMap { places[$0] }
            add(edit, own, to: &effect)
            for task in own where seen.insert(task).inserted { tasks.append(task) }
        }
        for type in Self.types { values.append(type == change.type ? 1 : 0) }
        let count = Double(max(tasks.count, 1))
        var (held, longest, queued, own, waited, onChain) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for task in tasks {
            let seconds = self.seconds(task)
            held += seconds * instance.cores[task]
            longest = max(longest, seconds)
            queued += timetable.starts[task] - timetable.ready[task]
            guard let wait = waits[task] else { continue }
            own += seconds
            waited += wait
            onChain += 1
        }
        let numbers = [
            log(1 + Double(tasks.count)) / 4, Double(tasks.count) / Double(max(instance.taskCount, 1)),
            log(1 + Double(change.rank)), log(effect.chunks), held / work, longest / makespan,
            queued / count / makespan, own / makespan, waited / makespan, onChain / count,
            effect.savedOnChain / makespan, effect.overheadOnChain / makespan, effect.transferOnChain / makespan,
            effect.releasedOnChain / makespan, min(effect.delayed / makespan, 1),
            effect.overhead / capacity / makespan, min(effect.joined / makespan, 1),
            min(effect.transfer / makespan, 1), effect.freedCores / work, effect.freedMemory / memory / makespan,
            work / capacity / makespan, longestPath / makespan, chainWaits / makespan,
        ]
        for number in numbers { values.append(number.isFinite ? Float(min(max(number, -6), 6)) : 0) }
        return tasks
    }

    private func seconds(_ task: Int) -> Double { timetable.ends[task] - timetable.starts[task] }

    // MARK: What a change saves if all else stays as it is

    /// In seconds, core-seconds and byte-seconds.
    private struct Effect {
        var chunks = 1.0
        var savedOnChain = 0.0
        var overheadOnChain = 0.0
        var transferOnChain = 0.0
        var releasedOnChain = 0.0
        var delayed = 0.0
        var overhead = 0.0
        var joined = 0.0
        var transfer = 0.0
        var freedCores = 0.0
        var freedMemory = 0.0
    }

    private func add(_ edit: WorkflowEdit, _ tasks: [Int], to effect: inout Effect) {
        guard let first = tasks.first else { return }
        switch edit {
        case .change(let change):
            if let cores = change.cores { effect.freedCores += (instance.cores[first] - cores) * seconds(first) }
            if let bytes = change.memoryBytes {
                effect.freedMemory += (instance.memory[first] - bytes) * seconds(first)
            }
        case .split(_, let chunks):
            effect.chunks = max(effect.chunks, Double(chunks))
            save(seconds(first) * (1 - 1 / Double(chunks)), of: first, &effect)
        case .skip: save(seconds(first), of: first, &effect)
        case .replace(_, let name):
            let ways = instance.workflow.tasks[first].wishes.alternatives
            guard let way = ways.first(where: { $0.name == name }) else { return }
            save(seconds(first) - way.runtimeSeconds / node(first).speed, of: first, &effect)
        case .pin(_, let pool):
            guard let fastest = speeds[pool] else { return }
            save(seconds(first) * (1 - node(first).speed / fastest), of: first, &effect)
        case .merge: join(tasks, &effect)
        case .together:
            guard tasks.count == 2 else { return }
            bring(tasks[0], to: tasks[1], &effect)
        case .addEdge:
            guard tasks.count == 2 else { return }
            effect.delayed += max(0, timetable.ends[tasks[0]] - timetable.starts[tasks[1]])
        case .removeEdge:
            guard tasks.count == 2, let gate = gates[tasks[1]], gate.parent == tasks[0] else { return }
            effect.releasedOnChain += timetable.ends[tasks[0]] - gate.next
        }
    }

    private func node(_ task: Int) -> Cluster.Node { instance.cluster.nodes[timetable.nodes[task]] }

    private func save(_ seconds: Double, of task: Int, _ effect: inout Effect) {
        if waits[task] != nil { effect.savedOnChain += seconds }
    }

    /// Tasks one behind the other: all but one of them need no start.
    private func join(_ tasks: [Int], _ effect: inout Effect) {
        var (sum, onChain) = (0.0, 0)
        for task in tasks {
            sum += seconds(task)
            if waits[task] != nil { onChain += 1 }
        }
        let overhead = node(tasks[0]).taskOverheadSeconds
        effect.joined = max(effect.joined, sum)
        effect.overhead += Double(tasks.count - 1) * overhead * instance.cores[tasks[0]]
        effect.overheadOnChain += Double(max(onChain - 1, 0)) * overhead
    }

    /// Files that need not go to another node.
    private func bring(_ parent: Int, to child: Int, _ effect: inout Effect) {
        guard timetable.nodes[parent] != timetable.nodes[child] else { return }
        let seconds = instance.transferSeconds(from: parent, to: child)
        effect.transfer += seconds
        if awaited[child] == parent { effect.transferOnChain += seconds }
    }

    /// The parent of `task` that ends last, and when the next one before it does; nil without parents.
    private func gate(of task: Int) -> (parent: Int, next: Double)? {
        var (last, end, next) = (-1, -Double.infinity, 0.0)
        for parent in instance.graph.parents(of: task) {
            if timetable.ends[parent] > end {
                (last, end, next) = (parent, timetable.ends[parent], max(next, end))
            } else {
                next = max(next, timetable.ends[parent])
            }
        }
        return last >= 0 ? (last, next) : nil
    }
}
