import Files

extension Sequence<Arrival> {
    /// SHA-256, in hexadecimal digits, of what a simulation takes from them: the cluster, moments, deadlines and weights, and of each
    /// task its seconds, cores, memory, priority, deadline, where it may run, whether it runs at all, what it waits for and how
    /// long its files take, what is believed of it, and how often it fails.
    public var digest: String { digest(and: []) }

    /// The same, of `further` numbers too.
    func digest(and further: [[Double]]) -> String {
        var bytes: [UInt8] = []
        func write(_ bits: UInt64) {
            for place in 0..<8 as Range<UInt64> { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * place))) }
        }
        func append(_ values: [Double]?) {
            // What is not there is told from what is empty.
            write(values.map { UInt64($0.count) } ?? .max)
            for value in values ?? [] { write(value.bitPattern) }
        }
        for arrival in self {
            let instance = arrival.instance
            append([arrival.at, arrival.weight, arrival.deadline ?? .infinity])
            for values in [instance.runtimes, instance.cores, instance.memory, instance.priorities, instance.deadlines]
            {
                append(values)
            }
            let tasks = instance.workflow.tasks
            append(instance.neededMemory)
            append(instance.groups.map(Double.init))
            append(tasks.map { $0.wishes.branchProbability ?? -1 })
            append(tasks.map { $0.wishes.expectedIterations ?? -1 })
            for task in tasks.indices {
                bytes.append(contentsOf: (tasks[task].wishes.pool ?? "").utf8)
                let parents = instance.graph.parents(of: task)
                append(parents.map(Double.init))
                append(parents.map { instance.transferSeconds(from: $0, to: task) })
            }
            for values in [arrival.forecast, arrival.deviations, arrival.memoryRequests] { append(values) }
            append(arrival.failures?.flatMap { [$0.outOfMemory, $0.timeout, $0.error] })
        }
        for cluster in Set(map { $0.instance.cluster.json.text() }).sorted() { bytes.append(contentsOf: cluster.utf8) }
        for values in further { append(values) }
        return sha256(of: bytes)
    }
}
