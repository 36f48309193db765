import Files
import Scheduling
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private let optimizer = SimulatingOptimizer()

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-9) }

@Test func coresThatAreHeldButNotUsedKeepTasksApart() throws {
    let steps = (0..<4).map { Step(id: "p\($0)", seconds: 10, cores: 4, used: 0.9) }
    let plan = try optimizer.suggestOptimizations(question(steps, on: cluster(cores: 4)))
    let found = try #require(plan.suggestions.first)
    #expect(found.id == "right-size-cores-p" && found.type == "right-size" && found.tasks == steps.map(\.id))
    #expect(found.changes == steps.map { .change(TaskChange(task: $0.id, cores: 1)) })
    #expect(found.reason == "p holds 4 cores and used 0.9 on average at the most in 4 executions; 1 is enough")
    #expect(found.verified && found.risk == 0.2)
    #expect(found.gainSeconds.p50 > 25 && found.gainSeconds.p05 <= found.gainSeconds.p50)
    #expect(plan.recommended == [found.id])
    #expect(plan.analysis.before.makespan == 40 && plan.after.makespan == 10)
    #expect(near(plan.analysis.before.coreHours, 160.0 / 3600) && near(plan.after.coreHours, 40.0 / 3600))
}

/// Of cores the next whole number is enough; only memory has a margin.
@Test func coresHaveNoMargin() throws {
    for (used, enough) in [(0.97, 1.0), (1, 1), (1.95, 2), (2, 2), (2.01, 3)] {
        let steps = (0..<4).map { Step(id: "p\($0)", seconds: 10, cores: 4, used: used) }
        let question = try question(steps, on: cluster(cores: 8))
        var runs = try SimulatedRuns(question)
        let context = try SuggestionContext(question, BottleneckFinder(&runs))
        let edits = RightSizing.candidates(in: context).flatMap(\.edits)
        #expect(edits == steps.map { .change(TaskChange(task: $0.id, cores: enough)) }, "\(used)")
    }
}

/// What was used is a mean: the less room there is over it, the likelier a task would at times use more.
@Test func theRiskOfFewerCoresGrowsAsTheirUseNearsThem() throws {
    for (used, enough, risk) in [(0.5, 1.0, 0.2), (0.9, 1, 0.2), (1 / 1.05, 1, 0.35), (1.9, 2, 0.342), (2, 2, 0.5)] {
        let steps = (0..<4).map { Step(id: "p\($0)", seconds: 10, cores: 4, used: used) }
        let plan = try optimizer.suggestOptimizations(question(steps, on: cluster(cores: 4)))
        let found = try #require(plan.suggestions.first { $0.id == "right-size-cores-p" })
        #expect(found.changes.first == .change(TaskChange(task: "p0", cores: enough)))
        #expect(abs(found.risk - risk) < 1e-3, "\(used): \(found.risk)")
        #expect(found.reason.hasSuffix(enough == 1 ? "; 1 is enough" : "; 2 are enough"))
    }
    for count in 1...3 {
        #expect(RightSizing.risk(count, ofCores: 1, largest: 1) == 0.5)
        #expect(RightSizing.risk(count, ofCores: 2, largest: 1) == 1 / Double(count + 1))
    }
}

@Test func memoryThatIsHeldButNotUsedKeepsTasksApart() throws {
    let steps = (0..<4).map { Step(id: "p\($0)", seconds: 10, memory: 2e9, requestMemory: 8e9) }
    let plan = try optimizer.suggestOptimizations(question(steps, on: cluster(cores: 4, memory: 10e9)))
    let found = try #require(plan.suggestions.first { $0.type == "right-size" })
    #expect(found.id == "right-size-memory-p")
    #expect(found.changes == steps.map { .change(TaskChange(task: $0.id, memoryBytes: 2.2e9)) })
    #expect(plan.recommended == [found.id])
    #expect(plan.analysis.before.makespan == 40 && plan.after.makespan == 10)
    #expect(near(plan.analysis.before.gigabyteHours, 320.0 / 3600))
    #expect(near(plan.after.gigabyteHours, 88.0 / 3600))
}

