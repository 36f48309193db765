/// Spreads work over nodes, one piece after the other, each on a node for good.
///
/// The load of a node is the work that it was given and has not given back, over its weight: in seconds, if work is
/// counted in seconds at weight 1.
///
/// ```swift
/// var balancer = LoadBalancer(weights: [1, 1, 2], by: .choices(2))
/// var generator = SeededGenerator(seed: 7)
/// let node = balancer.place(30, using: &generator)
/// balancer.giveBack(30, from: node)
/// ```
public struct LoadBalancer: Sendable {
    /// Which node takes a piece of work; of equals the first.
    public enum Rule: Sendable, Hashable {
        /// The one whose load is the least with the work. With equal weights no list of equal pieces can be spread more
        /// evenly, and of any list the largest load is less than twice the least possible (Graham, "Bounds for certain
        /// multiprocessing anomalies", 1966).
        case leastLoaded
        /// The one whose load is the least with the work, of as many drawn by chance, each with the same chance. With n
        /// equal pieces on n nodes the largest load is about ln ln n / ln d for d of 2 or more, and ln n / ln ln n for
        /// 1 (Mitzenmacher, "The power of two choices in randomized load balancing", 2001): nearly as even as the least
        /// loaded, without asking every node.
        case choices(Int)
        /// One by chance, each with a chance in proportion to its weight, whatever its load.
        case weighted
        /// The one on which the work would end first, if it begins with bringing the bytes that are not there at so
        /// many bytes a second: load with the work + missing bytes / bandwidth.
        case locality(bytesPerSecond: Double)
    }

    /// The rule.
    public let rule: Rule
    /// How much each node does in a second.
    public let weights: [Double]
    /// The work that each node has.
    public private(set) var work: [Double]
    private let sums: [Double]

    /// Nodes without work, of `weights`, which are positive.
    public init(weights: [Double], by rule: Rule) {
        precondition(!weights.isEmpty && weights.allSatisfy { $0 > 0 && $0 < .infinity }, "weights \(weights)")
        switch rule {
        case .choices(let count): precondition(count > 0, "\(count) choices: at least one is needed")
        case .locality(let bandwidth): precondition(bandwidth > 0, "a bandwidth of \(bandwidth) bytes a second")
        case .leastLoaded, .weighted: break
        }
        self.rule = rule
        self.weights = weights
        work = [Double](repeating: 0, count: weights.count)
        sums = weights.reduce(into: []) { $0.append(($0.last ?? 0) + $1) }
    }

    /// The load of a node: its work over its weight.
    public func load(of node: Int) -> Double { work[node] / weights[node] }

    /// The largest load of a node.
    public var largestLoad: Double { weights.indices.reduce(0) { max($0, load(of: $1)) } }

    /// Gives `amount` of work to the node that the rule takes.
    ///
    /// - Parameters:
    ///   - missingBytes: by node, the bytes that would have to be brought there; none is no bytes. Only
    ///     ``Rule/locality`` looks at them.
    ///   - generator: where the rule draws by chance.
    /// - Returns: the place of the node.
    /// - Complexity: linear in nodes for the least loaded and for locality, constant for choices, logarithmic for
    ///   weights.
    public mutating func place(
        _ amount: Double = 1, missingBytes: [Double] = [], using generator: inout some RandomNumberGenerator
    ) -> Int {
        precondition(amount >= 0 && amount < .infinity, "\(amount) is no amount of work")
        precondition(
            missingBytes.isEmpty || missingBytes.count == weights.count,
            "\(missingBytes.count) missing bytes for \(weights.count) nodes")
        let node =
            switch rule {
            case .leastLoaded: first(of: weights.indices) { (work[$0] + amount) / weights[$0] }
            case .choices(let count):
                first(of: (0..<count).map { _ in Int.random(in: weights.indices, using: &generator) }) {
                    (work[$0] + amount) / weights[$0]
                }
            case .weighted: drawn(&generator)
            case .locality(let bandwidth):
                first(of: weights.indices) {
                    (work[$0] + amount) / weights[$0] + (missingBytes.isEmpty ? 0 : missingBytes[$0] / bandwidth)
                }
            }
        work[node] += amount
        return node
    }

    /// Takes `amount` of work, which has ended, from a node.
    public mutating func giveBack(_ amount: Double, from node: Int) {
        precondition(amount >= 0, "\(amount) is no amount of work")
        work[node] = max(0, work[node] - amount)
    }

    private func first(of nodes: some Sequence<Int>, _ cost: (Int) -> Double) -> Int {
        var (best, least) = (-1, Double.infinity)
        for node in nodes {
            let cost = cost(node)
            if best < 0 || cost < least { (best, least) = (node, cost) }
        }
        return best
    }

    private func drawn(_ generator: inout some RandomNumberGenerator) -> Int {
        let mark = Double.random(in: 0..<sums[sums.count - 1], using: &generator)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if mark < sums[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
