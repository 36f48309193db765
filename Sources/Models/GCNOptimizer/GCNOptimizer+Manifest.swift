import Registry

extension GCNOptimizer {
    /// What the networks read of each task, of each dependency and of each change.
    public var features: [ModelManifest.Feature] {
        scales.features + (bottlenecks?.features ?? []) + (gains?.features ?? [])
    }

    /// Arrays that go into the networks, for a workflow of N tasks and E dependencies, and C changes of it that are about M tasks
    /// together.
    public var inputs: [ModelManifest.Signature] {
        var all: [ModelManifest.Signature] = [
            .init(name: "tasks", type: "F32", shape: ["N", "\(NodeFeatures.count)"]),
            .init(name: "edges", type: "F32", shape: ["E", "\(EdgeFeatures.count)"]),
            .init(name: "parents", type: "I64", shape: ["E"]), .init(name: "children", type: "I64", shape: ["E"]),
        ]
        if bottlenecks != nil || gains != nil {
            all.append(.init(name: "run", type: "F32", shape: ["N", "\(RunFeatures.count)"]))
        }
        if gains != nil {
            all += [
                .init(name: "changes", type: "F32", shape: ["C", "\(ChangeFeatures.count)"]),
                .init(name: "members", type: "I64", shape: ["M", "2"]),
            ]
        }
        return all
    }

    /// What comes out of them: what is added to the key of each task, and, where a network was trained for it, the logarithm of
    /// the odds that the end hangs on the task, and the part of the makespan that it could delay, in tenths; and the part of the
    /// makespan that each change gains, in tenths.
    public var outputs: [ModelManifest.Signature] {
        var all = [ModelManifest.Signature(name: "priorities", type: "F32", shape: ["N"])]
        if bottlenecks != nil { all.append(.init(name: "bottlenecks", type: "F32", shape: ["N", "2"])) }
        if gains != nil { all.append(.init(name: "gains", type: "F32", shape: ["C"])) }
        return all
    }
}

extension GCNBottlenecks {
    /// What it reads: the same of tasks and dependencies, normalised by its own numbers, and of a run.
    fileprivate var features: [ModelManifest.Feature] { scales.features(ofRunsToo: Self.prefix) }
}

extension GCNGains {
    /// What it reads: the same of tasks, dependencies and a run as what finds bottlenecks, and of changes.
    fileprivate var features: [ModelManifest.Feature] {
        scales.features(ofRunsToo: Self.prefix)
            + ChangeFeatures.columns.map {
                .init(name: Self.prefix + "change." + $0.name, unit: $0.unit, normalisation: "none")
            }
    }
}

extension GraphScales {
    /// What a network reads that is asked after a run, with the names of its own that begin with `prefix`.
    fileprivate func features(ofRunsToo prefix: String) -> [ModelManifest.Feature] {
        features.map { .init(name: prefix + $0.name, unit: $0.unit, normalisation: $0.normalisation) }
            + RunFeatures.columns.map {
                .init(name: prefix + "run." + $0.name, unit: $0.unit, normalisation: "none")
            }
    }

    /// What is read of each task and of each dependency.
    fileprivate var features: [ModelManifest.Feature] {
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
        return described(NodeFeatures.columns, "task.", nodes) + described(EdgeFeatures.columns, "edge.", edges)
    }
}

extension PriorityTrainer.Settings {
    /// Numbers by name, as in a manifest.
    public var hyperparameters: [String: Double] {
        var values = [
            "lists": Double(lists), "samples": Double(samples), "steps": Double(steps),
            "stepsBetweenLooks": Double(stepsBetweenLooks), "scaled": Double(scaled),
            "judged": Double(judged), "firstNoise": firstNoise, "lastNoise": lastNoise,
            "learningRate": Double(learningRate), "maximumNorm": Double(maximumNorm), "decay": Double(decay),
            "serialFrom": serialFrom, "keyWeight": GCNOptimizer.keyWeight,
            "correctionWeight": GCNOptimizer.correctionWeight,
        ]
        for (place, size) in sizes.enumerated() { values["size\(place + 1)"] = Double(size) }
        return values
    }
}

extension BottleneckTrainer.Settings {
    /// Numbers by name, as in a manifest.
    public var hyperparameters: [String: Double] {
        descent.hyperparameters(beside: ["workflows": workflows, "runs": runs], prefix: GCNBottlenecks.prefix)
    }
}

extension GainTrainer.Settings {
    /// Numbers by name, as in a manifest.
    public var hyperparameters: [String: Double] {
        descent.hyperparameters(beside: ["workflows": workflows], prefix: GCNGains.prefix)
    }
}
