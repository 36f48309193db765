/// The state of one piece of work as a line of text.
struct ProgressLine {
    let title: String
    let total: Int
    /// Steps that were done before it began, which say nothing of the speed.
    let start: Int
    let began: Double
    var completed: Int
    var note = ""
    /// When a log last got a line of it.
    var lastWritten: Double

    /// Seconds before which the first steps are no measure of the rest.
    private static let settling = 1.0

    init(_ title: String, total: Int, startingAt start: Int, at now: Double) {
        self.title = title
        self.total = max(total, 1)
        self.start = min(max(start, 0), self.total)
        completed = self.start
        began = now
        lastWritten = now
    }

    /// Title, a bar where there are columns for one, count, speed, time left and note.
    func text(at now: Double, columns: Int?) -> String {
        let (elapsed, done) = (now - began, completed - start)
        var numbers = "\(completed)/\(total)"
        if done > 0, elapsed >= Self.settling {
            let speed = Double(done) / elapsed
            numbers += ", \(Self.shortened(speed))/s"
            if completed < total { numbers += ", \(Self.spelled(seconds: Double(total - completed) / speed)) left" }
        }
        if !note.isEmpty { numbers += ", \(note)" }
        guard let columns else { return "\(title): \(numbers)" }
        let width = max(8, min(30, columns - title.count - numbers.count - 5))
        let filled = Int((Double(completed) / Double(total) * Double(width)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return String("\(title) \(bar) \(numbers)".prefix(columns - 1))
    }

    /// What was reached, and how long it took.
    func summary(at now: Double) -> String {
        "\(title): \(completed) of \(total) in \(Self.spelled(seconds: now - began))"
            + (note.isEmpty ? "" : ", \(note)")
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
