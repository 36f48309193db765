import Files

/// The state of a piece of work, drawn on one line of a terminal, or as plain lines now and then where there is none.
///
/// ```swift
/// var bar = ProgressBar("training", total: 20)
/// for epoch in 1...20 {
///     bar.update(to: epoch, note: "loss 0.123")
/// }
/// bar.finish()
/// ```
public struct ProgressBar {
    /// Where the bar is drawn, and what time it is there.
    public struct Surface {
        /// Whether the line can be drawn over.
        public var isTerminal: Bool
        /// Width in columns.
        public var columns: Int
        /// Receives the text.
        public var write: (String) -> Void
        /// Seconds since some moment.
        public var seconds: () -> Double

        /// A surface of one's own, for a test or another device.
        public init(
            isTerminal: Bool, columns: Int = 80, write: @escaping (String) -> Void,
            seconds: @escaping () -> Double
        ) {
            self.isTerminal = isTerminal
            self.columns = columns
            self.write = write
            self.seconds = seconds
        }

        /// Standard error, so that what a command prints stays apart.
        public static var standardError: Surface {
            let start = ContinuousClock.now
            return Surface(
                isTerminal: StandardError.isTerminal, columns: StandardError.columns, write: StandardError.write,
                seconds: { (ContinuousClock.now - start) / .seconds(1) })
        }

        /// Nowhere.
        public static var silent: Surface {
            Surface(isTerminal: false, write: { _ in }, seconds: { 0 })
        }
    }

    private let title: String
    private let total: Int
    private let surface: Surface
    private let began: Double
    private var lastDrawn = -Double.infinity
    private var completed = 0
    private var note = ""

    /// A terminal is redrawn at most ten times a second, a log gets at most one line in five seconds.
    private var interval: Double { surface.isTerminal ? 0.1 : 5 }

    /// A bar for `total` steps of the work called `title`.
    public init(_ title: String, total: Int, on surface: Surface = .standardError) {
        self.title = title
        self.total = max(total, 1)
        self.surface = surface
        self.began = surface.seconds()
    }

    /// Says that `completed` steps are done; `note` stands behind the bar.
    public mutating func update(to completed: Int, note: String = "") {
        self.completed = min(completed, total)
        self.note = note
        let now = surface.seconds()
        guard now - lastDrawn >= interval, surface.isTerminal || now - began >= interval else { return }
        lastDrawn = now
        surface.write(surface.isTerminal ? "\r" + line(at: now) + "\u{1B}[K" : line(at: now) + "\n")
    }

    /// Ends the line with what was reached and how long it took.
    public mutating func finish(note: String? = nil) {
        if let note { self.note = note }
        let took = Self.spelled(seconds: surface.seconds() - began)
        let text = "\(title): \(completed) of \(total) in \(took)" + (self.note.isEmpty ? "" : ", \(self.note)")
        surface.write(surface.isTerminal ? "\r" + text + "\u{1B}[K\n" : text + "\n")
    }

    private func line(at now: Double) -> String {
        let share = Double(completed) / Double(total)
        let elapsed = now - began
        let left = completed == 0 ? "" : ", \(Self.spelled(seconds: elapsed / share - elapsed)) left"
        let speed = elapsed > 0 && completed > 0 ? ", \(Self.shortened(Double(completed) / elapsed))/s" : ""
        let numbers = "\(completed)/\(total)\(speed)\(left)" + (note.isEmpty ? "" : ", \(note)")
        guard surface.isTerminal else { return "\(title): \(numbers)" }
        let width = max(8, min(30, surface.columns - title.count - numbers.count - 5))
        let filled = Int((share * Double(width)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return String("\(title) \(bar) \(numbers)".prefix(surface.columns - 1))
    }

    /// `seconds` as a person says it: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 07 min`.
    static func spelled(seconds: Double) -> String {
        let seconds = max(0, seconds)
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(min(seconds, 1e9).rounded())
        let (first, second, units) =
            whole < 3600 ? (whole / 60, whole % 60, ("min", "s")) : (whole / 3600, whole % 3600 / 60, ("h", "min"))
        return "\(first) \(units.0) \(second < 10 ? "0" : "")\(second) \(units.1)"
    }

    private static func shortened(_ value: Double) -> String {
        value >= 100 ? "\(Int(min(value, 1e12).rounded()))" : "\((value * 10).rounded() / 10)"
    }
}
