/// A number that an execution may have, with how it is read and set.
public struct NumberColumn: Sendable {
    /// The name, as on the wire.
    public let name: String
    /// Its value in an execution; nil where it is absent.
    public let value: @Sendable (TaskExecution) -> Double?
    /// Sets it.
    public let set: @Sendable (inout TaskExecution, Double?) -> Void

    /// All of them.
    public static let all: [NumberColumn] = [
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

/// A text that an execution may have.
public struct TextColumn: Sendable {
    /// The name, as on the wire.
    public let name: String
    /// Its value in an execution; nil where it is absent.
    public let value: @Sendable (TaskExecution) -> String?
    /// Whether what was written by a version of before lacks it.
    public let isAddition: Bool
    /// Sets it.
    public let set: @Sendable (inout TaskExecution, String?) -> Void

    private init(
        name: String, value: @escaping @Sendable (TaskExecution) -> String?, isAddition: Bool = false,
        set: @escaping @Sendable (inout TaskExecution, String?) -> Void
    ) {
        self.name = name
        self.value = value
        self.isAddition = isAddition
        self.set = set
    }

    /// All but `process`, `taskId` and `status`, which are never absent.
    public static let all: [TextColumn] = [
        TextColumn(name: "workflow", value: \.task.workflow) { $0.task.workflow = $1 },
        TextColumn(name: "run", value: \.task.run) { $0.task.run = $1 },
        TextColumn(name: "node", value: \.task.node) { $0.task.node = $1 },
        TextColumn(name: "sample", value: \.sample) { $0.sample = $1 },
        TextColumn(name: "tool", value: \.task.tool, isAddition: true) { $0.task.tool = $1 },
    ]
}
