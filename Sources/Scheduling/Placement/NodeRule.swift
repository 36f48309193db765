import Simulation

/// Which of the nodes with room for a task takes it; of equally good ones the first in the list.
enum NodeRule {
    /// The first.
    case first
    /// The next one behind the node that was taken last.
    case inTurn
    /// Where it ends first.
    case earliestFinish
    /// Where it would end first together with the path behind it, if that ran there too.
    case earliestPath
    /// As ``earliestPath`` for the tasks of critical paths, as ``earliestFinish`` for the others.
    case earliestPathIfCritical
    /// Where it runs shortest, and nowhere else: it waits for room there.
    case shortestOnly
    /// Where it can start first, and of those where the largest part of the cores is free.
    case mostFree
    /// Where it can start first.
    case earliestStart
    /// The one that is most like the best in all: fast, cheap, and left with little free.
    case closest
}

/// A ready task as it looks for a node.
struct PlacementQuestion {
    var need: PlacementRoom.Need
    /// Seconds from its start to the end of its workflow.
    var remaining: Double
    /// Whether it is the longest path of its workflow.
    var isCritical: Bool
}

extension PlacementRoom {
    /// The node that `rule` takes for a task, of all.
    ///
    /// - Parameter turn: the node that is next in turn.
    func node(for question: PlacementQuestion, by rule: NodeRule, turn: Int) -> Int? {
        let need = question.need
        guard let first = whole.first(need.cores, need.memory) else { return nil }
        switch rule {
        case .first: return isUnbounded || obstacle(need, on: first) == nil ? first : firstOfAKind(question, by: rule)
        case .earliestFinish, .earliestPath, .earliestPathIfCritical, .shortestOnly:
            return firstOfAKind(question, by: rule)
        case .inTurn: return next(need, from: turn) ?? next(need, from: 0)
        case .mostFree, .earliestStart, .closest: return node(for: question, by: rule, turn: turn, among: 0..<count)
        }
    }

    /// The node that `rule` takes for a task, of those in `nodes`, which are in order.
    func node(
        for question: PlacementQuestion, by rule: NodeRule, turn: Int, among nodes: some Collection<Int>
    ) -> Int? {
        let open = nodes.lazy.filter { obstacle(question.need, on: $0) == nil }
        switch rule {
        case .first: return open.first { _ in true }
        case .inTurn: return open.first { $0 >= turn } ?? open.first { _ in true }
        case .closest: return closest(question.need, Array(open))
        case .shortestOnly:
            let least = leastDuration(question.need)
            return open.first { seconds(question.need, on: $0) == least }
        case .earliestFinish, .earliestPath, .earliestPathIfCritical, .mostFree, .earliestStart:
            var best: Int?
            var least = (Double.infinity, Double.infinity)
            for node in open {
                let cost = cost(question, on: node, by: rule)
                if best == nil || cost < least { (best, least) = (node, cost) }
            }
            return best
        }
    }

    /// The next node with room, from `start` on.
    private func next(_ need: Need, from start: Int) -> Int? {
        var place = start
        while let node = whole.first(need.cores, need.memory, from: place) {
            if isUnbounded || obstacle(need, on: node) == nil { return node }
            place = node + 1
        }
        return nil
    }

    /// The first node of the kind that costs least by `rule`.
    private func firstOfAKind(_ question: PlacementQuestion, by rule: NodeRule) -> Int? {
        var best: Int?
        var least = rule.isPatient ? leastDuration(question.need) : .infinity
        for number in kinds.indices {
            let cost = kindCost(question, number, by: rule)
            if cost > least { continue }
            if let best, cost == least, members[number][0] > best { continue }
            guard obstacle(question.need, onKind: number) == nil,
                let leaf = trees[number].first(question.need.cores, question.need.memory)
            else { continue }
            let node = members[number][leaf]
            if let known = best, cost == least { best = min(known, node) } else { best = node }
            least = cost
        }
        return best
    }

    /// The least time that `need` takes on any node that may take it once it has room.
    private func leastDuration(_ need: Need) -> Double {
        kinds.indices.reduce(.infinity) { least, number in
            let duration = kinds[number].duration(need.seconds)
            return duration < least && obstacle(need, onKind: number) == nil ? duration : least
        }
    }

    private func kindCost(_ question: PlacementQuestion, _ number: Int, by rule: NodeRule) -> Double {
        switch rule {
        case .first: 0
        case .earliestPath: kinds[number].duration(question.remaining)
        case .earliestPathIfCritical:
            kinds[number].duration(question.isCritical ? question.remaining : question.need.seconds)
        default: kinds[number].duration(question.need.seconds)
        }
    }

    private func cost(_ question: PlacementQuestion, on node: Int, by rule: NodeRule) -> (Double, Double) {
        switch rule {
        case .mostFree: (delays[node], -freeCores[node] / kinds[kindOf[node]].cores)
        case .earliestStart: (delays[node], 0)
        default: (kindCost(question, kindOf[node], by: rule), 0)
        }
    }

    /// TOPSIS over the nodes in `open`: seconds, price, and the parts of cores and memory that stay free.
    private func closest(_ need: Need, _ open: [Int]) -> Int? {
        guard open.count > 1 else { return open.first }
        let closeness = Closeness.toIdeal([
            (open.map { seconds(need, on: $0) }, .least),
            (open.map { kinds[kindOf[$0]].price(need.seconds) }, .least),
            (open.map { (freeCores[$0] - need.cores) / kinds[kindOf[$0]].cores }, .least),
            (
                open.map {
                    let all = kinds[kindOf[$0]].memory
                    return all < .infinity ? (freeMemory[$0] - need.memory) / all : 0
                }, .least
            ),
        ])
        var best = 0
        for place in open.indices where closeness[place] > closeness[best] { best = place }
        return open[best]
    }
}

extension NodeRule {
    /// Whether a task waits for a node although another has room.
    var isPatient: Bool { self == .shortestOnly }
    /// Whether it asks for the path behind a task.
    var looksAhead: Bool { self == .earliestPath || self == .earliestPathIfCritical }
}
