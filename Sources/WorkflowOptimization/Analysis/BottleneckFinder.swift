import Files
import Scheduling
import Simulation
import Workflows

/// Finds the tasks on which the end of a workflow hangs.
struct BottleneckFinder {
    /// Tasks whose delay is simulated, at the most.
    static let candidates = 24

    private let workflow: Workflow
    let timetable: Timetable
    /// The shape of the workflow.
    let shape: DAGAnalysis
    /// What was run.
    let instance: SchedulingInstance
    /// The chain of the run with the workflow's own durations.
    let chain: DelayChain

    init(_ runs: inout SimulatedRuns) throws {
        workflow = runs.question.document.workflow
        (timetable, instance) = try runs.run(workflow)
        chain = DelayChain(timetable, of: instance)
        shape = DAGAnalysis(instance)
    }

    /// What the run uses as it is.
    var before: ResourceUse { ResourceUse(timetable, of: instance) }

    /// The analysis; what the budget leaves no time for is left out, the longest tasks coming first. How likely each task
    /// is a bottleneck is what runs with resampled durations show, and beside them what `learned` says.
    func analysis(_ runs: inout SimulatedRuns, asking learned: LearnedScorer? = nil) throws -> BottleneckAnalysis {
        let share = runs.share
        runs.share = share * 0.6
        let (estimate, evidence) = try estimate(&runs, asking: learned)
        runs.share = share
        let bottlenecks = try chain.links
            .filter { estimate.probabilities[$0.task] >= runs.question.bottleneckThreshold && weight($0) > 0 }
            .sorted { weight($0) != weight($1) ? weight($0) > weight($1) : $0.task < $1.task }
            .prefix(Self.candidates)
            .compactMap { link -> Bottleneck? in
                guard runs.hasTime() else { return nil }
                let delay = try delay(of: link.task, &runs)
                return delay > 1e-9 * timetable.makespan ? bottleneck(link, estimate, delay: delay) : nil
            }
        return BottleneckAnalysis(
            bottlenecks: bottlenecks.sorted { $0.delaySeconds > $1.delaySeconds }, evidence: evidence,
            criticalPath: shape.path.tasks.map { workflow.tasks[$0].id }, criticalPathSeconds: shape.path.length,
            slackSeconds: shape.slack, parallelism: DAGAnalysis.profile(starts: timetable.starts, ends: timetable.ends),
            before: before, policy: runs.policy.rawValue, structure: shape.structure, iterations: runs.count)
    }

    /// The analysis with what limits the run, and what a little more of it would help, as far as there is time.
    func completed(_ analysis: BottleneckAnalysis, _ runs: inout SimulatedRuns) throws -> BottleneckAnalysis {
        var whole = analysis
        let whatIf = WhatIfRuns(self)
        whole.limits = try whatIf.limits(&runs)
        whole.sensitivities = try whatIf.sensitivities(&runs)
        whole.iterations = runs.count
        return whole
    }

    /// What a link could delay: its own time and what it waited for.
    func weight(_ link: DelayChain.Link) -> Double {
        timetable.ends[link.task] - timetable.starts[link.task] + link.waited
    }

    /// How likely and how long each task holds the run back: the run with the workflow's own durations, as many with
    /// resampled ones as there is time for, and beside them what `learned` says, if there is time to ask.
    private func estimate(_ runs: inout SimulatedRuns, asking learned: LearnedScorer?) throws
        -> (BottleneckEstimate, BottleneckEvidence)
    {
        var shares = BottleneckShares(timetable, of: instance)
        let said = runs.hasTime(for: LearnedScorer.runsOfAPass) ? learned.flatMap { answer(of: $0, runs) } : nil
        for sample in 0..<SimulatedRuns.samples where runs.hasTime() {
            let (timetable, instance) = try runs.runAsItIs(sample: sample)
            shares.add(timetable, of: instance)
        }
        guard let learned, let said else { return (shares.estimate, BottleneckEvidence(runs: shares.runs)) }
        return (
            shares.estimate(beside: said, counting: LearnedScorer.runs),
            BottleneckEvidence(runs: shares.runs, model: learned.name, modelRuns: LearnedScorer.runs)
        )
    }

    private func answer(of learned: LearnedScorer, _ runs: SimulatedRuns) -> BottleneckEstimate? {
        learned.bottlenecks?.bottlenecks(after: timetable, of: instance, spreads: runs.spreads, policy: runs.policy)
    }

    private func delay(of task: Int, _ runs: inout SimulatedRuns) throws -> Double {
        var without = workflow
        without.update(task) { $0.runtimeSeconds = 0 }
        return try timetable.makespan - runs.run(without).timetable.makespan
    }

    private func bottleneck(_ link: DelayChain.Link, _ estimate: BottleneckEstimate, delay: Double) -> Bottleneck {
        let node = instance.cluster.nodes[timetable.nodes[link.task]].name
        let own = timetable.ends[link.task] - timetable.starts[link.task]
        var (resource, reason) = ("time", "it runs for \(Self.seconds(own)) on \(node) while the end waits for it")
        if link.waited > own {
            switch link.cause {
            case .nothing: break
            case .transfer(let parent):
                resource = "transfer"
                reason = "it waits \(Self.seconds(link.waited)) for the files of \(workflow.tasks[parent].id)"
            case .room(let holder):
                resource = chain.lackedCores(link) ? "cores" : "memory"
                reason = "it waits \(Self.seconds(link.waited)) for \(resource) on \(node), "
                reason += "which \(workflow.tasks[holder].id) gives back"
            }
        }
        return Bottleneck(
            task: workflow.tasks[link.task].id, probability: estimate.probabilities[link.task],
            expectedDelaySeconds: estimate.delays[link.task] * timetable.makespan, delaySeconds: delay,
            resource: resource, reason: reason)
    }

    static func seconds(_ value: Double) -> String {
        "\(JSONValue.text(of: (value * 100).rounded() / 100)) s"
    }
}
