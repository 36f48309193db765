import Kernels
import Scheduling
import Simulation
import Tensors
import WorkflowOptimization

/// A graph network that reads a whole workflow and says which task goes first.
///
/// Task i has the priority
///
///     β ln(bᵢ (1 + cᵢ / q)) + γ f(graph)ᵢ
///
/// with its bottom level b and its cores c: a static key with one scale q, which the network f corrects. Before training f is 0.
/// It is trained for the makespan of the list schedule that the priorities lead to (``PriorityTrainer``). Two more networks may
/// stand beside it that say what will hold a workflow back (``GCNBottlenecks``) and what changes of it will gain (``GCNGains``).
///
/// ```swift
/// let plan = optimizer.propose(instance) { false }
/// ```
public struct GCNOptimizer: Sendable {
    /// `gcn`
    public static let kind = "gcn"
    /// β: how much noise of the scale 1 changes the static key while it is trained.
    static let keyWeight = 30.0
    /// γ: how far one step of the training changes the priorities.
    static let correctionWeight = 3.0

    /// The shape of the network.
    public let architecture: GCNArchitecture
    /// Makes one number for each task.
    var ordering: GCNNetwork
    /// What it reads is normalised by this.
    let scales: GraphScales
    /// q over the cores of the cluster.
    public let scale: Double
    /// From which share of the work's time on the longest path is taken for what binds: then the list pass places tasks one by
    /// one. Never where it is infinite.
    public let serialFrom: Double
    /// Says which tasks will hold a workflow back; nil where none was trained.
    public var bottlenecks: GCNBottlenecks?
    /// Says what changes of a workflow will gain; nil where none was trained.
    public var gains: GCNGains?

    init(
        architecture: GCNArchitecture, ordering: GCNNetwork, scales: GraphScales, scale: Double,
        serialFrom: Double = .infinity
    ) {
        precondition(scale > 0 && serialFrom >= 0, "a scale of \(scale), serial from \(serialFrom)")
        self.architecture = architecture
        self.ordering = ordering
        self.scales = scales
        self.scale = scale
        self.serialFrom = serialFrom
    }

    /// A priority for each task of `instance`: a larger one goes first. One pass of the network.
    public func priorities(of instance: SchedulingInstance) -> [Double] {
        guard instance.taskCount > 0 else { return [] }
        let graph = TaskGraph(instance)
        let corrections = ordering(input(graph)).scalars
        return Self.priorities(Self.keys(of: graph, scale: scale), corrections)
    }

    func input(_ graph: TaskGraph) -> GraphInput {
        GraphInput(graph, scales: scales, readsEdges: architecture.hasMessages)
    }

    /// The priorities by the static key and what the network says.
    static func priorities(_ keys: [Double], _ corrections: [Float]) -> [Double] {
        zip(keys, corrections).map { $0 + correctionWeight * Double($1) }
    }

    /// β ln(b (1 + c / q)) for each task, b over the bound and c over all cores; the order of the static key.
    static func keys(of graph: TaskGraph, scale: Double) -> [Double] {
        let (bound, perCore) = (max(graph.bound, .leastNormalMagnitude), 1 / (scale * graph.capacity))
        return (0..<graph.taskCount).map { task in
            let level = max(graph.bottomLevels[task] / bound, 1e-12)
            return keyWeight * logarithm(level * (1 + graph.cores[task] * perCore))
        }
    }
}

extension GCNOptimizer: PlanProposer {
    /// `gcn`
    public var name: String { Self.kind }

    /// The list schedule by ``priorities(of:)``: on the clusters that it was trained for, one node whose tasks hold many cores,
    /// tasks start as there is room, or are placed one by one (``serialFrom``); on others each is put where it ends first.
    public func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        guard !isOver() else { return nil }
        let priorities = priorities(of: instance)
        guard !isOver(), !priorities.contains(where: \.isNaN) else { return nil }
        var scheduler = ListScheduler(instance, serialFrom: serialFrom)
        return scheduler.timetable(of: priorities, isOver: isOver)
    }
}

extension LearnedScorer {
    /// What the networks of `optimizer` say beside its priorities; nil where it has none.
    public init?(_ optimizer: GCNOptimizer, named name: String) {
        guard optimizer.bottlenecks != nil || optimizer.gains != nil else { return nil }
        self.init(optimizer.bottlenecks, changes: optimizer.gains, named: name)
    }
}
