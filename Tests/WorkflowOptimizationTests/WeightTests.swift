import Files
import Testing
import Workflows

@testable import WorkflowOptimization

private let optimizer = SimulatingOptimizer()

/// A long task that ends sooner if it is raised in priority, and only then still sooner if it is divided.
private func choices(_ weights: [String: Double]) throws -> OptimizationQuestion {
    var steps = (0..<4).map { Step(id: "short\($0)", seconds: 30) } + [Step(id: "long", seconds: 200)]
    steps[4].divisible = 1...2
    var asked = try question(steps, on: cluster(cores: 2), objectives: [.makespan])
    asked.weights = weights
    return asked
}

/// The trials of candidates that hold less memory, each with further edits, where resources count first.
private func trials(_ candidates: [Candidate], weights: [String: Double]) throws -> SuggestionTrials {
    let steps = ["x", "y", "z"].map { Step(id: $0, seconds: $0 == "z" ? 5 : 10, memory: 1e9, requestMemory: 4e9) }
    var asked = try question(steps, on: cluster(cores: 4, memory: 64e9), objectives: [.resources])
    asked.weights = weights
    var runs = try SimulatedRuns(asked)
    var trials = SuggestionTrials(asked, before: try runs.use(of: asked.document.workflow))
    try trials.evaluate(candidates, &runs)
    return trials
}

private func candidate(_ id: String, _ type: String, _ worth: Candidate.Worth, _ edits: [WorkflowEdit]) -> Candidate {
    Candidate(
        id: id, type: type, reason: "", risk: 0, worth: worth,
        edits: [.change(TaskChange(task: "x", memoryBytes: 1.1e9))] + edits)
}

/// What takes longer is no better for the doubts about it.
@Test func aWeightMakesNoLossSmaller() throws {
    let candidates = [
        candidate("worse", "split", .trade, [.addEdge(parent: "x", child: "y")]),
        candidate("bad", "cluster", .trade, [.addEdge(parent: "x", child: "z")]),
        Candidate(
            id: "good", type: "skip", reason: "", risk: 0,
            edits: [.change(TaskChange(task: "y", memoryBytes: 1.1e9))]),
    ]
    let found = try trials(candidates, weights: ["split": 0.1]).suggestions
    #expect(found.map(\.id) == ["good", "bad", "worse"] && found.map(\.gainSeconds.p50) == [0, -5, -10])
}

/// What changes more than another and comes to no more is left out, but not for one that is never recommended.
@Test func whatIsRecommendedGivesWayOnlyToWhatMayBe() throws {
    func kept(_ worth: Candidate.Worth, _ weights: [String: Double]) throws -> [String] {
        let more = WorkflowEdit.change(TaskChange(task: "z", priority: 1))
        let candidates = [candidate("less", "skip", worth, []), candidate("more", "split", .gain, [more])]
        return try trials(candidates, weights: weights).tried.map(\.candidate.id)
    }
    #expect(try kept(.gain, [:]) == ["less"] && kept(.gain, ["split": 0.1]) == ["less"])
    #expect(try kept(.tidiness, [:]) == ["less", "more"] && kept(.gain, ["skip": 0.1]) == ["less", "more"])
    #expect(try kept(.gain, ["skip": 0.1, "split": 0.1]) == ["less"])
}

/// A type that missed its promises is offered still, behind the others, and is recommended no more.
@Test func whatMissedItsPromisesIsNotRecommended() throws {
    let plain = try optimizer.suggestOptimizations(choices([:]))
    let types = Set(plain.suggestions.map(\.type))
    #expect(types.isSuperset(of: ["raise-priority", "split"]) && plain.suggestions.allSatisfy { $0.weight == 1 })
    let type = "split"
    for weight in [0.5, 0.49] {
        let plan = try optimizer.suggestOptimizations(choices([type: weight]))
        #expect(Set(plan.suggestions.map(\.id)) == Set(plain.suggestions.map(\.id)))
        let recommended = plan.suggestions.filter { plan.recommended.contains($0.id) }.map(\.type)
        #expect(recommended.contains(type) == (weight >= 0.5) && !recommended.isEmpty)
        for suggestion in plan.suggestions {
            #expect(suggestion.weight == (suggestion.type == type ? weight : 1))
            #expect(suggestion.type != type || suggestion.risk >= 1 - weight)
        }
        let counted = plan.suggestions.map { ($0.gainSeconds.p50 > 0 ? $0.weight : 1) * $0.gainSeconds.p50 }
        #expect(zip(counted, counted.dropFirst()).allSatisfy { $0 >= $1 })
        let usesIt = plan.pareto.contains { point in
            plan.suggestions.contains { $0.type == type && point.suggestions.contains($0.id) }
        }
        #expect(usesIt == (weight >= 0.5))
    }
    let none = try optimizer.suggestOptimizations(choices(Dictionary(uniqueKeysWithValues: types.map { ($0, 0.1) })))
    #expect(none.recommended.isEmpty && none.after == none.analysis.before && !none.suggestions.isEmpty)
}

@Test func aWeightStandsOnTheWire() throws {
    let plan = try optimizer.suggestOptimizations(choices(["split": 0.25]))
    for suggestion in plan.suggestions {
        #expect(try OptimizationSuggestion(JSONField(suggestion.json)) == suggestion)
        var object = try #require(suggestion.json.object)
        object["weight"] = nil
        #expect(try OptimizationSuggestion(JSONField(.object(object))).weight == 1)
    }
}
