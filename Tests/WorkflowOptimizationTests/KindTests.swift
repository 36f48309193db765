import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private func node(
    _ name: String, cores: Double, speed: Double = 1, price: Double = 0, pool: String? = nil, overhead: Double = 0
)
    -> Cluster.Node
{
    Cluster.Node(name: name, cores: cores, speed: speed, pricePerHour: price, pool: pool, taskOverheadSeconds: overhead)
}

/// The plan for `steps`, the suggestions of `type` in it, and how long the run takes with the first of them.
private func suggested(
    _ type: String, for steps: [Step], on nodes: [Cluster.Node], bandwidth: Double? = nil,
    objectives: [OptimizationQuestion.Objective] = [.makespan]
) throws -> (plan: OptimizationPlan, found: [OptimizationSuggestion], after: AppliedOptimization?) {
    let question = try question(
        steps, on: Cluster(nodes: nodes, bandwidthBytesPerSecond: bandwidth), objectives: objectives)
    let optimizer = SimulatingOptimizer()
    let plan = try optimizer.suggestOptimizations(question)
    let found = plan.suggestions.filter { $0.type == type }
    return (plan, found, try found.first.map { try optimizer.apply([$0], to: question) })
}

/// c needs both cores when a ends, and d hangs on it; x, ready from the start, takes one for 30 s. A priority cannot help.
@Test func anEdgeKeepsRoomFree() throws {
    let steps = [
        Step(id: "a", seconds: 5), Step(id: "x", seconds: 30), Step(id: "c", seconds: 10, parents: ["a"], cores: 2),
        Step(id: "d", seconds: 50, parents: ["c"]),
    ]
    let (plan, found, after) = try suggested("add-edge", for: steps, on: [node("n", cores: 2)])
    #expect(plan.analysis.before.makespan == 90 && after?.after.makespan == 65)
    #expect(found.map(\.changes) == [[.addEdge(parent: "c", child: "x")]])
    #expect(plan.recommended == [found.first?.id] && !plan.suggestions.contains { $0.type == "raise-priority" })
}

@Test func whatMayBeDividedIsDividedAsOftenAsItHelps() throws {
    var steps = [Step(id: "a", seconds: 40), Step(id: "b", seconds: 2, parents: ["a"])]
    steps[0].divisible = 1...64
    let (plan, found, after) = try suggested("split", for: steps, on: [node("n", cores: 4)])
    // Four parts at a time: 8 parts take as long as 4, and more are no better.
    #expect(found.map(\.changes) == [[.split(task: "a", chunks: 4)]] && after?.after.makespan == 12)
    #expect(plan.after.makespan == 12)
    steps[0].divisible = nil
    #expect(try suggested("split", for: steps, on: [node("n", cores: 4)]).found.isEmpty)
}

@Test func tinyTasksAreJoined() throws {
    // Twenty tasks of 1 s and 2 s to start each, two at a time: 30 s; two of 10 s: 12 s.
    let beside = (0..<20).map { Step(id: "t\($0)", seconds: 1, program: "t") }
    let wide = try suggested("cluster", for: beside, on: [node("n", cores: 2, overhead: 2)])
    #expect(
        wide.plan.analysis.before.makespan == 30 && wide.after?.after.makespan == 12 && wide.plan.after.makespan == 12)
    let behind = (0..<5).map { Step(id: "t\($0)", seconds: 1, parents: $0 == 0 ? [] : ["t\($0 - 1)"]) }
    let long = try suggested("cluster", for: behind, on: [node("n", cores: 2, overhead: 2)])
    #expect(long.plan.analysis.before.makespan == 15 && long.after?.after.makespan == 7)
    #expect(long.found.map(\.changes) == [[.merge(tasks: ["t0", "t1", "t2", "t3", "t4"])]])
    #expect(try suggested("cluster", for: beside, on: [node("n", cores: 2)]).found.isEmpty)
    let longer = (0..<20).map { Step(id: "t\($0)", seconds: 10, program: "t") }
    #expect(try suggested("cluster", for: longer, on: [node("n", cores: 2, overhead: 2)]).found.isEmpty)
}

