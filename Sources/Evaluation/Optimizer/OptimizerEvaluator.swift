import Kernels
import Prediction
import Scheduling
import Simulation
import Workflows

/// Plants faults in workflows, asks an optimizer about them, and counts what it found and what its changes are worth.
public struct OptimizerEvaluator: Sendable {
    /// What is scored.
    public var optimizer: any WorkflowOptimizer
    /// Ways to look for sets of changes that are compared: the first two with whatever they need, each other with as many
    /// simulations as the first.
    public var searches: [(name: String, make: @Sendable (_ simulations: Int?) -> any WorkflowOptimizer)]
    /// Orders in which changes are simulated, each with at most so many of them, or all.
    public var orders: [(name: String, make: @Sendable (_ trials: Int?) -> any WorkflowOptimizer)]
    /// Changes that are simulated at the most where ``orders`` are compared.
    public static let trials = [4, 8, 16, 32]
    /// The workflows that faults are planted in.
    public var workflows: [Workflow]
    /// Where they run.
    public var cluster: Cluster
    /// Trials of each kind and size, and workflows with many faults: one for each seed.
    public var seeds: [UInt64]
    /// Sizes of the faults, as parts of the makespan.
    public var shares: [Double]
    /// Time for each question.
    public var budget: Duration
    /// What is measured.
    public var parts: Set<OptimizerReport.Part>

    /// An evaluator of `optimizer`.
    public init(
        _ optimizer: any WorkflowOptimizer, workflows: [Workflow], on cluster: Cluster, seeds: [UInt64],
        shares: [Double] = [0.02, 0.05, OptimizerReport.judgedShare, 0.2], budget: Duration = .seconds(2),
        parts: Set<OptimizerReport.Part> = Set(OptimizerReport.Part.allCases),
        searches: [(name: String, make: @Sendable (_ simulations: Int?) -> any WorkflowOptimizer)] = [],
        orders: [(name: String, make: @Sendable (_ trials: Int?) -> any WorkflowOptimizer)] = []
    ) {
        precondition(!workflows.isEmpty && !seeds.isEmpty, "\(workflows.count) workflows and \(seeds.count) seeds")
        (self.optimizer, self.workflows, self.cluster) = (optimizer, workflows, cluster)
        (self.seeds, self.shares, self.budget, self.searches) = (seeds, shares, budget, searches)
        (self.parts, self.orders) = (parts, orders)
    }

    /// Runs the parts that are asked for.
    ///
    /// - Parameter progress: told of each question that was answered.
    public func run(progress: (String) -> Void = { _ in }) throws -> OptimizerReport {
        var report = OptimizerReport(parts: parts)
        if parts.contains(.faults) {
            report.detection = try FaultKind.allCases.flatMap { kind in
                try (kind.costsTime ? shares : [0]).map { share in
                    try self.detection(of: kind, share: share, progress)
                }
            }
        }
        guard !parts.isDisjoint(with: [.gains, .searches, .orders]) else { return report }
        let planted = try seeds.compactMap { seed in
            progress("planted")
            return try manyFaults(seed)
        }
        if parts.contains(.gains) {
            for workflow in planted {
                report.planted.append(try gain(workflow.faulty, share: workflow.share))
                try promise(workflow.faulty, in: &report.promise)
                progress("gain")
            }
            for workflow in workflows {
                let sketch = WorkflowSketch(workflow)
                report.asTheyAre.append(try gain(sketch, share: 0))
                try promise(sketch, in: &report.promise)
                progress("gain")
            }
        }
        if parts.contains(.searches) {
            report.searches = try compare(planted.map(\.faulty), progress)
            report.choices = try compare(
                seeds.map { WorkflowSketch(workflow(of: $0), withChoicesDrawnBy: $0, most: cluster.largestMemory()) },
                progress)
        }
        if parts.contains(.orders) { report.orders = try compareOrders(planted.map(\.faulty), progress) }
        return report
    }

    private func question(_ sketch: WorkflowSketch, _ objectives: [OptimizationQuestion.Objective] = [.makespan]) throws
        -> OptimizationQuestion
    {
        try OptimizationQuestion(sketch.document(), on: cluster, objectives: objectives, budget: budget)
    }

    private func workflow(of seed: UInt64) -> Workflow { workflows[Int(seed % UInt64(workflows.count))] }

