import Workflows

extension PairedComparison {
    /// What two reports of versions say, A's and B's, without asking either again.
    ///
    /// Where both were scored on the same executions in the same division, types are paired and resampled; else the
    /// intervals of both are taken as independent. Of types and of classes of what was known a report holds no spread:
    /// their differences stand without an interval.
    public init(_ a: PredictorReport, _ b: PredictorReport) {
        let isPaired = a.isOfSameRows(as: b)
        segments = ResourceTarget.allCases.flatMap { target -> [Segment] in
            guard let a = a.targets.first(where: { $0.target == target }),
                let b = b.targets.first(where: { $0.target == target })
            else { return [] }
            return Self.segments(a, b, seed: isPaired ? 1 : nil)
        }
    }

    private static func segments(
        _ a: PredictorReport.Target, _ b: PredictorReport.Target, seed: UInt64?
    ) -> [Segment] {
        func segment(
            _ dimension: Dimension, _ name: String, _ rows: (Int, Int), _ accuracy: (Double, Double),
            _ difference: Difference? = nil
        ) -> Segment {
            Segment(
                target: a.target.rawValue, dimension: dimension, segment: name, rows: rows.0 == rows.1 ? rows.0 : nil,
                accuracyA: accuracy.0, accuracyB: accuracy.1,
                difference: difference ?? .init(value: accuracy.1 - accuracy.0))
        }
        let types = a.types.compactMap { own in
            b.types.first { $0.taskType == own.taskType }.map { (a: own, b: $0) }
        }.sorted { $0.a.taskType < $1.a.taskType }
        let classes = a.coldStart.compactMap { own in
            b.coldStart.first { ($0.low, $0.high) == (own.low, own.high) }.map { (a: own, b: $0) }
        }
        let (ours, theirs) = (b.ours.accuracy, a.ours.accuracy)
        let paired = seed.flatMap { Self.difference(types.map { ($0.a.taskType, $0.b.accuracy - $0.a.accuracy) }, $0) }
        let all = segment(
            .all, "all", (a.ours.rows, b.ours.rows), (theirs.value, ours.value),
            paired
                ?? .init(
                    from: (theirs.value, theirs.low, theirs.high), to: (ours.value, ours.low, ours.high)))
        return [all]
            + types.map { segment(.type, $0.a.taskType, ($0.a.rows, $0.b.rows), ($0.a.accuracy, $0.b.accuracy)) }
            + classes.map { segment(.known, $0.a.name, ($0.a.rows, $0.b.rows), ($0.a.accuracy, $0.b.accuracy)) }
    }

    /// Types are resampled within their workflow, as in an evaluation.
    private static func difference(_ types: [(type: String, difference: Double)], _ seed: UInt64) -> Difference? {
        let workflows = Dictionary(grouping: types) { String($0.type.prefix { $0 != ":" }) }
            .sorted { $0.key < $1.key }.map { $0.value.map(\.difference) }
        return Bootstrap.estimate(workflows, seed: seed).map { Difference($0) }
    }
}

extension PredictorReport {
    /// Whether the same executions were tested after the same division.
    fileprivate func isOfSameRows(as other: PredictorReport) -> Bool {
        dataset != nil && dataset?.sha256 == other.dataset?.sha256 && self.protocol == other.protocol
            && seed == other.seed && !shuffledLabels && !other.shuffledLabels
    }
}

extension KnownClass {
    /// How many were known, in words.
    fileprivate var name: String {
        guard let high else { return "\(low) and more known" }
        return low == high ? "\(low) known" : "\(low) to \(high) known"
    }
}
