import Files
import Scheduling
import Simulation
import Workflows

/// Finds the cheapest nodes and allocations for a workflow, each candidate run in the simulator.
///
/// Prices are those of the time that nodes are on: they start off, are on from their first task and its start-up on, and off
/// again when they have had no task for a minute. What is asked for beyond what a task used saves nothing by itself: it is
/// money only as far as fewer or smaller nodes are on for a shorter time.
public enum CostOptimizer {
    /// Rules that a mix is run by; the best of them counts.
    static let policies: [SchedulingPolicy] = [.criticalPath, .fifo, .heft]

    /// The cheapest mix, allocation and rule that were found.
    ///
    /// - Throws: `InputError` that names the field: no node has a price, the workflow cannot run on the cluster, or nothing was
    ///   found that keeps the deadline or the failure rate, with the nearest that was.
    public static func plan(_ question: CostQuestion) throws -> CostPlan {
        let clock = ContinuousClock()
        let began = clock.now
        let tasks = question.workflow.tasks
        precondition(
            !question.predictsDurations || question.forecasts != nil, "durations are predicted without a forecast")
        if let forecasts = question.forecasts {
            precondition(forecasts.count == tasks.count, "\(forecasts.count) forecasts for \(tasks.count) tasks")
        }
        try question.cluster.checkPrices()
        guard !tasks.isEmpty else {
            throw InputError("holds no task", field: "workflow.specification.tasks")
        }
        let trials = try CostTrials(question)
        let defined = TaskRequests.asDefined(question, largest: trials.largest)
        let baseline = try baseline(trials, defined)
        let candidates =
            question.allocations
            ?? TaskRequests.candidates(question, beside: defined, largest: trials.largest) + [defined]
        precondition(
            !candidates.isEmpty
                && candidates.allSatisfy { $0.cores.count == tasks.count && $0.memory.count == tasks.count },
            "allocations of other tasks than the \(tasks.count) of the workflow")
        var search = CostSearch(trials, candidates, policies: policies) { clock.now - began >= question.budget * 0.9 }
        search.run()
        guard let best = search.best, search.keeps(best) else {
            throw failure(question, search.best, leastMakespan: search.leastMakespan(), search)
        }
        return plan(trials, best, &search, baseline: baseline)
    }

    /// The whole cluster in the order of its file, first in, first out, with requests as defined.
    private static func baseline(_ trials: CostTrials, _ defined: TaskRequests) throws -> CostPlan.Outcome {
        let cluster = trials.question.cluster
        let pools = [Int](repeating: 0, count: cluster.nodes.count)
        guard
            let run = try trials.run(trials.prepared(defined), on: cluster, nodePools: pools, by: [.fifo])?.first?.run
        else {
            throw InputError(
                "asks for more than the largest node has, as its request is defined",
                field: "workflow.specification.tasks")
        }
        return CostPlan.Outcome(
            policy: SchedulingPolicy.fifo.rawValue, allocation: defined.name, use: run.use,
            failureRate: run.failureRate, deadlineProbability: run.keptShare)
    }

    private static func failure(
        _ question: CostQuestion, _ best: CostOutcome?, leastMakespan: Double, _ search: CostSearch
    ) -> InputError {
        func text(_ value: Double) -> String { JSONValue.text(of: (value * 1000).rounded() / 1000) }
        guard let best else {
            return InputError("no mix of nodes has room for every task", field: "cluster.nodes")
        }
        guard search.failsSeldom(best) else {
            return InputError(
                "\(text(question.maxFailureRate)) is not kept by any mix that was tried: the least is \(text(best.failureRate)) failed attempts for a task",
                field: "maxFailureRate")
        }
        let deadline = question.deadlineSeconds.map { "\(text($0)) s" } ?? "the deadline of a task"
        let kept =
            question.predictsDurations ? ", with a probability of \(text(best.keptShare)) to keep it" : ""
        return InputError(
            "\(deadline) is not kept by any mix that was tried: the shortest takes \(text(best.use.makespan)) s\(kept), and none takes less than \(text(leastMakespan)) s",
            field: "deadlineSeconds")
    }

    private static func plan(
        _ trials: CostTrials, _ best: CostOutcome, _ search: inout CostSearch, baseline: CostPlan.Outcome
    ) -> CostPlan {
        let chosen = search.candidates[best.requests]
        let tasks = trials.question.workflow.tasks
        return CostPlan(
            choices: zip(trials.pools, best.counts).compactMap { pool, count in
                count == 0
                    ? nil
                    : CostPlan.Choice(
                        pool: pool.name, nodes: pool.places.prefix(count).map { trials.question.cluster.nodes[$0] })
            },
            requests: tasks.indices.map {
                CostPlan.Request(task: tasks[$0].id, cores: chosen.cores[$0], memoryBytes: chosen.memory[$0])
            },
            outcome: search.point(best).outcome, baseline: baseline, deadlineSeconds: trials.question.deadlineSeconds,
            lowerBound: min(search.leastPrice(), best.use.cost), isProven: search.isProven,
            iterations: search.iterations, samples: trials.scenarios.count,
            front: search.front.map { search.point($0) })
    }
}
