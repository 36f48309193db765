/// A moment for each node that follows from moments elsewhere: files that come from another node come later.
///
/// The files of a task are on a node when the last of them is; all but those that are there already take the time of their
/// transfer. Two maxima over different nodes answer that for all nodes after one look at each neighbour.
struct NodeMoments {
    private(set) var at: [Double]
    private var first = 0.0
    private var firstNode = -1
    private var second = 0.0

    init(nodes: Int) { at = [Double](repeating: 0, count: nodes) }

    mutating func clear() {
        for node in at.indices { at[node] = 0 }
        (first, firstNode, second) = (0, -1, 0)
    }

    /// A neighbour on `node`, at `moment` there, and `transfer` seconds later elsewhere.
    mutating func add(_ moment: Double, on node: Int, transfer: Double) {
        at[node] = max(at[node], moment)
        let elsewhere = moment + transfer
        if node == firstNode {
            first = max(first, elsewhere)
        } else if elsewhere > first {
            (second, first, firstNode) = (first, elsewhere, node)
        } else {
            second = max(second, elsewhere)
        }
    }

    /// After the last neighbour.
    mutating func close() {
        for node in at.indices { at[node] = max(at[node], node == firstNode ? second : first) }
    }

    subscript(node: Int) -> Double { at[node] }
}
