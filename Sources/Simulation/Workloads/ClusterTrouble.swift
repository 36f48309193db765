import Files
import Workflows

/// What goes wrong with the cluster of a workload, and with attempts that last too long.
///
/// ```yaml
/// trouble:
///   nodeFailures: {meanSecondsBetween: 500000, repairSeconds: 900}
///   timeLimitFactor: 4
///   nodes:
///     - {at: 3600, node: n2, change: leaves}
///     - {at: 7200, node: n2, change: joins}
///     - {at: 5000, node: n5, change: slows, factor: 0.5}
/// ```
public struct ClusterTrouble: Sendable, Hashable {
    /// Something that happens to the node of a name.
    public struct NodeEvent: Sendable, Hashable {
        /// When, in seconds from the start.
        public var at: Double
        /// The name of the node.
        public var node: String
        /// What happens.
        public var change: Disruption.Change

        /// The `change` of the node `node` at a moment.
        public init(at moment: Double, node: String, _ change: Disruption.Change) {
            at = moment
            self.node = node
            self.change = change
        }
    }

    /// Mean seconds from a node's start or repair to its failure, exponential; nil is never.
    public var secondsBetweenNodeFailures: Double?
    /// Seconds that the repair of a node takes.
    public var repairSeconds = 600.0
    /// An attempt is ended after this times its expected time on its node; the limit doubles with every attempt. Nil: never.
    public var timeLimitFactor: Double?
    /// What happens to nodes at given moments.
    public var nodes: [NodeEvent] = []

    /// Nothing goes wrong until it is said.
    public init() {}

    /// What happens to the nodes of `cluster`.
    ///
    /// - Throws: `InputError` that names the event whose node is not there.
    public func disruptions(on cluster: Cluster) throws -> [Disruption] {
        let places = Dictionary(cluster.nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return try nodes.enumerated().map { number, event in
            guard let node = places[event.node] else {
                throw InputError(
                    "is \"\(event.node)\", which is no node of the cluster", field: "trouble.nodes[\(number)].node")
            }
            return Disruption(at: event.at, node: node, event.change)
        }
    }
}

extension ClusterTrouble {
    /// Seconds between failures and of repairs that can be told apart from the moments at which they come, and factors.
    private static let (meansBetween, repairs) = (1.0...1e12, 0.0...1e9)
    fileprivate static let factors = 1e-6...1e6

    init(_ field: JSONField) throws {
        try field.refuseUnknown(["nodeFailures", "timeLimitFactor", "nodes"])
        let failures = field["nodeFailures"]
        if failures.isPresent {
            try failures.refuseUnknown(["meanSecondsBetween", "repairSeconds"])
            secondsBetweenNodeFailures = try failures["meanSecondsBetween"].number(within: Self.meansBetween)
            repairSeconds =
                try failures["repairSeconds"].ifPresent { try $0.number(within: Self.repairs) } ?? repairSeconds
        }
        timeLimitFactor = try field["timeLimitFactor"].ifPresent { try $0.number(within: Self.factors) }
        nodes = try field["nodes"].elementsIfPresent().map { try NodeEvent($0) }
    }

    var json: JSONValue {
        var object = JSONObject()
        if let seconds = secondsBetweenNodeFailures {
            object["nodeFailures"] = .object(
                JSONObject([("meanSecondsBetween", .number(seconds)), ("repairSeconds", .number(repairSeconds))]))
        }
        object["timeLimitFactor"] = timeLimitFactor.map { .number($0) }
        if !nodes.isEmpty { object["nodes"] = .array(nodes.map(\.json)) }
        return .object(object)
    }
}

extension ClusterTrouble.NodeEvent {
    fileprivate init(_ field: JSONField) throws {
        try field.refuseUnknown(["at", "node", "change", "factor"])
        let name = try field["change"].string()
        let change: Disruption.Change
        switch name {
        case "joins": change = .joins
        case "leaves": change = .leaves
        case "slows": change = .slows(to: try field["factor"].number(within: ClusterTrouble.factors))
        default: throw field["change"].failure("is \"\(name)\"; there are joins, leaves and slows")
        }
        guard name == "slows" || !field["factor"].isPresent else {
            throw field["factor"].failure("stands beside \(name), which has none")
        }
        self.init(at: try field["at"].amount(), node: try field["node"].string(), change)
    }

    fileprivate var json: JSONValue {
        var object = JSONObject([("at", .number(at)), ("node", .string(node))])
        switch change {
        case .joins: object["change"] = .string("joins")
        case .leaves: object["change"] = .string("leaves")
        case .slows(let factor): (object["change"], object["factor"]) = (.string("slows"), .number(factor))
        }
        return .object(object)
    }
}

extension JSONField {
    fileprivate func number(within range: ClosedRange<Double>) throws -> Double {
        let value = try double()
        guard range.contains(value) else {
            let ends = [range.lowerBound, range.upperBound].map { JSONValue.text(of: $0) }
            throw failure("is \(JSONValue.text(of: value)), not from \(ends[0]) to \(ends[1])")
        }
        return value
    }
}

extension FailureModel {
    /// What `trouble` says of nodes and of time. A workflow is given up after ``FailureShares/attemptsAtMost`` attempts at one of its tasks, so that a stream
    /// whose attempts all fail comes to an end.
    public init(_ trouble: ClusterTrouble) {
        self.init()
        attemptsAtMost = FailureShares.attemptsAtMost
        secondsBetweenNodeFailures = trouble.secondsBetweenNodeFailures
        repairSeconds = trouble.repairSeconds
        timeLimitFactor = trouble.timeLimitFactor
    }
}