    // MARK: Faults that are found

    private func detection(of kind: FaultKind, share: Double, _ progress: (String) -> Void) throws
        -> OptimizerReport.Detection
    {
        var result = OptimizerReport.Detection(kind: kind, share: share, planted: 0, found: 0, wrong: 0)
        for seed in seeds {
            var planter = FaultPlanter(on: cluster, seed: seed &* 1_000_003 &+ UInt64(share * 1e4))
            defer { progress(kind.rawValue) }
            guard
                let planted = try planter.plant(
                    kind, share: share, in: PlantedWorkflow(WorkflowSketch(workflow(of: seed)))),
                let fault = planted.faults.first
            else { continue }
            result.planted += 1
            let found = try suggestions(planted.faulty, kind, share)
            let natural = try suggestions(planted.clean, kind, share)
            if kind.costsTime {
                result.found += found.contains { Self.mends($0, fault) } ? 1 : 0
                result.wrong += found.count { suggestion in
                    // What the workflow has of itself is not held against it, but what was made to look like a fault is.
                    Self.isAbout(suggestion, fault.decoys)
                        || !Self.mends(suggestion, fault)
                            && !natural.contains { Self.isAbout(suggestion, Set($0.tasks)) }
                }
            } else {
                let (edges, known) = (Self.edges(found), Self.edges(natural))
                result.planted += fault.edges.count - 1
                result.found += edges.intersection(fault.edges).count
                result.wrong += edges.subtracting(fault.edges).subtracting(known.subtracting(fault.decoyEdges)).count
            }
        }
        return result
    }

    /// Suggestions of the type that mends `kind` that count at this size: those that, carried out alone, gain at least half of
    /// it, or, where faults cost no time, those that gain none.
    private func suggestions(_ sketch: WorkflowSketch, _ kind: FaultKind, _ share: Double) throws
        -> [OptimizationSuggestion]
    {
        let question = try question(sketch)
        return try optimizer.suggestOptimizations(question).suggestions.filter { suggestion in
            guard suggestion.type == kind.remedy else { return false }
            let applied = try optimizer.apply([suggestion], to: question)
            let (makespan, gain) = (applied.before.makespan, applied.before.makespan - applied.after.makespan)
            return kind.costsTime ? gain >= share / 2 * makespan : abs(gain) <= 1e-6 * makespan
        }
    }

    /// Tasks beside those of a fault that a suggestion which mends it may touch, or as many as the fault's own, if these are
    /// more.
    private static let mostOthers = 4

    /// Whether a suggestion is about a fault and not about much else, nor about what only looks like one.
    private static func mends(_ suggestion: OptimizationSuggestion, _ fault: PlantedFault) -> Bool {
        isAbout(suggestion, fault.tasks) && !isAbout(suggestion, fault.decoys)
            && suggestion.tasks.count { !fault.tasks.contains($0) } <= max(mostOthers, fault.tasks.count)
    }

    /// Whether half of what a suggestion changes, or half of `tasks`, is what both are about.
    private static func isAbout(_ suggestion: OptimizationSuggestion, _ tasks: Set<String>) -> Bool {
        let shared = Double(suggestion.tasks.count { tasks.contains($0) })
        return shared > 0 && (shared >= Double(tasks.count) / 2 || shared >= Double(suggestion.tasks.count) / 2)
    }

    private static func edges(_ suggestions: [OptimizationSuggestion]) -> Set<[String]> {
        Set(
            suggestions.flatMap(\.changes).compactMap { edit in
                if case .removeEdge(let parent, let child) = edit { [parent, child] } else { nil }
            })
    }

    // MARK: What changes are worth

    /// A workflow with a fault of each kind that the cluster allows, ``OptimizerReport/plantedShare`` in all.
    private func manyFaults(_ seed: UInt64) throws -> PlantedWorkflow? {
        var planter = FaultPlanter(on: cluster, seed: seed)
        var planted = PlantedWorkflow(WorkflowSketch(workflow(of: seed)))
        var kinds = FaultKind.allCases.filter(\.costsTime).shuffled(using: &planter.generator)
        while let kind = kinds.popLast() {
            let share = (OptimizerReport.plantedShare - planted.share) / Double(kinds.count + 1)
            planted = try planter.plant(kind, share: share, in: planted) ?? planted
        }
        let missing = abs(planted.share - OptimizerReport.plantedShare)
        return missing <= FaultPlanter.tolerance * OptimizerReport.plantedShare ? planted : nil
    }

