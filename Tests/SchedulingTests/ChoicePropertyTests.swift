import Kernels
import Scheduling
import Testing
import Workflows

/// The decision read off the contract a second time: all tasks against all nodes, at every moment.
private struct NaiveChoice {
    var ready: [ReadyTask] = []
    var nodes: [ClusterState.Node] = []
    var limits = PlacementConstraints()
    var now = 0.0
    private var spent = 0.0

    init(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        func some(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &generator)) }
        now = 50
        for place in 0..<Int.random(in: 1...5, using: &generator) {
            var node = Cluster.Node(name: "n\(place)", cores: some(2...8), memoryBytes: some(8...16))
            node.speed = [0.5, 1, 2].randomElement(using: &generator) ?? 1
            node.pricePerHour = some(0...2) * 3600
            node.pool = ["p", "q", nil].randomElement(using: &generator) ?? nil
            let running = (0..<Int.random(in: 0...2, using: &generator)).map { run in
                ClusterState.RunningTask(id: "r\(place).\(run)", endsAt: 50 + some(0...9))
            }
            let isIdle = running.isEmpty
            nodes.append(
                .init(
                    node, freeCores: isIdle ? node.cores : node.cores - Double(running.count),
                    freeMemoryBytes: isIdle ? node.memoryBytes : 8, running: running))
        }
        for place in 0..<Int.random(in: 1...25, using: &generator) {
            let seconds = some(1...12)
            ready.append(
                ReadyTask(
                    id: "t\(place)", task: TaskSpec(process: "p"), cores: some(1...4), memoryBytes: some(0...8),
                    durationSeconds: seconds, priority: some(0...1), readySince: some(0...5),
                    remainingSeconds: seconds + some(0...30)))
        }
        if Bool.random(using: &generator) { limits.deadlineAt = 50 + some(5...40) }
        if Bool.random(using: &generator) { limits.maxCost = some(5...60) }
        if Bool.random(using: &generator) { limits.pools = ["p", "q"] }
        if Bool.random(using: &generator) { limits.excludedNodes = ["n0"] }
    }

    private func seconds(_ task: ReadyTask, _ node: Int) -> Double {
        (task.durationSeconds ?? .nan) / nodes[node].node.speed
    }

    private func takes(_ task: ReadyTask, _ node: Int) -> Bool {
        let here = nodes[node]
        let price = seconds(task, node) * here.node.pricePerHour / 3600
        return task.cores <= here.freeCores && task.memoryBytes <= here.freeMemoryBytes ?? .nan
            && now + seconds(task, node) <= limits.deadlineAt ?? .infinity
            && spent + price <= limits.maxCost ?? .infinity && !limits.excludedNodes.contains(here.node.name)
            && (limits.pools.isEmpty || limits.pools.contains(here.node.pool ?? "none"))
    }

    /// What a rule places now, how many it never places, and when the last workflow ends.
    mutating func run(isHEFT: Bool) -> (now: [String], unplaced: Int, end: Double) {
        func key(_ task: ReadyTask) -> Double { (isHEFT ? task.remainingSeconds.map { -$0 } : task.readySince) ?? .nan }
        var waiting = ready.indices.sorted { a, b in
            if ready[a].priority != ready[b].priority { return ready[a].priority > ready[b].priority }
            return key(ready[a]) != key(ready[b]) ? key(ready[a]) < key(ready[b]) : a < b
        }.map { ready[$0] }
        var holders: [(end: Double, node: Int, cores: Double, memory: Double)] = []
        for (place, node) in nodes.enumerated() {
            let memory = ((node.node.memoryBytes ?? .nan) - (node.freeMemoryBytes ?? .nan)) / Double(node.running.count)
            for task in node.running { holders.append((task.endsAt ?? .nan, place, 1, memory)) }
        }
        var (first, last): ([String]?, Double) = (nil, now)
        while true {
            var placed: [String] = []
            waiting.removeAll { task in
                let open = nodes.indices.filter { takes(task, $0) }
                let fastest = open.min { seconds(task, $0) < seconds(task, $1) }
                guard let node = isHEFT ? fastest : open.first else { return false }
                nodes[node].freeCores -= task.cores
                nodes[node].freeMemoryBytes = (nodes[node].freeMemoryBytes ?? .nan) - task.memoryBytes
                spent += seconds(task, node) * nodes[node].node.pricePerHour / 3600
                let end = now + seconds(task, node)
                holders.append((end, node, task.cores, task.memoryBytes))
                last = max(last, end + (task.remainingSeconds ?? .nan) - (task.durationSeconds ?? .nan))
                placed.append("\(task.id) on \(nodes[node].node.name)")
                return true
            }
            first = first ?? placed
            guard let next = holders.map(\.end).min() else { return (first ?? [], waiting.count, last) }
            now = next
            for holder in holders where holder.end == now {
                nodes[holder.node].freeCores += holder.cores
                nodes[holder.node].freeMemoryBytes = (nodes[holder.node].freeMemoryBytes ?? .nan) + holder.memory
            }
            holders.removeAll { $0.end == now }
        }
    }
}

@Test func choicesEqualThoseOfANaiveRule() {
    var wins = 0
    for seed in 0..<400 {
        let naive = NaiveChoice(seed: seed)
        let state = ClusterState(now: naive.now, nodes: naive.nodes)
        func choose(_ policy: SchedulingPolicy) -> PlacementDecision {
            HeuristicScheduler(policy).choose(naive.ready, in: state, under: naive.limits)
        }
        func placed(_ decision: PlacementDecision) -> [String] {
            decision.assignments.map { "\($0.id) on \($0.node)" }
        }
        var (first, second) = (naive, naive)
        let (fifo, heft) = (first.run(isHEFT: false), second.run(isHEFT: true))
        #expect(placed(choose(.fifo)) == fifo.now, "seed \(seed)")
        #expect(placed(choose(.heft)) == heft.now, "seed \(seed)")
        let best = (heft.unplaced, heft.end) < (fifo.unplaced, fifo.end) ? heft : fifo
        let portfolio = choose(.portfolio)
        #expect(placed(portfolio) == best.now, "seed \(seed)")
        #expect(portfolio == choose(.portfolio))
        #expect(
            (portfolio.assignments.map(\.id) + portfolio.deferred.map(\.id)).sorted() == naive.ready.map(\.id).sorted())
        if portfolio.foundBy == "heft" { wins += 1 }
    }
    #expect(wins > 40 && wins < 360)
}

@Test func tenThousandReadyTasksAreChosenFrom() {
    var generator = SeededGenerator(seed: 1)
    let tasks = (0..<10_000).map { place in
        let cores = Double(Int.random(in: 1...4, using: &generator))
        return ReadyTask(
            id: "t\(place)", task: TaskSpec(process: "p"), cores: place == 7 ? 0.001 : cores,
            memoryBytes: Double(Int.random(in: 1...4000, using: &generator)), durationSeconds: cores)
    }
    let nodes = (0..<100).map { place in
        let node = Cluster.Node(name: "n\(place)", cores: 16, memoryBytes: 64_000)
        return ClusterState.Node(node, freeCores: 16, freeMemoryBytes: 64_000)
    }
    let decision = HeuristicScheduler(.portfolio).choose(tasks, in: ClusterState(now: 0, nodes: nodes))
    #expect(decision.assignments.count >= 400 && decision.assignments.count + decision.deferred.count == 10_000)
}
