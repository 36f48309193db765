/// The state of a piece of work, drawn on one line of a terminal, or as plain lines now and then where there is none.
///
/// ```swift
/// var bar = ProgressBar("training", total: 20)
/// for epoch in 1...20 {
///     bar.update(to: epoch, note: "loss 0.123")
/// }
/// bar.finish()
/// ```
/// Speed and time left are those since the beginning, and are told after the first second.
public struct ProgressBar {
    private var bars: ProgressBars
    private let number: Int

    /// A bar for `total` steps of the work called `title`.
    ///
    /// - Parameter start: steps that were done before, as where work goes on; the speed does not count them.
    public init(_ title: String, total: Int, startingAt start: Int = 0, on surface: ProgressSurface = .standardError) {
        bars = ProgressBars(on: surface)
        number = bars.add(title, total: total, startingAt: start)
    }

    /// Says that `completed` steps are done; `note` stands behind the bar.
    public mutating func update(to completed: Int, note: String = "") {
        bars.update(number, to: completed, note: note)
    }

    /// Ends the line with what was reached and how long it took.
    public mutating func finish(note: String? = nil) {
        bars.finish(number, note: note)
    }
}
