import Files
import Kernels
import Layers
import Scheduling
import Simulation
import Tensors
import WorkflowOptimization

/// A graph network that says what changes of a workflow will gain before they are simulated.
///
/// It reads the workflow, how it runs as it is, and of each change what it is about; it stands for a run with the change alone,
/// from many of which it has learned (``GainTrainer``). All of these are runs first in, first out.
///
/// ```swift
/// let gains = model.gains(of: changes, after: timetable, of: instance)
/// ```
public struct GCNGains: Sendable {
    /// Gains are learned in tenths of the makespan.
    static let unit = 0.1
    /// Before the names of its arrays, and of its numbers in a manifest.
    static let prefix = "gains."

    /// The shape of the layers that read the workflow.
    public let architecture: GCNArchitecture
    /// Makes the gain of each change.
    var network: GCNGainNetwork
    /// What it reads of the workflow is normalised by this.
    let scales: GraphScales

    init(architecture: GCNArchitecture, network: GCNGainNetwork, scales: GraphScales) {
        (self.architecture, self.network, self.scales) = (architecture, network, scales)
    }

    /// An untrained network.
    init(_ architecture: GCNArchitecture, scales: GraphScales, using generator: inout SeededGenerator) {
        self.init(
            architecture: architecture, network: GCNGainNetwork(architecture, using: &generator), scales: scales)
    }

    /// The part of the makespan that each of `changes` is expected to gain alone, -1 to 1: one pass of the network. 0 where
    /// weights are so large that it comes to nothing that is a number.
    ///
    /// - Parameter timetable: the run first in, first out as it is.
    public func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance
    ) -> [Double] {
        guard instance.taskCount > 0, !changes.isEmpty else { return changes.map { _ in 0 } }
        return network(input(changes, timetable, instance)).scalars.map { gain in
            gain.isNaN ? 0 : min(max(Self.unit * Double(gain), -1), 1)
        }
    }

    func input(
        _ changes: [ProposedChange], _ timetable: Timetable, _ instance: SchedulingInstance
    ) -> GainInput {
        GainInput(
            changes, timetable, instance,
            graph: GraphInput(
                TaskGraph(instance), scales: scales, more: RunFeatures.values(timetable, of: instance),
                readsEdges: architecture.hasMessages))
    }
}

extension GCNGains: ChangeScorer {
    /// Nil for all policies but first in, first out.
    public func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]? {
        policy == .fifo ? gains(of: changes, after: timetable, of: instance) : nil
    }
}

extension GCNGains {
    /// Adds everything that it consists of.
    func write(to archive: inout WeightArchive) {
        network.write(to: &archive, prefix: Self.prefix)
        scales.write(to: &archive, prefix: Self.prefix)
    }

    /// Reads what ``write(to:)`` added.
    ///
    /// - Throws: `InputError` that names the array that is missing, of another shape, not finite or out of bounds.
    init(_ archive: WeightArchive, architecture: GCNArchitecture) throws {
        var generator = SeededGenerator(seed: 0)
        self.init(architecture, scales: try GraphScales(archive, prefix: Self.prefix), using: &generator)
        try network.read(from: archive, prefix: Self.prefix)
    }
}

/// A workflow and changes of it as the network reads them.
struct GainInput: Sendable {
    /// The workflow of N tasks.
    let graph: GraphInput
    /// [C, K], of each change.
    let changes: Tensor
    /// Which tasks each change is about.
    let members: GroupMeans

    init(
        _ changes: [ProposedChange], _ timetable: Timetable, _ instance: SchedulingInstance, graph: GraphInput
    ) {
        let features = ChangeFeatures(timetable, of: instance)
        var values: [Float] = []
        values.reserveCapacity(changes.count * ChangeFeatures.count)
        var groups: [[Int]] = []
        for change in changes {
            groups.append(features.append(change, to: &values))
        }
        self.graph = graph
        self.changes = Tensor(values, shape: [changes.count, ChangeFeatures.count])
        members = GroupMeans(of: groups, rows: instance.taskCount)
    }
}

/// The layers of a ``GCNNetwork``, the mean over the tasks of each change, and two layers that read it with the change.
///
///     u ← ReLU(W₁ x + W₂ P h + b₁)    v ← ReLU(W₃ u + b₂)    gain = W₄ v + b₃
///
/// with h [N, H] of the last layer over the tasks, P [C, N] of ``GroupMeans`` and the changes' own features x [C, K].
struct GCNGainNetwork: Module {
    private static let units = (32, 16)

    private var tasks: GCNLayers
    private var own: Linear
    private var members: Linear
    private var second: Linear
    private var head: Linear

    init(_ architecture: GCNArchitecture, using generator: inout SeededGenerator) {
        func linear(_ inputs: Int, _ outputs: Int) -> Linear {
            let bound = 1 / Float(inputs).squareRoot()
            return Linear(
                weight: .uniform([outputs, inputs], bound: bound, using: &generator), bias: .zeros([outputs]))
        }
        let (units, width) = (Self.units, architecture.hidden[architecture.hidden.count - 1])
        tasks = GCNLayers(architecture, inputs: NodeFeatures.count + RunFeatures.count, using: &generator)
        (own, members) = (linear(ChangeFeatures.count, units.0), linear(width, units.0))
        second = linear(units.0, units.1)
        head = Linear(weight: .zeros([1, units.1]), bias: .zeros([1]))
    }

    /// The gain of each change in tenths of the makespan, [C, 1].
    func callAsFunction(_ input: GainInput) -> Tensor {
        let heard = members(input.members(tasks(input.graph)))
        return head(second((own(input.changes) + heard).relu()).relu())
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try tasks.forEachParameter(body)
        try own.forEachParameter(named: "own", body)
        try members.forEachParameter(named: "members", body)
        try second.forEachParameter(named: "second", body)
        try head.forEachParameter(named: "head", body)
    }
}
