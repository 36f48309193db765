/// The three quantities that are predicted for a task.
public enum ResourceTarget: String, CaseIterable, Codable, CodingKeyRepresentable, Hashable, Sendable {
    /// Cores in use on average while the task ran: CPU seconds / duration.
    case cpu
    /// Peak resident memory, in bytes.
    case memory
    /// Time on the node, in seconds.
    case duration

    /// The unit as it stands on the wire.
    public var unit: String {
        switch self {
        case .cpu: "cores"
        case .memory: "bytes"
        case .duration: "seconds"
        }
    }
}
