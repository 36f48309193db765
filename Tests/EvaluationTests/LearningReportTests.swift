import Testing

@testable import Evaluation

/// Curves of eight epochs that fall from `start` by `step` an epoch, down to `end`.
private func curve(from start: Double, by step: Double, to end: Double) -> [Double] {
    (0...8).map { max(end, start - step * Double($0)) }
}

private func report(_ others: [(name: String, curves: [[Double]])]) -> LearningReport {
    let whole = [0.0, 0.1, 0.3].map { curve(from: 1 + $0, by: 0.2, to: 0.1 + $0) }
    return LearningReport(
        [("all parts", whole)] + others, over: "srpt-path", seeds: [4, 5, 6], epochs: 8, episodes: 2,
        validationStreams: 3)
}

@Test func partsOfALearnerAreComparedOverTheSameSeeds() throws {
    let report = report([
        // Later by 0.05 for every seed, though seeds differ by more; as good in the end, but later there.
        ("without a", [0.0, 0.1, 0.3].map { curve(from: 1 + $0, by: 0.2, to: 0.15 + $0) }),
        ("without b", [0.0, 0.1, 0.3].map { curve(from: 1 + $0, by: 0.15, to: 0.1 + $0) }),
        ("without c", [0.05, 0.0, 0.3].map { curve(from: 1 + $0, by: 0.2, to: 0.1 + $0) }),
        ("without d", [0.0, 0.1, 0.3].map { curve(from: 1 + $0, by: 0.2, to: 0.02 + $0) }),
    ])
    let entries = report.entries
    #expect(entries.map(\.verdict) == [.tie, .worse, .tie, .tie, .better])
    // The last two of eight epochs.
    #expect(abs(entries[0].end.value - (0.1 + 0.4 / 3)) < 1e-9 && entries[0].endDifference.value == 0)
    #expect(abs(entries[1].endDifference.value - 0.05) < 1e-9 && entries[1].endDifference.low > 0.049)
    #expect(abs(entries[2].endDifference.value) < 1e-9 && entries[2].wholeDifference.low > 0.01)
    #expect(entries[3].endDifference.low < 0 && entries[3].endDifference.high > 0)
    // Behind the epochs alone, not before them: 0.8, 0.6, 0.4, 0.2 and four of 0.1, and what seeds add.
    #expect(abs(entries[0].whole.value - (2.4 / 8 + 0.4 / 3)) < 1e-9)
    #expect(abs(entries[0].mean[0] - (1 + 0.4 / 3)) < 1e-9 && entries[0].mean.count == 9)
    #expect(entries[0].range[0] == 1...1.3)
}

@Test func aCurveOfAnotherLengthIsRefused() async {
    await #expect(processExitsWith: .failure) {
        _ = LearningReport(
            [("all parts", [[1, 2]])], over: "srpt-path", seeds: [1], epochs: 2, episodes: 1, validationStreams: 1)
    }
}
