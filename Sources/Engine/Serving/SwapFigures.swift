/// What swaps of one alias came to since the start.
public struct SwapFigures: Sendable, Hashable {
    /// Upper bounds of ``switches``, in seconds.
    public static let bounds = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]

    /// How often something was done and how long that took.
    public struct Times: Sendable, Hashable {
        /// How often.
        public var count = 0
        /// Seconds in all.
        public var seconds = 0.0

        /// Nothing was done yet.
        public init() {}

        mutating func add(_ duration: Duration) {
            count += 1
            seconds += duration / .seconds(1)
        }
    }

    /// Versions that took over from another, or from rules alone; rules that took over from a version.
    public internal(set) var swaps = 0
    /// Those of them that were held ready.
    public internal(set) var hotSwaps = 0
    /// Versions that could not take over, by the step that failed.
    public internal(set) var failures: [SwapStep: Int] = [:]
    /// Versions that serve and did not learn outcomes in time: they are read anew.
    public internal(set) var fallenBehind = 0
    /// Steps that were done, whether they failed or not.
    public internal(set) var steps: [SwapStep: Times] = [:]
    /// How many switches took up to each of ``bounds``, and more than the last.
    public internal(set) var switches = [Int](repeating: 0, count: bounds.count + 1)
    /// Seconds of all switches.
    public internal(set) var switchSeconds = 0.0
    /// The longest switch, in seconds.
    public internal(set) var longestSwitchSeconds = 0.0
    /// Versions that answered before and are held ready.
    public internal(set) var hot = 0

    /// All failures.
    public var failedSwaps: Int { failures.values.reduce(0, +) }

    mutating func add(switchSeconds seconds: Double, wasHot: Bool) {
        swaps += 1
        if wasHot { hotSwaps += 1 }
        switches[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        switchSeconds += seconds
        longestSwitchSeconds = max(longestSwitchSeconds, seconds)
    }
}
