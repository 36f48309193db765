/// One result of a benchmark on one kind of node: what is known of a machine before a task runs on it.
public struct MachineBenchmark: Hashable, Sendable {
    /// What names the machine in a task: a feature such as `node_type`, or `node` for the node itself.
    public var key: String
    /// The kind of node, as that feature has it.
    public var machine: String
    /// The benchmark, such as `cpu_flops`.
    public var name: String
    /// Its result, a rate: the larger, the faster. 0 where the machine lacks what is measured.
    public var value: Double

    /// The result `value` of the benchmark `name` on the machine that tasks know as `machine` under `key`.
    public init(key: String, machine: String, name: String, value: Double) {
        self.key = key
        self.machine = machine
        self.name = name
        self.value = value
    }
}

extension TaskSpec {
    /// The machine that the task will run on, as `key` names it: the node, or a feature; nil where it is not known.
    ///
    /// A kind of node whose names are all numbers was read as a number; a whole one is written without a fraction.
    public func machine(by key: String) -> String? {
        guard key != "node" else { return node }
        switch features[key] {
        case .word(let word): return word
        case .number(let number): return Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case nil: return nil
        }
    }
}
