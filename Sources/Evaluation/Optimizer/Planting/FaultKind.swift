import Workflows

/// What may be wrong with a workflow, and is planted to see whether it is found.
public enum FaultKind: String, CaseIterable, Codable, Sendable {
    /// Tasks that wait for each other without need.
    case serialChain = "serial-chain"
    /// Tasks that hold far more cores than they use, so that fewer run at once.
    case overRequest = "over-request"
    /// One task of a stage that takes far longer than the others, and could be divided.
    case straggler
    /// A task that runs far from a large file that it reads.
    case farData = "far-data"
    /// Dependencies beside which another path says the same; they cost no time.
    case redundantEdges = "redundant-edges"
    /// Tasks so short that starting each costs more than running it.
    case tinyTasks = "tiny-tasks"

    /// The type of suggestion that mends it.
    public var remedy: String {
        switch self {
        case .serialChain, .redundantEdges: "remove-edge"
        case .overRequest: "right-size"
        case .straggler: "split"
        case .farData: "colocate"
        case .tinyTasks: "cluster"
        }
    }

    /// Whether it costs time: what does not is judged by structure alone.
    public var costsTime: Bool { self != .redundantEdges }

    /// Whether `cluster` has what it takes: nodes of several cores, several nodes and a bandwidth, tasks that cost something
    /// to start.
    public func isPossible(on cluster: Cluster) -> Bool {
        switch self {
        case .overRequest: cluster.nodes.contains { $0.cores >= 2 }
        case .farData: cluster.bandwidthBytesPerSecond != nil && cluster.nodes.count > 1
        case .tinyTasks: cluster.nodes.allSatisfy { $0.taskOverheadSeconds > 0 }
        case .serialChain, .straggler, .redundantEdges: true
        }
    }
}

/// A fault that was planted, and where.
struct PlantedFault: Sendable {
    var kind: FaultKind
    /// The tasks that it is about.
    var tasks: Set<String>
    /// For redundant dependencies, these.
    var edges: Set<[String]> = []
    /// Tasks that look like the fault and are as they should be.
    var decoys: Set<String> = []
    /// Dependencies that look redundant and are not.
    var decoyEdges: Set<[String]> = []
}

/// A workflow with planted faults, and the same without them.
struct PlantedWorkflow: Sendable {
    var clean: WorkflowSketch
    var faulty: WorkflowSketch
    var faults: [PlantedFault] = []
    /// The part of the faulty workflow's makespan that the faults cost, first in, first out.
    var share = 0.0

    init(_ sketch: WorkflowSketch) { (clean, faulty) = (sketch, sketch) }
}