/// A request that hinders nobody costs what it holds: nothing is gained in time, and it is offered all the same.
@Test func whatIsHeldForNothingIsGivenBack() throws {
    let steps = [Step(id: "p", seconds: 3600, memory: 1e9, requestMemory: 4e9)]
    let plan = try optimizer.suggestOptimizations(question(steps, on: cluster(cores: 4, memory: 10e9)))
    #expect(plan.suggestions.map(\.gainSeconds) == [.init(p05: 0, p50: 0, p95: 0)])
    #expect(plan.suggestions[0].risk == 0.5)
    #expect(near(plan.after.gigabyteHours, 1.1) && plan.after.makespan == 3600)
}

/// First in, first out, x and y take both cores; c, on whose path d hangs for 30 s, waits for them for 10 s.
///
///     fifo       x y 0-10, c 10-15, d 15-45
///     c first    c x 0-5, y 5-15, d 10-40
///     c, d first c x 0-5, d 5-35
private let inverted = [
    Step(id: "x", seconds: 10), Step(id: "y", seconds: 10), Step(id: "c", seconds: 5),
    Step(id: "d", seconds: 30, parents: ["c"]),
]

@Test func theCriticalTaskIsTakenFirst() throws {
    let plan = try optimizer.suggestOptimizations(question(inverted, on: cluster(cores: 2)))
    #expect(plan.analysis.before.makespan == 45)
    let gains = Dictionary(uniqueKeysWithValues: plan.suggestions.map { ($0.id, $0) })
    #expect(
        gains["raise-priority-critical-path"]?.changes == ["c", "d"].map { .change(TaskChange(task: $0, priority: 1)) })
    #expect(gains["raise-priority-c"]?.changes == [.change(TaskChange(task: "c", priority: 1))])
    #expect(
        Set(gains.keys) == [
            "raise-priority-c", "raise-priority-critical-path", "raise-priority-longest-path-first", "add-edge-c",
        ])
    #expect(plan.after.makespan == 35)
    #expect(plan.recommended.count == 1 && plan.recommended[0] != "raise-priority-c")
    #expect(plan.suggestions.last?.id == "raise-priority-c")
    #expect(plan.analysis.bottlenecks.map(\.task) == ["d", "c"])
    #expect(plan.analysis.bottlenecks.map(\.resource) == ["time", "cores"])
    // HEFT does so of itself.
    #expect(
        try optimizer.suggestOptimizations(question(inverted, on: cluster(cores: 2), policy: "heft")).suggestions
            .isEmpty)
}

@Test func nobodyPassesATaskThatItsUserWantsFirst() throws {
    var steps = inverted
    steps[0].priority = 3
    steps[1].priority = 2
    let question = try question(steps, on: cluster(cores: 2))
    let plan = try optimizer.suggestOptimizations(question)
    #expect(plan.analysis.before.makespan == 45)
    for suggestion in plan.suggestions {
        let changed = try optimizer.apply([suggestion], to: question).document.workflow.tasks.map(\.wishes.priority)
        #expect(changed[0] > changed[1] && changed[1] > changed[2] && changed[2] >= 0)
    }
    let levels = PriorityLevels(question.document.workflow)
    #expect(levels.raised(0, by: 1, of: 2) == 1 && levels.raised(0, by: 3, of: 4) == 1.5)
    #expect(levels.raised(2, by: 1, of: 2) == 2.5 && levels.raised(3, by: 5, of: 9) == 8)
    #expect(levels.raised(2, by: 0, of: 9) == 2)
}

@Test func aWorkflowWithoutAProblemIsLeftAsItIs() throws {
    let steps = [
        Step(id: "a", seconds: 10, cores: 2, used: 1.9, memory: 1e9, requestMemory: 1.1e9),
        Step(id: "b", seconds: 20, parents: ["a"], cores: 1, used: 0.1),
        Step(id: "c", seconds: 5, parents: ["a"], requestCores: 0.5),
    ]
    for policy in ["fifo", "heft", "portfolio"] {
        let question = try question(steps, on: cluster(cores: 4, memory: 8e9, price: 1), policy: policy)
        let plan = try optimizer.suggestOptimizations(question)
        #expect(plan.suggestions.isEmpty && plan.recommended.isEmpty)
        #expect(plan.after == plan.analysis.before && plan.after.makespan == 30)
        #expect(plan.pareto == [.init(suggestions: [], use: plan.after)])
    }
}

