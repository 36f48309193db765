import Files
import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private func dominates(_ a: [Double], _ b: [Double]) -> Bool { a != b && zip(a, b).allSatisfy { $0 <= $1 } }

private func draw(_ count: Int, _ figures: Int, upTo most: Int, _ generator: inout SeededGenerator) -> [[Double]] {
    (0..<count).map { _ in (0..<figures).map { _ in Double(Int.random(in: 0...most, using: &generator)) } }
}

@Test(arguments: 1...20) func theFrontIsThatOfANaiveSearch(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for figures in 1...4 {
        let values = draw(30, figures, upTo: 4, &generator)
        let front = ParetoFront.places(of: values)
        let open = values.indices.filter { place in !values.contains { dominates($0, values[place]) } }
        #expect(Set(front.map { values[$0] }) == Set(open.map { values[$0] }))
        #expect(Set(front.map { values[$0] }).count == front.count)
        for place in front { #expect(values.firstIndex(of: values[place]) == place) }
        #expect(zip(front, front.dropFirst()).allSatisfy { values[$0].lexicographicallyPrecedes(values[$1]) })
    }
}

@Test func theKneeIsFarthestFromTheLine() {
    // The line from (0, 10) to (10, 0): (2, 3) lies farthest before it, (9, 9) behind it.
    let front: [[Double]] = [[0, 10], [1, 8], [2, 3], [6, 2], [10, 0]]
    #expect(ParetoFront.knee(of: front) == 2)
    #expect(ParetoFront.knee(of: front.map { [$0[0] * 1000, $0[1] * 1e-3] }) == 2)
    #expect(ParetoFront.knee(of: [[0, 10], [5, 5], [10, 0]]) == 0)
    #expect(ParetoFront.knee(of: [[0, 1], [1, 0]]) == 0 && ParetoFront.knee(of: [[3]]) == 0)
    #expect(ParetoFront.knee(of: [[0, 10], [6, 9], [10, 0]]) == 0)
    #expect(ParetoFront.knee(of: []) == nil)
    #expect(ParetoFront.knee(of: [[1, 1], [1, 1]]) == 0)
}

/// Tasks of which each may be divided and replaced: many sets to choose from.
private func manyChoices(_ seed: UInt64) throws -> OptimizationQuestion {
    var steps = randomSteps(14, seed: seed)
    for place in steps.indices where place % 2 == 0 {
        steps[place].alternatives = [("quick", steps[place].seconds / 3, 0.9)]
    }
    return try question(steps, on: cluster(nodes: 3, cores: 4, memory: 16e9, price: 2, bandwidth: 10))
}

@Test(arguments: 1...3) func searchesKeepWhatGreedyFound(seed: UInt64) throws {
    let question = try manyChoices(seed)
    var fronts: [SimulatingOptimizer.Search: [[Double]]] = [:]
    for search in SimulatingOptimizer.Search.allCases {
        let plan = try SimulatingOptimizer(search: search).suggestOptimizations(question)
        #expect(try SimulatingOptimizer(search: search).suggestOptimizations(question) == plan)
        fronts[search] = plan.pareto.map { [$0.use.makespan, $0.use.cost, $0.use.gigabyteHours, 1 - $0.quality] }
        #expect(plan.after.makespan <= plan.analysis.before.makespan)
    }
    let greedy = try #require(fronts[.greedy])
    #expect(greedy.count > 1)
    for search in SimulatingOptimizer.Search.allCases {
        let front = try #require(fronts[search])
        for point in greedy { #expect(front.contains { $0 == point || dominates($0, point) }) }
        if search != .greedy { #expect(front != greedy, "\(search) found nothing more") }
    }
}

/// Every set of a few changes: the front that the search keeps of them is the naive one over documents that were changed and
/// run one by one, and no search has a point before it.
@Test(arguments: 1...4) func theFrontIsThatOfAllSetsRunOneByOne(seed: UInt64) throws {
    let question = try manyChoices(seed)
    var runs = try SimulatedRuns(question)
    let finder = try BottleneckFinder(&runs)
    let context = SuggestionContext(question, finder)
    var trials = SuggestionTrials(question, before: finder.before)
    try trials.evaluate(SuggestionSources.candidates(in: context), &runs)
    let tried = Array(trials.tried.filter { $0.candidate.worth != .tidiness }.prefix(6))
    var all = SetSearch(question, before: finder.before, among: tried)
    var values: [[Double]] = []
    for mask in 0..<1 << tried.count {
        let set = tried.indices.filter { mask >> $0 & 1 == 1 }
        let found = try all.outcome(of: set, &runs)
        let figures = try? figures(of: set.flatMap { all.candidates[$0].edits }, in: question)
        #expect((found == nil) == (figures == nil))
        if let figures { values.append(figures) }
    }
    let open = values.filter { value in !values.contains { dominates($0, value) } }
    let front = all.front.map { point in OptimizationQuestion.Objective.allCases.map(point.outcome.figure) }
    #expect(tried.count == 6 && front.count > 1 && Set(front) == Set(open))
    var walked = SetSearch(question, before: finder.before, among: tried)
    var generator = SeededGenerator(seed: seed)
    try walked.greedy(&runs)
    try walked.anneal(&runs, using: &generator)
    for point in walked.front {
        let figures = OptimizationQuestion.Objective.allCases.map(point.outcome.figure)
        #expect(values.contains(figures) && !open.contains { dominates(figures, $0) })
    }
}

/// The figures of the objectives for the document with `edits`, written, read again and run.
private func figures(of edits: [WorkflowEdit], in question: OptimizationQuestion) throws -> [Double] {
    let changed = try question.document.applying(edits).json.text()
    let instance = try SchedulingInstance(
        WfFormatDocument(parsing: Array(changed.utf8)).workflow, on: question.cluster)
    let use = ResourceUse(try SchedulingPolicy(named: question.policy).timetable(of: instance), of: instance)
    let quality = try question.document.workflow.applying(edits).quality
    return [use.makespan, use.cost, use.gigabyteHours, 1 - quality]
}

/// Where there is no time for resampled runs, the gain with the workflow's own durations is judged as theirs would be.
@Test func withoutTimeForResamplingTheOwnGainDecides() throws {
    let question = try question([Step(id: "a", seconds: 10)], on: cluster(cores: 1), objectives: [.makespan])
    for (part, isRecommended) in [(0.9, true), (0.999, false)] {
        var runs = try SimulatedRuns(question)
        let before = try runs.use(of: question.document.workflow)
        var use = before
        use.makespan *= part
        let candidate = Candidate(
            id: "c", type: "raise-priority", reason: "", risk: 0,
            edits: [.change(TaskChange(task: "a", priority: 1))])
        let search = SetSearch(
            question, before: before,
            among: [.init(candidate: candidate, outcome: Outcome(use: use, quality: 1), gains: [])])
        runs.share = 0
        let (point, gain) = try search.recommended(&runs)
        #expect(point.set == (isRecommended ? [0] : []))
        #expect(gain?.p50 == (isRecommended ? before.makespan - use.makespan : nil))
    }
}

/// What a comparison supposes to be known beforehand takes neither runs nor time: the best order finds what it would find if it were
/// told, however long it takes to find it out.
@Test func whatIsKnownBeforehandTakesNothingFromTheBudget() throws {
    let question = try manyChoices(1)
    let start = ContinuousClock.now
    var (ticks, tick) = (0, Duration.zero)
    var runs = try SimulatedRuns(question) {
        ticks += 1
        return start + tick * ticks
    }
    let finder = try BottleneckFinder(&runs)
    let (count, all) = (runs.count, SuggestionSources.candidates(in: SuggestionContext(question, finder)).count)
    // All of them would take longer than there is; the four that are tried do not.
    (tick, ticks) = (question.budget / (2 * all), 0)
    let known = try runs.beforehand { runs in
        for _ in 0..<all { _ = try runs.use(of: question.document.workflow) }
        return runs.hasTime()
    }
    #expect(!known && runs.hasTime() && runs.count == count)
    for order in [SimulatingOptimizer.TrialOrder.expected, .byGain] {
        (tick, ticks) = (.zero, 0)
        var runs = try SimulatedRuns(question) {
            ticks += 1
            return start + tick * ticks
        }
        let finder = try BottleneckFinder(&runs)
        let count = runs.count
        (tick, ticks) = (question.budget / (3 * all), 0)
        let trials = try SimulatingOptimizer(order: order, trials: 4).trials(finder, &runs)
        #expect(runs.count == count + 4 && !trials.tried.isEmpty, "\(order)")
    }
}
