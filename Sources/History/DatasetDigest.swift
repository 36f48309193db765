import Files
import Workflows

/// Names the data that a model was trained on, whatever the file that holds it.
public struct DatasetDigest: Codable, Hashable, Sendable {
    /// Executions, or values of series.
    public var rows: Int
    /// Moment of the first completion in Unix seconds; absent where none has one.
    public var firstAt: Double?
    /// Moment of the last completion.
    public var lastAt: Double?
    /// SHA-256 over the executions in their order and then the benchmarks, in hexadecimal.
    public var sha256: String

    init(rows: Int, firstAt: Double?, lastAt: Double?, sha256: String) {
        self.rows = rows
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.sha256 = sha256
    }

    /// The digest of `executions` and of what is known of machines.
    public init(_ executions: [TaskExecution], benchmarks: [MachineBenchmark] = []) {
        var bytes: [UInt8] = []
        func add(_ text: String?) {
            bytes.append(contentsOf: (text ?? "\u{1}").utf8)
            bytes.append(0)
        }
        for execution in executions {
            for column in TextColumn.all where !column.isAddition { add(column.value(execution)) }
            for text in [execution.task.process, execution.taskID, execution.status.rawValue] { add(text) }
            for column in NumberColumn.all { add(column.value(execution).map { "\($0)" }) }
            add(execution.exit.map { "\($0)" })
            add("\(execution.task.attempt)")
            for (name, value) in execution.task.features.sorted(by: { $0.key < $1.key }) {
                add(name)
                switch value {
                case .number(let number): add("\(number)")
                case .word(let word): add("=" + word)
                }
            }
            // The digest of data of before stays as it was.
            for column in TextColumn.all where column.isAddition {
                if let text = column.value(execution) { add("\u{2}\(column.name)=\(text)") }
            }
            bytes.append(1)
        }
        for benchmark in benchmarks {
            for text in [benchmark.key, benchmark.machine, benchmark.name, "\(benchmark.value)"] { add(text) }
            bytes.append(2)
        }
        rows = executions.count
        firstAt = executions.compactMap(\.completedAt).min()
        lastAt = executions.compactMap(\.completedAt).max()
        sha256 = Files.sha256(of: bytes)
    }
}
