import Foundation
import FoundationXML
import Kernels
import Simulation
import Testing
import Workflows

@testable import Reports

/// A random workflow with names that would break a page that trusts them.
private func workflow(_ count: Int, seed: UInt64, shortenedTo share: Double = 1) throws -> Workflow {
    var generator = SeededGenerator(seed: seed)
    let tasks = (0..<count).map { place in
        Workflow.Task(id: "<b>&\"\(place)", runtimeSeconds: share * (1 + generator.uniformDouble() * 100))
    }
    let edges = (1..<max(count, 1)).filter { $0 < count }.map { place in
        (parent: tasks[max(0, place - 1 - Int(generator.next() % 40))].id, child: tasks[place].id)
    }
    return try Workflow(name: "<script>", tasks: tasks, edges: edges)
}

private func run(_ workflow: Workflow, nodes: Int) throws -> OptimizationPage.Run {
    let cluster = Cluster(nodes: (0..<nodes).map { Cluster.Node(name: "n\($0)", cores: 4, pricePerHour: 1) })
    let instance = try SchedulingInstance(workflow, on: cluster)
    return .init(
        VirtualCluster.run(instance, order: .arrival), of: instance,
        kinds: (0..<workflow.tasks.count).map { "kind<\($0 % 9)" })
}

private func page(
    _ count: Int, nodes: Int = 2, recommended: [String] = ["raise <p>"], under policy: String = "fifo"
) throws -> OptimizationPage {
    let before = try run(workflow(count, seed: UInt64(count)), nodes: nodes)
    let after = try run(workflow(count, seed: UInt64(count), shortenedTo: 0.5), nodes: nodes)
    let (old, new) = (
        ResourceUse(before.timetable, of: before.instance), ResourceUse(after.timetable, of: after.instance)
    )
    let chain = DelayChain(before.timetable, of: before.instance).links.prefix(3)
    let analysis = BottleneckAnalysis(
        bottlenecks: chain.enumerated().map { place, link in
            Bottleneck(
                task: before.instance.workflow.tasks[link.task].id, probability: 1, expectedDelaySeconds: 4,
                delaySeconds: Double(3 - place) * 10, resource: "time", reason: "it <runs>")
        }, evidence: .init(runs: 3, model: "<m>@1", modelRuns: 8), criticalPath: [], criticalPathSeconds: 0,
        slackSeconds: [], parallelism: [], before: old, policy: "fifo",
        structure: WorkflowStructure(), iterations: 1)
    let suggestions = ["raise <p>", "split"].map { name in
        OptimizationSuggestion(
            id: name, type: "raise-priority", tasks: [], reason: "because <of> it",
            gainSeconds: .init(p05: 1, p50: 2, p95: 3), cost: 0, risk: 0.1, verified: true, changes: [])
    }
    return OptimizationPage(
        OptimizationPlan(
            analysis: analysis, suggestions: count > 0 ? suggestions : [],
            pareto: [.init(suggestions: ["raise <p>"], use: new), .init(suggestions: [], use: old)],
            recommended: recommended, after: recommended.isEmpty ? old : new, iterations: 7),
        under: policy, before: before, after: after, name: "<script>", command: "tactus <optimize>",
        moment: 1_764_000_000)
}

