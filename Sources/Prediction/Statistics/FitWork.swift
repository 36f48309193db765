/// How much of a fit may be done now, in units of about a nanosecond each.
///
/// It is counted from what a fit visits and not timed: what has been learned after an execution depends on the executions
/// alone.
struct FitWork: Sendable {
    /// What may still be done; a step that takes more than is left is done all the same, and nothing after it.
    private(set) var left: Int
    /// Trees that were grown.
    private(set) var trees = 0

    init(_ units: Int) { left = units }

    /// As much as it takes.
    static let unlimited = FitWork(.max)

    var isLeft: Bool { left > 0 }

    mutating func add(_ units: Int) { left += units }

    mutating func spend(_ units: Int) { left -= units }

    mutating func countTree() { trees += 1 }
}
