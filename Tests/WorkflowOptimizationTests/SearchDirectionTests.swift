import Files
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private func outcome(_ makespan: Double, cost: Double = 1, resources: Double = 1, quality: Double = 1) -> Outcome {
    Outcome(
        use: ResourceUse(makespan: makespan, cost: cost, coreHours: 1, gigabyteHours: resources), quality: quality)
}

@Test func directionsCoverTheObjectivesEvenly() {
    #expect(SearchDirection.weights(1) == [[1]])
    for (count, all) in [(2, 5), (3, 10), (4, 11)] {
        let weights = SearchDirection.weights(count)
        #expect(weights.count == all && Set(weights).count == all)
        #expect(weights.allSatisfy { $0.count == count && abs($0.reduce(0, +) - 1) < 1e-12 })
        // The even one first, and one for each objective alone.
        #expect(weights[0].allSatisfy { abs($0 - 1 / Double(count)) < 1e-12 })
        for place in 0..<count { #expect(weights.contains { $0[place] == 1 }) }
        #expect(zip(weights, weights.dropFirst()).allSatisfy { ($0.max() ?? 0) <= ($1.max() ?? 0) })
    }
}

/// Of three points of a front that is not convex each is the best in some direction; by a weighted sum the middle one never is.
@Test func aDirectionFindsWhatNoWeightedSumFinds() {
    let figures = [(10.0, 20.0), (16.5, 16.5), (20, 10)]
    let front = figures.map { SetSearch.Point(set: [], outcome: outcome($0.0, cost: $0.1)) }
    func best(_ weights: [Double]) -> Int? {
        let direction = SearchDirection(weights, of: [.makespan, .cost], over: front)
        return front.indices.min { direction.energy(front[$0].outcome) < direction.energy(front[$1].outcome) }
    }
    #expect(SearchDirection.weights(2).compactMap(best) == [1, 2, 0, 2, 0])
    for share in stride(from: 0, through: 1, by: 0.01) {
        let sums = figures.map { share * $0.0 + (1 - share) * $0.1 }
        #expect(sums[1] > min(sums[0], sums[2]))
    }
}

/// What is dominated is never better, whatever counts, and a figure in which all points agree does not matter.
@Test func whatIsDominatedIsNeverBetter() {
    let front = [outcome(10, cost: 20), outcome(20, cost: 10)].map { SetSearch.Point(set: [], outcome: $0) }
    for weights in SearchDirection.weights(3) {
        let direction = SearchDirection(weights, of: [.makespan, .cost, .quality], over: front)
        #expect(direction.energy(outcome(12, cost: 12)) < direction.energy(outcome(12, cost: 13)))
        #expect(direction.energy(outcome(12, cost: 12)) < direction.energy(outcome(13, cost: 12)))
        #expect(direction.energy(outcome(12, cost: 12)).isFinite)
    }
}

/// A front on which all points have the best quality, and costs that differ by rounding, keeps no direction from giving up a little of
/// them for much time.
@Test func whatAllPointsOfAFrontAgreeInIsNoWall() {
    let start = outcome(10, cost: 3)
    let front = [start, outcome(9.9, cost: 3 + 4e-16)].map { SetSearch.Point(set: [], outcome: $0) }
    let direction = SearchDirection([1, 0, 0], of: [.makespan, .cost, .quality], over: front)
    #expect(direction.energy(outcome(5, cost: 3, quality: 0.98)) < direction.energy(start))
    #expect(direction.energy(outcome(5, cost: 3.03)) < direction.energy(start))
    // Where it counts, much of it is not given up.
    let careful = SearchDirection([0, 0, 1], of: [.makespan, .cost, .quality], over: front)
    #expect(careful.energy(outcome(9.9, cost: 3, quality: 0.1)) > careful.energy(start))
}

/// A change that only saves money is combined, though thirty others end the run sooner.
@Test func changesAreChosenByEveryObjectiveThatVaries() throws {
    let question = try question([Step(id: "a", seconds: 10)], on: cluster(cores: 1))
    func tried(_ name: String, _ outcome: Outcome) -> SuggestionTrials.Tried {
        .init(
            candidate: Candidate(
                id: name, type: "raise-priority", reason: "", risk: 0, worth: .trade,
                edits: [.change(TaskChange(task: "a", priority: 1))]), outcome: outcome, gains: [])
    }
    let quick = (0..<30).map { tried("quick-\($0)", outcome(5 + 0.1 * Double($0), cost: 2)) }
    let cheap = [tried("cheap", outcome(12, cost: 0.5)), tried("cheaper", outcome(14, cost: 0.4))]
    let before = outcome(10).use
    let search = SetSearch(question, before: before, among: quick + cheap)
    #expect(search.objectives == [.makespan, .cost] && search.candidates.count == SetSearch.most)
    #expect(search.candidates.prefix(4).map(\.id) == ["quick-0", "cheaper", "quick-1", "cheap"])
    #expect(Set(search.candidates.map(\.id)).count == SetSearch.most)
    for place in search.candidates.indices { #expect(search.points[place + 1].set == [place]) }
    // Where only time differs, only time counts.
    let same = (0..<30).map { tried("quick-\($0)", outcome(8 - 0.1 * Double($0))) }
    let plain = SetSearch(question, before: before, among: same)
    #expect(plain.objectives == [.makespan])
    #expect(plain.candidates.map(\.id) == (6..<30).reversed().map { "quick-\($0)" })
    #expect(SetSearch(question, before: before, among: []).objectives == [.makespan])
    // One that is named a thousand times counts once.
    var repeated = question
    repeated.objectives = [OptimizationQuestion.Objective](repeating: .cost, count: 1000) + [.makespan, .cost]
    #expect(SetSearch(repeated, before: before, among: quick + cheap).objectives == [.cost, .makespan])
}
