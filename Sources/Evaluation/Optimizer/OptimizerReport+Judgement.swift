import Workflows

extension OptimizerReport {
    /// What is not as it is wanted, each in a few words; none where all of it is.
    ///
    /// Wanted are ``wantedScore`` of precision and recall for every kind of fault that `cluster` allows, at ``judgedShare``, and
    /// a median gain of ``wantedGain`` on workflows with planted faults; of promised gains, if there are ``judgedPromises`` or
    /// more, that they are off by ``wantedError`` at the most and that ``wantedScore`` of them come to gains. What could not be
    /// planted was not found either; parts that were not measured are not judged.
    public func shortfalls(on cluster: Cluster) -> [String] {
        let kinds = parts.contains(.faults) ? FaultKind.allCases.filter { $0.isPossible(on: cluster) } : []
        return kinds.flatMap(shortfalls) + (parts.contains(.gains) ? gainShortfalls : comparisonShortfalls)
    }

    private static let nothingPlanted = "no workflow with faults of every kind could be planted"

    /// Searches and orders that were to be compared, on no workflow.
    private var comparisonShortfalls: [String] {
        let areEmpty = searches.map(\.hypervolumes.isEmpty) + orders.map(\.gains.isEmpty)
        return areEmpty.contains(true) ? [Self.nothingPlanted] : []
    }

    private func shortfalls(of kind: FaultKind) -> [String] {
        let cells = detection.filter { $0.kind == kind && (!kind.costsTime || $0.share == Self.judgedShare) }
        guard cells.contains(where: { $0.planted > 0 }) else { return ["\(kind.rawValue) was never planted"] }
        return cells.filter { $0.planted > 0 }.flatMap { cell in
            [("recall", cell.recall ?? 0), ("precision", cell.precision ?? 0)].compactMap { name, value in
                value >= Self.wantedScore ? nil : "\(kind.rawValue) has a \(name) under \(Self.wantedScore)"
            }
        }
    }

    private var gainShortfalls: [String] {
        guard let gain = Self.medianGain(planted) else {
            return [Self.nothingPlanted]
        }
        var missed = gain >= Self.wantedGain ? [] : ["the median gain with planted faults is under \(Self.wantedGain)"]
        guard promise.rows.count >= Self.judgedPromises else { return missed }
        if promise.medianSecondsError > Self.wantedError {
            missed.append("promised gains are off by more than \(Self.wantedError) of them at the median")
        }
        if promise.signRight < Self.wantedScore {
            missed.append("less than \(Self.wantedScore) of the promised gains came to gains")
        }
        return missed
    }
}
