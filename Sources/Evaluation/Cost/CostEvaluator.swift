import Files
import Prediction
import Workflows

/// Compares what the tested rows of a history would have held and cost with requests as defined, with the type's quantile 0.95
/// and a tenth, and with what a predictor allocates: each on all nodes of a cluster, and on the cheapest mix of them.
public struct CostEvaluator: Sendable {
    /// The executions of the history, in its order.
    public var executions: [TaskExecution]
    /// How they are divided: `time`, `random` or `groups`.
    public var division: EvaluationProtocol
    /// What allocates.
    public var trainer: any PredictorTrainer
    /// Where they run again, with prices.
    public var cluster: Cluster
    /// One replay for each: its order is drawn, and its division where that is random.
    public var seeds: [UInt64]

    /// An evaluator of `trainer`.
    public init(
        _ executions: [TaskExecution], by division: EvaluationProtocol, of trainer: any PredictorTrainer,
        on cluster: Cluster, seeds: [UInt64]
    ) {
        precondition(!seeds.isEmpty, "no seed")
        self.executions = executions
        self.division = division
        self.trainer = trainer
        self.cluster = cluster
        self.seeds = seeds
    }

    /// The ways to size tasks that are compared; the first is what the others are compared with.
    static let ways = ["request as defined", "p95 × 1.1 of the type", "ours", "ours, cores too"]
    /// The deadline of a mix over the makespan of the first way on all nodes: room for a long task to fail once.
    public static let deadlineFactor = 2.0
    /// Mixes that are simulated for each way.
    static let mixes = 60

    /// Trains, replays and compares.
    ///
    /// - Parameter progress: told of each seed whose replays have ended.
    /// - Throws: `InputError` where the cluster has no prices, the history lacks what the protocol needs, or no tested row has
    ///   a memory.
    public func run(progress: (UInt64) -> Void = { _ in }) throws -> CostReport {
        try cluster.checkPrices()
        guard division != .online, division != .fixed else {
            throw InputError(
                "a replay needs rows that are tested together: time, random or groups", field: "--protocol")
        }
        let names = Self.ways.map { $0 + ", all nodes" } + Self.ways.map { $0 + ", cheapest mix" }
        var runs = [[SizingReplay.Measures]](repeating: [], count: names.count)
        var rows = 0
        var known: (folds: [Fold], tested: Tested)?
        for seed in seeds {
            let folds = try division.folds(of: executions, seed: seed)
            let tested = try known.flatMap { $0.folds == folds ? $0.tested : nil } ?? test(folds, seed: seed)
            known = (folds, tested)
            guard !tested.places.isEmpty else { throw InputError("no tested row has a memory and a request") }
            let replay = try SizingReplay(
                tested.places.map { executions[$0] }, requests: tested.sizes[0], on: cluster, seed: seed)
            for (way, sizes) in tested.sizes.enumerated() { runs[way].append(try replay.run(sizes)) }
            let deadline = (runs[0].last?.makespan ?? 0) * Self.deadlineFactor
            for (way, sizes) in tested.sizes.enumerated() {
                let measures = try replay.runOnCheapestMix(
                    sizes, deadlineSeconds: deadline, iterations: Self.mixes)
                runs[Self.ways.count + way].append(measures)
            }
            rows = tested.places.count
            progress(seed)
        }
        return CostReport(
            kind: trainer.kind, protocol: division, seeds: seeds, rows: rows, names: names, runs: runs)
    }

    /// Tested rows, by their places in the history, and what they would have asked for in each way.
    private struct Tested {
        var places: [Int] = []
        var sizes = [TaskSizes](repeating: .init(cores: [], memory: []), count: CostEvaluator.ways.count)
    }

    private func test(_ folds: [Fold], seed: UInt64) throws -> Tested {
        var tested = Tested()
        for fold in folds {
            let training = fold.training.map { executions[$0] }
            let predictions = try trainer.train(on: training, seed: seed).predict(
                fold.tested.map { executions[$0].task })
            var requests = SizingBaselines()
            for execution in training { requests.observe(execution) }
            let upper = Self.memory(training, level: 0.95)
            for (place, prediction) in zip(fold.tested, predictions) {
                let execution = executions[place]
                guard execution[.memory] != nil, let request = requests.request(for: execution.task) else { continue }
                let asked = execution.task.cores ?? 1
                tested.places.append(place)
                let memory = [
                    request, upper[execution.task.taskType].map { $0 * 1.1 } ?? request,
                    prediction.memory.allocation, prediction.memory.allocation,
                ]
                for way in memory.indices {
                    let sized = way == 3 ? CoreSizing.cores(asked: asked, prediction) : nil
                    tested.sizes[way].memory.append(memory[way])
                    tested.sizes[way].cores.append(sized ?? asked)
                }
            }
        }
        return tested
    }

    /// The quantile `level` of the memory of each type.
    static func memory(_ training: [TaskExecution], level: Double) -> [String: Double] {
        var values: [String: [Double]] = [:]
        for execution in training where execution.isUsable {
            if let memory = execution[.memory] { values[execution.task.taskType, default: []].append(memory) }
        }
        return values.mapValues { quantile(level, ofSorted: $0.sorted()) }
    }
}
