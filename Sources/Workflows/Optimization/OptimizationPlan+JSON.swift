import Files

extension OptimizationPlan {
    /// The members that `suggestions` answers with.
    public var suggestionMembers: [(String, JSONValue)] {
        [("suggestions", .array(suggestions.map(\.json)))] + outcomeMembers
    }

    /// The members that say what is gained by which set of suggestions.
    public var outcomeMembers: [(String, JSONValue)] {
        let points = pareto.map { point in
            JSONValue.object(
                JSONObject([
                    ("suggestions", .array(point.suggestions.map(JSONValue.string))),
                    ("makespan", .number(point.use.makespan)), ("cost", .number(point.use.cost)),
                    ("gigabyteHours", .number(point.use.gigabyteHours)), ("quality", .number(point.quality)),
                ]))
        }
        return [
            ("pareto", .array(points)), ("recommended", .array(recommended.map(JSONValue.string))),
            ("before", analysis.before.json), ("after", after.json),
        ] + (gainSeconds.map { [("gainSeconds", $0.json)] } ?? [])
            + (orderedBy.map { [("orderedBy", .string($0))] } ?? [])
    }

    /// The members that `optimize` answers with.
    public var members: [(String, JSONValue)] { analysis.members + suggestionMembers }
}