/// All on one node instead of two, each of which costs 60 s beyond its last task.
@Test func aCheaperRunIsFoundByCost() throws {
    let steps = (0..<4).map { Step(id: "p\($0)", seconds: 10, cores: 4, used: 0.9) }
    let plan = try optimizer.suggestOptimizations(
        question(steps, on: cluster(nodes: 2, cores: 4, price: 36), objectives: [.cost]))
    #expect(near(plan.analysis.before.cost, 1.6) && near(plan.after.cost, 0.7))
    #expect(near(plan.suggestions[0].cost, -0.9))
}

@Test func suggestionsHaveNamesOfTheirOwn() throws {
    let steps = ["p.q", "p-q"].map { Step(id: $0, seconds: 10, cores: 4, used: 0.9, program: $0) }
    let question = try question(steps, on: cluster(cores: 4))
    let plan = try optimizer.suggestOptimizations(question)
    let sizes = plan.suggestions.filter { $0.type == "right-size" }
    #expect(Set(sizes.map(\.id)) == ["right-size-cores-p-q", "right-size-cores-p-q-2"])
    #expect(Set(plan.recommended) == Set(sizes.map(\.id)) && plan.after.makespan == 10)
}

@Test func anApplicationThatLeavesTooLittleIsRefused() throws {
    let question = try question([Step(id: "p", seconds: 1, memory: 5)], on: cluster(cores: 1))
    func apply(_ change: TaskChange) throws -> AppliedOptimization {
        let suggestion = OptimizationSuggestion(
            id: "s", type: "right-size", tasks: [change.task], reason: "", gainSeconds: .init(p05: 0, p50: 0, p95: 0),
            cost: 0, risk: 0, verified: false, changes: [.change(change)])
        return try optimizer.apply([suggestion], to: question)
    }
    #expect(try apply(TaskChange(task: "p", memoryBytes: 5)).after.makespan == 1)
    let under = #expect(throws: InputError.self) { try apply(TaskChange(task: "p", memoryBytes: 4)) }
    #expect(under?.problem.contains("\"p\" asks for 4 bytes and was recorded with 5") == true)
    #expect(throws: InputError.self) { try apply(TaskChange(task: "p", cores: 2)) }
    #expect(throws: InputError.self) { try apply(TaskChange(task: "q", cores: 1)) }
}

@Test func forecastsOfAnySizeAndWidthAreTaken() throws {
    func forecast(_ p05: Double, _ p95: Double, memory: Double) -> ResourcePrediction {
        func quantity(_ low: Double, _ high: Double) -> PredictedQuantity {
            PredictedQuantity(
                .duration, p05: low, p50: high, p95: high, allocation: high, reason: "", source: .heuristic)
        }
        return ResourcePrediction(
            cpu: quantity(1, 1), memory: quantity(memory, memory), duration: quantity(p05, p95), retry: [], samples: 9,
            cold: false)
    }
    #expect(SimulatedRuns.spread(forecast(1, 1, memory: 1).duration) == 0)
    #expect(SimulatedRuns.spread(forecast(0, 1, memory: 1).duration) == 2)
    for odd in [(0, 0), (2, 1), (.nan, 1), (.infinity, .infinity), (-1, 1)] {
        #expect(SimulatedRuns.spread(forecast(odd.0, odd.1, memory: 1).duration) == 0.2)
    }
    var question = try question(
        (0..<3).map { Step(id: "p\($0)", seconds: 10, requestMemory: 8e9) }, on: cluster(cores: 4, memory: 9e9))
    for count in [0, 2, 3, 4] {
        question.forecasts = (0..<count).map { _ in forecast(1, .infinity, memory: 2e9) }
        let plan = try optimizer.suggestOptimizations(question)
        #expect(plan.after.makespan == (count < 3 ? 30 : 10))
        #expect(plan.suggestions.contains { $0.id == "right-size-memory-p" && $0.risk == 0.1 } == (count >= 3))
    }
}

