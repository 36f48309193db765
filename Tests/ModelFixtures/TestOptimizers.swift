import Files
import Models
import Registry
import Simulation
import TestSupport
import Workflows

/// Optimizers that have hardly learned.
public enum TestOptimizers {
    /// Publishes a version, with or without what finds bottlenecks; its number.
    @discardableResult
    public static func publish(in registry: ModelRegistry, findsBottlenecks: Bool = false) async throws -> Int {
        var training = PriorityTrainer.Settings()
        (training.sizes, training.lists, training.samples, training.steps, training.judged) = ([2], 1, 2, 1, 1)
        let lists = JobLists(
            of: try (1...3).map { try job(Double($0)) }, on: Cluster(nodes: [.init(name: "n", cores: 2)]))
        var optimizer = try await PriorityTrainer(lists, settings: training).train(seed: 1)
        if findsBottlenecks { optimizer.bottlenecks = try BottleneckTrainer(settings: .init(steps: 16)).train(seed: 1) }
        let manifest = ModelManifest(
            name: try CheckedName("optimizer"), kind: GCNOptimizer.kind, architecture: optimizer.architectureFields,
            hyperparameters: [:], seed: 1, features: optimizer.features, inputs: optimizer.inputs,
            outputs: optimizer.outputs, dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"), metrics: [],
            parentVersion: nil, commit: nil, created: 1)
        return try registry.publish(
            manifest, weights: optimizer.archive(),
            golden: try GoldenWorkflows.archive(of: optimizer, questions: GoldenWorkflows.questions(of: lists)),
            metrics: "{}", card: "# card")
    }

    /// A task of `seconds` and one of 2 s behind it, one of 3 s beside them, and one of 4 s behind all.
    private static func job(_ seconds: Double) throws -> Workflow {
        let tasks =
            #"[{"id":"a","name":"a","parents":[]},{"id":"b","name":"b","parents":["a"]},{"id":"c","name":"c"},"#
            + #"{"id":"d","name":"d","parents":["b","c"]}]"#
        let records = [("a", seconds), ("b", 2), ("c", 3), ("d", 4)].map {
            #"{"id":"\#($0)","runtimeInSeconds":\#($1)}"#
        }
        let text =
            #"{"name":"job-1","schemaVersion":"1.5","workflow":{"specification":{"tasks":\#(tasks)},"#
            + #""execution":{"tasks":[\#(records.joined(separator: ","))]}}}"#
        return try WfFormatDocument(JSONValue(parsing: Array(text.utf8))).workflow
    }
}
