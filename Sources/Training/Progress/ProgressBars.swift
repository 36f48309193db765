/// Several pieces of work at once, each with a bar on a line of its own; plain lines now and then where there is no
/// terminal.
///
/// ```swift
/// var bars = ProgressBars()
/// let (first, second) = (bars.add("lstm", total: 5), bars.add("median", total: 5))
/// bars.update(first, to: 1)
/// bars.update(second, to: 5)
/// bars.finish(second)                // its line stays, above those that go on
/// bars.finish(first)
/// ```
public struct ProgressBars {
    private let surface: ProgressSurface
    /// By number; nil once it is finished.
    private var lines: [ProgressLine?] = []
    private var drawnLines = 0
    private var lastDrawn = -Double.infinity

    /// No bar yet.
    public init(on surface: ProgressSurface = .standardError) {
        self.surface = surface
    }

    /// A bar more, below the others.
    ///
    /// - Parameter start: steps that were done before, as where work goes on; the speed does not count them.
    /// - Returns: its number.
    public mutating func add(_ title: String, total: Int, startingAt start: Int = 0) -> Int {
        lines.append(ProgressLine(title, total: total, startingAt: start, at: surface.seconds()))
        return lines.count - 1
    }

    /// Says that `completed` steps of the work `number` are done; `note` stands behind the bar.
    public mutating func update(_ number: Int, to completed: Int, note: String = "") {
        guard var line = lines[number] else { return }
        let now = surface.seconds()
        line.completed = min(completed, line.total)
        line.note = note
        if !surface.isTerminal, now - line.lastWritten >= surface.interval {
            line.lastWritten = now
            surface.write(line.text(at: now, columns: nil) + "\n")
        }
        lines[number] = line
        guard surface.isTerminal, now - lastDrawn >= surface.interval else { return }
        lastDrawn = now
        draw(above: nil, at: now)
    }

    /// Says that one step more of the work `number` is done.
    public mutating func advance(_ number: Int, note: String = "") {
        guard let line = lines[number] else { return }
        update(number, to: line.completed + 1, note: note)
    }

    /// Ends the line of the work `number` with what was reached and how long it took.
    public mutating func finish(_ number: Int, note: String? = nil) {
        guard var line = lines[number] else { return }
        lines[number] = nil
        if let note { line.note = note }
        let now = surface.seconds()
        if surface.isTerminal {
            draw(above: String(line.summary(at: now).prefix(surface.columns - 1)), at: now)
        } else {
            surface.write(line.summary(at: now) + "\n")
        }
    }

    /// Draws all bars over those drawn before, with a finished line above them.
    private mutating func draw(above finished: String?, at now: Double) {
        let bars = lines.compactMap { $0?.text(at: now, columns: surface.columns) }
        let erase = "\u{1B}[K"
        var text = drawnLines > 1 ? "\u{1B}[\(drawnLines - 1)A\r" : "\r"
        if let finished { text += finished + erase + "\n" }
        text += bars.map { $0 + erase }.joined(separator: "\n")
        surface.write(text)
        drawnLines = bars.count
    }
}
