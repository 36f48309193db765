import Kernels

/// A rule that says which of the ready tasks is taken first, by some numbers.
///
/// The priority of a task is a sum of its upward rank (Topcuoglu, Hariri, Wu, 2002, equation 5), its downward rank
/// (equation 6), its own length and what its children take together, and of noise. HEFT is the rule without the last four; with
/// the downward rank weighed 1 it follows the critical path as CPoP does.
struct PriorityRule {
    /// The length of a task: 0 for its shortest, 1 for its longest over the nodes.
    var slowness = 0.5
    /// How much of a transfer counts.
    var transfers = 1.0
    var downward = 0.0
    var own = 0.0
    var children = 0.0
    /// Noise, as a part of the largest upward rank.
    var noise = 0.0

    /// Rules that are worth a try before any is drawn: HEFT's, the shortest lengths, without transfers, the critical path,
    /// short tasks first, wide tasks first.
    static let known: [PriorityRule] = [
        PriorityRule(), PriorityRule(slowness: 0), PriorityRule(slowness: 1, transfers: 0.5),
        PriorityRule(downward: 1), PriorityRule(own: -1), PriorityRule(children: 1), PriorityRule(downward: -0.5),
    ]

    /// A rule near this one, or now and then anywhere.
    func changed(using generator: inout SeededGenerator) -> PriorityRule {
        if generator.below(4) == 0 {
            return PriorityRule(
                slowness: generator.uniformDouble(), transfers: 2 * generator.uniformDouble(),
                downward: 2 * generator.uniformDouble() - 1, own: 2 * generator.uniformDouble() - 1,
                children: generator.uniformDouble(), noise: 0.1 * generator.uniformDouble())
        }
        var rule = self
        rule.slowness = min(1, max(0, slowness + 0.2 * Double(generator.normal())))
        rule.transfers = max(0, transfers + 0.3 * Double(generator.normal()))
        rule.downward += 0.2 * Double(generator.normal())
        rule.own += 0.3 * Double(generator.normal())
        rule.children += 0.2 * Double(generator.normal())
        rule.noise = min(0.3, max(0, noise + 0.03 * Double(generator.normal())))
        return rule
    }
}

/// The order in which a rule takes tasks, in arrays that are kept from rule to rule.
struct PriorityOrder {
    private let problem: SearchProblem
    private var upward: [Double]
    private var downward: [Double]
    private var cost: [Double]
    private var priority: [Double]
    private var waiting: [Int32]
    private var heap: [Int32] = []
    /// Every task behind its parents, of those that are ready the one with the largest priority first.
    private(set) var order: [Int32] = []

    init(_ problem: SearchProblem) {
        self.problem = problem
        upward = [Double](repeating: 0, count: problem.taskCount)
        (downward, cost, priority) = (upward, upward, upward)
        waiting = [Int32](repeating: 0, count: problem.taskCount)
    }

    /// Sets `order` to that of `rule`.
    mutating func apply(_ rule: PriorityRule, using generator: inout SeededGenerator) {
        setRanks(rule)
        let scale = rule.noise * (upward.max() ?? 0)
        for task in 0..<problem.taskCount {
            var sum = 0.0
            if rule.children != 0 { for edge in problem.childEdges(task) { sum += cost[Int(problem.children[edge])] } }
            priority[task] =
                upward[task] + rule.downward * downward[task] + rule.own * cost[task] + rule.children * sum
            if scale > 0 { priority[task] += scale * generator.uniformDouble() }
        }
        setOrder()
    }

    /// Sets `order` to that of `priorities`, the largest first.
    mutating func apply(_ priorities: [Double]) {
        priority = priorities
        setOrder()
    }

    private mutating func setRanks(_ rule: PriorityRule) {
        for task in 0..<problem.taskCount {
            let range = problem.lengthRange(task)
            cost[task] = range.shortest + rule.slowness * (range.longest - range.shortest)
        }
        for task in problem.topologicalOrder.reversed() {
            var rest = 0.0
            for edge in problem.childEdges(Int(task)) {
                rest = max(rest, rule.transfers * problem.childTransfers[edge] + upward[Int(problem.children[edge])])
            }
            upward[Int(task)] = cost[Int(task)] + rest
        }
        for task in problem.topologicalOrder {
            var ready = 0.0
            for edge in problem.parentEdges(Int(task)) {
                let parent = Int(problem.parents[edge])
                ready = max(ready, downward[parent] + cost[parent] + rule.transfers * problem.parentTransfers[edge])
            }
            downward[Int(task)] = ready
        }
    }

    private mutating func setOrder() {
        order.removeAll(keepingCapacity: true)
        heap.removeAll(keepingCapacity: true)
        for task in 0..<problem.taskCount {
            waiting[task] = problem.parentOffsets[task + 1] - problem.parentOffsets[task]
            if waiting[task] == 0 { insert(Int32(task)) }
        }
        while let task = removeFirst() {
            order.append(task)
            for edge in problem.childEdges(Int(task)) {
                let child = Int(problem.children[edge])
                waiting[child] -= 1
                if waiting[child] == 0 { insert(Int32(child)) }
            }
        }
    }

    private func precedes(_ a: Int32, _ b: Int32) -> Bool {
        priority[Int(a)] != priority[Int(b)] ? priority[Int(a)] > priority[Int(b)] : a < b
    }

    private mutating func insert(_ task: Int32) {
        heap.append(task)
        var place = heap.count - 1
        while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func removeFirst() -> Int32? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            let (left, right) = (2 * place + 1, 2 * place + 2)
            if left < heap.count, precedes(heap[left], heap[least]) { least = left }
            if right < heap.count, precedes(heap[right], heap[least]) { least = right }
            if least == place { return first }
            heap.swapAt(place, least)
            place = least
        }
    }
}
