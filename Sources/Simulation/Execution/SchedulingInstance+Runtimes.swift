extension SchedulingInstance {
    /// The same problem with other durations, in seconds of each task at speed 1; what is known of the graph, the files and
    /// the nodes is not looked at again.
    ///
    /// - Precondition: one duration for each task, none of them negative, and their sum on the slowest node not above
    ///   10^250.
    public func withRuntimes(_ runtimes: [Double]) -> SchedulingInstance {
        precondition(runtimes.count == taskCount, "\(runtimes.count) durations for \(taskCount) tasks")
        let slowest = cluster.nodes.reduce(1) { min($0, $1.speed) }
        let sum = runtimes.reduce(0) { $0 + ($1 >= 0 ? $1 : .nan) } / slowest
        precondition(sum <= Self.longestSeconds, "durations that add up to \(sum) seconds")
        var other = self
        other.runtimes = runtimes
        return other
    }
}