@Test func hostileNumbersDoNotStopIt() throws {
    let least = Double.leastNonzeroMagnitude
    let huge = (0..<5).map {
        Step(
            id: "p\($0)", seconds: 1e248, cores: 1e50, used: 1e-300, requestMemory: 1e308,
            priority: [-1e308, 1e308, least, 0, 0][$0])
    }
    let tiny = (0..<5).map { Step(id: "p\($0)", seconds: least, requestCores: 1e-300, priority: 1e308) }
    for steps in [[], [huge[0]], huge, tiny, [Step(id: "a", seconds: 0, cores: 1, used: 0.1)]] {
        for policy in ["fifo", "heft", "portfolio"] {
            let question = try question(
                steps, on: cluster(nodes: 2, cores: 1e50, price: 1e300, bandwidth: least), policy: policy, threshold: 0
            )
            let plan = try optimizer.suggestOptimizations(question)
            #expect(plan.suggestions.count <= 8 && plan.pareto.count >= 1)
        }
    }
    for endless in [[Step(id: "a", seconds: 1e308)], [Step(id: "a", seconds: 1, output: 1e300)]] {
        let steps = endless + [Step(id: "b", seconds: 1, parents: ["a"])]
        #expect(throws: InputError.self) {
            try optimizer.suggestOptimizations(question(steps, on: cluster(cores: 1, bandwidth: least)))
        }
    }
}

@Test func withoutTimeOnlyTheWorkflowAsItIsIsRun() throws {
    var question = try question(inverted, on: cluster(cores: 2))
    for budget in [Duration.zero, .seconds(-1)] {
        question.budget = budget
        let plan = try optimizer.suggestOptimizations(question)
        #expect(plan.suggestions.isEmpty && plan.iterations == 1 && plan.after.makespan == 45)
    }
}

@Test func soManyCandidatesAreTriedAndNoMore() throws {
    // Of 300 kinds of steps each holds more cores and more memory than it uses.
    let steps = (0..<300).map { place in
        Step(
            id: "t\(place)", seconds: 1, cores: 4, used: 0.5, memory: 1e9, requestMemory: 4e9,
            program: "p\(place % 300)")
    }
    let question = try question(steps, on: cluster(cores: 4, memory: 64e9))
    var runs = try SimulatedRuns(question)
    let context = try SuggestionContext(question, BottleneckFinder(&runs))
    let sizes = RightSizing.candidates(in: context)
    #expect(sizes.count == Candidate.most)
    let turns = Candidate.inTurn([sizes, sizes])
    #expect(turns.count == Candidate.most && Set(turns.map(\.id)).count == Candidate.most)
    #expect(turns[0].edits == sizes[0].edits && turns[2].edits == sizes[1].edits)
}

@Test func aFirstRunThatDoesNotEndInTimeIsThatOfFirstInFirstOut() throws {
    for (policy, makespan) in [("heft", 35.0), ("portfolio", 35), ("fifo", 45)] {
        var question = try question(inverted, on: cluster(cores: 2), policy: policy)
        let whole = try optimizer.suggestOptimizations(question).analysis
        #expect(whole.before.makespan == makespan && whole.policy == policy)
        question.budget = .zero
        let short = try optimizer.suggestOptimizations(question).analysis
        #expect(short.before.makespan == 45 && short.policy == "fifo")
    }
}

/// Of several workflows the first decides the policy of all.
@Test func makespansOfSeveralWorkflowsAreOfOnePolicy() throws {
    var question = try question(inverted, on: cluster(cores: 2), policy: "heft")
    let empty = try Workflow(name: "w", tasks: [], edges: [])
    for (budget, makespan) in [(Duration.seconds(600), 35.0), (.zero, 45)] {
        question.budget = budget
        let workflow = question.document.workflow
        #expect(try optimizer.makespans(of: [workflow, empty, workflow], for: question) == [makespan, 0, makespan])
    }
}
