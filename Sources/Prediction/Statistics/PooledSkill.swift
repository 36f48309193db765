import Workflows

/// How the rules did on the held-out executions of all types together, for one target: what a type with few executions is
/// moved towards.
struct PooledSkill: Codable, Hashable, Sendable {
    /// One kind of question.
    struct Skill: Codable, Hashable, Sendable {
        /// The mean error of each rule, each type counting alike.
        var errors: [Double]
        /// How many types they rest on.
        var types: Int
        /// What the best rule of each type leaves.
        var residuals: ResidualDistribution
    }

    private var skills: [QuestionContext: Skill] = [:]

    subscript(context: QuestionContext) -> Skill? { skills[context] }

    /// Nothing is known.
    init() {}

    /// This one, with what `older` knows better: questions for which it had more types to go by. In a predictor that was
    /// read only those types are judged that came, or were fitted anew, since.
    func filled(from older: PooledSkill?) -> PooledSkill {
        var result = self
        for (context, skill) in older?.skills ?? [:] where (skills[context]?.types ?? 0) < skill.types {
            result.skills[context] = skill
        }
        return result
    }

    func isSound(rules count: Int) -> Bool {
        skills.values.allSatisfy {
            $0.residuals.isSound && $0.types > 0 && $0.errors.count == count
                && $0.errors.allSatisfy { (0...1).contains($0) }
        }
    }

    /// What is known of the rules from some models of one target.
    struct Survey: Sendable {
        /// For each kind of question the sum over types of the mean errors of each rule, how many types those are, and
        /// some of what the best rule of each left.
        fileprivate var found: [QuestionContext: (sums: [Double], types: Int, residuals: [Double])] = [:]

        /// Adds `model`; in which order they come is to be the same each time.
        mutating func add(_ model: TargetModel, rules: [ForecastRule], _ work: inout FitWork) {
            for context in QuestionContext.allCases {
                guard let judges = model.heldOut[context], judges.count >= 2 else { continue }
                let errors = judges.residuals.map { rule in
                    rule.reduce(0) { $0 + RuleBlend.error($1) } / Double(judges.count)
                }
                work.spend(judges.count * rules.count * Self.units)
                let none = (sums: [Double](repeating: 0, count: rules.count), types: 0, residuals: [Double]())
                found[context, default: none].types += 1
                for rule in rules.indices { found[context]?.sums[rule] += errors[rule] }
                let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
                // A common type does not speak for all of them.
                let step = max(1, judges.count / 50)
                for row in stride(from: 0, to: judges.count, by: step) {
                    found[context]?.residuals.append(judges.residuals[best][row])
                }
            }
        }

        /// What one error takes, in units of ``FitWork``.
        private static let units = 15
    }

    /// What `survey` found.
    init(_ survey: Survey) {
        for (context, found) in survey.found {
            guard let distribution = ResidualDistribution(found.residuals) else { continue }
            skills[context] = Skill(
                errors: found.sums.map { $0 / Double(found.types) }, types: found.types, residuals: distribution)
        }
    }
}
