import Files
import Foundation
import Kernels
import Layers
import Simulation

/// A graph network that says before a workflow runs which of its tasks will hold it back, and for how long.
///
/// It reads the workflow, how uncertain its durations are, and how one run with the expected durations goes, and stands for many
/// runs with other durations, from which it has learned (``BottleneckTrainer``).
///
/// ```swift
/// let estimate = bottlenecks.estimate(instance, spreads: spreads)
/// ```
public struct GCNBottlenecks: Sendable {
    /// What it says of the tasks of a workflow.
    public struct Estimate: Sendable {
        /// For each task, the probability that the end of the workflow hangs on it.
        public var probabilities: [Double]
        /// For each task, the expected part of the makespan that it could delay (``BottleneckShares/delays``).
        public var delays: [Double]
    }

    /// Delays are learned in tenths.
    static let delayUnit = 0.1

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

    /// What it says of `instance`: one run and one pass of the network.
    ///
    /// - Parameter spreads: the standard deviation of the logarithm of each duration.
    public func estimate(_ instance: SchedulingInstance, spreads: [Double]) -> Estimate {
        precondition(
            spreads.count == instance.taskCount, "\(spreads.count) spreads for \(instance.taskCount) tasks")
        guard instance.taskCount > 0 else { return Estimate(probabilities: [], delays: []) }
        let outputs = network(input(instance, spreads)).scalars
        return Estimate(
            probabilities: spreads.indices.map { 1 / (1 + exp(-Double(outputs[2 * $0]))) },
            delays: spreads.indices.map { min(max(Self.delayUnit * Double(outputs[2 * $0 + 1]), 0), 1) })
    }

    func input(_ instance: SchedulingInstance, _ spreads: [Double]) -> GraphInput {
        GraphInput(TaskGraph(instance), spreads: spreads, scales: scales, more: RunFeatures.values(instance))
    }
}

extension GCNBottlenecks {
    /// Everything that it consists of.
    public func archive() -> WeightArchive {
        var archive = WeightArchive()
        network.write(to: &archive, prefix: "bottlenecks.")
        scales.write(to: &archive)
        return archive
    }

    /// Reads what ``archive()`` wrote.
    ///
    /// - Throws: `InputError` that names the array that is missing, of another shape, not finite or out of bounds, or that
    ///   does not belong there.
    public init(_ archive: WeightArchive, architecture: GCNArchitecture) throws {
        var generator = SeededGenerator(seed: 0)
        self.init(architecture, scales: try GraphScales(archive), using: &generator)
        try network.read(from: archive, prefix: "bottlenecks.")
        try archive.checkThatAllBelong(to: self.archive())
    }
}
