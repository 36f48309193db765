import Files
import Workflows

/// A kind of file that executions or series are read from.
public enum ImportFormat: String, CaseIterable, Codable, Sendable {
    /// WfFormat 1.5 of WfCommons.
    case wfformat
    /// A trace file of Nextflow.
    case nextflow
    /// What a benchmark measured on each kind of node.
    case benchmarks
    /// Series of a cluster, as comma-separated values.
    case series

    var importer: any Importer {
        switch self {
        case .wfformat: WfFormatImporter()
        case .nextflow: NextflowImporter()
        case .benchmarks: BenchmarkImporter()
        case .series: SeriesImporter()
        }
    }

    /// The format of a file with this content; nil for none that is known.
    static func detect(_ bytes: [UInt8]) -> ImportFormat? {
        if WfFormatImporter.recognizes(bytes) { return .wfformat }
        if NextflowImporter.recognizes(bytes) { return .nextflow }
        if BenchmarkImporter.recognizes(bytes) { return .benchmarks }
        if SeriesImporter.recognizes(bytes) { return .series }
        return nil
    }
}

/// How files are read.
public struct ImportOptions: Sendable {
    /// The format; nil goes by the content.
    public var format: ImportFormat?
    /// Name of the workflow; nil goes by the file.
    public var workflow: String?
    /// Seconds between two lines of a file of series; nil goes by its column `timestamp`, or takes 300 where it has none.
    public var intervalSeconds: Double?
    /// Columns that are no features, or no series.
    public var ignoredColumns: Set<String> = []
    /// Whether one bad row refuses its file.
    public var isStrict = false

    /// Everything by content and file name.
    public init() {}
}

/// What one file gave: executions, DAGs, series, and rows that could not be read.
public struct ImportedFile: Sendable {
    /// Executions, in the order of the file.
    public var executions: [TaskExecution] = []
    /// DAGs, where the format has them.
    public var graphs: [RecordedGraph] = []
    /// What is known of machines.
    public var benchmarks: [MachineBenchmark] = []
    /// Series, in the order of the file's columns.
    public var series: [MetricSeries] = []
    /// Rows that were left out, each with its reason.
    public var problems: [InputError] = []
}

/// Reads one format.
protocol Importer {
    var format: ImportFormat { get }

    func read(_ bytes: [UInt8], path: String, options: ImportOptions) throws -> ImportedFile
}

/// The name of a run: the file's, without `.json`, `.txt`, `.tsv`, `.csv` and `.trace`.
func runName(of path: String) -> String {
    var name = lastComponent(of: path)
    for ending in [".json", ".txt", ".tsv", ".csv", ".trace"] where name.hasSuffix(ending) && name != ending {
        name.removeLast(ending.count)
    }
    return name
}
/// Reads the file at `path` into a batch.
///
/// - Returns: the batch, and the rows that were left out of it.
/// - Throws: ``UnknownFormat`` if it is of no known format; ``NothingToImport`` if it holds nothing of the format that
///   `options` state; `InputError` if it cannot be read at all, or, where `options` are strict, for its first bad row.
public func importFile(_ path: String, options: ImportOptions = ImportOptions()) throws -> (
    batch: HistoryBatch, problems: [InputError]
) {
    let bytes = try readBytes(of: path)
    guard let format = options.format ?? ImportFormat.detect(bytes) else { throw UnknownFormat(path: path) }
    let file = try format.importer.read(bytes, path: path, options: options)
    if options.isStrict, let problem = file.problems.first { throw problem }
    let source = ImportedSource(name: lastComponent(of: path), digest: sha256(of: bytes), format: format.rawValue)
    var batch = HistoryBatch(
        source: source, executions: file.executions, graphs: file.graphs, series: file.series)
    batch.benchmarks = file.benchmarks
    return (batch, file.problems)
}

/// A file that holds nothing of the format that it was read in.
public struct NothingToImport: Error, CustomStringConvertible, Sendable {
    /// What is missing, with the file.
    public let problem: InputError

    /// One line that says what is missing.
    public var description: String { problem.description }
}

/// A file of no format that is known here.
public struct UnknownFormat: Error, CustomStringConvertible, Sendable {
    /// The file.
    public let path: String

    /// One line that names the formats that are known.
    public var description: String {
        let known = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        return "\(path): is of no known format (\(known)); --format says which it is"
    }
}
