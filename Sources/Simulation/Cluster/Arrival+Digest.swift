import Files

extension Sequence<Arrival> {
    /// SHA-256, in hexadecimal digits, of what a simulation takes from them: moments, deadlines and weights, and of each task its
    /// seconds, cores, memory, priority, deadline, what waits for it, and what is believed of it.
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
            append(instance.childOffsets.map(Double.init))
            append(instance.children.map(Double.init))
            for values in [arrival.forecast, arrival.deviations, arrival.memoryRequests] { append(values) }
        }
        for values in further { append(values) }
        return sha256(of: bytes)
    }
}
