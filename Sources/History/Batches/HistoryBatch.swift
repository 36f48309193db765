import Workflows

/// A file that was imported, remembered so that importing it again adds nothing.
public struct ImportedSource: Hashable, Sendable {
    /// The file's name, without its folder.
    public var name: String
    /// SHA-256 of its bytes, in hexadecimal.
    public var digest: String
    /// The format that it was read as: `wfformat`, `nextflow`, ...
    public var format: String

    /// A file called `name` with the SHA-256 `digest`, read as `format`.
    public init(name: String, digest: String, format: String) {
        self.name = name
        self.digest = digest
        self.format = format
    }
}

/// What one file holds: the unit in which a history grows.
public struct HistoryBatch: Hashable, Sendable {
    /// The file that it came from.
    public var source: ImportedSource
    /// Its executions, in the order of the file.
    public var executions: [TaskExecution]
    /// The DAGs of its runs, where the format has them.
    public var graphs: [RecordedGraph]
    /// What it says of machines.
    public var benchmarks: [MachineBenchmark] = []
    /// Its series, where it is a file of those.
    public var series: [MetricSeries]

    /// The content of `source`.
    public init(
        source: ImportedSource, executions: [TaskExecution], graphs: [RecordedGraph] = [],
        series: [MetricSeries] = []
    ) {
        self.source = source
        self.executions = executions
        self.graphs = graphs
        self.series = series
    }
}
