import Decisions

/// How a version has answered since it took over.
public struct ModelCondition: Sendable, Hashable {
    /// `closed`: it is asked; `open`: it is left out; `half-open`: one question went to it on trial.
    public var circuit: String
    /// How often it came to be left out.
    public var openings: Int
    /// Questions that it was asked.
    public var asked: Int
    /// Those that it gave no forecast for, or not in time.
    public var failures: Int
    /// Those that it did not answer in time.
    public var late: Int
    /// Questions that it was not asked: it was left out, or had no time for them.
    public var leftOut: Int
    /// Questions that it works on though nobody waits for them any more.
    public var abandoned: Int
    /// What it was asked beside the questions, to be scored or explained, and works on though nobody waits for it any more.
    public var abandonedProbes = 0
    /// What it takes for one task, the slow ones lately counting most; nil where it was not asked yet.
    public var secondsPerTask: Double?
    /// Tasks that were answered as an equal one was before, in the same state of the statistics; of a version that proposes plans,
    /// questions about workflows that it had read.
    public var cacheHits = 0
    /// Tasks, or workflows, that it had to be asked about.
    public var cacheMisses = 0
}

extension ModelCondition {
    /// The same with the `hits` and `misses` of what is kept of its answers.
    func counting(_ counts: (hits: Int, misses: Int)) -> ModelCondition {
        var condition = self
        (condition.cacheHits, condition.cacheMisses) = counts
        return condition
    }
}

extension IntelligentScheduler {
    /// How the version that forecasts what tasks need has answered; nil where none does.
    public var modelCondition: ModelCondition? { model.snapshot.condition }

    /// How each version that serves has answered, and each that is on trial and does not serve as well.
    public var modelConditions: [(model: ModelReference, condition: ModelCondition)] {
        let serving = [model.snapshot.answering, forecaster.snapshot.answering, optimizer.snapshot.answering]
            .compactMap(\.self)
        return serving
            + challengers.compactMap(\.condition).filter { tried in !serving.contains { $0.model == tried.model } }
    }
}
