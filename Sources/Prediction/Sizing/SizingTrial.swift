/// A completed execution with what had been forecast of its memory without it: what sizing rules are tried on.
public struct SizingTrial: Hashable, Sendable {
    /// Memory that it used, in bytes.
    public var used: Double
    /// How long it held it, in seconds.
    public var seconds: Double
    /// ln of the median forecast by the other four fifths of its type (a fifth is every fifth execution in the order of
    /// completion); NaN where there is none.
    public var shuffled: Double
    /// ln of the median forecast by what had completed before its block of later executions; NaN where there is none.
    public var forward: Double
    /// Memory that was asked for, in bytes, where that is known.
    public var request: Double?
    /// ln of the median forecast by other runs alone; NaN where there is none.
    public var otherRuns: Double
    /// The fold that its run is held out with, from 0 to one below ``folds``; nil where it is not known.
    public var runFold: Int?

    /// A trial.
    public init(
        used: Double, seconds: Double, shuffled: Double, forward: Double, request: Double? = nil,
        otherRuns: Double = .nan, runFold: Int? = nil
    ) {
        self.used = used
        self.seconds = seconds
        self.shuffled = shuffled
        self.forward = forward
        self.request = request
        self.otherRuns = otherRuns
        self.runFold = runFold
    }

    /// In how many folds executions, and runs, are dealt out.
    public static let folds = 5

    /// Where blocks of later executions begin, as shares of all.
    public static let cuts = [0.4, 0.55, 0.7, 0.85, 1]
}
