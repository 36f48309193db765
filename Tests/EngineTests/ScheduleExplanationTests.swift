import Files
import Kernels
import ModelFixtures
import Scheduling
import Simulation
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test func aPlanHangsOnTheTasksOfItsChain() throws {
    let instance = try SchedulingInstance(diamond().workflow, on: pair)
    let plan = try HeuristicScheduler(.heft).plan(diamond().workflow, on: pair)
    let factors = try ScheduleInfluences.tasks(of: plan.schedule, for: instance)
    // a1 10 s, a2 20 s, end 1 s, one behind the other; b1 of 5 s runs beside them.
    #expect(factors.map(\.name) == ["tasks.a2", "tasks.a1", "tasks.end"])
    let effects: [Explanation.Effect?] = [11.0, 21.0, 30.0].map { Explanation.Effect.makespan(31 / $0) }
    #expect(factors.map(\.effect) == effects)
    #expect(factors[0].detail.hasPrefix("it takes 20 s on n"))
    #expect(factors[0].detail.hasSuffix("if it took no time, the plan would end after 11 s"))
}

/// Without the tasks that are named first a plan made anew ends sooner by a twentieth more often than without as many others.
@Test(arguments: [1, 2, 3] as [UInt64]) func tasksThatAreNamedFirstMatterMostToAPlan(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var (first, others, plans) = (0, 0, 0)
    for number in 0..<25 {
        let document = try randomWorkflow(30, seed: 100 * seed + UInt64(number))
        let instance = try SchedulingInstance(document.workflow, on: cluster(8))
        let plan = try HeuristicScheduler(.heft).plan(document.workflow, on: cluster(8))
        let named = try ScheduleInfluences.tasks(of: plan.schedule, for: instance).prefix(2).map(\.name)
        func changes(without names: some Sequence<String>) throws -> Bool {
            var durations = instance.runtimes
            for name in names { durations[Int(name.dropFirst("tasks.t".count))!] = 0 }
            let again = try HeuristicScheduler(.heft).plan(document.workflow, on: cluster(8), durations: durations)
            return again.schedule.makespan < 0.95 * plan.schedule.makespan
        }
        plans += 1
        if try changes(without: named) { first += 1 }
        let rest = (0..<30).map { "tasks.t\($0)" }.filter { !named.contains($0) }.shuffled(using: &generator)
        if try changes(without: rest.prefix(2)) { others += 1 }
    }
    #expect(first >= plans / 2 && first >= 2 * others, "\(first) and \(others) of \(plans)")
}

@Test func aReadyTaskIsExplainedByWhatStandsInItsWay() {
    let state = ClusterState(now: 0, nodes: [.init(.init(name: "n1", cores: 2), freeCores: 2, freeMemoryBytes: nil)])
    let ready = [("first", 2.0), ("second", 1), ("third", 1)].map {
        ReadyTask(id: $0, task: TaskSpec(process: $0), cores: $1, durationSeconds: 5)
    }
    let decision = HeuristicScheduler(.fifo).choose(ready, in: state)
    let factors = ScheduleInfluences.parts(of: decision, ready, state, .init(), by: .fifo)
    // The other two have room once the first is gone; without one of them nothing changes.
    #expect(factors.map(\.name) == ["ready.first"])
    #expect(factors[0].effect == .changed(2))
    #expect(factors[0].detail == "without it second would start on n1, third would start on n1")
}

