import Scheduling
import Workflows

/// Makespans of plans with the experience of all plans before over those without any, with the same bound on schedules.
func experienceRatios(_ workflows: [Workflow], on cluster: Cluster, iterations: Int, seed: UInt64) throws -> [Double] {
    var experience = SearchExperience()
    return try workflows.map { workflow in
        func makespan(_ experience: inout SearchExperience) throws -> Double {
            try HeuristicScheduler(.portfolio).plan(
                workflow, on: cluster, iterations: iterations, seed: seed, experience: &experience
            ).schedule.makespan
        }
        var none = SearchExperience()
        return try makespan(&experience) / makespan(&none)
    }
}
