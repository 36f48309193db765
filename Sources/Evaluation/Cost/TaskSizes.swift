/// What tasks ask for by one rule, one figure for each.
public struct TaskSizes: Sendable, Hashable {
    /// Cores.
    public var cores: [Double]
    /// Bytes.
    public var memory: [Double]

    /// These sizes.
    public init(cores: [Double], memory: [Double]) {
        self.cores = cores
        self.memory = memory
    }
}
