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

    /// More than any execution can have come to, in the target's unit: what lies above was misread, or its file is spoiled.
    ///
    /// Cores and memory are beyond what the largest computers have as a whole (TOP500 of June 2025: 11 million cores and some
    /// 10¹⁶ bytes); the duration is a hundred years.
    public var mostPossible: Double {
        switch self {
        case .cpu: 0x1p24
        case .memory: 0x1p54
        case .duration: 100 * 31_557_600
        }
    }
}
