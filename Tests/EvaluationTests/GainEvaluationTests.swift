import Evaluation
import Testing

@Test func ordersAreComparedOnTheSameWorkflows() {
    let evaluation = GainEvaluation([("network", [1, 0.8, 1, 0.6]), ("as proposed", [0.5, 0.4, 1, 0.2])])
    #expect(evaluation.workflows == 4 && evaluation.entries.map(\.name) == ["network", "as proposed"])
    #expect(abs(evaluation.entries[0].found.value - 0.85) < 1e-12)
    let (own, other) = (evaluation.entries[0].gain, evaluation.entries[1].gain)
    #expect(own.value == 0 && own.low == 0 && own.high == 0)
    #expect(abs(other.value - 0.325) < 1e-12 && other.low > 0 && GainEvaluation.verdict(other).rawValue == "better")
    // Without a workflow that can be improved nothing is said, in numbers that can be written.
    let none = GainEvaluation([("network", []), ("as proposed", [])])
    #expect(none.workflows == 0)
    for entry in none.entries { #expect(entry.found.value == 0 && entry.gain.low == 0 && entry.gain.high == 0) }
}
