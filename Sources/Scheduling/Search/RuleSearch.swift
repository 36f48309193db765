import Kernels
import Simulation

/// Search over the numbers of a priority rule, each rule followed to its end: the rule is fitted to the instance within the
/// time that there is.
///
/// In the manner of Practimum-Optimum (BenBassat, "Practimum-Optimum algorithm for manufacturing scheduling", 2024), where rules
/// of thumb are generated with parameters drawn near those that did well; here near the one that did best, with a quarter drawn
/// anywhere.
struct RuleSearch<Decoder: ListDecoder>: SearchMember {
    static var name: String { "rule-search" }

    private var decoder: Decoder
    private var order: PriorityOrder
    private var rule = PriorityRule()
    /// What the best rule came to.
    private var length = Double.infinity
    private var iteration = 0

    init?(_ problem: SearchProblem) {
        guard problem.taskCount > 1 else { return nil }
        decoder = Decoder(problem)
        order = PriorityOrder(problem)
    }

    mutating func improve(
        _ incumbent: Timetable, iterations: Int, bound: Double, using generator: inout SeededGenerator,
        isOver: () -> Bool
    ) -> SearchSlice {
        var slice = SearchSlice(iterations: 0)
        var best = incumbent.makespan
        while slice.iterations < iterations, best > bound, !isOver() {
            let candidate =
                iteration < PriorityRule.known.count
                ? PriorityRule.known[iteration] : rule.changed(using: &generator)
            order.apply(candidate, using: &generator)
            let decoded = decoder.decode(order.order, limit: length, isOver: isOver)
            if decoded == .cutOff { break }
            iteration += 1
            slice.iterations += 1
            guard case .seconds(let found) = decoded else { continue }
            (length, rule) = (found, candidate)
            if found < best {
                best = found
                slice.timetable = decoder.timetable()
            }
        }
        return slice
    }
}
