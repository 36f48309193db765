import Evaluation
import Foundation
import FoundationXML
import Kernels
import Prediction
import Testing
import Workflows

@testable import Reports

/// An evaluation of a history whose names would break a page that trusts them.
private func evaluation(
    _ division: EvaluationProtocol = .groups, count: Int = 140, checked: Bool = false
) async throws -> PredictorEvaluation {
    var generator = SeededGenerator(seed: 1)
    let rows = (0..<count).map { row in
        let bytes = 1000 * Double(generator.next() % 50 + 1)
        return TaskExecution(
            task: TaskSpec(
                workflow: "<script>alert('x')</script>", process: "a\"b&c\(row % 3)]]>", inputBytes: bytes,
                run: "r\(row / 9)", submittedAt: Double(row) * 3600, features: ["<i>": .word("<b>&\(row % 2)")]),
            taskID: "\u{1}\(row)", completedAt: Double(row) * 3600 + 60, cpu: 1, memory: bytes * 7,
            duration: bytes / 9 * (0.8 + 0.4 * generator.uniformDouble()))
    }
    var evaluator = PredictorEvaluator(rows, by: division, of: StatisticsTrainer.median, seed: 1)
    evaluator.baselines = [StatisticsTrainer.median, StatisticsTrainer.last]
    evaluator.comparisons = [StatisticsTrainer.last]
    var evaluation = try await evaluator.run()
    if checked {
        evaluation.report.honesty = try await HonestyChecks(evaluator).run(against: evaluation.predictions)
    }
    return evaluation
}

private func page(_ evaluation: PredictorEvaluation) -> PredictorPage {
    PredictorPage(
        evaluation, dataset: "d.h5", command: "tactus <evaluate>", version: "1.2.3", moment: 1_764_000_000)
}

private func drawings(_ html: String) -> [String] {
    html.matches(of: /(?s)<svg.*?<\/svg>/).map { String($0.0) }
}

private func headings(_ html: String) -> [String] {
    html.matches(of: /<h2>(.*?)<\/h2>/).map { String($0.1) }
}

