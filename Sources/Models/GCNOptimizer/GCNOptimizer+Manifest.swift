import Registry

extension GCNOptimizer {
    /// What the network reads of each task and of each dependency.
    public var features: [ModelManifest.Feature] {
        func described(
            _ columns: [(name: String, unit: String)], _ prefix: String, _ scales: FeatureScales
        ) -> [ModelManifest.Feature] {
            columns.enumerated().map { place, column in
                ModelManifest.Feature(
                    name: prefix + column.name, unit: column.unit,
                    normalisation: scales.factors[place] == 0
                        ? "0: it was the same wherever it was learned from"
                        : "minus \(scales.means[place]), times \(scales.factors[place]), within 6")
            }
        }
        return described(NodeFeatures.columns, "task.", scales.nodes)
            + described(EdgeFeatures.columns, "edge.", scales.edges)
    }

    /// Arrays that go into the network, for a workflow of N tasks and E dependencies.
    public static let inputs: [ModelManifest.Signature] = [
        .init(name: "tasks", type: "F32", shape: ["N", "\(NodeFeatures.count)"]),
        .init(name: "edges", type: "F32", shape: ["E", "\(EdgeFeatures.count)"]),
        .init(name: "parents", type: "I64", shape: ["E"]), .init(name: "children", type: "I64", shape: ["E"]),
    ]

    /// What comes out of it: what is added to the key of each task.
    public static let outputs: [ModelManifest.Signature] = [.init(name: "priorities", type: "F32", shape: ["N"])]
}

extension PriorityTrainer.Settings {
    /// Numbers by name, as in a manifest.
    public var hyperparameters: [String: Double] {
        var values = [
            "lists": Double(lists), "samples": Double(samples), "steps": Double(steps),
            "stepsBetweenLooks": Double(stepsBetweenLooks), "scaled": Double(scaled),
            "judged": Double(judged), "firstNoise": firstNoise, "lastNoise": lastNoise,
            "learningRate": Double(learningRate), "maximumNorm": Double(maximumNorm), "decay": Double(decay),
            "keyWeight": GCNOptimizer.keyWeight, "correctionWeight": GCNOptimizer.correctionWeight,
        ]
        for (place, size) in sizes.enumerated() { values["size\(place + 1)"] = Double(size) }
        return values
    }
}
