import Files
import Kernels

/// A classic family of synthetic workflows, with the parameters that are usual for them.
///
/// Durations are uniform in [w (1 - h / 2), w (1 + h / 2)] around the mean w with heterogeneity h, and the bytes of a
/// dependency are such that on average a transfer takes `communicationRatio` times as long as a task, as in Topcuoglu, Hariri,
/// Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002, section 5.2.
public struct SyntheticFamily: Sendable, Hashable {
    /// How tasks hang together.
    public enum Form: String, Sendable, CaseIterable {
        /// Layers of random widths around `width`, each task behind random ones of the layer before it, at least one.
        ///
        /// The layer-by-layer method of Cordeiro and others, "Random graph generation for scheduling simulations", 2010, and
        /// of Tobita and Kasahara, "A standard task graph set for fair evaluation of multiprocessor scheduling algorithms",
        /// 2002, here between consecutive layers.
        case layered
        /// A tree whose edges point to the root: every task but the last has one child, which has `width` parents.
        ///
        /// Hu, "Parallel sequencing and assembly line problems", 1961. In-trees, out-trees and chains are data sets of Coleman
        /// and Krishnamachari, "PISA: An adversarial approach to comparing task graph scheduling algorithms", 2024.
        case inTree = "in-tree"
        /// A tree whose edges point away from the root: every task but the first has one parent, which has `width` children.
        case outTree = "out-tree"
        /// One behind the other.
        case chain
        /// One task, then `width` that wait for it, then one that waits for them, and so on.
        ///
        /// Fork and join are the graphs that Yang and Gerasoulis, "DSC: Scheduling parallel tasks on an unbounded number of
        /// processors", 1994, put any graph together from.
        case forkJoin = "fork-join"
    }

    /// How tasks hang together.
    public var form: Form
    /// How many tasks a workflow has; rounded, at least 1 and at most ``SchedulingInstance/mostTasks``.
    public var tasks: Distribution
    /// Tasks in a layer on average, children of a task, or tasks between fork and join, at least 1.
    public var width: Int
    /// The chance that a task waits for a given task of the layer before it; layered only.
    public var edgeProbability: Double
    /// Mean duration w in seconds.
    public var meanSeconds: Double
    /// Heterogeneity h of the durations, 0 to 2.
    public var heterogeneity: Double
    /// Mean time of a transfer over mean duration.
    public var communicationRatio: Double
    /// The bandwidth at which it is that, in bytes a second.
    public var bandwidthBytesPerSecond: Double

    /// A family of `form`; tasks of 60 s ± 50 %, no communication.
    public init(
        _ form: Form, tasks: Distribution, width: Int = 4, edgeProbability: Double = 0.3, meanSeconds: Double = 60,
        heterogeneity: Double = 1, communicationRatio: Double = 0, bandwidthBytesPerSecond: Double = 125e6
    ) {
        precondition(width >= 1, "a width of \(width)")
        self.form = form
        self.tasks = tasks
        self.width = width
        self.edgeProbability = edgeProbability
        self.meanSeconds = meanSeconds
        self.heterogeneity = heterogeneity
        self.communicationRatio = communicationRatio
        self.bandwidthBytesPerSecond = bandwidthBytesPerSecond
    }

    /// Draws a workflow.
    public func draw(name: String, using generator: inout SeededGenerator) -> DrawnRun {
        let count = count(using: &generator)
        let parents = parents(count, using: &generator)
        var run = DrawnRun.Builder()
        for task in 0..<count {
            let seconds = seconds(using: &generator)
            run.add(
                process: form.rawValue, seconds: seconds,
                parents: parents[task].map {
                    ($0, communicationRatio * bandwidthBytesPerSecond * self.seconds(using: &generator))
                })
        }
        return run.finish(name: name)
    }

    func count(using generator: inout SeededGenerator) -> Int {
        Int(min(max(tasks.draw(using: &generator).rounded(), 1), Double(SchedulingInstance.mostTasks)))
    }

    private func seconds(using generator: inout SeededGenerator) -> Double {
        meanSeconds * (1 + heterogeneity * (generator.uniformDouble() - 0.5))
    }

    /// The parents of each of `count` tasks, all of them before it.
    private func parents(_ count: Int, using generator: inout SeededGenerator) -> [[Int]] {
        switch form {
        case .layered: layers(count, using: &generator)
        case .chain: (0..<count).map { $0 == 0 ? [] : [$0 - 1] }
        case .outTree: (0..<count).map { $0 == 0 ? [] : [($0 - 1) / width] }
        case .inTree:
            // The out-tree, read from its leaves to its root.
            (0..<count).map { task in
                let mirrored = count - 1 - task
                let first = mirrored * width + 1
                return (first..<min(first + width, max(count, first))).map { count - 1 - $0 }.sorted()
            }
        case .forkJoin: forks(count)
        }
    }

    private func layers(_ count: Int, using generator: inout SeededGenerator) -> [[Int]] {
        var parents: [[Int]] = []
        var above = 0..<0
        while parents.count < count {
            let start = parents.count
            let end = min(start + Int.random(in: 1...(2 * width - 1), using: &generator), count)
            for _ in start..<end {
                var chosen = above.filter { _ in generator.uniformDouble() < edgeProbability }
                if chosen.isEmpty, !above.isEmpty { chosen = [Int.random(in: above, using: &generator)] }
                parents.append(chosen)
            }
            above = start..<end
        }
        return parents
    }

    /// Rounds of `width` tasks and a join; the last has as many as are left.
    private func forks(_ count: Int) -> [[Int]] {
        var parents: [[Int]] = [[]]
        while parents.count < count {
            let fork = parents.count - 1
            let branches = max(min(width, count - parents.count - 1), 1)
            parents += [[Int]](repeating: [fork], count: branches)
            if parents.count < count { parents.append(Array(fork + 1...fork + branches)) }
        }
        return parents
    }
}
