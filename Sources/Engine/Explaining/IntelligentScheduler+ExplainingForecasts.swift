import Decisions
import Files
import Foundation
import Prediction
import Workflows

extension IntelligentScheduler {
    /// Tasks of a question that are explained.
    private static let explainedTasks = 8
    /// Latency targets that what past executions did may take, over all tasks; what the version says has its own limits.
    private static let pastTargets = 10

    /// What moved the forecasts of `record`, and what the statistics alone would have said.
    ///
    /// The version that serves now explains; where it is another one than answered, or has learned since, that is said.
    func explainForecasts(_ explanation: inout Explanation) async throws {
        let (record, served) = (explanation.record, model.snapshot)
        let question = try PredictQuestion(record.question())
        if record.model != served.model || record.outcomesLearned != served.outcomesLearned {
            let by = served.model.map { "\($0.name) \($0.version)" } ?? "a heuristic"
            explanation.factors.append(
                .init(
                    name: "state",
                    detail: "influences are those on \(by) as it is now, after \(served.outcomesLearned) outcomes; "
                        + "the decision stood on \(record.outcomesLearned)"))
        }
        var unexplained: [(places: [Int], why: String)] = []
        var timeForPast = target * Self.pastTargets
        for (place, task) in question.tasks.prefix(Self.explainedTasks).enumerated() {
            let parts = ForecastInfluences.parts(of: task)
            let statistics = served.predictor.heuristic
            // Many questions take their turn among the searches, and leave no trace where the others are answered.
            let left = timeForPast
            let (said, answers, past, spent, alone) = try await searches.run {
                let asked = [task] + parts.map(\.without)
                let said = await served.probe(asked, for: .explanation, within: forecastLimit(asked.count))
                return try await offload {
                    let began = ContinuousClock.now
                    let past = ForecastInfluences.past(of: task, in: statistics) {
                        ContinuousClock.now - began >= left
                    }
                    let spent = ContinuousClock.now - began
                    return (
                        said, said.predictions ?? statistics.predict(asked), past, spent, statistics.predict([task])[0]
                    )
                }
            }
            timeForPast -= spent
            let influences =
                ForecastInfluences.ranked(parts, answers[0], without: answers.dropFirst()) + past.influences
            explanation.factors += influences.map {
                .init(name: "predictions[\(place)].\($0.name)", detail: $0.detail, effect: .medians($0.factors))
            }
            if let basis = past.basis {
                explanation.factors.append(
                    .init(
                        name: "predictions[\(place)].past",
                        detail: basis + Self.reservation(answers[0], of: served.model)))
            }
            if let why = said.problem {
                if let known = unexplained.firstIndex(where: { $0.why == why }) {
                    unexplained[known].places.append(place)
                } else {
                    unexplained.append(([place], why))
                }
            }
            explanation.forecasts.append(.init(name: "predictions[\(place)].statistics", prediction: alone))
        }
        // The statistics answer in the version's place, which must not be taken for the version.
        for (places, why) in unexplained {
            let names = places.map { "predictions[\($0)]" }.joined(separator: ", ")
            explanation.factors.append(
                .init(name: "state", detail: "influences on \(names) are those on the statistics alone: \(why)"))
        }
    }

    /// What influences on the statistics leave open where a version had a say beside them in `answer`.
    static func reservation(_ answer: ResourcePrediction, of model: ModelReference?) -> String {
        let targets = ResourceTarget.allCases.filter { answer[$0].source != .heuristic }.map(\.rawValue)
        guard !targets.isEmpty, let model else { return "" }
        return
            "; in \(targets.joined(separator: ", ")) \(model.name) \(model.version) has a say of its own, and what past "
            + "executions did to that was not measured"
    }
}
