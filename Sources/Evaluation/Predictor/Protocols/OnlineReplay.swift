import Files
import Prediction
import Workflows

/// Answers every submission in the order of time from what had completed by then.
///
/// A predictor of the kind is trained anew whenever the number of completed executions has doubled; in between it
/// observes them one by one. At equal moments, completions come before submissions.
struct OnlineReplay {
    let executions: [TaskExecution]
    let trainer: any PredictorTrainer
    let seed: UInt64
    /// Labels that are learned from, in place of the executions' own.
    let learned: [TaskExecution]
    /// The moment of the last event that is replayed.
    var end = Double.infinity

    /// Completed executions at the first training.
    private static let firstTraining = 64

    /// The answer to each usable execution by its place in the history.
    func run() throws -> [Int: ResourcePrediction] {
        let usable = executions.indices.filter { executions[$0].isUsable }
        try EvaluationProtocol.requireMoments(executions, usable, for: "online")
        var predictor = try trainer.train(on: [], seed: seed)
        var completed: [Int] = []
        var nextTraining = Self.firstTraining
        var answers: [Int: ResourcePrediction] = [:]
        for event in Self.events(executions, usable).prefix(while: { $0.moment <= end }) {
            guard event.isCompletion else {
                answers[event.place] = try predictor.predict(executions[event.place].task)
                continue
            }
            completed.append(event.place)
            if completed.count >= nextTraining {
                predictor = try trainer.train(on: completed.map { learned[$0] }, seed: seed)
                nextTraining *= 2
            } else {
                predictor.observe(learned[event.place])
            }
        }
        return answers
    }

    struct Event {
        var moment: Double
        var isCompletion: Bool
        var place: Int
    }

    static func events(_ executions: [TaskExecution], _ usable: [Int]) -> [Event] {
        let completions = usable.map { Event(moment: executions[$0].completedAt ?? 0, isCompletion: true, place: $0) }
        let submissions = usable.map { place in
            Event(moment: executions[place].task.submittedAt ?? 0, isCompletion: false, place: place)
        }
        return (completions + submissions).sorted {
            ($0.moment, $0.isCompletion ? 0 : 1, $0.place) < ($1.moment, $1.isCompletion ? 0 : 1, $1.place)
        }
    }
}
