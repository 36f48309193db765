import Files

/// What became of a workflow that was changed as suggested: the gain that was predicted, and the real one.
public struct FollowUp: Sendable, Hashable {
    /// The decision that carried out the suggestions.
    public var decisionID: String
    /// By how many seconds the workflow was to end sooner.
    public var predictedGain: Double
    /// By how many it was to at the pace of the run, and without the tasks whose results were cached; nil where no task tells
    /// that pace.
    public var expectedGain: Double?
    /// By how many it did, by the durations that its tasks had.
    public var realGain: Double
    /// When its last task ended, in seconds from the start of its first, by the clock: with all waits.
    public var makespan: Double
    /// What the suggestions of each type promised, each alone, in seconds.
    public var promised: [String: Double]

    /// What became of what `decisionID` carried out.
    public init(
        decisionID: String, predictedGain: Double, expectedGain: Double?, realGain: Double, makespan: Double,
        promised: [String: Double]
    ) {
        self.decisionID = decisionID
        self.predictedGain = predictedGain
        self.expectedGain = expectedGain
        self.realGain = realGain
        self.makespan = makespan
        self.promised = promised
    }

    /// The share of the expected gain that came true; nil where none was predicted, none could be expected of the run, or nothing
    /// tells how much could.
    ///
    /// It lies in -1 to 3, bounds as far below 1 as above: what came out better than expected makes up for what came out worse,
    /// so that promises that are right on average are taken to be right.
    public var share: Double? {
        guard predictedGain > 0, let expectedGain, expectedGain > 0 else { return nil }
        return min(max(realGain / expectedGain, -1), 3)
    }

    /// Shares of 1 that each type is taken to have had before it was followed up: so many misses halve its weight.
    public static let trust = 2.0

    /// How much of what suggestions of each type promised came true, over `followUps`:
    ///
    ///     weight(t) = (trust + Σ c(t) · share) / (trust + Σ c(t)), at least 0 and at most 1,
    ///
    /// where c(t) is the part that the type has in what was promised together: a type that comes with others answers for that.
    public static func weights(_ followUps: [FollowUp]) -> [String: Double] {
        var sums: [String: (part: Double, true: Double)] = [:]
        for followUp in followUps {
            guard let share = followUp.share else { continue }
            let gains = followUp.promised.filter { $0.value > 0 }
            let whole = gains.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
            for (type, gain) in gains {
                sums[type, default: (0, 0)].part += gain / whole
                sums[type, default: (0, 0)].true += gain / whole * share
            }
        }
        return sums.mapValues { min(max((trust + $0.true) / (trust + $0.part), 0), 1) }
    }

    /// The members of a decision of the type `follow-up`.
    public var members: [(String, JSONValue)] {
        let promised = promised.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number($0.value)) }
        return [
            ("applied", .string(decisionID)), ("makespan", .number(makespan)),
            ("predictedGainSeconds", .number(predictedGain)),
            ("expectedGainSeconds", expectedGain.map(JSONValue.number) ?? .null),
            ("realGainSeconds", .number(realGain)),
            ("promisedSeconds", .object(JSONObject(promised))),
        ]
    }

    /// Reads a decision of the type `follow-up`. Where it says nothing of an expected gain, as much as predicted was expected.
    public init(_ decision: DecisionRecord) throws {
        let answer = try decision.answer()
        let (predicted, expected) = (try answer["predictedGainSeconds"].double(), answer["expectedGainSeconds"])
        self.init(
            decisionID: try answer["applied"].string(), predictedGain: predicted,
            expectedGain: expected.value == nil ? predicted : try expected.ifPresent { try $0.double() },
            realGain: try answer["realGainSeconds"].double(), makespan: try answer["makespan"].double(),
            promised: try Self.gains(answer["promisedSeconds"]))
        followedUpAt = decision.at
    }

    /// Seconds by the type of suggestion.
    public static func gains(_ field: JSONField) throws -> [String: Double] {
        try Dictionary(
            uniqueKeysWithValues: field.object().keys.map { ($0, try field[$0].double()) })
    }

    /// When it was followed up, in Unix seconds.
    private(set) var followedUpAt = 0.0
}
