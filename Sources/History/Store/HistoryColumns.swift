import Workflows

/// Columns of numbers that an execution has, with how each is read and set.
struct NumberColumn: Sendable {
    let name: String
    let value: @Sendable (TaskExecution) -> Double?
    let set: @Sendable (inout TaskExecution, Double?) -> Void

    /// All of them.
    static let all: [NumberColumn] = [
        NumberColumn(name: "submittedAt", value: \.task.submittedAt) { $0.task.submittedAt = $1 },
        NumberColumn(name: "startedAt", value: \.startedAt) { $0.startedAt = $1 },
        NumberColumn(name: "completedAt", value: \.completedAt) { $0.completedAt = $1 },
        NumberColumn(name: "cpu", value: \.cpu) { $0.cpu = $1 },
        NumberColumn(name: "memory", value: \.memory) { $0.memory = $1 },
        NumberColumn(name: "duration", value: \.duration) { $0.duration = $1 },
        NumberColumn(name: "inputBytes", value: \.task.inputBytes) { $0.task.inputBytes = $1 },
        NumberColumn(name: "cores", value: \.task.cores) { $0.task.cores = $1 },
        NumberColumn(name: "memoryRequestBytes", value: \.task.memoryRequestBytes) { $0.task.memoryRequestBytes = $1 },
    ]
}

/// Columns of texts that an execution has.
struct TextColumn: Sendable {
    let name: String
    let value: @Sendable (TaskExecution) -> String?
    let set: @Sendable (inout TaskExecution, String?) -> Void

    /// All but `process`, `taskId` and `status`, which are never absent.
    static let all: [TextColumn] = [
        TextColumn(name: "workflow", value: \.task.workflow) { $0.task.workflow = $1 },
        TextColumn(name: "run", value: \.task.run) { $0.task.run = $1 },
        TextColumn(name: "node", value: \.task.node) { $0.task.node = $1 },
        TextColumn(name: "sample", value: \.sample) { $0.sample = $1 },
    ]
}

/// Names as parts of a path in HDF5: `%`, `/` and `.` are escaped.
enum ColumnName {
    static func escaped(_ name: String) -> String {
        name.replacing("%", with: "%25").replacing("/", with: "%2F").replacing(".", with: "%2E")
    }

    static func unescaped(_ name: String) -> String {
        name.replacing("%2E", with: ".").replacing("%2F", with: "/").replacing("%25", with: "%")
    }
}
