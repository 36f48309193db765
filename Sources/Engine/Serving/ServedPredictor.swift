import Decisions
import Files
import Layers
import Models
import Prediction
import Registry
import Workflows

/// What answers `predict` at one moment: a version with its heuristic twin, or a heuristic alone.
struct ServedPredictor: ServedVersion {
    /// The version's predictor, or rules that stand alone.
    private(set) var predictor: any PublishablePredictor
    /// The version.
    let model: ModelReference?
    /// Why there is no version.
    var reason: String?
    /// Outcomes that were learned beyond what the version knew.
    private(set) var outcomesLearned = 0
    /// Asks the version and watches how it answers, whatever it has learned meanwhile; nil where there is none.
    let watch: ModelWatch?
    /// What it has answered lately in this state of its statistics, and which state that is.
    private var cache = AnswerCache()
    private var state = 0
    var service: EndNotice?
    var residence: EndNotice?

    /// The version `model`.
    init(_ predictor: any PublishablePredictor, model: ModelReference, watch: ModelWatch? = nil) {
        self.predictor = predictor
        self.model = model
        self.watch = watch ?? ModelWatch("\(model.name) \(model.version)")
        reason = nil
    }

    init(_ predictor: any PublishablePredictor, model: ModelReference, of version: ModelVersion) {
        self.init(predictor, model: model)
    }

    /// A heuristic that has learned nothing yet.
    init(withoutModel reason: String) {
        predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules)
        model = nil
        watch = nil
        self.reason = reason
    }

    static func test(_ predictor: any PublishablePredictor, against golden: WeightArchive) throws {
        try GoldenAnswers.check(predictor, against: golden)
    }

    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int {
        let usable = executions.filter(\.isUsable)
        guard !usable.isEmpty else { return 0 }
        let before = predictor.revision
        predictor.observe(usable)
        outcomesLearned += usable.count
        let (scope, isKnown) = (OutcomeScope(usable), before != nil && predictor.revision == before)
        (cache, state) = cache.begin(from: state) { !isKnown || scope.concerns($0) }
        return usable.count
    }

    /// Forecasts by the version; by the heuristic if there is none, it is left out, it throws, what it says is no forecast,
    /// or it has not answered within `limit`.
    func predict(_ tasks: [TaskSpec], within limit: Duration) async throws -> Forecasts {
        var (why, isBusy) = (reason, false)
        if let model, let watch {
            var answers = cache.answers(tasks, in: state)
            let open = answers.indices.filter { answers[$0] == nil }
            switch open.isEmpty ? .predictions([]) : await watch.ask(predictor, open.map { tasks[$0] }, within: limit) {
            case .predictions(let predictions):
                cache.insert(zip(open.lazy.map { tasks[$0] }, predictions), in: state)
                for (place, prediction) in zip(open, predictions) { answers[place] = prediction }
                return Forecasts(
                    predictions: answers.compactMap(\.self), model: model, outcomesLearned: outcomesLearned)
            case .failed(let problem): why = problem
            case .busy(let problem): (why, isBusy) = (problem, true)
            }
        }
        let heuristic = predictor.heuristic
        let predictions =
            tasks.count <= ModelWatch.quickForecasts
            ? heuristic.predict(tasks) : try await offload { heuristic.predict(tasks) }
        return Forecasts(predictions: predictions, reason: why, outcomesLearned: outcomesLearned, isBusy: isBusy)
    }

    func warmUp(_ golden: WeightArchive) throws {
        for question in try GoldenAnswers.questions(of: golden) {
            let answers = try predictor.predict([question])
            guard answers.count == 1, ResourceTarget.allCases.allSatisfy({ answers[0][$0].isSound }) else {
                throw InputError("a question by itself is answered by numbers that are no forecast")
            }
        }
    }

    mutating func forgetAnswers() { (cache, state) = (AnswerCache(), 0) }

    /// What it says of `tasks` where that decides nothing, past what it has answered lately and without a mark on how it
    /// does.
    func probe(
        _ tasks: [TaskSpec], for purpose: ModelWatch.Purpose, within limit: Duration
    ) async -> ModelWatch.Answer {
        if let watch { return await watch.probe(predictor, tasks, for: purpose, within: limit) }
        let heuristic = predictor.heuristic
        do {
            return .predictions(try await offload { heuristic.predict(tasks) })
        } catch {
            return .failed("an unexpected error")
        }
    }

    /// Questions that were answered once before, and those that were not.
    var cacheCounts: (hits: Int, misses: Int) { cache.counts }

    var condition: ModelCondition? { watch?.condition.counting(cacheCounts) }

    /// Forecasts by the heuristic, which is quick enough for whole workflows.
    func estimate(_ tasks: [TaskSpec]) -> [ResourcePrediction] { predictor.heuristic.predict(tasks) }
}

/// Forecasts with where they come from.
struct Forecasts: Sendable {
    var predictions: [ResourcePrediction]
    var model: ModelReference?
    var reason: String?
    /// Outcomes that were learned beyond what the version knew.
    var outcomesLearned = 0
    /// Whether the version was not asked, as it was busy with other questions.
    var isBusy = false

    /// Who gave them.
    var source: DecisionSource {
        model == nil ? .heuristic : predictions.map(\.source).first { $0 != .heuristic } ?? .heuristic
    }

    /// Who gave a plan that a rule made from them.
    var sourceOfPlan: DecisionSource { source == .heuristic ? .heuristic : .ensemble }

    var confidence: Double {
        predictions.isEmpty ? 1 : predictions.reduce(0) { $0 + $1.confidence } / Double(predictions.count)
    }
}
