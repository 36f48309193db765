import Reinforcement

extension QLearning {
    /// All that decides how it learns, beside what is left out, by the names of the options that state it: numbers, 1 for what is
    /// switched on.
    public var hyperparameters: [String: Double] {
        let learner = configuration
        // The shortest digits, as they were written.
        func number(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
        var all: [String: Double] = [
            "epochs": Double(epochs), "episodes": Double(episodes), "horizon": horizon, "steps": Double(learner.steps),
            "window": Double(window), "width": Double(width), "learningRate": number(learner.learningRate),
            "batchSize": Double(learner.batchSize), "updatesPerCopy": Double(learner.updatesPerCopy),
            "actionsPerUpdate": Double(learner.actionsPerUpdate), "replay": Double(learner.replayCapacity),
            "warmUp": Double(learner.warmUp), "clipping": number(learner.clipping),
            "huberDelta": number(learner.huberDelta), "demonstrations": Double(demonstrations),
            "updatesPerDemonstration": Double(updatesPerDemonstration),
            "keepDemonstrations": learner.demonstrationShare, "imitation": number(learner.imitation),
            "imitationMargin": number(learner.margin), "conservatism": number(learner.conservatism),
            "shaping": isShaped ? 1 : 0,
        ]
        if teacher.usesLog { (all["teacherRule"], all["teacherLogged"]) = (teacher == .both ? 1 : 0, 1) }
        all.merge(reward.hyperparameters) { $1 }
        let (start, rate, actions) =
            switch learner.exploration {
            case .constant(let rate): (rate, rate, 0)
            case .linear(let start, let rate, let actions), .halving(let start, let rate, let actions):
                (start, rate, actions)
            }
        all["explorationStart"] = number(start)
        all["explorationRate"] = number(rate)
        if case .halving = learner.exploration { all["explorationHalving"] = Double(actions) }
        if case .linear = learner.exploration { all["explorationActions"] = Double(actions) }
        if case .prioritised(let exponent, let correction, let floor, let bonus) = learner.sampling {
            all["priorityExponent"] = exponent
            all["priorityCorrection"] = correction
            all["priorityFloor"] = floor
            all["demonstrationBonus"] = bonus
        }
        return all
    }
}
