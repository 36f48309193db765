import Testing

@testable import Training

/// A screen that records what was drawn, with a clock that the test moves.
private final class Screen {
    var text = ""
    var time = 0.0

    func surface(isTerminal: Bool) -> ProgressBar.Surface {
        .init(isTerminal: isTerminal, columns: 60, write: { self.text += $0 }, seconds: { self.time })
    }
}

@Test func aTerminalIsDrawnOver() {
    let screen = Screen()
    var bar = ProgressBar("training", total: 4, on: screen.surface(isTerminal: true))
    screen.time = 2
    bar.update(to: 1, note: "loss 0.5")
    #expect(screen.text.hasPrefix("\rtraining █"))
    #expect(screen.text.contains("1/4, 0.5/s, 6.0 s left, loss 0.5"))
    #expect(!screen.text.contains("\n"))
    bar.update(to: 4)
    bar.finish(note: "loss 0.1")
    #expect(screen.text.hasSuffix("\rtraining: 4 of 4 in 2.0 s, loss 0.1\u{1B}[K\n"))
}

@Test func aLogGetsPlainLinesNowAndThen() {
    let screen = Screen()
    var bar = ProgressBar("import", total: 100, on: screen.surface(isTerminal: false))
    for step in 1...100 {
        screen.time = Double(step) * 0.2
        bar.update(to: step)
    }
    bar.finish()
    let lines = screen.text.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.first == "import: 25/100, 5.0/s, 15.0 s left")
    #expect(lines.last == "import: 100 of 100 in 20.0 s")
    #expect(!screen.text.contains("\r"))
}

@Test(arguments: [(0.0, "0 ms"), (0.85, "850 ms"), (12.34, "12.3 s"), (245, "4 min 05 s"), (7620, "2 h 07 min")])
func spellsTime(seconds: Double, text: String) {
    #expect(ProgressBar.spelled(seconds: seconds) == text)
}
