import Kernels
import Simulation

/// Local search over the order in which tasks are taken, each to where it ends first.
///
/// An order is changed by putting tasks elsewhere between their parents and their children, and kept where what follows from
/// it ends no later than what was kept some iterations ago (late acceptance: Burke and Bykov, "The late acceptance
/// hill-climbing heuristic", 2017). What is better is scheduled backwards from its end and forwards again while that helps
/// (double justification: Valls, Ballestín, Quintanilla, "Justification and RCPSP", 2005).
struct OrderSearch<Decoder: ListDecoder>: SearchMember {
    static var name: String { "order-search" }

    /// How many iterations ago is compared with.
    private static var memory: Int { 30 }
    /// Tasks that are put elsewhere at once, at the most.
    private static var mostMoves: Int { 3 }

    private let problem: SearchProblem
    private var forward: Decoder
    private var backward: Decoder
    private var current: [Int32]
    private var length = Double.infinity
    private var candidate: [Int32] = []
    private var late: [Double] = []
    private var position: [Int32]
    /// The place of each task in topological order, which decides between equal times.
    private var rank: [Int32]
    private var iteration = 0
    private var best = Double.infinity

    init?(_ problem: SearchProblem) {
        guard problem.taskCount > 1 else { return nil }
        self.problem = problem
        forward = Decoder(problem)
        backward = Decoder(problem.reversed)
        current = problem.topologicalOrder
        rank = [Int32](repeating: 0, count: problem.taskCount)
        position = rank
        for (place, task) in problem.topologicalOrder.enumerated() { rank[Int(task)] = Int32(place) }
    }

    mutating func improve(
        _ incumbent: Timetable, iterations: Int, bound: Double, using generator: inout SeededGenerator,
        isOver: () -> Bool
    ) -> SearchSlice {
        var slice = SearchSlice(iterations: 0)
        if incumbent.makespan < best, iterations > 0 {
            candidate = problem.topologicalOrder
            sort(&candidate, by: incumbent.starts)
            guard case .seconds(let found) = forward.decode(candidate, isOver: isOver) else { return slice }
            swap(&current, &candidate)
            (best, length) = (incumbent.makespan, found)
            guard justify(isOver) else { return slice }
            late = [Double](repeating: length, count: Self.memory)
            slice.iterations += 1
            keepBest(&slice)
        }
        while slice.iterations < iterations, best > bound, !isOver() {
            candidate = current
            change(&generator)
            let threshold = max(length, late[iteration % Self.memory])
            switch forward.decode(candidate, limit: threshold, isOver: isOver) {
            case .cutOff: return slice
            case .tooLong: break
            case .seconds(let found):
                swap(&current, &candidate)
                let isBetter = found < length
                length = found
                if isBetter, !justify(isOver) { return slice }
                keepBest(&slice)
            }
            slice.iterations += 1
            late[iteration % Self.memory] = length
            iteration += 1
        }
        return slice
    }

    private mutating func keepBest(_ slice: inout SearchSlice) {
        guard length < best else { return }
        best = length
        _ = forward.decode(current)
        slice.timetable = forward.timetable()
    }

    /// Passes backwards and forwards while they help, from the order that was decoded last; false if there was no time left.
    private mutating func justify(_ isOver: () -> Bool) -> Bool {
        while true {
            candidate = current
            sort(&candidate, by: forward.ends, descending: true, ranksDescending: true)
            guard case .seconds = backward.decode(candidate, isOver: isOver) else { return false }
            sort(&candidate, by: backward.ends, descending: true)
            guard case .seconds(let again) = forward.decode(candidate, isOver: isOver) else { return false }
            guard again < length else { return true }
            length = again
            swap(&current, &candidate)
        }
    }

    /// Puts some tasks of the candidate elsewhere between their parents and their children.
    private mutating func change(_ generator: inout SeededGenerator) {
        for (place, task) in candidate.enumerated() { position[Int(task)] = Int32(place) }
        for _ in 0...generator.below(Self.mostMoves) {
            let task = Int(candidate[generator.below(candidate.count)])
            var (low, high) = (0, candidate.count - 1)
            for edge in problem.parentEdges(task) { low = max(low, Int(position[Int(problem.parents[edge])]) + 1) }
            for edge in problem.childEdges(task) { high = min(high, Int(position[Int(problem.children[edge])]) - 1) }
            let (here, target) = (Int(position[task]), low + generator.below(high - low + 1))
            let step = target > here ? 1 : -1
            for place in stride(from: here, to: target, by: step) { set(candidate[place + step], at: place) }
            set(Int32(task), at: target)
        }
    }

    private mutating func set(_ task: Int32, at place: Int) {
        candidate[place] = task
        position[Int(task)] = Int32(place)
    }

    /// By `keys`, the largest first where time runs backwards; of equal ones, by their place in topological order.
    private func sort(
        _ order: inout [Int32], by keys: [Double], descending: Bool = false, ranksDescending: Bool = false
    ) {
        order.sort { a, b in
            let (first, second) = (keys[Int(a)], keys[Int(b)])
            if first != second { return descending ? first > second : first < second }
            return ranksDescending ? rank[Int(a)] > rank[Int(b)] : rank[Int(a)] < rank[Int(b)]
        }
    }
}
