import Files
import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private let optimizer = SimulatingOptimizer()

private func randomQuestion(_ seed: Int, policy: String) throws -> OptimizationQuestion {
    try question(
        randomSteps(6 + seed / 3, seed: UInt64(seed)),
        on: cluster(nodes: 1 + seed % 3, cores: 4, memory: 16e9, price: 2, bandwidth: 10), policy: policy)
}

/// The makespan of a document that was written and read again, under the policy that was asked for.
private func makespan(_ document: WfFormatDocument, _ question: OptimizationQuestion) throws -> Double {
    let again = try WfFormatDocument(parsing: Array(document.json.text().utf8))
    let instance = try SchedulingInstance(again.workflow, on: question.cluster)
    return try SchedulingPolicy(named: question.policy).timetable(of: instance).makespan
}

@Test(arguments: 1...24, ["fifo", "portfolio"]) func whatIsRecommendedLeadsToWhatIsPromised(seed: Int, policy: String)
    throws
{
    let question = try randomQuestion(seed, policy: policy)
    let plan = try optimizer.suggestOptimizations(question)
    #expect(try makespan(question.document, question) == plan.analysis.before.makespan)
    #expect(plan.after.makespan <= plan.analysis.before.makespan)
    let chosen = plan.suggestions.filter { plan.recommended.contains($0.id) }
    #expect(chosen.count == plan.recommended.count)
    for order in [chosen, chosen.reversed()] {
        let applied = try optimizer.apply(order, to: question)
        #expect(applied.before == plan.analysis.before && applied.after == plan.after)
        #expect(try makespan(applied.document, question) == plan.after.makespan)
        let root = applied.document.json
        #expect(root["author"]?["unknown"]?.bool == true)
        let tasks = root["workflow"]?["specification"]?["tasks"]?.array ?? []
        #expect(tasks.allSatisfy { $0["note"]?.string == "kept" && $0["tactus"]?["divisible"]?.object != nil })
        let old = question.document.workflow.tasks
        for (task, was) in zip(applied.document.workflow.tasks, old) {
            #expect(task.wishes.memoryBytes ?? .infinity >= was.memoryBytes ?? 0)
            #expect(task.wishes.cores ?? 4 >= min(was.cpu ?? 0, was.cores ?? 1))
        }
        expectSameOrder(old, applied.document.workflow.tasks)
    }
}

/// Whom the user wants before whom stays.
private func expectSameOrder(_ old: [Workflow.Task], _ new: [Workflow.Task]) {
    for a in old.indices {
        for b in old.indices where old[a].wishes.priority > old[b].wishes.priority {
            #expect(new[a].wishes.priority > new[b].wishes.priority)
        }
    }
}

@Test(arguments: 1...24) func whatIsOfferedMostlyHelps(seed: Int) throws {
    let question = try randomQuestion(seed, policy: "fifo")
    let plan = try optimizer.suggestOptimizations(question)
    let slack = 1e-9 * plan.analysis.before.makespan
    for suggestion in plan.suggestions {
        let alone = try optimizer.apply([suggestion], to: question)
        #expect((alone.after != alone.before) == (suggestion.id != "remove-edge-redundant"))
        #expect(alone.after.makespan <= alone.before.makespan + slack)
        #expect(suggestion.gainSeconds.p50 >= -slack && suggestion.risk <= 0.5 && suggestion.verified)
        #expect(suggestion.gainSeconds.p05 <= suggestion.gainSeconds.p50)
        #expect(suggestion.gainSeconds.p50 <= suggestion.gainSeconds.p95)
        #expect(suggestion.cost == alone.after.cost - alone.before.cost)
    }
    #expect(Set(plan.suggestions.map(\.id)).count == plan.suggestions.count)
    for point in plan.pareto {
        let set = plan.suggestions.filter { point.suggestions.contains($0.id) }
        #expect(try optimizer.apply(set, to: question).after == point.use)
    }
}

@Test(arguments: [3, 11]) func theSameQuestionHasTheSameAnswer(seed: Int) throws {
    var question = try randomQuestion(seed, policy: "fifo")
    let plan = try optimizer.suggestOptimizations(question)
    #expect(try optimizer.suggestOptimizations(question) == plan)
    #expect(!plan.suggestions.isEmpty)
    question.seed = 2
    let other = try optimizer.suggestOptimizations(question)
    #expect(other.suggestions.map(\.gainSeconds) != plan.suggestions.map(\.gainSeconds))
    #expect(other.analysis.before == plan.analysis.before)
}