@Test(arguments: [(0, 1), (1, 1), (10, 2), (100, 8), (2000, 16), (2000, 300)])
func anOptimizationIsDrawnAtEverySize(count: Int, nodes: Int) throws {
    let html = try page(count, nodes: nodes).html
    let drawings = html.matches(of: /(?s)<svg.*?<\/svg>/).map { String($0.0) }
    // The workflow, two runs, and the front by cost and core-hours, memory being unknown.
    #expect(drawings.count == (count == 0 ? 0 : 5))
    for drawing in drawings {
        let parser = XMLParser(data: Data(drawing.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }
    #expect(!html.contains("<script") && !html.contains("<b>") && html.contains("&lt;script&gt;"))
    #expect(html.utf8.count < 1_500_000)
    guard let graph = drawings.first else { return }
    let boxes = graph.matches(of: /<rect [^>]*><title>([^<]*)<\/title>/).map { String($0.1) }
    let single = boxes.count { !$0.contains(" × ") }
    let grouped = boxes.compactMap { $0.firstMatch(of: /\ × ([0-9]+)/).flatMap { Int($0.1) } }.reduce(0, +)
    #expect(single + grouped == count && (count > 150 || grouped == 0))
    #expect(boxes.count { $0.contains("delays the end") } == min(count, 3) || count > 150)
    #expect(graph.contains("heat4 chain"))
}

@Test func aPageOfAnOptimizationSaysWhatIsRecommended() throws {
    let some = try page(10)
    let html = some.html
    let (old, new) = (some.plan.analysis.before.makespan, some.plan.after.makespan)
    #expect(html.contains("with the recommended change after \(Formatting.seconds(new)), 50.0 % sooner"))
    #expect(html.contains("<h3>Before: \(Formatting.seconds(old))</h3>"))
    #expect(html.contains("<h3>After: \(Formatting.seconds(new))</h3>"))
    // Among the suggestions, and as a set among those of the front.
    let stands = "<tr class=\"ours\"><td class=\"text\">raise &lt;p&gt;</td>"
    #expect(html.components(separatedBy: stands).count == 3)
    #expect(html.contains("<tr><td class=\"text\">split</td>") && html.contains("because &lt;of&gt; it"))
    #expect(html.contains("tactus &lt;optimize&gt;"))
    let none = try page(10, recommended: []).html
    #expect(none.contains("No set of changes is worth recommending") && none.contains("<h2>The run as it is</h2>"))
    #expect(html.contains("Under fifo the workflow ends"))
    let late = try page(10, under: "heft").html
    #expect(late.contains("Under fifo, heft having taken too long, the workflow ends after"))
    #expect(!none.contains("After: ") && !none.contains(">recommended<"))
}

/// A set that is recommended for its cost may end later.
@Test func aRunThatEndsLaterIsToldAsThat() throws {
    var later = try page(10)
    let makespan = later.plan.analysis.before.makespan
    later.plan.after.makespan = 1.5 * makespan
    #expect(later.html.contains("after \(Formatting.seconds(1.5 * makespan)), 50.0 % later"))
    later.plan.after.makespan = makespan
    #expect(later.html.contains("0.0 % sooner"))
}

/// However close the makespans lie, their axis has moments that can be told apart.
@Test(
    arguments: [
        (0.0, 100.0), (90, 100), (1000, 1000.5), (1e6, 1e6 + 1), (16_000, 16_400), (7200, 7200.001), (86_399, 86_401),
        (1e9, 1e9 + 7),
    ] as [(Double, Double)])
func aFrontHasMomentsOnItsAxis(low: Double, high: Double) {
    let plot = FrontPlot(
        points: [.init(x: low, y: 2, name: "a")], now: .init(x: high, y: 1, name: "b"), label: "cost",
        format: Formatting.short)
    let labels = plot.svg().matches(of: #/text-anchor="middle"[^>]*>([0-9.]+ (?:ms|s|min|h|d))</#).map { String($0.1) }
    #expect(labels.count >= 2 && Set(labels).count == labels.count, "\(labels)")
}

/// Every task stands in one box, behind all that it waits for, and boxes of a column stand apart.
@Test(arguments: [1, 12, 150, 151, 900]) func aLayoutKeepsTheOrderOfTasks(count: Int) throws {
    for seed in 1...5 {
        let graph = try workflow(count, seed: UInt64(seed)).graph
        let layout = GraphLayout(graph, kinds: (0..<count).map { "k\($0 % 11)" })
        #expect(layout.boxes.flatMap(\.tasks).sorted() == Array(0..<count))
        for (place, box) in layout.boxes.enumerated() { #expect(box.tasks.allSatisfy { layout.boxOf[$0] == place }) }
        #expect(Set(layout.boxes.map { [$0.column, $0.row] }).count == layout.boxes.count)
        #expect(layout.boxes.allSatisfy { $0.column < layout.columns && $0.row < layout.rows })
        #expect(layout.columns <= GraphLayout.mostColumns)
        var drawn = 0
        for edge in layout.edges {
            #expect(layout.boxes[edge.from].column < layout.boxes[edge.to].column)
            drawn += edge.count
        }
        if layout.showsTasks {
            #expect(layout.boxes.count == count && drawn == graph.edgeCount)
        } else {
            #expect(layout.rows <= GraphLayout.mostKinds + 1 && drawn <= graph.edgeCount)
        }
    }
}

/// Chains beside each other, whose tasks the file has in any order, are drawn without crossings.
@Test(arguments: 1...8) func chainsAreDrawnBesideEachOther(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (chains, length) = (6, 5)
    let ids = (0..<chains * length).map { "\($0 / length)-\($0 % length)" }
    let edges = ids.indices.filter { $0 % length > 0 }.map { (parent: ids[$0 - 1], child: ids[$0]) }
    let tasks = ids.shuffled(using: &generator).map { Workflow.Task(id: $0, runtimeSeconds: 1) }
    let graph = try Workflow(name: "w", tasks: tasks, edges: edges).graph
    let layout = GraphLayout(graph, kinds: ids)
    var crossings = 0
    for a in layout.edges {
        for b in layout.edges where layout.boxes[a.from].column == layout.boxes[b.from].column {
            let isAbove = layout.boxes[a.from].row < layout.boxes[b.from].row
            if isAbove, layout.boxes[a.to].row > layout.boxes[b.to].row { crossings += 1 }
        }
    }
    #expect(crossings == 0)
}
