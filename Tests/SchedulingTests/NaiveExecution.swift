import Simulation
import Workflows

/// The two executions of a plan a second time, moment by moment, slowly and plainly.
extension NaiveModel {
    /// How long a task takes on a node, where `seconds` are its duration at speed 1.
    private func length(_ seconds: Double, _ node: Int) -> Double {
        seconds == 0 ? 0 : seconds / cluster.nodes[node].speed + cluster.nodes[node].taskOverheadSeconds
    }

    /// When the files of a task are on a node, at the earliest `moment`; nil while a parent has not ended by `moment`.
    private func arrival(_ task: Int, _ node: Int, _ runs: [Int: Run], by moment: Double) -> Double? {
        var arrival = 0.0
        for parent in parents[task] {
            guard let run = runs[parent], run.end <= moment else { return nil }
            arrival = max(arrival, run.end + (run.node == node ? 0 : transfer(parent, task)))
        }
        return arrival
    }

    private func hasRoom(_ task: Int, _ node: Int, _ holders: [Int]) -> Bool {
        holders.reduce(cores[task]) { $0 + cores[$1] } <= cluster.nodes[node].cores
            && holders.reduce(memory[task]) { $0 + memory[$1] } <= cluster.nodes[node].memoryBytes ?? .infinity
    }

    /// The starts that each node's order gives: at every moment at which a task ends or files arrive, what can start does,
    /// unless something before it on its node waits that takes time.
    func kept(nodes: [Int], starts: [Double], truth: [Double]) -> [Run] {
        let order = tasks.indices.sorted { starts[$0] != starts[$1] ? starts[$0] < starts[$1] : $0 < $1 }
        var runs: [Int: Run] = [:]
        var now = 0.0
        while true {
            var isStuck = false
            while !isStuck {
                isStuck = true
                var closed: Set<Int> = []
                for task in order where runs[task] == nil {
                    let node = nodes[task]
                    let holders = runs.values.filter { $0.node == node && $0.start <= now && now < $0.end }.map(\.task)
                    let isThere = arrival(task, node, runs, by: now).map { $0 <= now } ?? false
                    if isThere, truth[task] == 0 || (!closed.contains(node) && hasRoom(task, node, holders)) {
                        let end = now + length(truth[task], node)
                        runs[task] = Run(task: task, node: node, placed: now, start: now, end: end)
                        isStuck = false
                    } else if truth[task] > 0 {
                        closed.insert(node)
                    }
                }
            }
            var moments = runs.values.map(\.end)
            for task in tasks.indices where runs[task] == nil {
                if let there = arrival(task, nodes[task], runs, by: .infinity) { moments.append(there) }
            }
            guard let next = moments.filter({ $0 > now }).min() else { break }
            now = next
        }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// Something that is expected to hold a part of a node from `start` until `end`.
    private struct Holding {
        var task: Int
        var node: Int
        var start: Double
        var end: Double
    }

    /// List scheduling with nodes that are chosen at the moment.
    func dispatched(keys: [Double], planned: [Int], loyalty: Double, caution: Double, truth: [Double]) -> [Run] {
        let order = tasks.indices.sorted { keys[$0] != keys[$1] ? keys[$0] < keys[$1] : $0 < $1 }
        let expected = tasks.map { $0.runtimeSeconds ?? .nan }
        var runs: [Int: Run] = [:]
        var now = 0.0
        while true {
            var wakes: [Double] = []
            // What takes no time first, until nothing more of it can start.
            var isStuck = false
            while !isStuck {
                isStuck = true
                for task in order where runs[task] == nil && expected[task] == 0 && truth[task] == 0 {
                    guard parents[task].allSatisfy({ runs[$0].map { $0.end <= now } ?? false }) else { continue }
                    let best = choose(task, [], runs, now, planned[task], loyalty, caution) { _ in 0 }
                    if best.start <= now {
                        runs[task] = Run(task: task, node: best.node, placed: now, start: now, end: now)
                        isStuck = false
                    }
                }
            }
            var holds = runs.values.filter { $0.end > now }.map { run in
                let end = run.start + length(expected[run.task], run.node)
                let later = now + (now - run.start) * 0.1
                return Holding(task: run.task, node: run.node, start: now, end: end > now ? end : later)
            }
            for task in order where runs[task] == nil && !(expected[task] == 0 && truth[task] == 0) {
                guard parents[task].allSatisfy({ runs[$0].map { $0.end <= now } ?? false }) else { continue }
                let seconds = { [self] (node: Int) in length(expected[task], node) }
                let best = choose(task, holds, runs, now, planned[task], loyalty, caution, seconds)
                if best.start <= now {
                    let end = now + length(truth[task], best.node)
                    runs[task] = Run(task: task, node: best.node, placed: now, start: now, end: end)
                } else {
                    wakes.append(best.start)
                }
                holds.append(
                    Holding(task: task, node: best.node, start: best.start, end: best.start + seconds(best.node)))
            }
            for task in order where runs[task] == nil && expected[task] == 0 && truth[task] == 0 {
                guard parents[task].allSatisfy({ runs[$0].map { $0.end <= now } ?? false }) else { continue }
                wakes.append(choose(task, [], runs, now, planned[task], loyalty, caution) { _ in 0 }.start)
            }
            // Waking up more often than needed changes nothing where files arrive; where room is waited for, only ends count.
            let arrivals = tasks.indices.filter { runs[$0] == nil }.flatMap { task in
                cluster.nodes.indices.compactMap { arrival(task, $0, runs, by: now) }.filter(wakes.contains)
            }
            guard let next = (runs.values.map(\.end) + arrivals).filter({ $0 > now }).min() else { break }
            now = next
        }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// The node on which a task is expected to end first, and its start there.
    private func choose(
        _ task: Int, _ holds: [Holding], _ runs: [Int: Run], _ now: Double, _ planned: Int, _ loyalty: Double,
        _ caution: Double, _ seconds: (Int) -> Double
    ) -> (node: Int, start: Double) {
        let bound = company[task].compactMap { runs[$0]?.node }.first
        var nodes = cluster.nodes.indices.filter { fits(task, $0) && (bound ?? $0) == $0 }
        if bound == nil, loyalty == .infinity { nodes = [planned] }
        if bound == nil, let place = nodes.firstIndex(of: planned) { nodes.insert(nodes.remove(at: place), at: 0) }
        var best: (node: Int, start: Double, cost: Double)?
        for node in nodes {
            let ready = max(now, arrival(task, node, runs, by: now) ?? .nan)
            let start = gap(task, node, ready, seconds(node), holds)
            let cost = start + seconds(node) * (1 + caution)
            if best.map({ cost < $0.cost }) ?? true {
                let isPlanned = bound == nil && node == planned && loyalty < .infinity
                best = (node, start, cost - (isPlanned ? loyalty * seconds(node) : 0))
            }
        }
        return best.map { ($0.node, $0.start) } ?? (-1, .nan)
    }

    private func gap(_ task: Int, _ node: Int, _ ready: Double, _ long: Double, _ holds: [Holding]) -> Double {
        guard long > 0 else { return ready }
        let here = holds.filter { $0.node == node && $0.end > $0.start }
        let candidates = ([ready] + here.map(\.end).filter { $0 > ready }).sorted()
        return candidates.first { start in
            ([start] + here.map(\.start).filter { $0 > start && $0 < start + long }).allSatisfy { moment in
                hasRoom(task, node, here.filter { $0.start <= moment && moment < $0.end }.map(\.task))
            }
        } ?? .nan
    }
}
