import Workflows

extension OptimizationPlan {
    /// The plan for a person: what holds the workflow back, what to change, and what that leads to.
    ///
    /// - Parameter policy: the rule that was to schedule the workflow.
    public func text(under policy: String) -> String {
        var parts = [
            "\(analysis.underPolicy(asked: policy)) the workflow ends after \(Formatting.seconds(analysis.before.makespan)); its critical path of "
                + "\(analysis.criticalPath.count) tasks takes \(Formatting.seconds(analysis.criticalPathSeconds)).",
            "On average \(Formatting.short(analysis.meanParallelism)) tasks run at once.", "",
            "Critical path: "
                + Formatting.shortened(
                    analysis.criticalPath.map { Formatting.shortened($0, to: 32) }.joined(separator: " → "), to: 400),
            "",
        ]
        parts +=
            analysis.bottlenecks.isEmpty
            ? ["Nothing holds it back."] : ["Bottlenecks", bottleneckTable, analysis.evidence.text]
        if !analysis.limits.isEmpty { parts += ["", "What limits the run", limitTable] }
        parts.append("")
        parts += suggestions.isEmpty ? ["No change was found that helps."] : ["Suggestions", suggestionTable, ""]
        parts += suggestions.map { "\($0.id): \($0.reason)" }
        if !recommended.isEmpty { parts += ["", outcome] }
        return parts.joined(separator: "\n")
    }

    private var bottleneckTable: String {
        var table = TextTable(["task", "what it takes", "probability", "expected delay", "sooner without"], texts: 2)
        for bottleneck in analysis.bottlenecks.prefix(12) {
            table.append([
                Formatting.shortened(bottleneck.task, to: 40), bottleneck.resource,
                Formatting.fixed(bottleneck.probability, 2), Formatting.seconds(bottleneck.expectedDelaySeconds),
                Formatting.seconds(bottleneck.delaySeconds),
            ])
        }
        return table.text
    }

    private var limitTable: String {
        var table = TextTable(["", "no run is shorter than", "without it", "gain"])
        for limit in analysis.limits.prefix(8) {
            table.append([
                Formatting.shortened(limit.resource, to: 40), limit.boundSeconds.map(Formatting.seconds) ?? "–",
                Formatting.seconds(limit.relaxedMakespan),
                Formatting.seconds(analysis.before.makespan - limit.relaxedMakespan),
            ])
        }
        for what in analysis.sensitivities.prefix(8) {
            table.append([
                Formatting.shortened(what.name, to: 40), "", Formatting.seconds(what.makespan),
                Formatting.seconds(analysis.before.makespan - what.makespan),
            ])
        }
        return table.text
    }

    private var suggestionTable: String {
        var table = TextTable(["suggestion", "gain (median)", "p05", "p95", "cost", "risk"])
        for suggestion in suggestions {
            table.append([
                suggestion.id, Formatting.seconds(suggestion.gainSeconds.p50),
                Formatting.seconds(suggestion.gainSeconds.p05), Formatting.seconds(suggestion.gainSeconds.p95),
                Formatting.short(suggestion.cost), Formatting.fixed(suggestion.risk, 2),
            ])
        }
        return table.text
    }

    private var outcome: String {
        let (before, after) = (analysis.before, after)
        return "Recommended: \(recommended.joined(separator: ", "))\n\n" + ResourceUse.comparison(before, after)
    }
}

extension BottleneckEvidence {
    /// What probabilities and expected delays rest on, for a person.
    var text: String {
        let counted = "\(runs) run\(runs == 1 ? "" : "s")"
        guard let model else { return "Probabilities and expected delays are those of \(counted)." }
        return "Probabilities and expected delays are those of \(counted) and of \(model), which counts for "
            + "\(Formatting.short(modelRuns))."
    }
}

extension ResourceUse {
    /// What a run used before and after a change, as a table.
    public static func comparison(_ before: ResourceUse, _ after: ResourceUse) -> String {
        var table = TextTable(["", "before", "after", "change"])
        func add(_ name: String, _ before: Double, _ after: Double, _ text: (Double) -> String) {
            let change = before > 0 ? Formatting.percent(after / before - 1) : "–"
            table.append([name, text(before), text(after), change])
        }
        add("makespan", before.makespan, after.makespan, Formatting.seconds)
        add("cost", before.cost, after.cost, Formatting.short)
        add("core-hours", before.coreHours, after.coreHours, Formatting.short)
        add("GB-hours", before.gigabyteHours, after.gigabyteHours, Formatting.short)
        return table.text
    }
}

extension AppliedOptimization {
    /// Lines of the difference that are told.
    private static let told = 40

    /// What is another in the workflow, line by line, and what the run used before and after.
    public var text: String {
        let lines: [String] = difference.text.split(separator: "\n").map { Formatting.shortened(String($0), to: 160) }
        let rest = lines.count > Self.told ? ["… and \(lines.count - Self.told) more"] : []
        let quality = quality == 1 ? [] : ["", "The result is \(Formatting.fixed(quality, 2)) as good."]
        return (Array(lines.prefix(Self.told)) + rest + ["", ResourceUse.comparison(before, after)] + quality)
            .joined(separator: "\n")
    }
}

extension BottleneckAnalysis {
    /// The beginning of a sentence about its runs: under which policy they were, and why it was not the one that was asked for.
    func underPolicy(asked: String) -> String {
        policy == asked ? "Under \(policy)" : "Under \(policy), \(asked) having taken too long,"
    }
}
