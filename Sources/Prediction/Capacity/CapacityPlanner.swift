import Files
import Workflows

/// Turns a forecast of what a cluster will be asked for into nodes needed by when.
///
/// With C(n) the capacity of the first n nodes, in the order of the cluster and then over again, and D the demand at a
/// moment as its forecast has it, the nodes needed are the least n with P(D > (1 - headroom) C(n)) ≤ risk.
public struct CapacityPlanner: Sendable, Hashable {
    /// What a demand is measured in.
    public enum Unit: String, CaseIterable, Sendable {
        /// Cores in use.
        case cores
        /// Bytes of memory in use.
        case bytes
        /// Percent of the cores of the cluster as it is.
        case percent
        /// The share of the cores of the cluster as it is.
        case share
    }

    /// The nodes there are, of which more of the same kinds can be had.
    public var cluster: Cluster
    /// What the demand is measured in.
    public var unit: Unit
    /// The share of each node that is kept free: a demand that takes of it is a shortage.
    public var headroom: Double
    /// The risk of a shortage that is taken.
    public var risk: Double

    /// What the first n nodes hold, in the unit of ``capacity`` [nodes + 1].
    private let sums: [Double]
    /// What a demand of one is in that unit.
    private let factor: Double

    /// Nodes that may be needed.
    public static let limit = 1_000_000

    /// A planner for `cluster`.
    ///
    /// - Throws: `InputError` that names the node which has no memory, where the demand is memory.
    public init(_ cluster: Cluster, unit: Unit, headroom: Double = 0.1, risk: Double = 0.05) throws {
        precondition(headroom >= 0 && headroom < 1 && risk > 0 && risk < 1, "headroom \(headroom), risk \(risk)")
        self.cluster = cluster
        self.unit = unit
        self.headroom = headroom
        self.risk = risk
        let holds = try cluster.nodes.map { node in
            guard unit == .bytes else { return node.cores }
            guard let memory = node.memoryBytes else {
                throw InputError("the node \(node.name) has no memoryBytes, and the demand is memory", field: "cluster")
            }
            return memory
        }
        var sums = [0.0]
        sums.reserveCapacity(holds.count + 1)
        for held in holds { sums.append(sums[sums.count - 1] + held) }
        self.sums = sums
        let total = sums[holds.count]
        switch unit {
        case .cores, .bytes: factor = 1
        case .percent: factor = total / 100
        case .share: factor = total
        }
    }

    /// C(n), in the unit of the demand.
    public func capacity(ofNodes count: Int) -> Double {
        let (rounds, rest) = count.quotientAndRemainder(dividingBy: sums.count - 1)
        return (Double(rounds) * sums[sums.count - 1] + sums[rest]) / factor
    }

    /// The nodes needed at the moment of `forecast`.
    /// - Throws: `InputError` where ``limit`` of them would not be enough.
    public func need(_ forecast: CapacityForecast) throws -> NodeNeed {
        func isEnough(_ count: Int) -> Bool {
            // A quantile itself is enough, whatever the rounding of its level.
            shortage(forecast, nodes: count) <= risk + 1e-12
        }
        guard isEnough(Self.limit) else {
            throw InputError(
                "asks for more than \(Self.limit) nodes such as these; is its unit \(unit.rawValue)?", field: "series")
        }
        var (low, high) = (0, Self.limit)
        while low < high {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle + 1 }
        }
        let present = cluster.nodes.count
        let added = (present..<max(present, min(low, 2 * present))).map { cluster.nodes[$0 - present].startupSeconds }
        return NodeNeed(
            at: forecast.at, needed: low, riskOfShortage: shortage(forecast, nodes: low),
            riskWithPresentNodes: shortage(forecast, nodes: present),
            requestBy: forecast.at - (added.max() ?? 0))
    }

    /// The probability that the demand exceeds what `count` nodes hold beside the share that is kept free.
    private func shortage(_ forecast: CapacityForecast, nodes count: Int) -> Double {
        forecast.probability(above: capacity(ofNodes: count) * (1 - headroom))
    }
}

/// How many nodes are needed at one moment.
public struct NodeNeed: Sendable, Hashable {
    /// The moment, in Unix seconds.
    public var at: Double
    /// Nodes that are enough but for the risk that is taken, with headroom.
    public var needed: Int
    /// The probability that the demand exceeds what so many nodes hold beside the headroom.
    public var riskOfShortage: Double
    /// The same of the nodes of the cluster as it is.
    public var riskWithPresentNodes: Double
    /// When nodes that are not there yet must be asked for, so that they have started by then.
    public var requestBy: Double

    /// The need as it stands on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("at", .number(at)), ("needed", .integer(needed)), ("riskOfShortage", .number(riskOfShortage)),
                ("riskWithPresentNodes", .number(riskWithPresentNodes)), ("requestBy", .number(requestBy)),
            ]))
    }
}