/// b and c wait for a without its data; all three need that of s, and t needs theirs.
@Test func aChainWithoutDataIsLoosened() throws {
    var steps = [
        Step(id: "s", seconds: 1, output: 1), Step(id: "a", seconds: 10, parents: ["s"]),
        Step(id: "b", seconds: 10, parents: ["a"]), Step(id: "c", seconds: 10, parents: ["b"]),
        Step(id: "t", seconds: 1, parents: ["c"]),
    ]
    for place in 1...3 {
        steps[place].writes = ["w\(place)"]
        if place > 1 { steps[place].reads = ["of-s"] }
        steps[4].reads.append("w\(place)")
    }
    let (plan, found, after) = try suggested("remove-edge", for: steps, on: [node("n", cores: 4)])
    #expect(plan.analysis.before.makespan == 32 && after?.after.makespan == 12)
    #expect(
        found.first.map { Set($0.changes) } == [
            .removeEdge(parent: "a", child: "b"), .removeEdge(parent: "b", child: "c"),
            .addEdge(parent: "s", child: "b"),
            .addEdge(parent: "s", child: "c"), .addEdge(parent: "a", child: "t"), .addEdge(parent: "b", child: "t"),
        ])
    #expect(after?.difference.text.contains("~ b: parents − a, + s") == true)
    // Where one of them reads what the other writes, nothing is offered.
    for place in 2...3 { steps[place].reads.append("w\(place - 1)") }
    #expect(try suggested("remove-edge", for: steps, on: [node("n", cores: 4)]).found.isEmpty)
}

/// Twelve pairs behind each other, of which the second waits for the first without its data: as many are tried as have the
/// end wait longest, and none when time is over.
@Test func noMoreLooseGroupsAreTriedThanHelp() throws {
    let steps = (0..<12).flatMap { place -> [Step] in
        var first = Step(id: "a\(place)", seconds: Double(1 + place % 6), writes: ["w\(place)"])
        if place > 0 { (first.parents, first.reads) = (["b\(place - 1)"], ["v\(place - 1)"]) }
        return [
            first,
            Step(id: "b\(place)", seconds: 2, parents: [first.id], reads: ["in"], writes: ["v\(place)"]),
        ]
    }
    let question = try question(steps, on: cluster(cores: 4))
    // A clock that stands still, and jumps to two fifths of the budget when it was asked so many times more.
    var (moment, left) = (ContinuousClock.now, Int.max)
    var runs = try SimulatedRuns(question) {
        left -= 1
        if left == 0 { moment += question.budget * 0.4 }
        return moment
    }
    let finder = try BottleneckFinder(&runs)
    let all = SuggestionContext(question, finder)
    let found = RemovingEdges.candidates(in: all)
    #expect(found.map { $0.id.dropFirst("remove-edge-".count) } == ["a5", "a11", "a4", "a10", "a3", "a9", "a2", "a8"])
    var looks = 0
    let short = SuggestionContext(question, finder) {
        looks += 1
        return looks < 3
    }
    #expect(RemovingEdges.candidates(in: short).count == 2)
    // The time for looking is over after three of them; there is time left to simulate these.
    left = 5
    let trials = try SimulatingOptimizer().trials(finder, &runs)
    #expect(trials.tried.count { $0.candidate.type == "remove-edge" } == 3)
}

@Test func whatSaysNothingNewIsRemovedUnlessItCarriesData() throws {
    var steps = [
        Step(id: "a", seconds: 1), Step(id: "b", seconds: 1, parents: ["a"]),
        Step(id: "c", seconds: 1, parents: ["a", "b"]),
    ]
    let (plan, found, after) = try suggested("remove-edge", for: steps, on: [node("n", cores: 1)])
    #expect(found.map(\.changes) == [[.removeEdge(parent: "a", child: "c")]])
    #expect(found.first?.gainSeconds.p50 == 0 && after?.after == after?.before && plan.recommended.isEmpty)
    steps[0].writes = ["w"]
    steps[2].reads = ["w"]
    #expect(try suggested("remove-edge", for: steps, on: [node("n", cores: 1)]).found.isEmpty)
}

/// A dependency may say nothing new and carry no data either: then it costs no time, and is told as what it is.
@Test func aDependencyWithoutDataThatAnotherImpliesIsRedundant() throws {
    let steps = [
        Step(id: "a", seconds: 5, writes: ["wa"]),
        Step(id: "b", seconds: 5, parents: ["a"], reads: ["wa"], writes: ["wb"]),
        Step(id: "c", seconds: 5, parents: ["a", "b"], reads: ["wb"]),
    ]
    let found = try suggested("remove-edge", for: steps, on: [node("n", cores: 2)]).found
    #expect(found.map(\.id) == ["remove-edge-redundant"])
    #expect(found.map(\.changes) == [[.removeEdge(parent: "a", child: "c")]])
}

