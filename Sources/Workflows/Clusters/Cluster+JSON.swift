import Files

extension Cluster.Node {
    /// The node as it stands on the wire, without what is absent.
    var members: [(String, JSONValue)] {
        var object = JSONObject([("name", .string(name)), ("cores", .number(cores))])
        object["memoryBytes"] = memoryBytes.map(JSONValue.number)
        object["speed"] = .number(speed)
        object["pricePerHour"] = .number(pricePerHour)
        object["pool"] = pool.map(JSONValue.string)
        object["startupSeconds"] = .number(startupSeconds)
        object["taskOverheadSeconds"] = .number(taskOverheadSeconds)
        return object.members
    }
}

extension Cluster {
    /// The cluster as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([("nodes", .array(nodes.map { .object(JSONObject($0.members)) }))])
        object["bandwidthBytesPerSecond"] = bandwidthBytesPerSecond.map(JSONValue.number)
        return .object(object)
    }

    /// A cluster of `nodes`.
    public init(nodes: [Node], bandwidthBytesPerSecond: Double? = nil) {
        self.nodes = nodes
        self.bandwidthBytesPerSecond = bandwidthBytesPerSecond
    }
}

extension WfFormatDocument {
    /// The machines that the document was recorded on, as a cluster; nil where it names none with their cores.
    public var recordedCluster: Cluster? {
        let nodes = machines.sorted { $0.key < $1.key }.compactMap { name, machine -> Cluster.Node? in
            guard let cores = machine.cores, cores > 0 else { return nil }
            return Cluster.Node(
                name: name, cores: cores, memoryBytes: machine.memoryBytes.flatMap { $0 > 0 ? $0 : nil })
        }
        return nodes.isEmpty ? nil : Cluster(nodes: nodes)
    }
}

extension ReadyTask {
    /// The task as it stands on the wire, without what is absent.
    public var json: JSONValue {
        var object = JSONObject([("id", .string(id))])
        object["workflow"] = task.workflow.map(JSONValue.string)
        object["process"] = .string(task.process)
        object["cores"] = .number(cores)
        object["memoryBytes"] = .number(memoryBytes)
        object["durationSeconds"] = durationSeconds.map(JSONValue.number)
        object["priority"] = .number(priority)
        object["deadlineAt"] = deadlineAt.map(JSONValue.number)
        object["readySince"] = readySince.map(JSONValue.number)
        object["remainingSeconds"] = remainingSeconds.map(JSONValue.number)
        return .object(object)
    }
}

extension ClusterState {
    /// The state as it stands on the wire.
    public var json: JSONValue {
        let nodes = nodes.map { node in
            var object = JSONObject(node.node.members)
            object["freeCores"] = .number(node.freeCores)
            object["freeMemoryBytes"] = node.freeMemoryBytes.map(JSONValue.number)
            object["running"] = .array(
                node.running.map { task in
                    var object = JSONObject([("id", .string(task.id))])
                    object["endsAt"] = task.endsAt.map(JSONValue.number)
                    object["workflow"] = task.workflow.map(JSONValue.string)
                    object["cores"] = task.cores.map(JSONValue.number)
                    object["memoryBytes"] = task.memoryBytes.map(JSONValue.number)
                    return .object(object)
                })
            return JSONValue.object(object)
        }
        return .object(JSONObject([("now", .number(now)), ("nodes", .array(nodes))]))
    }
}

extension PlacementConstraints {
    /// The constraints as they stand on the wire.
    public var json: JSONValue {
        var object = JSONObject()
        object["deadlineAt"] = deadlineAt.map(JSONValue.number)
        object["maxCost"] = maxCost.map(JSONValue.number)
        object["pools"] = .array(pools.map(JSONValue.string))
        object["excludedNodes"] = .array(excludedNodes.map(JSONValue.string))
        return .object(object)
    }
}
