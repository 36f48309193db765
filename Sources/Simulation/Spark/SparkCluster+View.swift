import Kernels

/// What rules may know of jobs and stages.
extension SparkCluster {
    /// Executors that a job has, those that come included.
    public func supply(of job: Int) -> Int { jobs[job].held + jobs[job].coming }

    /// Executor-seconds of its tasks that have not started, by the means of what was measured.
    public func work(of job: Int) -> Double { jobs[job].work }

    /// Its stages that have not ended.
    public func unfinishedStages(of job: Int) -> Int { jobs[job].unfinished }

    /// The seconds of the longest path through its stages that have tasks to start, one mean task for a stage.
    public func path(of job: Int) -> Double {
        var longest = 0.0
        for stage in stages(of: job) where stages[stage].unstarted > 0 { longest = max(longest, path(from: stage)) }
        return longest
    }

    /// The seconds of the longest path from the start of a stage to the end of its job, one mean task for a stage.
    public func path(from stage: Int) -> Double { facts[stage].path }

    /// The mean seconds of a task of the stage, of all that was measured.
    public func meanSeconds(of stage: Int) -> Double { facts[stage].mean }

    /// Executors that the stage could take: its tasks that have not started and no executor comes for.
    public func demand(of stage: Int) -> Int { stages[stage].demand }

    /// Whether parents of the stage have not ended.
    public func waits(_ stage: Int) -> Bool { stages[stage].waitingFor > 0 }

    /// How much longer tasks of the stage take where a job holds all executors than where it holds five: the logarithm of the
    /// ratio of their means.
    public func growth(of stage: Int) -> Double { facts[stage].growth }
}
