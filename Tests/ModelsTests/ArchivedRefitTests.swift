import Foundation
import Layers
import Prediction
import Testing
import Workflows

@testable import Models

/// What is written while a fit is under way is what answers: the executions that came since are there, and the rules that
/// were chosen before them.
@Test func anArchiveTakenInTheMiddleOfAFitHoldsWhatAnswers() throws {
    let news = series(Array(wave[120..<150]), start: 1200)
    func archived(_ count: Int) throws -> (kept: StatisticsPredictor, again: StatisticsPredictor) {
        var kept = StatisticsPredictor(
            rules: StatisticsTrainer.gated.rules,
            executions: series(Array(wave.prefix(120))) + series(noise(40, seed: 1), process: "q"))
        for row in news.prefix(count) { kept.observe(row) }
        let bytes = try Safetensors.encode(kept.archive())
        let again = try StatisticsPredictor(Safetensors.decode(bytes))
        #expect(try Safetensors.encode(again.archive()) == bytes)
        return (kept, again)
    }
    let begun = try archived(30)
    // The thirtieth has begun a fit that is not done: the rules are still those of before it.
    func rules(_ predictor: StatisticsPredictor) -> [ResourceTarget: Answering?]? {
        predictor.choices["w:p"]?.mapValues { $0.answering[.among] }
    }
    let areOfBefore = try rules(begun.kept) == rules(archived(29).kept) && rules(begun.kept)?.isEmpty == false
    #expect(areOfBefore)
    let question = series([1], start: 1500).map(\.task)
    #expect(begun.again.predict(question)[0].samples == 150)
    // And it learns on: with as many again as are due, the rules are others.
    var again = begun.again
    for row in series(Array(wave[150..<200]), start: 1500) { again.observe(row) }
    let areOthers = again.choices["w:p"] != begun.again.choices["w:p"]
    #expect(areOthers && again.predict(question)[0].samples == 200)
}

/// Memory that is linear in the input is answered by a line over it, which a version that is read again has too, and learns on
/// with as the one that was written does.
@Test func aLineOverTheSizeIsInAnArchive() throws {
    func executions(_ places: Range<Int>) -> [TaskExecution] {
        places.map { place in
            let bytes = 1e6 * Double(place * 7 % 101 + 1)
            let moment = Double(place) * 10
            return TaskExecution(
                task: TaskSpec(workflow: "w", process: "p", inputBytes: bytes, submittedAt: moment), taskID: "\(place)",
                startedAt: moment + 1, completedAt: moment + 5, cpu: 1,
                memory: (2e8 + 8 * bytes) * (1 + 0.05 * sin(Double(place))), duration: 10)
        }
    }
    let gated = StatisticsTrainer.gated.rules
    // Rules that were known before lines over the size were.
    for rules in [gated, gated.filter { $0 != .sizeLine }] {
        var kept = StatisticsPredictor(rules: rules, executions: executions(0..<80))
        let archive = try kept.archive()
        #expect(try archive.text("rules").contains("size-line") == rules.contains(.sizeLine))
        let bytes = try Safetensors.encode(archive)
        var again = try StatisticsPredictor(Safetensors.decode(bytes))
        #expect(try again.rules == rules && Safetensors.encode(again.archive()) == bytes)
        let questions = executions(80..<120).map(\.task)
        let reason = again.predict(questions)[0].memory.reason
        #expect(reason.contains("line over the size") == rules.contains(.sizeLine), "\(reason)")
        for row in executions(80..<90) {
            kept.observe(row)
            again.observe(row)
        }
        for (one, other) in zip(kept.predict(questions), again.predict(questions)) {
            #expect(abs(one.memory.p50 / other.memory.p50 - 1) < 1e-9)
        }
    }
}
