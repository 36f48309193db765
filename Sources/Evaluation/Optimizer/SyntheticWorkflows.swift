import Kernels
import Simulation
import Workflows

extension OptimizerEvaluator {
    /// Workflows for those who give none: of each family of ``SyntheticFamily`` one after the other, with files that take a
    /// tenth of a task's time to another node.
    public static func syntheticWorkflows(_ count: Int, tasks: Int = 60, on cluster: Cluster, seed: UInt64)
        -> [Workflow]
    {
        var generator = SeededGenerator(seed: seed)
        let forms: [SyntheticFamily.Form] = [.layered, .forkJoin, .inTree, .outTree]
        return (0..<count).map { place in
            var family = SyntheticFamily(forms[place % forms.count], tasks: .constant(Double(tasks)), width: 6)
            family.communicationRatio = 0.1
            family.bandwidthBytesPerSecond = cluster.bandwidthBytesPerSecond ?? family.bandwidthBytesPerSecond
            return family.draw(name: "\(family.form.rawValue)-\(place)", using: &generator).workflow
        }
    }
}
