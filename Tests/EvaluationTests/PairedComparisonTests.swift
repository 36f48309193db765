import Evaluation
import Foundation
import Testing
import Workflows

/// Answers by a factor on the truth, which the task's own feature `truth` holds.
private func predictor(_ factor: @escaping @Sendable (TaskSpec) -> Double) -> Ruled {
    Ruled(kind: "") { task in quantity((task.features["truth"]?.number ?? 1) * factor(task)) }
}

/// Executions of two types in two sizes each, with durations of their own.
private let executions = (0..<80).map { place -> TaskExecution in
    let (process, isLarge) = (place % 2 == 0 ? "a" : "b", place % 4 < 2)
    let duration = Double(10 + place % 13)
    return TaskExecution(
        task: TaskSpec(
            workflow: "w", process: process, inputBytes: isLarge ? 5e8 : place % 8 == 2 ? nil : 5e5,
            submittedAt: Double(place), features: ["truth": .number(duration)]), taskID: "\(place)", duration: duration)
}

/// A is off by 20 % everywhere. B is right for large inputs of `a`, off by 40 % for small ones of `a`, and equal for `b` but
/// for noise that goes both ways.
private let a = predictor { _ in 1.2 }
private let b = predictor { task in
    if task.process == "a" { return task.inputBytes ?? 0 > 1e8 ? 1 : 1.4 }
    return (task.submittedAt ?? 0).truncatingRemainder(dividingBy: 3) < 1 ? 1.25 : 1.175
}

private func segments(_ seed: UInt64 = 1) async throws -> [PairedComparison.Segment] {
    try await PairedComparison(a, b, on: executions, seed: seed) { $0.taskID != "0" }.segments
}

@Test func segmentsTellWhereBIsBetterAndWhereItIsWorse() async throws {
    let found = try await segments()
    func segment(_ dimension: PairedComparison.Dimension, _ name: String) throws -> PairedComparison.Segment {
        try #require(found.first { $0.dimension == dimension && $0.segment == name }, "\(dimension) \(name)")
    }
    // Duration alone was measured.
    #expect(found.allSatisfy { $0.target == "duration" })
    #expect(found.map(\.dimension.rawValue) == ["all", "type", "type", "size", "size", "size", "known"])
    #expect(try segment(.all, "all").rows == 79)
    // By hand: each execution of a has an accuracy of 1 or 0.6, against 0.8.
    for (dimension, name, expected) in [
        (PairedComparison.Dimension.type, "w:a", { (task: TaskSpec) in task.process == "a" }),
        (.type, "w:b", { $0.process == "b" }), (.size, "input 100 MB to 10 GB", { $0.inputBytes == 5e8 }),
        (.size, "input under 1 MB", { $0.inputBytes == 5e5 }), (.size, "input not known", { $0.inputBytes == nil }),
        (.known, "known to both", { _ in true }),
    ] as [(PairedComparison.Dimension, String, (TaskSpec) -> Bool)] {
        let tasks = executions.dropFirst().map(\.task).filter(expected)
        func accuracy(_ predictor: Ruled) -> Double {
            let errors = tasks.map { task in
                let truth = task.features["truth"]?.number ?? 0
                return abs(predictor.rule(task).p50 - truth) / truth
            }
            return errors.reduce(0) { $0 + 1 - min($1, 1) } / Double(errors.count)
        }
        let own = try segment(dimension, name)
        #expect(own.rows == tasks.count)
        #expect(abs(own.accuracyA - accuracy(a)) < 1e-9 && abs(own.accuracyB - accuracy(b)) < 1e-9)
        #expect(abs(own.difference.value - (own.accuracyB - own.accuracyA)) < 1e-9)
        let (low, high) = (try #require(own.difference.low), try #require(own.difference.high))
        #expect(low <= own.difference.value && own.difference.value <= high)
    }
    #expect(try segment(.type, "w:b").verdict == .tie)
    #expect(try segment(.size, "input 100 MB to 10 GB").verdict == .better)
    #expect(try segment(.size, "input under 1 MB").verdict == .worse)
    #expect(try segment(.size, "input not known").verdict == .worse)
    // The same seed, the same bounds.
    #expect(try await segments().map(\.difference) == found.map(\.difference))
}

@Test func theOtherWayRoundBetterIsWorse() async throws {
    let (forth, back) = (
        try await segments(),
        try await PairedComparison(b, a, on: executions, seed: 1) { $0.taskID != "0" }.segments
    )
    for (own, other) in zip(forth, back) {
        #expect(own.segment == other.segment && abs(own.difference.value + other.difference.value) < 1e-12)
        #expect((own.verdict == .better) == (other.verdict == .worse))
    }
}

@Test func aTypeThatIsNewToOneIsASegmentAndOneExecutionHasNoInterval() async throws {
    struct Cold: ResourcePredictor {
        var known: Set<String>
        mutating func observe(_ execution: TaskExecution) {}
        func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
            tasks.map { task in
                var answer = a.predict([task])[0]
                answer.cold = !known.contains(task.process)
                return answer
            }
        }
    }
    let more = TaskExecution(
        task: TaskSpec(workflow: "w", process: "c", features: ["truth": .number(3)]), taskID: "c", duration: 3)
    let comparison = try await PairedComparison(
        Cold(known: ["a"]), Cold(known: ["a", "b"]), on: executions + [more], seed: 1
    ) { _ in true }
    let known = comparison.segments.filter { $0.dimension == .known }
    #expect(known.map(\.segment) == ["known to B only", "known to both", "new to both"])
    #expect(known.map(\.rows) == [40, 40, 1])
    #expect(known.map(\.verdict) == [.tie, .tie, .open] && known[2].difference.low == nil)
}

@Test func reportsOfTheSameExecutionsArePairedByType() async throws {
    func report(_ predictor: Ruled, _ rows: [TaskExecution]) async throws -> PredictorReport {
        var evaluator = PredictorEvaluator(rows, by: .fixed, of: predictor, seed: 1)
        evaluator.trainingHistory = rows
        return try await evaluator.run().report
    }
    let (first, second) = (try await report(a, executions), try await report(b, executions))
    let paired = PairedComparison(first, second).segments
    let all = try #require(paired.first)
    #expect(all.dimension == .all && all.rows == 80)
    #expect(abs(all.difference.value - (all.accuracyB - all.accuracyA)) < 1e-12)
    #expect(paired.filter { $0.dimension == .type }.map(\.segment) == ["w:a", "w:b"])
    #expect(paired.filter { $0.dimension == .type }.allSatisfy { $0.verdict == .open })
    // A is off by the same everywhere, so that its types differ in nothing: what is left is the spread of B's.
    let (low, high) = (try #require(all.difference.low), try #require(all.difference.high))
    let ours = try #require(second.targets.first).ours.accuracy
    #expect(abs((high - low) - (ours.high - ours.low)) < 1e-9)
    // Of other executions the errors add.
    let other = PairedComparison(first, try await report(b, Array(executions.dropFirst()))).segments
    #expect(other.first?.rows == nil)
    let independent = PairedComparison.Difference(from: (0.5, 0.2, 0.9), to: (0.7, 0.4, 0.8))
    #expect(abs((independent.low ?? 0) - (0.2 - 0.5)) < 1e-12)
    #expect(abs((independent.high ?? 0) - (0.2 + (0.01 + 0.09).squareRoot())) < 1e-12)
    #expect(independent.verdict == .tie)
}
