import Workflows

/// What a history holds, in figures.
public struct HistorySummary: Codable, Hashable, Sendable {
    /// One series.
    public struct Series: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it is measured in, where that is known.
        public var unit: String?
        /// Values, gaps among them.
        public var values: Int
        /// Gaps.
        public var gaps: Int
        /// Seconds from one value to the next.
        public var intervalSeconds: Double
        /// Moment of the first value, in Unix seconds.
        public var firstAt: Double
        /// Moment of the last value.
        public var lastAt: Double
    }

    /// Executions.
    public var rows: Int
    /// Those that are learned from and tested.
    public var usableRows: Int
    /// Executions by how they ended.
    public var statuses: [String: Int]
    /// Workflows.
    public var workflows: Int
    /// Kinds of task.
    public var taskTypes: Int
    /// Runs.
    public var runs: Int
    /// DAGs.
    public var graphs: Int
    /// Files that were imported.
    public var sources: Int
    /// Moment of the first submission, in Unix seconds.
    public var firstAt: Double?
    /// Moment of the last completion.
    public var lastAt: Double?
    /// Usable executions with a value, by target.
    public var measured: [String: Int]
    /// Names of features.
    public var features: [String]
    /// Machines that a benchmark measured.
    public var machines: Int
    /// Names of benchmarks.
    public var benchmarks: [String]
    /// Series, in their order.
    public var series: [Series]

    /// The figures of `content`.
    public init(_ content: HistoryContent) {
        let usable = content.executions.filter(\.isUsable)
        rows = content.executions.count
        usableRows = usable.count
        statuses = Dictionary(grouping: content.executions, by: \.status.rawValue).mapValues(\.count)
        workflows = Set(content.executions.map(\.task.workflow)).count
        taskTypes = Set(content.executions.map(\.task.taskType)).count
        runs = Set(content.executions.compactMap(\.task.run)).count
        graphs = content.graphs.count
        sources = content.sources.count
        firstAt = content.executions.compactMap(\.task.submittedAt).min()
        lastAt = content.executions.compactMap(\.completedAt).max()
        measured = Dictionary(
            uniqueKeysWithValues: ResourceTarget.allCases.map { target in
                (target.rawValue, usable.count { $0[target] != nil })
            })
        features = Set(content.executions.flatMap(\.task.features.keys)).sorted()
        machines = Set(content.benchmarks.map { [$0.key, $0.machine] }).count
        benchmarks = Set(content.benchmarks.map(\.name)).sorted()
        series = content.series.map { series in
            Series(
                name: series.name, unit: series.unit, values: series.values.count,
                gaps: series.values.count(where: \.isNaN), intervalSeconds: series.intervalSeconds,
                firstAt: series.startedAt, lastAt: series.moment(at: max(series.values.count - 1, 0)))
        }
    }
}