@Test func everyDrawingIsWellFormed() async throws {
    // One of intervals, one of calibration; for each target a scatter, a histogram, bars, the cold start, the drift.
    let found = drawings(page(try await evaluation(.online)).html)
    #expect(found.count == 2 + 3 * 5)
    for drawing in found {
        let parser = XMLParser(data: Data(drawing.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(!drawing.contains("nan") && !drawing.contains("inf"))
    }
    #expect(!drawings("<svg><text>&</text></svg>").allSatisfy { XMLParser(data: Data($0.utf8)).parse() })
}

@Test func theWholePageIsWellFormed() async throws {
    for division in [EvaluationProtocol.online, .groups] {
        let html = page(try await evaluation(division, checked: true)).html
        // What HTML alone may leave open.
        let closed = html.replacing("<!doctype html>", with: "").replacing(/<meta ([^>]*)>/) { "<meta \($0.1)/>" }
        let parser = XMLParser(data: Data(closed.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    }
}

@Test func namesCannotBreakAPage() async throws {
    let html = page(try await evaluation(checked: true)).html
    #expect(!html.contains("<script") && !html.contains("<i>") && !html.contains("<b>"))
    #expect(html.contains("&lt;script&gt;") && html.contains("&lt;i&gt; &lt;b&gt;&amp;"))
    #expect(html.contains("tactus &lt;evaluate&gt;"))
    #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
}

@Test func thePageHasAllSections() async throws {
    let evaluation = try await evaluation(.online, checked: true)
    let html = page(evaluation).html
    let expected = [
        "Accuracy beside the baselines", "What the learned part adds", "Calibration", "Forecast and measurement",
        "Too little and too much", "Memory that would", "Accuracy by task type", "Cold start", "Drift over time",
        "The worst forecasts", "Honesty checks", "What the figures mean", "How to make this page again",
    ]
    for (heading, words) in zip(headings(html), expected) { #expect(heading.hasPrefix(words)) }
    #expect(headings(html).count == expected.count)
    let digest = try #require(evaluation.report.dataset)
    #expect(html.contains(digest.sha256) && html.contains("tactus 1.2.3") && html.contains("<dd>1</dd>"))
    for name in ["Shuffled labels: passed", "Scrambled outcomes: passed", "Nothing seen early: passed"] {
        #expect(html.contains(name))
    }
    for name in ["0", "3–5", "≥ 21"] { #expect(html.contains(">\(name)</td>")) }
    for level in ForecastLevels.all where evaluation.report.targets[0].calibration.count == 9 {
        #expect(html.contains("≤ \(level)"))
    }
}

@Test func whatWasNotDoneIsNotShown() async throws {
    var evaluation = try await evaluation()
    for place in evaluation.report.targets.indices {
        evaluation.report.targets[place].comparisons = []
        evaluation.report.targets[place].drift = []
    }
    let html = page(evaluation).html
    #expect(!headings(html).contains { $0.hasPrefix("What the learned") || $0.hasPrefix("Honesty") })
    #expect(html.contains("no order in time"))
}

@Test func aFailedCheckIsSaid() async throws {
    var evaluation = try await evaluation(checked: true)
    evaluation.report.honesty?.scrambledOutcomes.verdict = .failed
    evaluation.report.honesty?.scrambledOutcomes.changed = 7
    evaluation.report.honesty?.doubledInput.verdict = .skipped
    evaluation.report.honesty?.doubledInput.reason = "no size"
    for text in [page(evaluation).html, page(evaluation).terminalText] {
        #expect(text.contains("Scrambled outcomes: failed") && text.contains("7 of "))
        #expect(text.contains("Doubled input: skipped") && text.contains("no size"))
    }
}

@Test func theSameEvaluationGivesTheSamePage() async throws {
    #expect(page(try await evaluation(checked: true)).html == page(try await evaluation(checked: true)).html)
}

@Test func nothingToScoreIsSaid() async throws {
    var empty = try await evaluation()
    empty.report.targets = []
    #expect(page(empty).html.contains("there is nothing to score"))
    #expect(page(empty).terminalText.contains("nothing to score"))
}

@Test func lossesAreSaidAsPlainlyAsGains() async throws {
    var target = try #require(try await evaluation().report.targets.last)
    for (verdict, words) in [
        (PredictorReport.Verdict.better, "better than"), (.tie, "a tie with"), (.worse, "worse than"),
    ] {
        target.verdict = verdict
        #expect(PredictorPage.verdict(target, kind: "lstm").contains(words))
    }
}

@Test func aTieIsExplained() async throws {
    var target = try #require(try await evaluation().report.targets.last)
    // The median is its own baseline here.
    var tie = try #require(target.tie)
    (tie.isNearCeiling, tie.equalShare, tie.types, tie.betterTypes, tie.worseTypes) = (true, 0.5, 23, 9, 8)
    (tie.width, tie.typesNeeded) = (0.04, 71)
    target.tie = tie
    let words = PredictorPage.verdict(target, kind: "linear")
    for part in ["above 0.95", "50 % of the rows", "better on 9 of 23 types and worse on 8", "about 71", "0.040 wide"] {
        #expect(words.contains(part), "\(words)")
    }
    target.tie?.typesNeeded = nil
    #expect(PredictorPage.verdict(target, kind: "linear").contains("under 0.001"))
    target.tie = nil
    #expect(!PredictorPage.verdict(target, kind: "linear").contains("wide"))
}

@Test func aHistogramShowsWhatIsBelow() {
    let svg = HistogramPlot(
        bins: [
            .init(low: 0, high: 0.5, share: 0.1), .init(low: 0.5, high: 1, share: 0.2),
            .init(low: 1, high: 2, share: 0.3), .init(low: 2, high: nil, share: 0.4),
        ], divide: 1, label: "a <ratio>"
    ).svg()
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.matches(of: /class="bar1"/).count == 2 && svg.matches(of: /class="fill-ours"/).count == 2)
    #expect(svg.contains(">1/2<") && svg.contains(">1<") && svg.contains("2.00 and above: 40.0 %"))
    #expect(XMLParser(data: Data(HistogramPlot(bins: [], divide: 1, label: "").svg().utf8)).parse())
}

@Test func classesThatLieLowAreShown() {
    func plot(_ values: [Double]) -> String {
        ClassPlot(
            classes: values.map { "\($0)" }, series: [("a & b", values)], x: "x", y: "y", reference: 0.95
        ).svg()
    }
    for values in [[0.0, 1], [0.99, 0.98], [0.5], []] {
        #expect(XMLParser(data: Data(plot(values).utf8)).parse())
    }
    #expect(plot([0.99, 0.98]).contains(">0.80<") && plot([0.0, 1]).contains(">0.00<"))
}
