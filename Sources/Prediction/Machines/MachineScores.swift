import Foundation
import Workflows

/// How fast kinds of node are, by their benchmarks: one number for each.
///
/// Each benchmark says ln of a machine's result over the mean of the ln of all machines that have it; a machine's score
/// is the median of what its benchmarks say, so that no single one (a disk thirty times as fast) speaks for all. A
/// machine without what is measured (0 for a GPU) has no say on that benchmark.
public struct MachineScores: Sendable, Equatable {
    /// What they follow from.
    public let benchmarks: [MachineBenchmark]
    /// What names machines in tasks: features, or `node`; sorted. As ordinary features of a task they would say nothing
    /// of a machine that is new.
    public let keys: [String]
    private let scores: [Machine: Double]

    /// A machine as tasks name it.
    public struct Machine: Hashable, Sendable, Comparable {
        /// The feature, or `node`.
        public var key: String
        /// The kind of node.
        public var name: String

        /// The machine that tasks know as `name` under `key`.
        public init(key: String, name: String) {
            self.key = key
            self.name = name
        }

        /// By key, then by name.
        public static func < (a: Machine, b: Machine) -> Bool { (a.key, a.name) < (b.key, b.name) }
    }

    /// The scores that follow from `benchmarks`.
    public init(_ benchmarks: [MachineBenchmark]) {
        self.benchmarks = benchmarks
        keys = Set(benchmarks.map(\.key)).sorted()
        var said: [Machine: [Double]] = [:]
        let tables = Dictionary(grouping: benchmarks.filter { $0.value > 0 }) { [$0.key, $0.name] }
        for (_, results) in tables.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let mean = results.reduce(0) { $0 + log($1.value) } / Double(results.count)
            for result in results {
                said[Machine(key: result.key, name: result.machine), default: []].append(log(result.value) - mean)
            }
        }
        scores = said.mapValues { median(ofSorted: $0.sorted()) }
    }

    /// ln of how fast a machine is, beside the others of its key; nil where no benchmark ran on it.
    public func score(of machine: Machine) -> Double? { scores[machine] }

    /// The machine that `task` will run on: of several keys the first by which it is one that has been measured, else
    /// the first by which it is known at all.
    public func machine(of task: TaskSpec) -> Machine? {
        let named = keys.compactMap { key in task.machine(by: key).map { Machine(key: key, name: $0) } }
        return named.first { scores[$0] != nil } ?? named.first
    }
}