    private func gain(_ sketch: WorkflowSketch, share: Double) throws -> OptimizerReport.Gain {
        let plan = try optimizer.suggestOptimizations(question(sketch))
        return OptimizerReport.Gain(
            workflow: sketch.name, tasks: sketch.tasks.count, faultShare: share, fifo: plan.analysis.before.makespan,
            heft: try sketch.timetable(on: cluster, policy: .heft).makespan, after: plan.after.makespan,
            offered: plan.suggestions.count, recommended: plan.recommended.count)
    }

    /// Plans on forecast durations, and replays what is recommended on the true ones.
    private func promise(_ sketch: WorkflowSketch, in promise: inout OptimizerReport.Promise) throws {
        let forecasts = sketch.forecasts
        var asked = try question(sketch.with(runtimes: forecasts.map(\.duration.p50)))
        asked.forecasts = forecasts
        let plan = try optimizer.suggestOptimizations(asked)
        let chosen = plan.suggestions.filter { plan.recommended.contains($0.id) }
        guard !chosen.isEmpty, plan.analysis.before.makespan > 0 else { return }
        let real = try optimizer.apply(chosen, to: question(sketch))
        let before = plan.analysis.before.makespan
        let planned = before - plan.after.makespan
        let gain = plan.gainSeconds ?? .init(p05: planned, p50: planned, p95: planned)
        promise.rows.append(
            .init(
                workflow: sketch.name, types: Set(chosen.map(\.type)).sorted(), planned: planned / before,
                promised: gain.p50 / before, low: gain.p05 / before, high: gain.p95 / before,
                real: 1 - real.after.makespan / real.before.makespan, promisedSeconds: gain.p50,
                realSeconds: real.before.makespan - real.after.makespan))
    }

    /// Fronts over all objectives by each way to look for sets.
    private func compare(_ sketches: [WorkflowSketch], _ progress: (String) -> Void) throws -> [OptimizerReport.Search]
    {
        var entries = searches.map { OptimizerReport.Search(name: $0.name, hypervolumes: [], simulations: 0) }
        for sketch in sketches {
            let question = try question(sketch, OptimizationQuestion.Objective.allCases)
            var simulations: [Int] = []
            for (place, search) in searches.enumerated() {
                let most = place >= 2 ? max(0, simulations[1] - simulations[0]) : nil
                let plan = try search.make(most).suggestOptimizations(question)
                simulations.append(plan.iterations)
                entries[place].hypervolumes.append(Self.hypervolume(plan))
                entries[place].simulations += Double(plan.iterations) / Double(sketches.count)
                progress("search")
            }
        }
        return entries
    }

    /// What is gained where all changes are simulated, and in each order where only the first few are.
    private func compareOrders(_ sketches: [WorkflowSketch], _ progress: (String) -> Void) throws
        -> [OptimizerReport.Order]
    {
        guard let first = orders.first else { return [] }
        let cells =
            [("all", nil, first.make(nil))]
            + Self.trials.flatMap { most in orders.map { ($0.name, most, $0.make(most)) } }
        return try cells.map { name, most, optimizer in
            var order = OptimizerReport.Order(name: name, trials: most, gains: [], simulations: 0)
            for sketch in sketches {
                let plan = try optimizer.suggestOptimizations(question(sketch))
                order.gains.append(1 - plan.after.makespan / plan.analysis.before.makespan)
                order.simulations += Double(plan.iterations) / Double(sketches.count)
                progress("order")
            }
            return order
        }
    }

    private static func hypervolume(_ plan: OptimizationPlan) -> Double {
        let before = plan.analysis.before
        func over(_ value: Double, _ reference: Double) -> Double { reference > 0 ? value / reference : 1 }
        let values = plan.pareto.map { point in
            [
                over(point.use.makespan, before.makespan), over(point.use.cost, before.cost),
                over(point.use.gigabyteHours, before.gigabyteHours), 1 - point.quality,
            ]
        }
        return Hypervolume.volume(of: values, to: [2, 2, 2, 1])
    }
}
