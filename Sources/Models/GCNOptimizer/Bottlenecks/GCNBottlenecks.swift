import Files
import Foundation
import Kernels
import Layers
import Scheduling
import Simulation

/// A graph network that says before a workflow runs which of its tasks will hold it back, and for how long.
///
/// It reads the workflow, how uncertain its durations are, and how the run with the durations as they are goes, and stands for
/// many runs with other durations, from which it has learned (``BottleneckTrainer``). All of these are runs first in, first out.
///
/// ```swift
/// let timetable = SchedulingPolicy.fifo.timetable(of: instance)
/// let estimate = bottlenecks.estimate(after: timetable, of: instance, spreads: spreads)
/// ```
public struct GCNBottlenecks: Sendable {
    /// Delays are learned in tenths.
    static let delayUnit = 0.1
    /// Before the names of its arrays, and of its numbers in a manifest.
    static let prefix = "bottlenecks."

    /// The shape of the network.
    public let architecture: GCNArchitecture
    /// Makes the logarithm of the odds, and the delay, for each task.
    var network: GCNNetwork
    /// What it reads is normalised by this.
    let scales: GraphScales

    init(architecture: GCNArchitecture, network: GCNNetwork, scales: GraphScales) {
        (self.architecture, self.network, self.scales) = (architecture, network, scales)
    }

    /// An untrained network.
    init(_ architecture: GCNArchitecture, scales: GraphScales, using generator: inout SeededGenerator) {
        self.init(
            architecture: architecture,
            network: GCNNetwork(
                architecture, inputs: NodeFeatures.count + RunFeatures.count, outputs: 2, using: &generator),
            scales: scales)
    }

    /// What it says of `instance`: one pass of the network.
    ///
    /// - Parameters:
    ///   - timetable: the run first in, first out with the durations as they are.
    ///   - spreads: the standard deviation of the logarithm of each duration.
    public func estimate(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double]
    ) -> BottleneckEstimate {
        precondition(
            spreads.count == instance.taskCount, "\(spreads.count) spreads for \(instance.taskCount) tasks")
        guard instance.taskCount > 0 else { return BottleneckEstimate(probabilities: [], delays: []) }
        let outputs = network(input(timetable, instance, spreads)).scalars
        return BottleneckEstimate(
            probabilities: spreads.indices.map { 1 / (1 + exp(-Double(outputs[2 * $0]))) },
            delays: spreads.indices.map { min(max(Self.delayUnit * Double(outputs[2 * $0 + 1]), 0), 1) })
    }

    func input(_ timetable: Timetable, _ instance: SchedulingInstance, _ spreads: [Double]) -> GraphInput {
        GraphInput(
            TaskGraph(instance), spreads: spreads, scales: scales, more: RunFeatures.values(timetable, of: instance),
            readsEdges: architecture.hasMessages)
    }
}

extension GCNBottlenecks: BottleneckScorer {
    /// Nil for all policies but first in, first out.
    public func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        policy == .fifo ? estimate(after: timetable, of: instance, spreads: spreads) : nil
    }
}

extension GCNBottlenecks {
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
