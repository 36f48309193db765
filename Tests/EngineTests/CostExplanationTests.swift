import Decisions
import Files
import Kernels
import ModelFixtures
import Prediction
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Pools of nodes with their prices: those of few cores are dear for what they do, and start soon.
private let pools = Cluster(nodes: pool("small", 3, 1, 1, 1) + pool("large", 2, 4, 1, 3) + pool("fast", 2, 2, 2, 6))

private func pool(_ name: String, _ count: Int, _ cores: Double, _ speed: Double, _ price: Double) -> [Cluster.Node] {
    (0..<count).map { Cluster.Node(name: "\(name)\($0)", cores: cores, speed: speed, pricePerHour: price, pool: name) }
}

/// A drawn question with a deadline that not every mix keeps, its answer, and what is told of it.
private func explained(
    seed: UInt64, tasks: Int = 12, within limit: Duration = .seconds(600)
) throws -> (question: CostQuestion, plan: CostPlan, CostInfluences) {
    var question = CostQuestion(try randomWorkflow(tasks, seed: seed).workflow, on: pools, iterations: 100_000)
    let free = try CostOptimizer.plan(question)
    let shortest = free.front.map(\.outcome.use.makespan).min() ?? 0
    question.deadlineSeconds = shortest + 0.3 * (free.outcome.use.makespan - shortest)
    let plan = try CostOptimizer.plan(question)
    return (question, plan, try CostInfluences(question, JSONField(.object(JSONObject(plan.members))), within: limit))
}

private func without(_ name: String, _ question: CostQuestion) -> CostQuestion {
    var without = question
    switch name {
    case "deadline": without.deadlineSeconds = nil
    case "maxFailureRate": without.maxFailureRate = .infinity
    default: without.cluster.nodes.removeAll { "pools.\($0.pool ?? "")" == name }
    }
    return without
}

