import Testing
import Workflows

@testable import Simulation

private func arrivals() throws -> [Arrival] {
    let tasks = (0..<24).map { place -> Sketch in
        let parents: [String] = place < 6 ? [] : ["t\(place - 6)"]
        let seconds = Double(place * 7 % 5 + 1)
        return Sketch("t\(place)", seconds, after: parents, cores: Double(place % 3 + 1))
    }
    let made = try instance(tasks, on: nodes(4, 3, 5))
    return (0..<8).map { Arrival(at: Double($0) * 9, made) }
}

private func cluster(_ arrivals: [Arrival], _ order: QueueOrder = .arrival) -> VirtualCluster {
    var left = arrivals[...]
    return VirtualCluster(
        arrivals[0].instance.cluster, rule: .list(order), settings: .init(keepsTaskRecords: true)
    ) { left.popFirst() }
}

@Test func anAgentThatTakesTheFirstThatFitsIsFirstInFirstOut() throws {
    let arrivals = try arrivals()
    let expected = stream(arrivals)
    var agent = cluster(arrivals)
    var decisions = 0
    while agent.advanceToDecision() {
        let views = agent.nodeViews
        let choice = agent.waiting(atMost: 1000).lazy.compactMap { task in
            views.indices.first { agent.hasRoom(task, on: $0) }.map { (task, $0) }
        }.first
        let (task, node) = try #require(choice)
        #expect(views[node].freeCores >= task.cores && task.attempt == 1 && task.ready <= agent.now)
        agent.decide(.place(task, node: node))
        decisions += 1
        #expect(agent.violatedInvariant() == nil)
    }
    #expect(decisions == 8 * 24 && agent.alive == 0 && agent.finish().records == expected.records)
}

@Test func anAgentMayLeaveItToARule() throws {
    let arrivals = try arrivals()
    let longest = QueueOrder.tasks { arrival, _ in arrival.expectedSeconds.map { -$0 } }
    for order in [QueueOrder.arrival, longest, .workflows { $0.remainingCoreSeconds }] {
        let expected = stream(arrivals, order: order)
        var byRule = cluster(arrivals, order)
        while byRule.advanceToDecision() { byRule.decide(.byRule(nil)) }
        #expect(byRule.finish().records == expected.records)
        // Another rule from the beginning on.
        var other = cluster(arrivals, .arrival)
        var isFirst = true
        while other.advanceToDecision() {
            other.decide(.byRule(isFirst ? .list(order) : nil))
            isFirst = false
            #expect(other.violatedInvariant() == nil)
        }
        #expect(other.finish().records == expected.records)
    }
}

@Test func whatAnAgentLeavesIsTriedAgain() throws {
    let made = try instance([Sketch("a", 4), Sketch("b", 1), Sketch("c", 1)], on: nodes(1, 1))
    var agent = cluster([Arrival(at: 0, made), Arrival(at: 1, made)])
    let isThere = agent.advanceToDecision()
    #expect(isThere)
    let waiting = agent.waiting(atMost: 2)
    #expect(waiting.map(\.task) == [0, 1] && waiting[0].workflow.remainingCoreSeconds == 6)
    agent.decide(.place(waiting[0], node: 1))
    agent.advanceToDecision()
    #expect(agent.now == 0 && !agent.hasRoom(waiting[1], on: 1))
    agent.decide(.wait)
    // The second arrival comes; nothing has ended, and the room that was left is there.
    agent.advanceToDecision()
    #expect(agent.now == 1 && agent.waiting(atMost: 9).count == 5)
    agent.decide(.wait)
    // From here on the rule goes on by itself, at once.
    let result = agent.run()
    #expect(result.records.map(\.start).min() == 0 && result.records.count == 6)
    #expect(result.records.filter { $0.task == 1 }.map(\.start) == [1, 4])
    // An agent that waits for nothing ends the simulation.
    var idle = cluster([Arrival(at: 0, made)])
    while idle.advanceToDecision() { idle.decide(.wait) }
    #expect(idle.alive == 1 && idle.finish().workflows[0].completed == nil)
}
