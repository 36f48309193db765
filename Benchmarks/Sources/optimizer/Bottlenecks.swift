import Evaluation
import Files
import Foundation
import Models
import Scheduling
import Simulation
import Synchronization
import WorkflowOptimization
import Workflows

/// Applications that settings were chosen on, and those that are looked at once.
let applications = [
    "validation": ["makeflow/blast", "pegasus/epigenomics", "pegasus/srasearch"],
    "test": ["pegasus/1000genome", "pegasus/cycles", "pegasus/montage", "nextflow"],
]

/// Trains a network on drawn workflows and compares what it says of the bottlenecks of recorded ones, none of whose applications
/// it has seen, with the critical path by expected durations and with runs: one, as many as take the same time, and 17; or how
/// many runs its answer counts for best.
func compareBottlenecks(
    part: String, traces: String, hasMessages: Bool, seed: UInt64, steps: Int?, comparesWeights: Bool
) throws {
    var trainer = BottleneckTrainer()
    trainer.architecture.hasMessages = hasMessages
    if let steps { trainer.settings.descent.steps = steps }
    let began = ContinuousClock.now
    let model = try trainer.train(seed: seed) { step, loss in
        if step % 500 == 0 { print(String(format: "%5d steps: loss %.4f", step, loss)) }
    }
    print(String(format: "trained in %.1f s", (ContinuousClock.now - began) / .seconds(1)))
    let problems = try recorded(applications[part] ?? [], in: traces + "/wfinstances/")
    if comparesWeights { return compareWeights(of: model, on: problems, part) }
    let times = Mutex<[(estimate: Double, run: Double)]>([])
    let methods: [BottleneckEvaluation.Method] = [
        .asking(model, name: "network"), .criticalPath, .runs(1, seed: 3),
        .runs("runs in the same time", seed: 3) { instance, spreads in
            let timetable = SchedulingPolicy.fifo.timetable(of: instance)
            let estimate = fastest { _ = model.estimate(after: timetable, of: instance, spreads: spreads) }
            let run = fastest {
                _ = BottleneckShares(SchedulingPolicy.fifo.timetable(of: instance), of: instance)
            }
            times.withLock { $0.append((estimate, run)) }
            // The run that the network reads is one of them.
            return 1 + Int((estimate / run).rounded())
        },
        .runs(17, seed: 3),
        .runs(1, asking: model, counting: LearnedScorer.runs, name: "network and 1 run", seed: 3),
        .runs(17, asking: model, counting: LearnedScorer.runs, name: "network and 17 runs", seed: 3),
    ]
    let evaluation = BottleneckEvaluation(methods, on: problems, seed: 5)
    let all = times.withLock { $0 }
    func mean(_ value: ((estimate: Double, run: Double)) -> Double) -> Double {
        all.reduce(0) { $0 + value($1) } / Double(all.count)
    }
    print(
        "\(evaluation.workflows) workflows (\(part)):",
        String(
            format: "network %.3f ms, run %.3f ms, %.1f runs in the same time as a run and the network",
            mean(\.estimate),
            mean(\.run), mean { 1 + ($0.estimate / $0.run).rounded() }))
    show(evaluation)
}

/// Compares how many runs the network's answer counts for best, beside few and many of them.
private func compareWeights(
    of model: GCNBottlenecks, on problems: [[(instance: SchedulingInstance, spreads: [Double])]], _ part: String
) {
    for count in [1, 2, 3, 5, 9, 17] {
        print("\(count) runs (\(part))")
        show(
            BottleneckEvaluation(
                [.runs(count, seed: 3)]
                    + [0.5, 1, 2, 4, 8, 16].map {
                        .runs(count, asking: model, counting: $0, name: "network for \($0)", seed: 3)
                    } + [.asking(model, name: "network")], on: problems, seed: 5))
    }
}

private func show(_ evaluation: BottleneckEvaluation) {
    func text(_ estimate: Estimate, _ digits: Int) -> String {
        let number = "%.\(digits)f"
        return String(format: "\(number) [\(number), \(number)]", estimate.value, estimate.low, estimate.high)
    }
    let first = evaluation.entries[0].name
    for entry in evaluation.entries {
        print(
            "  \(entry.name): average precision \(text(entry.averagePrecision, 3)), Brier \(text(entry.brierScore, 4)),",
            String(format: "calibration error %.4f,", entry.calibrationError),
            "delays off by \(text(entry.delayError, 5)), rank correlation \(text(entry.delayCorrelation, 3));",
            "\(first) better by \(text(entry.precisionGain, 3)), \(text(entry.brierGain, 4)),",
            "\(text(entry.delayGain, 5)), \(text(entry.correlationGain, 3))")
    }
}

/// Recorded workflows of 5 to 1,000 tasks, at most six of each application, on three clusters with three spreads.
private func recorded(
    _ folders: [String], in root: String
) throws -> [[(instance: SchedulingInstance, spreads: [Double])]] {
    try folders.flatMap { folder in
        let files = try FileManager.default.contentsOfDirectory(atPath: root + folder).filter {
            $0.hasSuffix(".json")
        }.sorted()
        let workflows = try files.map { try WfFormatDocument(contentsOf: root + folder + "/" + $0).workflow }
            .filter { (5...1000).contains($0.tasks.count) }
        // Evenly over the sizes that their names sort them by.
        let count = folder == "nextflow" ? workflows.count : min(6, workflows.count)
        return (0..<count).map { workflows[$0 * workflows.count / count] }.map { workflow in
            [(4, 8.0), (2, 4), (16, 8)].flatMap { nodes, cores in
                let cluster = Cluster(
                    nodes: (0..<nodes).map { .init(name: "n\($0)", cores: cores) }, bandwidthBytesPerSecond: 125e6)
                // A few ask for more cores than these nodes have.
                guard let instance = try? SchedulingInstance(workflow, on: cluster) else {
                    return [(instance: SchedulingInstance, spreads: [Double])]()
                }
                return [0.1, 0.3, 0.6].map { (instance, [Double](repeating: $0, count: instance.taskCount)) }
            }
        }.filter { !$0.isEmpty }
    }
}

/// Milliseconds of the fastest of three calls.
private func fastest(_ body: () -> Void) -> Double {
    let times = (0..<3).map { _ in
        let began = ContinuousClock.now
        body()
        return (ContinuousClock.now - began) / .milliseconds(1)
    }
    return times.min() ?? 0
}
