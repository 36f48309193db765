import Files
import Kernels
import Workflows

/// What tasks ask for, drawn: cores and memory, and how much of the memory they need.
///
/// All tasks of a process of an application ask for the same, as users do who state it once for a step: it is drawn by a
/// generator whose seed is that of the rule, mixed with the names (FNV-1a), so that it is the same in every stream, whatever its
/// own seed is. How much of the memory a task needs is drawn for each task, by the stream's seed.
public struct RequestRule: Sendable, Hashable {
    /// Cores; rounded, at least 1.
    public var cores: Distribution
    /// Memory in bytes.
    public var memoryBytes: Distribution
    /// The part of the memory that a task needs at its peak; nil leaves its recorded peak, and a request under that is
    /// raised to it.
    public var peakShare: Distribution?
    /// The seed of what processes ask for.
    public var seed: UInt64

    /// One to eight cores, each as likely, and 1 to 32 GB, of which 30 to 90 % are needed: the second kind of stream that
    /// schedulers are compared on, in which packing matters.
    public init(
        cores: Distribution = .choice(values: [1, 2, 3, 4, 5, 6, 7, 8], weights: [1, 1, 1, 1, 1, 1, 1, 1]),
        memoryBytes: Distribution = .uniform(from: 1e9, to: 32e9),
        peakShare: Distribution? = .uniform(from: 0.3, to: 0.9), seed: UInt64 = 0
    ) {
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.peakShare = peakShare
        self.seed = seed
    }

    /// What tasks of `process` ask for.
    public func request(application: String, process: String) -> (cores: Double, memoryBytes: Double) {
        var generator = SeededGenerator(seed: Self.mix("\(application):\(process)") ^ seed)
        return (
            max(1, cores.draw(using: &generator).rounded()), max(1, memoryBytes.draw(using: &generator).rounded())
        )
    }

    /// Lets every task of `workflow` ask.
    func apply(to workflow: inout Workflow, application: String, using generator: inout SeededGenerator) {
        var known: [String: (cores: Double, memoryBytes: Double)] = [:]
        for place in workflow.tasks.indices {
            let process = workflow.tasks[place].process
            let request = known[process] ?? self.request(application: application, process: process)
            known[process] = request
            let share = peakShare?.draw(using: &generator)
            workflow.update(place) { task in
                task.wishes.cores = request.cores
                if let share {
                    task.memoryBytes = request.memoryBytes * min(share, 1)
                    task.wishes.memoryBytes = request.memoryBytes
                } else {
                    task.wishes.memoryBytes = max(request.memoryBytes, task.memoryBytes ?? 0)
                }
            }
        }
    }

    /// FNV-1a of the bytes of a text (Fowler, Noll and Vo, 1991).
    private static func mix(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

extension RequestRule {
    /// Reads it as it stands in a file; an absent distribution is that of the rule as shipped, an absent `peakShare` none.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["cores", "memoryBytes", "peakShare", "seed"])
        let shipped = RequestRule()
        let seed = try field["seed"].ifPresent { try $0.int() } ?? 0
        guard seed >= 0 else { throw field["seed"].failure("is negative: \(seed)") }
        self.init(
            cores: try field["cores"].ifPresent { try Distribution($0) } ?? shipped.cores,
            memoryBytes: try field["memoryBytes"].ifPresent { try Distribution($0) } ?? shipped.memoryBytes,
            peakShare: try field["peakShare"].ifPresent { try Distribution($0) }, seed: UInt64(seed))
    }

    /// It as it stands in a file.
    public var json: JSONValue {
        var object = JSONObject([("cores", cores.json), ("memoryBytes", memoryBytes.json)])
        object["peakShare"] = peakShare?.json
        object["seed"] = .integer(Int(clamping: seed))
        return .object(object)
    }
}
