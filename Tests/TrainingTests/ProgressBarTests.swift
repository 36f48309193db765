import Synchronization
import Testing

@testable import Training

/// A screen that records what was drawn, with a clock that the test moves.
private final class Screen {
    var text = ""
    var time = 0.0

    func surface(isTerminal: Bool) -> ProgressSurface {
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
    #expect(ProgressLine.spelled(seconds: seconds) == text)
}

@Test func nothingIsSaidOfTheTimeLeftBeforeThereIsAMeasure() {
    let screen = Screen()
    var bar = ProgressBar("training", total: 1000, on: screen.surface(isTerminal: true))
    // A first step in a millisecond, as where it is a small one, would promise a second in all.
    for (time, step) in [(0.001, 1), (0.5, 2), (0.9, 3)] {
        screen.time = time
        bar.update(to: step)
        #expect(!screen.text.contains("left") && !screen.text.contains("/s"))
    }
    screen.time = 2
    bar.update(to: 10)
    #expect(screen.text.contains("10/1000, 5.0/s, 3 min 18 s left"))
    screen.text = ""
    screen.time = 3
    bar.update(to: 1000)
    #expect(screen.text.contains("1000/1000, 333/s\u{1B}[K"))
}

@Test func whatWasDoneBeforeDoesNotCountAsSpeed() {
    let screen = Screen()
    var bar = ProgressBar("training", total: 100, startingAt: 80, on: screen.surface(isTerminal: true))
    screen.time = 2
    bar.update(to: 80)
    #expect(screen.text.contains("80/100") && !screen.text.contains("left"))
    screen.time = 4
    bar.update(to: 84)
    #expect(screen.text.contains("84/100, 1.0/s, 16.0 s left"))
}

/// What a terminal shows after `text`, as far as bars use it.
private func shown(_ text: String) -> [String] {
    var (lines, row, column) = ([[Character]()], 0, 0)
    var rest = Substring(text)
    while let character = rest.popFirst() {
        switch character {
        case "\r": column = 0
        case "\n":
            (row, column) = (row + 1, 0)
            if row == lines.count { lines.append([]) }
        case "\r\n": Issue.record("a line break of two characters")
        case "\u{1B}":
            let end = rest.firstIndex { $0.isLetter } ?? rest.startIndex
            let (count, command) = (Int(rest[rest.index(after: rest.startIndex)..<end]) ?? 1, rest[end])
            rest = rest[rest.index(after: end)...]
            if command == "A" { row -= count }
            if command == "K" { lines[row] = Array(lines[row].prefix(column)) }
        default:
            if column < lines[row].count { lines[row][column] = character } else { lines[row].append(character) }
            column += 1
        }
    }
    return lines.map { String($0) }
}

@Test func severalBarsStandBelowEachOther() {
    let screen = Screen()
    var bars = ProgressBars(on: screen.surface(isTerminal: true))
    let (first, second, third) = (bars.add("one", total: 2), bars.add("two", total: 2), bars.add("three", total: 2))
    for step in 1...2 {
        screen.time += 1
        bars.update(second, to: step)
        screen.time += 1
        bars.update(third, to: 1)
    }
    var lines = shown(screen.text)
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("one ░") && lines[1].hasPrefix("two █") && lines[2].hasPrefix("three █"))
    bars.finish(second, note: "done")
    lines = shown(screen.text)
    #expect(lines.count == 3 && lines[0] == "two: 2 of 2 in 4.0 s, done")
    #expect(lines[1].hasPrefix("one ░") && lines[2].hasPrefix("three █"))
    bars.advance(third)
    bars.finish(third)
    bars.advance(first)
    bars.finish(first)
    // What is finished takes no more news.
    bars.update(first, to: 2)
    lines = shown(screen.text)
    #expect(lines == ["two: 2 of 2 in 4.0 s, done", "three: 2 of 2 in 4.0 s", "one: 1 of 2 in 4.0 s", ""])
}

@Test func severalBarsAreLinesOfALog() {
    let screen = Screen()
    var bars = ProgressBars(on: screen.surface(isTerminal: false))
    let (first, second) = (bars.add("one", total: 10), bars.add("two", total: 10))
    for step in 1...10 {
        screen.time += 1
        bars.advance(first)
        if step == 7 { bars.advance(second) }
    }
    bars.finish(second)
    bars.finish(first)
    #expect(
        screen.text.split(separator: "\n") == [
            "one: 5/10, 1.0/s, 5.0 s left", "two: 1/10, 0.1/s, 1 min 03 s left", "one: 10/10, 1.0/s",
            "two: 1 of 10 in 10.0 s", "one: 10 of 10 in 10.0 s",
        ])
}

/// A screen that may be handed to another task.
private final class SharedScreen: Sendable {
    private let lines = Mutex("")

    var text: String { lines.withLock { $0 } }

    func surface() -> ProgressSurface {
        .init(isTerminal: false, write: { text in self.lines.withLock { $0 += text } }, seconds: { 0 })
    }
}

@Test(arguments: [2, 9])
func aTrainingDrawsItsBar(epochs: Int) throws {
    let screen = SharedScreen()
    var model = Line.model(seed: 1)
    // A validation loss that never falls: two epochs in a row end the training early.
    let records = try TrainingLoop(Adam(), epochs: epochs, batchSize: 16, patience: 2).run(
        &model, samples: 64, seed: 1, session: TrainingSession(progress: progressBar("line", on: screen.surface())),
        loss: { Line.loss($0, $1) }, validationLoss: { _ in 0.25 })
    #expect(records.count == 2)
    let lines = screen.text.split(separator: "\n")
    #expect(lines.last == "line: 8 of \(4 * epochs) in 0 ms, epoch 2, validation loss 0.2500")
    #expect(lines.count { $0.contains(" of ") } == 1)
}

@Test func aTrainingIsToldInWords() {
    var progress = TrainingProgress(
        updates: 1, totalUpdates: 2, epoch: 3, trainingLoss: nil, validationLoss: nil, isFinished: false)
    #expect(progress.note == "epoch 3")
    progress.trainingLoss = 0.000_26
    #expect(progress.note == "epoch 3, loss 0.0003")
    (progress.trainingLoss, progress.validationLoss) = (-12.349_96, 1e20)
    #expect(progress.note == "epoch 3, loss -12.3500, validation loss 1e+20")
}
