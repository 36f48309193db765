import Files
import Layers
import Prediction
import Registry
import Workflows

/// Questions with the answers that a version gave when it was made: its self-test.
public enum GoldenAnswers {
    /// Questions that are kept.
    static let count = 16
    /// Numbers of an answer: the 5th, 50th and 95th percentile of each target.
    private static let numbersPerAnswer = 3 * ResourceTarget.allCases.count

    /// The answers of `predictor` to evenly spaced tasks of `executions`.
    public static func archive(
        of predictor: any ResourcePredictor, executions: [TaskExecution]
    ) throws -> WeightArchive {
        let usable = executions.filter(\.isUsable)
        let step = max(usable.count / count, 1)
        let tasks = stride(from: 0, to: usable.count, by: step).prefix(count).map { usable[$0].task }
        var archive = WeightArchive()
        archive.set("tasks", text: JSONValue.array(tasks.map(\.json)).text())
        let answers = try numbers(predictor.predict(tasks))
        archive.set("predictions", shape: [tasks.count, 3, 3], .float64(answers))
        GoldenComparison.sign(&archive)
        return archive
    }

    private static func numbers(_ answers: [ResourcePrediction]) -> [Double] {
        answers.flatMap { answer in
            ResourceTarget.allCases.flatMap { [answer[$0].p05, answer[$0].p50, answer[$0].p95] }
        }
    }

    /// The questions of `archive`.
    public static func questions(of archive: WeightArchive) throws -> [TaskSpec] {
        try JSONField(JSONValue(parsing: Array(archive.text("tasks").utf8))).elements().map { try TaskSpec($0) }
    }

    /// Asks `predictor` the questions of `archive` again.
    ///
    /// - Throws: `InputError` if an answer is not finite, or differs: on the kind of processor that the version was made on
    ///   in any bit, elsewhere by more than 1e-5 of its value.
    public static func check(_ predictor: any ResourcePredictor, against archive: WeightArchive) throws {
        let questions = try questions(of: archive)
        guard !questions.isEmpty else {
            throw InputError("holds no question, so that nothing is tested", field: "tasks")
        }
        let expected = try archive.doubles("predictions")
        // Before a question is asked: who made the file decides how many there are.
        guard expected.count == Self.numbersPerAnswer * questions.count else {
            throw InputError("holds \(expected.count) numbers for \(questions.count) questions", field: "predictions")
        }
        let answers = numbers(try predictor.predict(questions))
        guard answers.count == expected.count else {
            throw InputError(
                "the self-test fails: \(questions.count) questions have \(answers.count / Self.numbersPerAnswer) answers"
            )
        }
        let comparison = GoldenComparison(archive)
        for (place, (answer, value)) in zip(answers, expected).enumerated() {
            guard answer.isFinite, value.isFinite, comparison.agrees(answer, value, scale: abs(value)) else {
                throw InputError(
                    "the self-test fails: question \(place / Self.numbersPerAnswer) is answered by \(answer), not \(value) "
                        + comparison.words, field: "predictions")
            }
        }
    }
}

extension Catalog {
    /// The predictor of a version, which has not been tested yet.
    public func read(_ version: ModelVersion) throws -> any PublishablePredictor {
        try predictor(version.manifest.kind).load(version)
    }

    /// The predictor of a version, after its self-test.
    public func load(_ version: ModelVersion) throws -> any PublishablePredictor {
        let predictor = try read(version)
        try GoldenAnswers.check(predictor, against: version.golden)
        return predictor
    }

    /// The same of a kind that is built in.
    public static func read(_ version: ModelVersion) throws -> any PublishablePredictor { try Catalog().read(version) }

    /// The same of a kind that is built in.
    public static func load(_ version: ModelVersion) throws -> any PublishablePredictor { try Catalog().load(version) }
}
