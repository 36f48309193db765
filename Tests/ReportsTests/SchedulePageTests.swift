import Foundation
import FoundationXML
import Kernels
import Simulation
import Testing
import Workflows

@testable import Reports

/// A random workflow of `count` tasks with names that would break a page that trusts them, and its run on `nodes` nodes.
private func page(count: Int, nodes: Int) throws -> SchedulePage {
    var generator = SeededGenerator(seed: UInt64(count))
    let tasks = (0..<count).map { place in
        var task = Workflow.Task(id: "<b>&\"\(place)", runtimeSeconds: generator.uniformDouble() * 100)
        task.memoryBytes = 1e9
        return task
    }
    let edges = (1..<max(count, 1)).filter { $0 < count }.map { place in
        (parent: tasks[Int(generator.next() % UInt64(place))].id, child: tasks[place].id)
    }
    let workflow = try Workflow(name: "<script>", tasks: tasks, edges: edges)
    let cluster = Cluster(
        nodes: (0..<nodes).map { Cluster.Node(name: "node & \($0)", cores: 4, pricePerHour: 1) })
    let instance = try SchedulingInstance(workflow, on: cluster)
    let run = VirtualCluster.run(instance, order: QueueOrder { task, _ in -instance.runtimes[task] })
    let plan = SchedulePlan(
        policy: "portfolio", foundBy: "ljf", schedule: run.schedule(of: instance), lowerBound: instance.lowerBound,
        decisionMs: 3, iterations: 2,
        alternatives: [
            .init(policy: "ljf", makespan: run.makespan), .init(policy: "fifo", makespan: 2 * run.makespan, cost: 7.25),
        ])
    return try SchedulePage(
        plan, of: instance, kinds: (0..<count).map { "kind<\($0 % 9)" },
        baseline: VirtualCluster.run(instance, order: .arrival), name: "<script>", command: "tactus <schedule>",
        moment: 1_764_000_000)
}

@Test(arguments: [(0, 1), (1, 1), (10, 4), (100, 8), (2000, 16), (2000, 300), (5000, 2)])
func aScheduleIsDrawnAtEverySize(count: Int, nodes: Int) throws {
    let html = try page(count: count, nodes: nodes).html
    let drawings = html.matches(of: /(?s)<svg.*?<\/svg>/).map { String($0.0) }
    #expect(drawings.count == (count == 0 ? 0 : 2))
    for drawing in drawings {
        let parser = XMLParser(data: Data(drawing.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
    #expect(html.utf8.count < 1_500_000)
    // A bar for each task up to some thousands on nodes that can be told apart; how full nodes are beyond that.
    let bars = drawings.first?.matches(of: #/<title>&lt;b&gt;&amp;&quot;[0-9]+ on /#).count
    let showsTasks = count <= 4000 && nodes <= 16
    #expect(bars == (count == 0 ? nil : showsTasks ? count : 0))
}

@Test func aPageSaysWhatTheEndHangsOnAndWhatElseThereWas() throws {
    let page = try page(count: 100, nodes: 2)
    let html = page.html
    let shares = MakespanShares(page.timetable, of: page.instance)
    #expect(abs(shares.running + shares.transfers + shares.room - page.timetable.makespan) < 1e-9)
    #expect(shares.room > 0 && html.contains(Formatting.seconds(shares.room)))
    #expect(html.contains("room behind &lt;b&gt;") && html.contains("by its member ljf"))
    let twice = Formatting.seconds(2 * page.timetable.makespan)
    #expect(html.contains("<td class=\"text\">fifo</td><td>\(twice)</td><td>100.00 %</td><td>7.25</td>"))
    let text = page.plan.text(on: page.instance.cluster)
    #expect(text.contains("Next best of 2: fifo, which ends after \(twice), at a cost of 7.25."))
    #expect(html.contains("class=\"bar0 chain\"") && html.contains("tactus &lt;schedule&gt;"))
}

@Test func occupationIsTheMeanOverEachColumn() {
    let bars = [(0.0, 2.5, 2.0), (2, 4, 1)].map { from, to, cores in
        TaskBar(node: 0, placed: from, start: from, end: to, cores: cores, name: "t", kind: "k")
    }
    #expect(Occupation(bars, end: 4, columns: 4, weight: \.cores).means == [2, 2, 2, 1])
    #expect(Occupation(bars, end: 0, columns: 2, weight: \.cores).means == [0, 0])
}

@Test func ticksOfALogarithmicAxisOfTimeAreRound() {
    func labels(_ range: ClosedRange<Double>) -> [String] { TimeTicks(logarithmicallyOver: range).ticks.map(\.label) }
    #expect(labels(0.5...4000) == ["1 s", "10 s", "1 min", "10 min", "1 h"])
    #expect(labels(30...9e6) == ["1 min", "10 min", "1 h", "6 h", "1 d", "10 d", "100 d"])
    #expect(labels(0.0005...0.02) == ["1 ms", "10 ms"])
    // Between two of them its ends are told.
    #expect(
        labels(20...50) == ["20.0 s", "50.0 s"] && labels(1e-9...1e-8).count == 2 && labels(1e12...1e13).count == 2)
}

@Test func ticksOfTimeAreRoundInOneUnit() {
    func labels(_ end: Double) -> [String] { TimeTicks(to: end, count: 6).ticks.map(\.label) }
    #expect(labels(238) == ["0 min", "1 min", "2 min", "3 min"])
    #expect(labels(5.2 * 3600) == ["0 h", "1 h", "2 h", "3 h", "4 h", "5 h"])
    // Also where times begin later, in a part that holds none of those from the beginning.
    #expect(TimeTicks(over: 100...110).ticks.map(\.label) == ["100 s", "102 s", "104 s", "106 s", "108 s", "110 s"])
    #expect(
        TimeTicks(over: 7200...9000).ticks.map(\.label) == [
            "120 min", "125 min", "130 min", "135 min", "140 min", "145 min", "150 min",
        ])
    #expect(!TimeTicks(over: 100...100.5).ticks.isEmpty && !TimeTicks(over: 5...5).ticks.isEmpty)
    for end in [0, 1e-9, 0.3, 1.9, 2, 59, 61, 3599, 1e5, 1e7, 1e9, 1e12] {
        let ticks = TimeTicks(to: end).ticks
        #expect(
            ticks.count <= 13 && ticks.count >= 1 && ticks.allSatisfy { $0.seconds <= end * (1 + 1e-9) + 1e-300 },
            "\(end)")
        #expect(Set(ticks.map { $0.label.split(separator: " ").last }).count == 1)
    }
}
