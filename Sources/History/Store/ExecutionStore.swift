import Files
import Workflows

/// What became of a batch.
public enum AppendOutcome: Hashable, Sendable {
    /// Its rows were added.
    case appended(rows: Int)
    /// The same file, by its digest, is there already; nothing was added.
    case alreadyThere
}

/// Keeps executions, the DAGs beside them, series of a cluster, and which files they came from.
public protocol ExecutionStore {
    /// Everything that is kept.
    func content() throws -> HistoryContent

    /// Adds batches, all or none; one whose digest is there already adds nothing.
    mutating func append(_ batches: [HistoryBatch]) throws -> [AppendOutcome]
}

/// Everything that a store keeps.
public struct HistoryContent: Hashable, Sendable {
    /// Files that were imported.
    public var sources: [ImportedSource] = []
    /// Executions, in the order in which they came.
    public var executions: [TaskExecution] = []
    /// For each execution, the place of its file in `sources`.
    public var sourcePlaces: [Int] = []
    /// DAGs of runs.
    public var graphs: [RecordedGraph] = []
    /// What is known of machines: one result for each machine and benchmark, the newest.
    public var benchmarks: [MachineBenchmark] = []
    /// Series, each name once, in the order in which they came.
    public var series: [MetricSeries] = []

    /// Nothing.
    public init() {}

    /// Adds batches; says what became of each. A series whose name is there already goes on with it.
    ///
    /// - Throws: `InputError` with the file where its series cannot go on with one of the same name; then some of the
    ///   batches may have been added.
    public mutating func append(_ batches: [HistoryBatch]) throws -> [AppendOutcome] {
        var digests = Set(sources.map(\.digest))
        var places = Dictionary(uniqueKeysWithValues: series.enumerated().map { ($1.name, $0) })
        return try batches.map { batch in
            guard digests.insert(batch.source.digest).inserted else { return .alreadyThere }
            sourcePlaces += Array(repeating: sources.count, count: batch.executions.count)
            sources.append(batch.source)
            executions += batch.executions
            graphs += batch.graphs
            add(batch.benchmarks)
            for added in batch.series {
                if let place = places[added.name] {
                    try join(added, at: place, from: batch.source)
                } else {
                    places[added.name] = series.count
                    series.append(added)
                }
            }
            return .appended(rows: batch.executions.count)
        }
    }

    /// Adds results of benchmarks; one that is there already for its machine is replaced.
    private mutating func add(_ results: [MachineBenchmark]) {
        var places: [[String]: Int] = [:]
        for (place, result) in benchmarks.enumerated() { places[[result.key, result.machine, result.name]] = place }
        for result in results {
            let key = [result.key, result.machine, result.name]
            if let place = places[key] {
                benchmarks[place].value = result.value
            } else {
                places[key] = benchmarks.count
                benchmarks.append(result)
            }
        }
    }

    private mutating func join(_ added: MetricSeries, at place: Int, from source: ImportedSource) throws {
        do {
            try series[place].join(added)
        } catch var error as InputError {
            error.file = source.name
            throw error
        }
    }
}

/// The twin of ``HDF5ExecutionStore`` that keeps everything in memory.
public struct InMemoryExecutionStore: ExecutionStore {
    private var kept = HistoryContent()

    /// An empty store.
    public init() {}

    /// Everything that is kept.
    public func content() -> HistoryContent { kept }

    /// Adds batches.
    public mutating func append(_ batches: [HistoryBatch]) throws -> [AppendOutcome] {
        var next = kept
        let outcomes = try next.append(batches)
        kept = next
        return outcomes
    }
}
