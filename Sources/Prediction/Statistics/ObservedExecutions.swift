import Workflows

/// The completed executions of each task type, in the order of their completion: what statistics stand on.
public struct ObservedExecutions: Sendable {
    /// Executions kept for a type; older ones are dropped.
    public static let capacity = 2_000

    /// By task type.
    public private(set) var types: [String: [TaskExecution]] = [:]
    /// How many are kept in all.
    public private(set) var count = 0

    /// Those of `executions` that are usable.
    public init(_ executions: some Sequence<TaskExecution> = []) {
        for execution in executions where execution.isUsable {
            types[execution.task.taskType, default: []].append(execution)
        }
        for (type, rows) in types {
            var sorted = rows
            if rows.allSatisfy({ $0.completedAt != nil }) {
                // Stable: executions that completed together stay in their order.
                sorted = rows.enumerated().sorted {
                    ($0.element.completedAt ?? 0, $0.offset) < ($1.element.completedAt ?? 0, $1.offset)
                }.map(\.element)
            }
            types[type] = Array(sorted.suffix(Self.capacity))
        }
        count = types.values.reduce(0) { $0 + $1.count }
    }

    /// Adds one execution, as the newest of its type or where its moment of completion puts it.
    public mutating func insert(_ execution: TaskExecution) { insert(execution, trimming: true) }

    /// The same; without `trimming`, old ones stay until ``trim(_:)``.
    mutating func insert(_ execution: TaskExecution, trimming: Bool) {
        guard execution.isUsable else { return }
        let type = execution.task.taskType
        var rows = types[type] ?? []
        types[type] = nil
        var place = rows.count
        if let moment = execution.completedAt {
            while place > 0, let other = rows[place - 1].completedAt, other > moment { place -= 1 }
        }
        rows.insert(execution, at: place)
        count += 1
        types[type] = rows
        if trimming { trim(type) }
    }

    /// Drops the oldest of a type, as many as are too many.
    mutating func trim(_ type: String) {
        let surplus = (types[type]?.count ?? 0) - Self.capacity
        guard surplus > 0 else { return }
        types[type]?.removeFirst(surplus)
        count -= surplus
    }

    /// All that are kept, type by type.
    public var all: [TaskExecution] { types.sorted { $0.key < $1.key }.flatMap(\.value) }
}
