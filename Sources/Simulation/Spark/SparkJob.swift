/// A job of Spark: stages of equal tasks, which depend on each other.
public struct SparkJob: Sendable, Equatable {
    /// One stage.
    public struct Stage: Sendable, Equatable {
        /// Its number of tasks.
        public var tasks: Int
        /// Stages that must have ended before its tasks run.
        public var parents: [Int]
        /// Stages that wait for it.
        public internal(set) var children: [Int] = []
        /// What its tasks took when they were measured.
        public var durations: SparkDurations

        /// A stage of `tasks` equal tasks.
        public init(tasks: Int, after parents: [Int] = [], durations: SparkDurations) {
            precondition(tasks > 0, "a stage of \(tasks) tasks")
            self.tasks = tasks
            self.parents = parents
            self.durations = durations
        }
    }

    /// What it is called.
    public let name: String
    /// Its stages; parents stand before their children.
    public let stages: [Stage]
    /// For each stage the seconds of the longest path from its start to the end of the job, one mean task for a stage.
    public let paths: [Double]

    /// A job.
    public init(name: String, stages: [Stage]) {
        precondition(!stages.isEmpty, "a job without stages")
        var stages = stages
        for place in stages.indices {
            precondition(
                stages[place].parents.allSatisfy { (0..<place).contains($0) },
                "stage \(place) comes after \(stages[place].parents)")
            for parent in stages[place].parents { stages[parent].children.append(place) }
        }
        var paths = stages.map(\.durations.mean)
        for place in stages.indices.reversed() {
            paths[place] += stages[place].children.reduce(0) { max($0, paths[$1]) }
        }
        self.name = name
        self.stages = stages
        self.paths = paths
    }

    /// Executor-seconds: tasks times the mean of what was measured, over all stages.
    public var work: Double { stages.reduce(0) { $0 + Double($1.tasks) * $1.durations.mean } }
}
