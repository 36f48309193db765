/// The order in which a virtual cluster takes tasks that are ready: by priority, then by a key, then by the file's order.
public struct QueueOrder: Sendable {
    /// What comes first within a priority; smaller is earlier. Its arguments are a task and the moment it became ready.
    public let key: @Sendable (_ task: Int, _ ready: Double) -> Double
    /// Whether no task may pass one that waits for room.
    public let isStrict: Bool

    /// An order by `key`.
    public init(isStrict: Bool = false, key: @escaping @Sendable (_ task: Int, _ ready: Double) -> Double) {
        self.isStrict = isStrict
        self.key = key
    }

    /// The order in which tasks become ready.
    public static let arrival = QueueOrder { _, ready in ready }
}