/// a finds room on the second node only; when it ends, there is room on the first, where its files would have to go.
@Test func tasksAreKeptWithTheirData() throws {
    let steps = [
        Step(id: "x", seconds: 100), Step(id: "y", seconds: 5), Step(id: "a", seconds: 6, output: 200),
        Step(id: "b", seconds: 90, parents: ["a"]),
    ]
    let nodes = [node("n0", cores: 2), node("n1", cores: 2)]
    let (plan, found, after) = try suggested("colocate", for: steps, on: nodes, bandwidth: 10)
    #expect(plan.analysis.before.makespan == 116 && after?.after.makespan == 100)
    #expect(found.map(\.changes) == [[.together(tasks: ["a", "b"])]])
}

/// near hands the largest file to its child on n0; a and c run on n1 while n0 is full, and b and d find room on n0 only.
@Test func onlyPairsThatRunApartAreBroughtTogether() throws {
    let steps = [
        Step(id: "x", seconds: 100), Step(id: "y", seconds: 5), Step(id: "z", seconds: 5),
        Step(id: "near", seconds: 4, output: 400), Step(id: "a", seconds: 6, output: 200),
        Step(id: "c", seconds: 6, output: 200), Step(id: "child", seconds: 90, parents: ["near"]),
        Step(id: "b", seconds: 90, parents: ["a"]), Step(id: "d", seconds: 90, parents: ["c"]),
    ]
    let nodes = [node("n0", cores: 4), node("n1", cores: 2)]
    let (plan, found, after) = try suggested("colocate", for: steps, on: nodes, bandwidth: 10)
    #expect(plan.analysis.before.makespan == 116 && after?.after.makespan == 100)
    #expect(found.map(\.id) == ["colocate-heaviest", "colocate-b"])
    let pairs: [WorkflowEdit] = [.together(tasks: ["a", "b"]), .together(tasks: ["c", "d"])]
    #expect(found.map(\.changes) == [pairs, [pairs[0]]])
    #expect(found.first?.reason.hasPrefix("2 pairs of tasks on different nodes") == true)
}

/// The end waits for b alone; that c and d run apart as well delays nothing.
@Test func whatAddsNothingIsNotOfferedBesideItsPart() throws {
    let steps = [
        Step(id: "x", seconds: 100), Step(id: "y", seconds: 5), Step(id: "z", seconds: 5), Step(id: "u", seconds: 4),
        Step(id: "a", seconds: 6, output: 200), Step(id: "c", seconds: 6, output: 200),
        Step(id: "v", seconds: 90, parents: ["u"]), Step(id: "b", seconds: 90, parents: ["a"]),
        Step(id: "d", seconds: 10, parents: ["c"]),
    ]
    let (plan, found, after) = try suggested(
        "colocate", for: steps, on: [node("n0", cores: 4), node("n1", cores: 2)], bandwidth: 10)
    #expect(plan.analysis.before.makespan == 116 && after?.after.makespan == 100)
    #expect(found.map(\.changes) == [[.together(tasks: ["a", "b"])]])
}

/// Files that are there in no time are no reason to bring tasks together, whatever else that would shift.
@Test(arguments: [(5.0, 0), (30, 1)]) func aShortTransferIsNoReason(bytes: Double, count: Int) throws {
    let steps = [
        Step(id: "x", seconds: 50), Step(id: "y", seconds: 5), Step(id: "a", seconds: 6, output: bytes),
        Step(id: "b", seconds: 90, parents: ["a"]),
    ]
    let question = try question(
        steps, on: Cluster(nodes: [node("n0", cores: 2), node("n1", cores: 1)], bandwidthBytesPerSecond: 10))
    var runs = try SimulatedRuns(question)
    let finder = try BottleneckFinder(&runs)
    #expect(finder.timetable.makespan == 96 + bytes / 10)
    let context = SuggestionContext(question, finder)
    #expect(Colocation.candidates(in: context).count == count)
}

/// A pair whose transfer is short beside the longest is not moved for its sake: 20 s beside 6 and beside 4.
@Test(arguments: [(60.0, 2), (40, 1)]) func whatIsShortBesideTheLongestIsLeftWhereItIs(bytes: Double, pairs: Int) throws
{
    let steps = [
        Step(id: "x", seconds: 100), Step(id: "y", seconds: 5), Step(id: "z", seconds: 5), Step(id: "u", seconds: 4),
        Step(id: "a", seconds: 6, output: 200), Step(id: "c", seconds: 6, output: bytes),
        Step(id: "v", seconds: 90, parents: ["u"]), Step(id: "b", seconds: 90, parents: ["a"]),
        Step(id: "d", seconds: 90, parents: ["c"]),
    ]
    let question = try question(
        steps, on: Cluster(nodes: [node("n0", cores: 4), node("n1", cores: 2)], bandwidthBytesPerSecond: 10))
    var runs = try SimulatedRuns(question)
    let found = Colocation.candidates(in: SuggestionContext(question, try BottleneckFinder(&runs)))
    let bundles = found.filter { $0.id == "colocate-heaviest" }
    #expect(bundles.map(\.edits.count) == (pairs > 1 ? [pairs] : []) && found.count == pairs)
}

