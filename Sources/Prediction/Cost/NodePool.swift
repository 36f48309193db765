import Workflows

/// Nodes of a cluster that are alike in all that counts, their price included: a mix says how many of them it takes.
///
/// Nodes of one pool that differ are several of these; nodes without a pool are told apart by what they are, and named
/// after the first of them.
public struct NodePool: Sendable, Hashable {
    /// The name of the pool, else of the first node.
    public var name: String
    /// The places of the nodes in the cluster, in its order.
    public var places: [Int]
    /// The first of them.
    public var node: Cluster.Node

    private struct Likeness: Hashable {
        let amounts: [Double?]
        let pool: String?

        init(_ node: Cluster.Node) {
            amounts = [
                node.cores, node.memoryBytes, node.speed, node.pricePerHour, node.startupSeconds,
                node.taskOverheadSeconds,
            ]
            pool = node.pool
        }
    }

    /// Price of a core for the time in which it does the work of one second at speed 1.
    var pricePerWork: Double { node.pricePerHour / 3600 / (node.cores * node.speed) }

    /// The pools of `cluster`, those whose cores are the cheapest for what they do first: rules that take the first node
    /// with room then take the cheapest.
    public static func pools(of cluster: Cluster) -> [NodePool] {
        var numbers: [Likeness: Int] = [:]
        var pools: [NodePool] = []
        for (place, node) in cluster.nodes.enumerated() {
            let likeness = Likeness(node)
            if let number = numbers[likeness] {
                pools[number].places.append(place)
            } else {
                numbers[likeness] = pools.count
                pools.append(NodePool(name: node.pool ?? node.name, places: [place], node: node))
            }
        }
        return pools.sorted { ($0.pricePerWork, $0.places[0]) < ($1.pricePerWork, $1.places[0]) }
    }
}

extension [NodePool] {
    /// The first `counts` nodes of each pool, in the order of the pools, as a cluster of its own.
    func cluster(_ counts: [Int], of whole: Cluster) -> Cluster {
        let nodes = zip(self, counts).flatMap { pool, count in pool.places.prefix(count).map { whole.nodes[$0] } }
        return Cluster(nodes: nodes, bandwidthBytesPerSecond: whole.bandwidthBytesPerSecond)
    }
}