/// Without what is named first more of the other tasks start elsewhere than without something else.
@Test(arguments: [1, 2, 3] as [UInt64]) func partsThatAreNamedFirstChangeMostOfAPlacement(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (first, others) = (0, 0)
    for _ in 0..<30 {
        let state = ClusterState(
            now: 0,
            nodes: (0..<4).map { place in
                let cores = Double(Int.random(in: 2...8, using: &generator))
                return .init(.init(name: "n\(place)", cores: cores), freeCores: cores, freeMemoryBytes: nil)
            })
        let ready = (0..<14).map { place in
            ReadyTask(
                id: "r\(place)", task: TaskSpec(process: "p"), cores: Double(Int.random(in: 1...4, using: &generator)),
                durationSeconds: Double(Int.random(in: 1...50, using: &generator)))
        }
        let scheduler = HeuristicScheduler(.heft)
        let decision = scheduler.choose(ready, in: state)
        let factors = ScheduleInfluences.parts(of: decision, ready, state, .init(), by: .heft)
        let (all, names) = (decision.assignments, factors.map(\.name))
        func changed(without id: String) -> Int {
            let other = scheduler.choose(ready.filter { $0.id != id }, in: state)
            let nodes = Dictionary(uniqueKeysWithValues: other.assignments.map { ($0.id, $0.node) })
            let before = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.node) })
            return ready.count { $0.id != id && nodes[$0.id] != before[$0.id] }
        }
        guard let strongest = names.first(where: { $0.hasPrefix("ready.") }) else { continue }
        let count = changed(without: String(strongest.dropFirst("ready.".count)))
        #expect(factors.first { $0.name == strongest }?.effect == .changed(count) && count > 0)
        let rest = ready.map(\.id).filter { "ready.\($0)" != strongest }
        let other = changed(without: rest.randomElement(using: &generator) ?? "")
        if count > other { first += 1 } else if other > count { others += 1 }
    }
    #expect(first >= 15 && others == 0, "\(first) and \(others)")
}

@Test(.timeLimit(.minutes(10))) func schedulesAreExplainedByWhatMovedThem() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("statistics", seconds: 600))
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let plan = try await scheduler.schedule(diamond(), on: pair, policy: .heft)
        let why = try await scheduler.explanation(of: plan.id)
        let effectOfA2: Explanation.Effect = .makespan(31.0 / 11)
        #expect(why.factors.first { $0.name == "tasks.a2" }?.effect == effectOfA2)
        let json = try JSONField(JSONValue(parsing: Array(why.json.text().utf8)))
        let effect = try json["factors"].elements().first { try $0["name"].string() == "tasks.end" }
        #expect(try effect?["effect"]["makespan"].double() == 31.0 / 30)
        // What a plan on forecasts stands on is taken from the plan.
        let predicted = try await scheduler.schedule(diamond(), on: pair, policy: .heft, predicts: true)
        let factors = try await scheduler.explanation(of: predicted.id).factors.filter { $0.effect != nil }
        #expect(factors.count == 3)
        let state = ClusterState(
            now: 0, nodes: [.init(.init(name: "n1", cores: 2), freeCores: 2, freeMemoryBytes: nil)])
        let ready = [
            ReadyTask(id: "wide", task: TestRegistry.task, cores: 2), ReadyTask(id: "late", task: TestRegistry.task),
        ]
        let placed = try await scheduler.schedule(ready, in: state, policy: .fifo)
        #expect(try JSONField(JSONValue(parsing: Array(placed.body.utf8)))["foundBy"].string() == "fifo")
        #expect(try await !scheduler.explanation(of: placed.id).factors.contains { $0.name == "state" })
        let before = scheduler.modelCondition
        let reasons = try await scheduler.explanation(of: placed.id).factors
        #expect(reasons.first { $0.name == "ready.wide" }?.effect == .changed(1))
        #expect(scheduler.modelCondition == before)
        // What would be chosen otherwise now is said: the deadline stands between two forecasts.
        var constraints = PlacementConstraints()
        constraints.deadlineAt = 1000
        let timely = try await scheduler.schedule([ready[0]], in: state, under: constraints, policy: .fifo)
        #expect(timely.answer.assignments.count == 1)
        _ = try await scheduler.record(TestRegistry.executions(seconds: 5000).map { ReportedExecution($0) })
        let late = try await scheduler.explanation(of: timely.id).factors
        #expect(late.contains { $0.name == "state" && $0.detail.hasSuffix("which is not the same") })
    }
}
