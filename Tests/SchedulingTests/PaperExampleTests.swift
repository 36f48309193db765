import Simulation
import Testing
import Workflows

@testable import Scheduling

/// Table 3 of Topcuoglu, Hariri and Wu (2002).
private let publishedRanks = [108, 77, 80, 80, 69, 63.333, 42.667, 35.667, 44.333, 14.667]

@Test func theRanksAreThoseOfThePaper() throws {
    let means = PublishedExample.topcuoglu.costs.map { $0.reduce(0, +) / 3 }
    let instance = try SchedulingInstance(
        PublishedExample.topcuoglu.workflow(means),
        on: Cluster(nodes: (0..<3).map { .init(name: "p\($0)", cores: 1) }, bandwidthBytesPerSecond: 1))
    let ranks = instance.upwardRanks
    for (rank, published) in zip(ranks, publishedRanks) { #expect(abs(rank - published) < 1e-3) }
}

/// Our nodes have speeds and no table of costs. So the tests' own HEFT, which takes a table, must give the published plan
/// of length 80 (figure 4a there, tasks 3 and 4 being of equal rank), and ours must equal it wherever speeds suffice.
@Test func theTestsOwnRuleGivesThePublishedPlan() throws {
    let runs = try PublishedExample.topcuoglu.model().heft(order: [0, 2, 3, 1, 4, 5, 8, 6, 7, 9])
    #expect(runs.map(\.end).max() == 80)
    #expect(runs.map(\.node) == [2, 0, 2, 1, 2, 1, 2, 0, 1, 1])
}

/// Figure 4b of the same paper, of length 86.
@Test func theTestsOwnCriticalPathOnAProcessorGivesThePublishedPlan() throws {
    let runs = try PublishedExample.topcuoglu.model().cpop()
    #expect(runs.map(\.end).max() == 86)
    // The critical path on the processor that runs it in the least time.
    #expect([0, 1, 8, 9].allSatisfy { runs[$0].node == 1 })
}

/// Table 1 and figure 3 of Arabnejad and Barbosa (2014): plans of length 122, 127 and 133.
@Test func theTestsOwnRulesGiveThePlansOfThePaperOnPredictedFinish() throws {
    let model = try PublishedExample.arabnejad.model()
    let costs = model.optimisticCosts()
    #expect(costs[0] == [64, 68, 86] && costs[3] == [42, 39, 50] && costs[7] == [13, 16, 33])
    #expect(model.peft().map(\.end).max() == 122)
    #expect(model.lookahead(order: model.rankOrder()).map(\.end).max() == 127)
    #expect(model.heft(order: model.rankOrder()).map(\.end).max() == 133)
}

@Test(arguments: [[0.5, 1, 2], [1, 1, 1], [0.25, 2, 1]])
func plansOfThePapersGraphsOnUnequalNodes(speeds: [Double]) throws {
    for example in [PublishedExample.topcuoglu, .arabnejad] {
        let random = try example.on(speeds: speeds)
        let model = NaiveModel(random)
        let instance = try random.instance()
        for (policy, twin) in NaiveModel.twins {
            let (timetable, naive) = (policy.timetable(of: instance), twin(model))
            #expect(timetable.nodes == naive.map(\.node) && timetable.ends == naive.map(\.end), "\(policy)")
        }
    }
}
