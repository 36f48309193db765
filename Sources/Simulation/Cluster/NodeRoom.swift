import Workflows

/// What is free on the nodes of a cluster at one moment.
///
/// Fractions of cores do not add up exactly (0.1 + 0.2 > 0.3), so a part in 10^12 of a node is given for free, and a node
/// that holds nothing has all of its room again, whatever was lost on the way: else a task as large as a node might wait
/// for ever.
struct NodeRoom {
    private let allCores: [Double]
    private let allMemory: [Double]
    private var freeCores: [Double]
    private var freeMemory: [Double]
    private var held: [Int]

    /// The part of a node that may be held beyond what it has.
    static let slack = 1e-12

    init(_ nodes: [Cluster.Node]) {
        allCores = nodes.map(\.cores)
        allMemory = nodes.map { $0.memoryBytes ?? .infinity }
        freeCores = allCores
        freeMemory = allMemory
        held = [Int](repeating: 0, count: nodes.count)
    }

    func has(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        cores <= freeCores[node] + allCores[node] * Self.slack
            && memory <= freeMemory[node] + allMemory[node] * Self.slack
    }

    mutating func take(_ cores: Double, _ memory: Double, on node: Int) {
        freeCores[node] -= cores
        freeMemory[node] -= memory
        held[node] += 1
    }

    mutating func giveBack(_ cores: Double, _ memory: Double, on node: Int) {
        held[node] -= 1
        freeCores[node] = held[node] == 0 ? allCores[node] : freeCores[node] + cores
        freeMemory[node] = held[node] == 0 ? allMemory[node] : freeMemory[node] + memory
    }
}
