import Foundation
import Kernels
import Scheduling
import Simulation
import Workflows

/// A workflow of a synthetic family on a cluster, both drawn, and how uncertain its durations are: what bottlenecks are learned
/// from.
struct GeneratedWorkflow: Sendable {
    let instance: SchedulingInstance
    /// The standard deviation of the logarithm of each duration.
    let spreads: [Double]

    /// The run with the durations as they are.
    var expectedRun: Timetable { SchedulingPolicy.fifo.timetable(of: instance) }

    /// Draws 8 to 200 tasks of any family, whose levels differ in duration, cores and uncertainty, on one to eight nodes of 4 to
    /// 16 cores.
    init(using generator: inout SeededGenerator) throws {
        func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.uniformDouble() }
        func chance(_ one: UInt64) -> Bool { generator.next() % one == 0 }
        let forms = SyntheticFamily.Form.allCases
        let family = SyntheticFamily(
            forms[Int(generator.next() % UInt64(forms.count))], tasks: .constant(exp(uniform(log(8), log(200)))),
            width: Int(exp(uniform(0, log(24)))), edgeProbability: uniform(0.05, 0.6),
            heterogeneity: uniform(0, 1.9), communicationRatio: chance(2) ? 0 : uniform(0, 1))
        var workflow = family.draw(name: family.form.rawValue, using: &generator).workflow
        let levels = Self.levels(of: workflow)
        let (contrast, spread, unevenness) = (
            uniform(0, 1.2), exp(uniform(log(0.03), log(0.8))), uniform(0, 0.5)
        )
        let kinds = (0...(levels.max() ?? 0)).map { _ in
            (
                factor: exp(contrast * Double(generator.normal())),
                cores: chance(3) ? Double(1 + generator.next() % 4) : 1,
                spread: min(1, spread * exp(unevenness * Double(generator.normal())))
            )
        }
        for task in workflow.tasks.indices {
            workflow.update(task) {
                $0.runtimeSeconds = ($0.runtimeSeconds ?? 0) * kinds[levels[task]].factor
                $0.cores = kinds[levels[task]].cores
            }
        }
        let (nodes, cores, areUneven) = (1 + generator.next() % 8, Double(4 + generator.next() % 13), chance(2))
        let cluster = Cluster(
            nodes: (0..<nodes).map { place in
                .init(name: "n\(place)", cores: cores, speed: areUneven ? [0.5, 1, 2][Int(generator.next() % 3)] : 1)
            }, bandwidthBytesPerSecond: family.bandwidthBytesPerSecond)
        instance = try SchedulingInstance(workflow, on: cluster)
        spreads = levels.map { kinds[$0].spread }
    }

    private static func levels(of workflow: Workflow) -> [Int] {
        var levels = [Int](repeating: 0, count: workflow.tasks.count)
        for task in workflow.graph.topologicalOrder {
            for child in workflow.graph.children(of: task) { levels[child] = max(levels[child], levels[task] + 1) }
        }
        return levels
    }
}
