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