@Test func anotherWayIsWeighedAgainstItsQuality() throws {
    var steps = [Step(id: "a", seconds: 40), Step(id: "b", seconds: 10, parents: ["a"])]
    steps[0].alternatives = [("quick", 10, 0.9), ("slow", 80, 1)]
    let (plan, found, after) = try suggested(
        "alternative", for: steps, on: [node("n", cores: 1)], objectives: [.makespan, .quality])
    #expect(found.map(\.changes) == [[.replace(task: "a", alternative: "quick")]])
    #expect(after?.after.makespan == 20 && after?.quality == 0.9)
    #expect(plan.pareto.map(\.quality) == [0.9, 1] && plan.pareto.map(\.use.makespan) == [20, 50])
    let quality = try suggested("alternative", for: steps, on: [node("n", cores: 1)], objectives: [.quality])
    #expect(quality.plan.recommended.isEmpty && quality.plan.pareto.count == 2)
}

@Test func whatTheEndWaitsForMovesToTheFasterPoolAndTheRestToTheCheaper() throws {
    let steps = [Step(id: "a", seconds: 3600, program: "a")]
    let nodes = [
        node("slow", cores: 1, price: 1, pool: "slow"), node("fast", cores: 1, speed: 2, price: 8, pool: "fast"),
    ]
    let (plan, found, after) = try suggested(
        "move-pool", for: steps, on: nodes, objectives: [.makespan, .cost])
    #expect(found.first?.changes == [.pin(task: "a", pool: "fast")] && after?.after.makespan == 1800)
    #expect(plan.pareto.map(\.use.makespan) == [1800, 3600] && plan.pareto[0].use.cost > plan.pareto[1].use.cost)
    let reversed = try suggested("move-pool", for: steps, on: nodes.reversed(), objectives: [.makespan, .cost])
    #expect(reversed.plan.analysis.before.makespan == 1800)
    #expect(reversed.found.first?.changes == [.pin(task: "a", pool: "slow")])
    #expect(reversed.plan.recommended.isEmpty, "what costs time is not recommended where time comes first")
}

/// t waits for x and d; d stands behind c, which waits for room.
@Test func whatGatesALateJoinStartsEarly() throws {
    let steps = [
        Step(id: "x", seconds: 10), Step(id: "y", seconds: 10), Step(id: "c", seconds: 5),
        Step(id: "d", seconds: 30, parents: ["c"]), Step(id: "t", seconds: 1, parents: ["x", "y", "d"]),
    ]
    let (plan, found, after) = try suggested("start-early", for: steps, on: [node("n", cores: 2)])
    #expect(plan.analysis.before.makespan == 46 && after?.after.makespan == 36)
    #expect(found.first.map { Set($0.tasks) } == ["c", "d"])
    #expect(found.first?.reason == "t waits 35 s longer for d than for anything else")
}

@Test func resultsThatAreThereAreUsed() throws {
    var steps = [
        Step(id: "a", seconds: 30), Step(id: "b", seconds: 20, parents: ["a"], output: 1),
        Step(id: "c", seconds: 5, parents: ["b"]),
    ]
    steps[1].isUnchanged = true
    let (plan, found, after) = try suggested("skip", for: steps, on: [node("n", cores: 2)])
    // c no longer waits for anything; a runs for itself.
    #expect(found.map(\.changes) == [[.skip(task: "b")]] && after?.after.makespan == 30 && plan.after.makespan == 30)
    // If c does not say what it reads, it may read what a writes, and waits for a.
    steps[1].output = nil
    let silent = try suggested("skip", for: steps, on: [node("n", cores: 2)])
    #expect(silent.found.map(\.changes) == [[.skip(task: "b"), .addEdge(parent: "a", child: "c")]])
    #expect(silent.after?.after.makespan == 35 && silent.plan.after.makespan == 35)
    steps[1].isUnchanged = false
    #expect(try suggested("skip", for: steps, on: [node("n", cores: 2)]).found.isEmpty)
}

@Test func everyKindOfTheContractIsThere() {
    #expect(
        Set(SuggestionSources.all.map { $0.type }) == [
            "right-size", "raise-priority", "add-edge", "split", "cluster", "remove-edge", "colocate", "alternative",
            "move-pool", "start-early", "skip",
        ])
}
