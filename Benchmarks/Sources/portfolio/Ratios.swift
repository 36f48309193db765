import Scheduling
import Workflows

/// Makespans of plans by `policy` over those of runs first in, first out.
func ratiosToFIFO(
    _ workflows: [Workflow], on cluster: Cluster, _ policy: SchedulingPolicy, iterations: Int, seed: UInt64
) throws -> [Double] {
    try workflows.map { workflow in
        func makespan(_ policy: SchedulingPolicy) throws -> Double {
            var experience = SearchExperience()
            return try HeuristicScheduler(policy).plan(
                workflow, on: cluster, iterations: iterations, seed: seed, experience: &experience
            ).schedule.makespan
        }
        return try makespan(policy) / makespan(.fifo)
    }
}

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
