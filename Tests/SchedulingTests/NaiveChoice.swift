import Kernels
import Scheduling
import Workflows

/// Decisions about ready tasks read off the definitions of the rules a second time: all tasks against all nodes, anew
/// after every placement. Numbers are such that sums and quotients are exact.
struct NaiveChoice {
    var ready: [ReadyTask] = []
    var nodes: [ClusterState.Node] = []
    var limits = PlacementConstraints()
    var now = 50.0
    private var spent = 0.0
    private var used: Set<Int> = []
    private var turn = 0
    private var held: [String: (cores: Double, memory: Double)] = [:]
    /// By task, the tasks of its workflow, and their core-seconds that are left.
    private var companies: [[Int]] = []
    private var works: [Double] = []

    /// - Parameter isAlike: whether all nodes but the first are alike in all but what is free.
    init(seed: Int, tasks: ClosedRange<Int> = 1...25, nodes count: ClosedRange<Int> = 1...6, isAlike: Bool = false) {
        var generator = SeededGenerator(seed: UInt64(seed))
        func some(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &generator)) }
        func one(_ values: [Double]) -> Double { values.randomElement(using: &generator) ?? .nan }
        for place in 0..<Int.random(in: count, using: &generator) {
            var node = Cluster.Node(name: "n\(place)", cores: one([2, 4, 8]), memoryBytes: one([8, 16]))
            node.speed = one([0.5, 1, 2])
            node.taskOverheadSeconds = one([0, 0, 2])
            node.startupSeconds = one([0, 3])
            node.pricePerHour = some(0...2) * 3600
            node.pool = ["p", "q", nil].randomElement(using: &generator) ?? nil
            if isAlike, place > 1 {
                node = nodes[1].node
                node.name = "n\(place)"
            }
            // Some are told with what they hold.
            let running = (0..<Int.random(in: 0...2, using: &generator)).map { run in
                ClusterState.RunningTask(
                    id: "r\(place).\(run)", endsAt: 50 + some(0...9), workflow: "w\(Int(some(0...3)))", cores: 1,
                    memoryBytes: 4)
            }
            nodes.append(
                .init(
                    node, freeCores: node.cores - Double(running.count),
                    freeMemoryBytes: (node.memoryBytes ?? 0) - 4 * Double(running.count), running: running))
        }
        for place in 0..<Int.random(in: tasks, using: &generator) {
            let seconds = some(1...12)
            ready.append(
                ReadyTask(
                    id: "t\(place)",
                    task: TaskSpec(workflow: generator.next() % 4 > 0 ? "w\(Int(some(0...3)))" : nil, process: "p"),
                    cores: some(1...4), memoryBytes: some(0...8), durationSeconds: seconds, priority: some(0...1),
                    deadlineAt: generator.next() % 4 > 0 ? 50 + some(1...9) : nil, readySince: some(0...5),
                    remainingSeconds: seconds + some(0...30)))
        }
        if Bool.random(using: &generator) { limits.deadlineAt = 50 + some(5...40) }
        if Bool.random(using: &generator) { limits.maxCost = some(5...60) }
        if generator.next() % 4 == 0 { limits.pools = ["p", "q"] }
        if generator.next() % 4 == 0 { limits.excludedNodes = ["n0"] }
        turn = nodes.reduce(0) { $0 + $1.running.count } % nodes.count
        companies = ready.indices.map { task in ready.indices.filter { workflow($0) == workflow(task) } }
        works = companies.map { $0.reduce(0) { $0 + ready[$1].cores * remaining($1) } }
        for task in nodes.flatMap(\.running) { hold(task.workflow ?? "", task.cores ?? 1, task.memoryBytes ?? 0) }
    }

    var state: ClusterState { ClusterState(now: now, nodes: nodes) }

    private mutating func hold(_ workflow: String, _ cores: Double, _ memory: Double) {
        held[workflow, default: (0, 0)].cores += cores
        held[workflow, default: (0, 0)].memory += memory
    }

    private func workflow(_ task: Int) -> String { ready[task].task.workflow ?? "own \(ready[task].id)" }

    private func company(_ task: Int) -> [Int] { companies[task] }

    private func duration(_ task: Int) -> Double { ready[task].durationSeconds ?? .nan }

    private func remaining(_ task: Int) -> Double { ready[task].remainingSeconds ?? .nan }

    private func time(_ seconds: Double, _ node: Int) -> Double {
        seconds / nodes[node].node.speed + nodes[node].node.taskOverheadSeconds
    }

    private func mayRun(_ task: Int, _ node: Int) -> Bool {
        let here = nodes[node].node
        let seconds = time(duration(task), node)
        return ready[task].cores <= here.cores && ready[task].memoryBytes <= here.memoryBytes ?? .nan
            && now + seconds <= limits.deadlineAt ?? .infinity
            && spent + seconds * here.pricePerHour / 3600 <= limits.maxCost ?? .infinity
            && !limits.excludedNodes.contains(here.name)
            && (limits.pools.isEmpty || limits.pools.contains(here.pool ?? "none"))
    }

    private func takes(_ task: Int, _ node: Int) -> Bool {
        mayRun(task, node) && ready[task].cores <= nodes[node].freeCores
            && ready[task].memoryBytes <= nodes[node].freeMemoryBytes ?? .nan
    }

    private func work(_ task: Int) -> Double { works[task] }

    /// What the tasks are sorted by, after their priority.
    private func key(_ task: Int, _ policy: SchedulingPolicy) -> [Double] {
        let since = ready[task].readySince ?? .nan
        let first = company(task)[0]
        return switch policy {
        case .jobFIFO: [company(task).map { ready[$0].readySince ?? .nan }.min() ?? .nan, Double(first)]
        case .sjf, .minMin: [duration(task)]
        case .ljf, .maxMin, .sufferage: [-duration(task)]
        case .edf: [ready[task].deadlineAt ?? .infinity]
        case .srpt: [work(task), Double(first)]
        case .srptPath: [work(task), Double(first), -remaining(task)]
        case .heft, .cpop, .lookaheadHEFT, .etf, .dps, .criticalPath: [-remaining(task)]
        case .peft: [duration(task) - remaining(task)]
        default: [since]
        }
    }

    /// The order in which a rule tries the tasks.
    func order(_ policy: SchedulingPolicy) -> [Int] {
        let keys = ready.indices.map { task in
            policy == .priority
                ? [-ready[task].priority - (now - (ready[task].readySince ?? .nan)) / 600]
                : [-ready[task].priority] + key(task, policy) + [ready[task].readySince ?? .nan]
        }
        return ready.indices.sorted { keys[$0] != keys[$1] ? keys[$0].lexicographicallyPrecedes(keys[$1]) : $0 < $1 }
    }

    /// The node that a rule takes for a task.
    private func node(_ task: Int, _ policy: SchedulingPolicy, among open: [Int]) -> Int? {
        let nodes = open.filter { takes(task, $0) }
        func least(_ cost: (Int) -> [Double]) -> Int? {
            nodes.min { cost($0) != cost($1) ? cost($0).lexicographicallyPrecedes(cost($1)) : $0 < $1 }
        }
        func delay(_ node: Int) -> Double {
            self.nodes[node].running.isEmpty && !used.contains(node) ? self.nodes[node].node.startupSeconds : 0
        }
        switch policy {
        case .roundRobin: return nodes.first { $0 >= turn } ?? nodes.first
        case .heft, .peft, .minMin, .maxMin, .sufferage, .mct: return least { [time(duration(task), $0)] }
        case .lookaheadHEFT: return least { [time(remaining(task), $0)] }
        case .cpop:
            let longest = company(task).map(remaining).max()
            let isCritical = company(task).first { remaining($0) == longest } == task
            return least { [time(isCritical ? remaining(task) : duration(task), $0)] }
        case .met:
            let shortest = self.nodes.indices.filter { mayRun(task, $0) }.map { time(duration(task), $0) }.min()
            return nodes.first { time(duration(task), $0) == shortest }
        case .olb: return least { [delay($0), -self.nodes[$0].freeCores / self.nodes[$0].node.cores] }
        case .etf, .dps: return least { [delay($0)] }
        default: return nodes.first
        }
    }

    private mutating func place(_ task: Int, _ node: Int) -> String {
        nodes[node].freeCores -= ready[task].cores
        nodes[node].freeMemoryBytes = (nodes[node].freeMemoryBytes ?? .nan) - ready[task].memoryBytes
        spent += time(duration(task), node) * nodes[node].node.pricePerHour / 3600
        used.insert(node)
        turn = (node + 1) % nodes.count
        hold(workflow(task), ready[task].cores, ready[task].memoryBytes)
        return "\(ready[task].id) on \(nodes[node].node.name)"
    }

    /// What a rule starts now, in its order.
    mutating func decide(_ policy: SchedulingPolicy) -> [String] {
        var waiting = order(policy)
        var placed: [String] = []
        while let (task, node) = next(policy, &waiting) {
            waiting.removeAll { $0 == task }
            if let node { placed.append(place(task, node)) }
        }
        return placed
    }

    /// The task that is tried next, and the node that it goes to, if any has room.
    private func next(_ policy: SchedulingPolicy, _ waiting: inout [Int]) -> (Int, Int?)? {
        let all = Array(nodes.indices)
        switch policy {
        case .strictFIFO:
            guard let task = waiting.first else { return nil }
            let node = node(task, policy, among: all)
            return node == nil && all.contains { mayRun(task, $0) } ? nil : (task, node)
        case .fair, .weightedFair, .drf:
            let largest = waiting.map { ready[$0].priority }.max()
            let urgent = waiting.filter { ready[$0].priority == largest }
            func share(_ task: Int) -> [Double] {
                let own = held[workflow(task)] ?? (0, 0)
                if policy == .fair { return [own.cores] }
                if policy == .weightedFair { return [own.cores * work(task), work(task)] }
                let cores = nodes.reduce(0) { $0 + $1.node.cores }
                let memory = nodes.reduce(0) { $0 + ($1.node.memoryBytes ?? .nan) }
                return [max(own.cores / cores, own.memory / memory)]
            }
            // Of equal shares, the workflow whose first task of this priority stands first in the order.
            let order = order(policy)
            func entry(_ task: Int) -> Double {
                Double(
                    order.firstIndex { company(task).contains($0) && ready[$0].priority == ready[task].priority } ?? 0)
            }
            let claims = urgent.map { (task: $0, claim: share($0) + [entry($0)]) }
            let task = claims.min { $0.claim.lexicographicallyPrecedes($1.claim) }?.task
            return task.map { ($0, node($0, policy, among: all)) }
        case .minMin, .maxMin, .sufferage:
            let open = waiting.filter { task in all.contains { takes(task, $0) } }.sorted()
            func key(_ task: Int) -> Double {
                let times = all.filter { takes(task, $0) }.map { time(duration(task), $0) }.sorted()
                if policy == .sufferage { return times.count == 1 ? .infinity : times[1] - times[0] }
                return policy == .minMin ? -times[0] : times[0]
            }
            let claims = open.map { (task: $0, claim: [ready[$0].priority, key($0)]) }
            let task = claims.reduce(claims.first) { best, next in
                best.map { $0.claim.lexicographicallyPrecedes(next.claim) ? next : $0 }
            }?.task
            return task.map { ($0, node($0, policy, among: all)) }
        case .tetris:
            for priority in [1.0, 0] {
                for node in all {
                    let here = nodes[node]
                    let (allCores, allMemory) = (here.node.cores, here.node.memoryBytes ?? .nan)
                    let open = waiting.filter { ready[$0].priority == priority && takes($0, node) }
                    func alignment(_ task: Int) -> Double {
                        ready[task].cores / allCores * here.freeCores / allCores
                            + ready[task].memoryBytes / allMemory * (here.freeMemoryBytes ?? .nan) / allMemory
                    }
                    let best = open.map(alignment).max()
                    if let task = open.first(where: { alignment($0) == best }) { return (task, node) }
                }
            }
            return nil
        default: return waiting.first.map { ($0, node($0, policy, among: all)) }
        }
    }

    /// What a rule comes to if it goes on: what waits is placed in its order wherever room is given back. How many are
    /// never placed, and when the last workflow ends.
    mutating func outlook(_ policy: SchedulingPolicy) -> (unplaced: Int, end: Double) {
        let start = decide(policy)
        var waiting = order(policy)
        var holders: [(end: Double, node: Int, cores: Double, memory: Double)] = []
        for (place, node) in nodes.enumerated() {
            for task in node.running { holders.append((task.endsAt ?? .nan, place, 1, 4)) }
        }
        var last = now
        func begin(_ task: Int, _ node: Int) {
            let end = now + time(duration(task), node)
            holders.append((end, node, ready[task].cores, ready[task].memoryBytes))
            last = max(last, end + remaining(task) - duration(task))
        }
        for entry in start {
            let words = entry.split(separator: " ")
            let task = ready.firstIndex { $0.id == words[0] } ?? -1
            waiting.removeAll { $0 == task }
            begin(task, nodes.firstIndex { $0.node.name == words[2] } ?? -1)
        }
        while let next = holders.map(\.end).min() {
            now = next
            let released = Set(holders.filter { $0.end == now }.map(\.node)).sorted()
            for holder in holders where holder.end == now {
                nodes[holder.node].freeCores += holder.cores
                nodes[holder.node].freeMemoryBytes = (nodes[holder.node].freeMemoryBytes ?? .nan) + holder.memory
            }
            holders.removeAll { $0.end == now }
            var isBlocked = false
            for task in waiting where !isBlocked {
                let open = policy == .strictFIFO ? Array(nodes.indices) : released
                if let node = node(task, policy, among: open) {
                    begin(task, node)
                    _ = place(task, node)
                    waiting.removeAll { $0 == task }
                } else if policy == .strictFIFO, nodes.indices.contains(where: { mayRun(task, $0) }) {
                    isBlocked = true
                }
            }
        }
        return (waiting.count, last)
    }
}
