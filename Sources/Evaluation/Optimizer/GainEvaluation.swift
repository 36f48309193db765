/// How soon the changes of a workflow that gain much come up, in the orders of several methods.
///
/// What counts of a workflow is the largest gain among the first few changes, as a part of the largest of all. All methods order
/// the changes of the same workflows.
public struct GainEvaluation: Codable, Sendable {
    /// What one method came to.
    public struct Entry: Codable, Sendable {
        /// Its name.
        public var name: String
        /// The mean over workflows of the part of the largest gain that is found.
        public var found: Estimate
        /// By how much more the first method finds in the same workflows, above zero where it does.
        public var gain: Estimate
    }

    /// What stands for it among the targets of a version.
    public static let target = "gains of changes"
    /// Changes that are looked at: as many as were simulated in a tenth of a second of recorded workflows of about a thousand
    /// tasks.
    public static let first = 4
    private static let seed: UInt64 = 11

    /// Workflows.
    public var workflows: Int
    /// What each method came to.
    public var entries: [Entry]

    /// Compares methods by the part of the largest gain that each finds in each workflow.
    public init(_ methods: [(name: String, found: [Double])]) {
        precondition(
            !methods.isEmpty && methods.allSatisfy { $0.found.count == methods[0].found.count },
            "\(methods.count) methods on \(methods.map(\.found.count)) workflows")
        func mean(_ values: [Double]) -> Estimate {
            Bootstrap.estimate(values.isEmpty ? [] : [values], seed: Self.seed) ?? Estimate(value: 0, low: 0, high: 0)
        }
        workflows = methods[0].found.count
        entries = methods.map { method in
            Entry(
                name: method.name, found: mean(method.found),
                gain: mean(zip(methods[0].found, method.found).map { $0 - $1 }))
        }
    }

    /// What a gain of the first method says of it.
    public static func verdict(_ gain: Estimate) -> PredictorReport.Verdict { .init(gain) }
}
