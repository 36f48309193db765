import Kernels
import Testing
import Workflows

@testable import Simulation

private let sizes = [1, 2, 3, 5, 10, 57, 400]

private func draw(_ form: SyntheticFamily.Form, _ tasks: Int, width: Int, seed: UInt64, ratio: Double = 0) -> Workflow {
    var generator = SeededGenerator(seed: seed)
    var family = SyntheticFamily(form, tasks: .constant(Double(tasks)), width: width)
    family.communicationRatio = ratio
    return family.draw(name: "w", using: &generator).workflow
}

private func degrees(_ workflow: Workflow) -> (parents: [Int], children: [Int]) {
    let places = workflow.tasks.indices
    return (places.map { workflow.graph.parents(of: $0).count }, places.map { workflow.graph.children(of: $0).count })
}

@Test(arguments: sizes, [1, 2, 4, 9]) func treesChainsAndForksHaveTheirShape(tasks: Int, width: Int) {
    for seed in 0..<2 as Range<UInt64> {
        let chain = degrees(draw(.chain, tasks, width: width, seed: seed))
        #expect(chain.parents == [0] + Array(repeating: 1, count: tasks - 1))
        #expect(chain.children == Array(repeating: 1, count: tasks - 1) + [0])

        let out = draw(.outTree, tasks, width: width, seed: seed)
        #expect(degrees(out).parents == [0] + Array(repeating: 1, count: tasks - 1))
        let inner = degrees(out).children.filter { $0 > 0 }
        #expect(inner.dropLast().allSatisfy { $0 == width } && inner.allSatisfy { $0 <= width })

        let into = degrees(draw(.inTree, tasks, width: width, seed: seed))
        #expect(into.parents == degrees(out).children.reversed())
        #expect(into.children == degrees(out).parents.reversed())

        let fork = draw(.forkJoin, tasks, width: width, seed: seed)
        let widths = fork.graph.widths
        #expect(widths.enumerated().allSatisfy { $0.offset % 2 == 0 ? $0.element == 1 : $0.element <= width })
        #expect(widths.reduce(0, +) == tasks)
        let full = widths.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).dropLast()
        #expect(full.allSatisfy { $0 == width })
    }
}

@Test(arguments: sizes, [1, 3, 20]) func layersHaveParentsInTheLayerBefore(tasks: Int, width: Int) {
    var widths: [Int] = []
    for seed in 0..<20 as Range<UInt64> {
        let workflow = draw(.layered, tasks, width: width, seed: seed)
        let levels = workflow.graph.levels
        #expect(workflow.tasks.count == tasks && levels == levels.sorted())
        for task in workflow.tasks.indices {
            let above = workflow.graph.parents(of: task).map { levels[$0] }
            #expect(levels[task] == 0 ? above.isEmpty : !above.isEmpty && above.allSatisfy { $0 == levels[task] - 1 })
        }
        widths += workflow.graph.widths.dropLast()
    }
    #expect(widths.allSatisfy { (1..<2 * width).contains($0) })
    if widths.count > 200 {
        let mean = Double(widths.reduce(0, +)) / Double(widths.count)
        #expect(abs(mean - Double(width)) < 0.25 * Double(width))
    }
}

@Test func durationsAndTransfersHaveTheRatioAskedFor() {
    for ratio in [0.1, 1, 5] {
        let workflow = draw(.layered, 3000, width: 10, seed: 8, ratio: ratio)
        let seconds = workflow.tasks.compactMap(\.runtimeSeconds)
        let mean = seconds.reduce(0, +) / Double(seconds.count)
        // Heterogeneity 1: between half the mean and one and a half times that.
        #expect(abs(mean - 60) < 2 && seconds.allSatisfy { $0 >= 30 && $0 <= 90 })
        let transfers = workflow.edges().map { $0.bytes / 125e6 }
        let meanTransfer = transfers.reduce(0, +) / Double(transfers.count)
        #expect(abs(meanTransfer / mean / ratio - 1) < 0.05)
    }
}

@Test func aFamilyIsAFunctionOfItsSeed() {
    for form in SyntheticFamily.Form.allCases {
        let (a, b) = (draw(form, 40, width: 3, seed: 1), draw(form, 40, width: 3, seed: 1))
        #expect(a.tasks == b.tasks && a.graph == b.graph)
        #expect(draw(form, 40, width: 3, seed: 2).tasks != a.tasks)
        #expect(a.tasks.allSatisfy { $0.process == form.rawValue })
    }
}

@Test func aSizeWithoutBoundIsCut() {
    var generator = SeededGenerator(seed: 1)
    for (asked, tasks) in [(0.2, 1), (2.6, 3), (1e300, SchedulingInstance.mostTasks)] {
        let family = SyntheticFamily(.chain, tasks: .constant(asked))
        #expect(family.count(using: &generator) == tasks)
    }
    let application = FittedApplication(
        structure: .recorded, tasks: [TaskModel(process: "p", duration: SizedQuantity(.constant(1)))],
        stages: [.init(task: 0), .init(task: 0, links: [.init(stage: 0, pattern: .some(.constant(1e300)))])],
        shapes: [.init(counts: [3, 2])])
    #expect(application.draw(name: "w", using: &generator).workflow.graph.edgeCount == 6)
}
