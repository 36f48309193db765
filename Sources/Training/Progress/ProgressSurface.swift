import Files

/// Where progress is drawn, and what time it is there.
public struct ProgressSurface {
    /// Whether lines can be drawn over.
    public var isTerminal: Bool
    /// Width in columns.
    public var columns: Int
    /// Receives the text.
    public var write: (String) -> Void
    /// Seconds since some moment.
    public var seconds: () -> Double

    /// A surface of one's own, for a test or another device.
    public init(
        isTerminal: Bool, columns: Int = 80, write: @escaping (String) -> Void, seconds: @escaping () -> Double
    ) {
        self.isTerminal = isTerminal
        self.columns = columns
        self.write = write
        self.seconds = seconds
    }

    /// Standard error, so that what a command prints stays apart.
    public static var standardError: ProgressSurface {
        let start = ContinuousClock.now
        return ProgressSurface(
            isTerminal: StandardError.isTerminal, columns: StandardError.columns, write: StandardError.write,
            seconds: { (ContinuousClock.now - start) / .seconds(1) })
    }

    /// Nowhere.
    public static var silent: ProgressSurface {
        ProgressSurface(isTerminal: false, write: { _ in }, seconds: { 0 })
    }

    /// A terminal is redrawn at most ten times a second, a log gets at most one line in five seconds.
    var interval: Double { isTerminal ? 0.1 : 5 }
}