@Test(.timeLimit(.minutes(10)), arguments: 1...3 as ClosedRange<UInt64>)
func nodesAreExplainedByWhatIsChosenWithoutEachPart(seed: UInt64) throws {
    var (question, plan, influences) = try explained(seed: seed)
    let parts = try influences.parts()
    let factors = try influences.factors(parts)
    let used = Set(plan.choices.map { "pools.\($0.pool)" })
    #expect(Set(factors.map(\.name)) == used.union(["deadline", "maxFailureRate"]))
    for factor in factors {
        guard let other = try? CostOptimizer.plan(without(factor.name, question)).outcome.use else {
            #expect(factor.effect == nil && factor.detail.contains("nothing was found"))
            continue
        }
        let use = other.cost == plan.outcome.use.cost ? plan.outcome.use : other
        #expect(factor.effect == .use(plan.outcome.use, without: use), "\(factor)")
        if other.cost != plan.outcome.use.cost {
            #expect(factor.detail.contains("at \(JSONValue.text(of: other.cost))"))
        }
    }
    // A deadline makes a mix no cheaper, and a pool that is taken no dearer; the strongest stands first.
    let costs = factors.map { factor -> Double in
        guard case .use(_, let cost?, _) = factor.effect else { return used.contains(factor.name) ? 0 : .infinity }
        return cost
    }
    for (factor, cost) in zip(factors, costs) { #expect(used.contains(factor.name) ? cost <= 1 : cost >= 1) }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { max($0, 1 / $0) >= max($1, 1 / $1) })
    // What else could be chosen is as its simulation says.
    let alternatives = try influences.alternatives(parts)
    let whole = try #require(alternatives.first { $0.detail?.hasPrefix("the whole cluster") == true })
    #expect(whole.cost == plan.baseline.use.cost && whole.makespan == plan.baseline.use.makespan)
    for alternative in alternatives {
        #expect(alternative.isInTime == (alternative.makespan <= question.deadlineSeconds ?? .infinity))
        #expect(alternative.failsSeldom == true)
        if alternative.isInTime == true { #expect((alternative.cost ?? 0) >= plan.outcome.use.cost) }
    }
    #expect(alternatives.contains { $0.isInTime == false && $0.detail?.hasPrefix("without the deadline: ") == true })
    #expect(alternatives.count > plan.front.count + 4)
    question.deadlineSeconds = nil
    #expect(try CostOptimizer.plan(question).outcome.use.cost < plan.outcome.use.cost)
}

/// Without what is named first the price changes by a twentieth, or nothing is found, more often than without another part.
@Test(.timeLimit(.minutes(20))) func whatIsNamedFirstMattersMostToACost() throws {
    var generator = SeededGenerator(seed: 7)
    var (first, others, questions) = (0, 0, 0)
    for seed in 20..<36 as Range<UInt64> {
        let (question, plan, influences) = try explained(seed: seed)
        let named = try influences.factors(influences.parts())[0].name
        func changes(without name: String) -> Bool {
            guard let other = try? CostOptimizer.plan(without(name, question)) else { return true }
            return abs(other.outcome.use.cost / plan.outcome.use.cost - 1) > 0.05
        }
        let rest = ["deadline", "maxFailureRate", "pools.small", "pools.large", "pools.fast"].filter { $0 != named }
        questions += 1
        if changes(without: named) { first += 1 }
        if changes(without: rest.randomElement(using: &generator) ?? "") { others += 1 }
    }
    #expect(first >= questions * 3 / 4 && first > others + 3, "\(first) and \(others) of \(questions)")
}

/// What fails seldom needs a dear node; what may fail is tried again on a cheap one.
@Test func aLimitOnFailuresIsExplainedByWhatIsChosenWithoutIt() throws {
    var workflow = try diamond().workflow
    for place in workflow.tasks.indices { workflow.update(place) { $0.memoryBytes = 3.5e9 } }
    let cluster = Cluster(nodes: [
        Cluster.Node(name: "small", cores: 1, memoryBytes: 6e9, pricePerHour: 1),
        Cluster.Node(name: "large", cores: 1, memoryBytes: 16e9, pricePerHour: 9),
    ])
    var question = CostQuestion(workflow, on: cluster, iterations: 1000)
    question.allocations = [("tight", 3e9), ("wide", 12e9)].map {
        TaskRequests(name: $0, cores: [1, 1, 1, 1], memory: [Double](repeating: $1, count: 4))
    }
    let plan = try CostOptimizer.plan(question)
    #expect(plan.outcome.allocation == "wide" && plan.choices.map(\.pool) == ["large"])
    var influences = try CostInfluences(
        question, JSONField(.object(JSONObject(plan.members))), within: .seconds(600))
    let parts = try influences.parts()
    let factors = try influences.factors(parts)
    #expect(factors.map(\.name) == ["pools.large", "maxFailureRate"])
    let other = try CostOptimizer.plan(without("maxFailureRate", question))
    #expect(other.outcome.use.cost < plan.outcome.use.cost / 2 && other.outcome.failureRate == 1)
    #expect(factors[1].effect == .use(plan.outcome.use, without: other.outcome.use))
    let told = try influences.alternatives(parts).filter { $0.failsSeldom == false }
    #expect(told.map(\.detail) == ["without the limit on failures: 1 of small"])
    #expect(told[0].cost == other.outcome.use.cost && told[0].isInTime == true)
}

@Test func anExplanationOfACostEndsInTime() throws {
    var (_, plan, influences) = try explained(seed: 4, within: .zero)
    let parts = try influences.parts()
    let factors = try influences.factors(parts)
    #expect(factors.map(\.name) == ["state"])
    #expect(factors[0].detail == "\(2 + plan.choices.count) parts were not left out, as time was over")
    // What the answer holds needs no time.
    #expect(try influences.alternatives(parts).count == plan.front.count + 1)
}

@Test(.timeLimit(.minutes(10))) func costsAreExplainedByWhatMovedThem() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("statistics", seconds: 600))
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let document = try diamond()
        // One node of each kind: the dear one alone is in time.
        let cluster = Cluster(nodes: [
            Cluster.Node(name: "slow", cores: 1, pricePerHour: 1),
            Cluster.Node(name: "fast", cores: 1, speed: 4, pricePerHour: 9),
        ])
        let question = CostQuestion(document.workflow, on: cluster, deadlineSeconds: 12, iterations: 1000)
        let decision = try await scheduler.cost(question, about: document)
        let before = scheduler.modelCondition
        let why = try await scheduler.explanation(of: decision.id)
        #expect(scheduler.modelCondition == before && !why.factors.contains { $0.name == "state" })
        // 9 s on the fast node, or 36 on the slow one; each is on for another minute.
        let deadline = try #require(why.factors.first { $0.name == "deadline" })
        #expect(deadline.effect?.json.object?["cost"]?.double.map { abs($0 - 9.0 * 69 / 96) < 1e-9 } == true)
        #expect(why.factors[0].name == "pools.fast" && why.factors[0].effect == nil)
        #expect(why.factors[0].detail.hasPrefix("without nodes of fast nothing was found: "))
        #expect(why.factors.map(\.name).suffix(3) == ["baseline", "lowerBound", "allocation"])
        let json = try JSONField(JSONValue(parsing: Array(why.json.text().utf8)))
        let slow = try json["alternatives"].elements().filter { try !$0["keepsDeadline"].bool() }
        #expect(try slow.contains { try $0["detail"].string() == "without the deadline: 1 of slow" })

        // What cannot be simulated any more is said, and the rest stands.
        var record = why.record
        record.id = "old"
        record.output = record.output.replacing(#""names":["fast"]"#, with: #""names":["bygone"]"#)
        try await scheduler.log.record(record)
        let old = try await scheduler.explanation(of: "old")
        #expect(
            old.summary == why.summary && old.factors.map(\.name) == ["baseline", "lowerBound", "allocation", "state"])
        #expect(old.factors[3].detail.hasSuffix("the nodes that were chosen cannot run the workflow"))
        #expect(!old.alternatives.isEmpty)
    }
}
