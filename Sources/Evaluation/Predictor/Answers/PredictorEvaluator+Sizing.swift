import Workflows

extension PredictorEvaluator {
    /// Our memory allocations beside the requests, on the rows where both are known.
    func sizing(_ rows: [PredictionRow], folds: [Fold]) -> (ours: SizingMetrics, request: SizingMetrics)? {
        let requests = memoryRequests(folds: folds)
        let pairs = rows.compactMap { row -> (row: PredictionRow, request: Double, duration: Double)? in
            guard row.target == .memory, let request = requests[row.row], let duration = executions[row.row][.duration]
            else { return nil }
            return (row, request, duration)
        }
        guard !pairs.isEmpty else { return nil }
        return (
            SizingMetrics(pairs.map { ($0.row.actual, $0.row.allocation, $0.duration) }),
            SizingMetrics(pairs.map { ($0.row.actual, $0.request, $0.duration) })
        )
    }

    /// The request for each tested row, from what could be known of its type at that point.
    private func memoryRequests(folds: [Fold]) -> [Int: Double] {
        var found: [Int: Double] = [:]
        var requests = MemoryRequests()
        switch division {
        case .online:
            for event in OnlineReplay.events(executions, usablePlaces) {
                if event.isCompletion {
                    requests.observe(executions[event.place])
                } else {
                    found[event.place] = requests.request(for: executions[event.place].task)
                }
            }
        case .fixed:
            for execution in trainingHistory ?? [] { requests.observe(execution) }
            for place in executions.indices { found[place] = requests.request(for: executions[place].task) }
        case .groups, .time, .random, .leaveOut, .larger:
            for fold in folds {
                requests = MemoryRequests()
                for place in fold.training { requests.observe(executions[place]) }
                for place in fold.tested { found[place] = requests.request(for: executions[place].task) }
            }
        }
        return found
    }
}
