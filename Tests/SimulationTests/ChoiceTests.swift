import Kernels
import Testing
import Workflows

@testable import Simulation

/// Workflows of several widths, one-core and larger tasks, more than there is room for.
private func arrivals() throws -> [Arrival] {
    let made = try (0..<3).map { kind in
        let tasks = (0..<18).map { place -> Sketch in
            let parents: [String] = place < 4 + 2 * kind ? [] : ["t\(place - 4 - 2 * kind)"]
            return Sketch(
                "t\(place)", Double((place + kind) * 7 % 5 + 1), after: parents, cores: Double((place + kind) % 3 + 1))
        }
        return try instance(tasks, on: nodes(4, 3, 5))
    }
    return (0..<12).map { Arrival(at: Double($0) * 4, made[$0 % 3]) }
}

/// The path behind each task, as the rules have it.
private func byPath(_ arrival: Arrival) -> [Double] {
    arrival.instance.graph.upwardRanks(costs: arrival.instance.runtimes).map { -$0 }
}

private let order = QueueOrder.workflows(within: { arrival, _ in byPath(arrival) }) { $0.remainingCoreSeconds }

private func cluster(_ arrivals: [Arrival], _ order: QueueOrder) -> VirtualCluster {
    var left = arrivals[...]
    return VirtualCluster(
        arrivals[0].instance.cluster, rule: .list(order), settings: .init(keepsTaskRecords: true)
    ) { left.popFirst() }
}

private struct Taking: TaskChooser {
    var place: @Sendable (ReadyWindow) -> Int
    func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int { place(window) }
}

@Test func whoAlwaysTakesTheFirstFollowsTheRule() throws {
    let arrivals = try arrivals()
    let expected = stream(arrivals, order: order)
    for window in [1, 2, 64] {
        var first = cluster(arrivals, order.choosing(window: window, tasksPerWorkflow: 2, by: Taking { _ in 0 }))
        #expect(first.run().records == expected.records)
        var agent = cluster(arrivals, order.choosing(window: window))
        var choices = 0
        while agent.advanceToChoice() {
            agent.choose(candidate: 0)
            choices += 1
        }
        #expect(agent.finish().records == expected.records)
        #expect(window == 1 ? choices == 0 : choices > 50)
    }
}

@Test func whatIsChosenIsPlacedAndTheWindowTellsWhatIsThere() throws {
    let arrivals = try arrivals()
    for (seed, perWorkflow) in [(UInt64(1), 1), (2, 1), (3, 3)] {
        var generator = SeededGenerator(seed: seed)
        var agent = cluster(arrivals, order.choosing(window: 5, tasksPerWorkflow: perWorkflow))
        while agent.advanceToChoice() {
            #expect(agent.violatedInvariant() == nil)
            let window = agent.readyWindow
            #expect((2...5).contains(window.candidates.count) && window.now == agent.now)
            #expect(window.aliveCount == agent.alive && window.pools.map(\.cores) == [12])
            #expect(window.pools[0].freeCores == agent.nodeViews.reduce(0) { $0 + $1.freeCores })
            let waiting = agent.waiting(atMost: 1000)
            #expect(window.waitingCount == waiting.count && window.waitingCores == waiting.reduce(0) { $0 + $1.cores })
            let remaining = window.candidates.map(\.workflow.remainingCoreSeconds)
            #expect(remaining == remaining.sorted())
            for candidate in window.candidates { check(candidate, agent, perWorkflow, window) }
            let place = Int.random(in: window.candidates.indices, using: &generator)
            let chosen = window.candidates[place]
            agent.choose(candidate: place)
            #expect(agent.tasks[chosen.slot].stage == .placed && Int(agent.tasks[chosen.slot].node) == chosen.node)
            #expect(agent.violatedInvariant() == nil)
        }
        let result = agent.finish()
        #expect(agent.alive == 0 && result.records.count == 12 * 18)
        let completions = result.workflows.compactMap(\.completionSeconds).reduce(0, +)
        #expect(abs(agent.totals.workflowSeconds - completions) < 1e-6 * completions)
        #expect(abs(agent.totals.heldCoreSeconds - result.coreSeconds) < 1e-6 * result.coreSeconds)
    }
}

/// Counts anew, from the tasks, what the window says.
private func check(
    _ candidate: ReadyWindow.Candidate, _ agent: VirtualCluster, _ perWorkflow: Int, _ window: ReadyWindow
) {
    let number = Int(agent.tasks[candidate.slot].workflow)
    let workflow = agent.workflows[number]
    let slots = workflow.base..<workflow.base + workflow.count
    let ranks = byPath(Arrival(at: 0, agent.instances[number])).map { -$0 }
    #expect(agent.hasRoom(candidate.slot, on: candidate.node))
    #expect(candidate.pathSeconds == ranks[candidate.slot - workflow.base])
    let open = slots.filter { [.waiting, .blocked].contains(agent.tasks[$0].stage) }
    let unplaced = open.reduce(0) { $0 + agent.tasks[$1].seconds * agent.tasks[$1].cores }
    #expect(abs(candidate.unplacedCoreSeconds - unplaced) < 1e-9)
    let paths = slots.filter { agent.tasks[$0].stage == .placed }.map {
        agent.tasks[$0].end - agent.now + ranks[$0 - workflow.base] - agent.tasks[$0].seconds
    }
    #expect(abs(candidate.placedPathSeconds - (paths.max() ?? 0)) < 1e-9)
    #expect(candidate.waitingCount == slots.count { agent.tasks[$0].stage == .waiting })
    #expect(window.candidates.count { $0.workflow.place == candidate.workflow.place } <= perWorkflow)
    // Of its workflow, nothing with room has a longer path, unless it is in the window too.
    if perWorkflow == 1 {
        let others = slots.filter {
            agent.tasks[$0].stage == .waiting && agent.node(for: $0) != nil
        }
        #expect(others.allSatisfy { ranks[$0 - workflow.base] <= candidate.pathSeconds })
    }
}

@Test func onlyTasksOfTheLargestPriorityAreChosenFrom() throws {
    let tasks = (0..<6).map { task in Sketch("t\(task)", 2) { $0.priority = task % 2 == 0 ? 1 : 0 } }
    let made = try instance(tasks, on: nodes(2, 1))
    var agent = cluster([Arrival(at: 0, made), Arrival(at: 0, made)], order.choosing(window: 9, tasksPerWorkflow: 4))
    var seen: [Int] = []
    while agent.advanceToChoice() {
        let priorities = Set(agent.readyWindow.candidates.map { agent.tasks[$0.slot].priority })
        #expect(priorities.count == 1)
        seen.append(Int(priorities.first ?? -1))
        agent.choose(candidate: agent.readyWindow.candidates.count - 1)
    }
    #expect(Set(seen) == [0, 1] && seen == seen.sorted(by: >))
}
