import Files

/// The nodes that tasks run on, and what lies between them.
public struct Cluster: Sendable, Hashable {
    /// One node.
    public struct Node: Sendable, Hashable {
        /// Its name, which no other node has.
        public var name: String
        /// Cores.
        public var cores: Double
        /// Memory in bytes; nil is without a limit.
        public var memoryBytes: Double?
        /// A task runs for its recorded time over this.
        public var speed: Double
        /// Price while it is on, per hour.
        public var pricePerHour: Double
        /// The group of like nodes that it belongs to.
        public var pool: String?
        /// Seconds from being asked for to its first task.
        public var startupSeconds: Double
        /// Seconds that every task takes longer on it.
        public var taskOverheadSeconds: Double

        /// A node; what is not given is: no limit of memory, speed 1, no price, no start-up, no overhead.
        public init(
            name: String, cores: Double, memoryBytes: Double? = nil, speed: Double = 1, pricePerHour: Double = 0,
            pool: String? = nil, startupSeconds: Double = 0, taskOverheadSeconds: Double = 0
        ) {
            self.name = name
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.speed = speed
            self.pricePerHour = pricePerHour
            self.pool = pool
            self.startupSeconds = startupSeconds
            self.taskOverheadSeconds = taskOverheadSeconds
        }
    }

    /// The nodes, in the order of the file.
    public var nodes: [Node]
    /// Bytes that go from one node to another in a second; nil takes no time.
    public var bandwidthBytesPerSecond: Double?

    /// Reads a cluster as it stands in a file and on the wire; only `name` and `cores` of a node must be there.
    ///
    /// - Throws: `InputError` that names the field: no nodes, a name twice, nothing that a core could be, an unknown field.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["nodes", "bandwidthBytesPerSecond"])
        let nodes = try field["nodes"].elements()
        guard !nodes.isEmpty else { throw field["nodes"].failure("is empty: a cluster has at least one node") }
        self.nodes = try nodes.map { try Node($0) }
        try Node.checkNames(self.nodes, in: nodes)
        bandwidthBytesPerSecond = try field["bandwidthBytesPerSecond"].ifPresent { try $0.positive() }
    }
}

extension Cluster.Node {
    /// Reads a node; `others` are names of further members that may stand beside its own.
    init(_ field: JSONField, beside others: Set<String> = []) throws {
        try field.refuseUnknown(
            others.union([
                "name", "cores", "memoryBytes", "speed", "pricePerHour", "pool", "startupSeconds",
                "taskOverheadSeconds",
            ]))
        let name = try field["name"].string()
        guard !name.isEmpty else { throw field["name"].failure("is empty") }
        self.init(
            name: name, cores: try field["cores"].positive(),
            memoryBytes: try field["memoryBytes"].ifPresent { try $0.positive() },
            speed: try field["speed"].ifPresent { try $0.positive() } ?? 1,
            pricePerHour: try field["pricePerHour"].ifPresent { try $0.amount() } ?? 0,
            pool: try field["pool"].ifPresent { try $0.string() },
            startupSeconds: try field["startupSeconds"].ifPresent { try $0.amount() } ?? 0,
            taskOverheadSeconds: try field["taskOverheadSeconds"].ifPresent { try $0.amount() } ?? 0)
    }

    /// Refuses a name that stands twice.
    static func checkNames(_ nodes: [Cluster.Node], in fields: [JSONField]) throws {
        var names: Set<String> = []
        for (node, field) in zip(nodes, fields) where !names.insert(node.name).inserted {
            throw field["name"].failure("\"\(node.name)\" stands twice")
        }
    }
}

extension Cluster {
    /// The most memory of a node that has `cores` and is of `pool`, or of any if none is given, in bytes: infinite where one has
    /// no limit, 0 where there is no such node.
    public func largestMemory(cores: Double = 0, pool: String? = nil) -> Double {
        nodes.reduce(0) { most, node in
            let fits = node.cores >= cores && (pool ?? node.pool) == node.pool
            return fits ? max(most, node.memoryBytes ?? .infinity) : most
        }
    }
}
