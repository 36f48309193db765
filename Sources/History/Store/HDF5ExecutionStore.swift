import Files
import Workflows

/// Keeps a history in one HDF5 file, version 2 of the schema; version 1 had no series.
///
/// | place | what |
/// |---|---|
/// | attributes `format`, `schemaVersion` | `tactus-history`, 2 |
/// | `strings` | every text once; elsewhere a text is its place here, -1 for none |
/// | `executions/NAME` | one column for each field, named as on the wire: texts `workflow`, `process`, `run`, `taskId`, `node`, `sample`, `status`, and `tool`, absent in files of before; whole numbers `attempt`, `source`; numbers (NaN for none) `submittedAt`, `startedAt`, `completedAt`, `cpu`, `memory`, `duration`, `exit`, `inputBytes`, `cores`, `memoryRequestBytes` |
/// | `features/number/NAME`, `features/word/NAME` | one column for each feature; `%`, `/` and `.` in a name are written as `%25`, `%2F`, `%2E` |
/// | `sources/name`, `digest`, `format` | texts: the files that were imported |
/// | `graphs/workflow`, `run`, `tasks`, `edges` | one row for each DAG; the last two count its tasks and edges |
/// | `graphs/taskIds`, `parents`, `children`, `bytes` | the tasks and edges of all DAGs, one behind the other |
/// | `benchmarks/key`, `machine`, `name`, `value` | three texts and a number: one row for each benchmark and machine; absent in files of before |
/// | `series/name`, `unit`, `intervalSeconds`, `startedAt`, `length` | one row for each series of a cluster: texts, seconds, the moment of its first value in Unix seconds, and how many values it has |
/// | `series/values` | the values of all series, one behind the other, NaN for a gap |
///
/// In Python: `h = h5py.File(path); h["strings"].asstr()[:][h["executions/process"][:]]`.
///
/// The file is replaced as a whole: a reader, and a start after a crash, finds the old one or the new one.
public struct HDF5ExecutionStore: ExecutionStore {
    /// The file.
    public let path: String

    /// The version of the schema that is written; older ones are read.
    static let schemaVersion: Int64 = 2
    static let format = "tactus-history"

    /// The store in the file at `path`, which is made by the first append.
    public init(path: String) {
        self.path = path
    }

    /// Everything in the file.
    /// - Throws: `InputError` that names the file and the column if it is missing, damaged, of another program or version.
    public func content() throws -> HistoryContent {
        try HDF5Library.use {
            let reader = try HDF5Reader(opening: path)
            guard reader.textAttribute("format") == Self.format else {
                throw InputError("is an HDF5 file of another program, not a history of Tactus", file: path)
            }
            guard let version = reader.integerAttribute("schemaVersion"), version >= 1 else {
                throw reader.failure("schemaVersion", "is missing")
            }
            guard version <= Self.schemaVersion else {
                throw reader.failure(
                    "schemaVersion", "is \(version); this version of Tactus reads up to \(Self.schemaVersion)")
            }
            return try HistoryReader(reader, version: version).content()
        }
    }

    /// Adds batches to the file, or makes it.
    public mutating func append(_ batches: [HistoryBatch]) throws -> [AppendOutcome] {
        try withLock(path + ".lock") {
            var content = kind(of: path) == nil ? HistoryContent() : try self.content()
            let outcomes = try content.append(batches)
            if outcomes.contains(where: { $0 != .alreadyThere }) { try write(content) }
            return outcomes
        }
    }

    /// Replaces the file by one that holds `content`.
    public func write(_ content: HistoryContent) throws {
        try replaceAtomically(path) { temporary in
            try HDF5Library.use {
                let writer = try HDF5Writer(creating: temporary)
                try HistoryWriter(content).write(to: writer)
                try writer.flush()
            }
        }
    }
}
