import Workflows

extension OptimizationPage {
    /// Rows of a table.
    private static let most = 20

    func bottlenecks(_ page: inout HTMLPage) {
        guard !plan.analysis.bottlenecks.isEmpty else {
            return page.paragraph("No single task holds the run back.")
        }
        page.table(
            ["Task", "Takes", "Why", "Probability", "Expected delay", "Sooner without"],
            rows: plan.analysis.bottlenecks.prefix(Self.most).map { bottleneck in
                (
                    [
                        Formatting.shortened(bottleneck.task, to: 36), bottleneck.resource,
                        Formatting.shortened(bottleneck.reason, to: 64), Formatting.fixed(bottleneck.probability, 2),
                        Formatting.seconds(bottleneck.expectedDelaySeconds),
                        Formatting.seconds(bottleneck.delaySeconds),
                    ], false
                )
            }, texts: 3)
        page.paragraph(plan.analysis.evidence.text)
    }

    func limits(_ page: inout HTMLPage) {
        let makespan = plan.analysis.before.makespan
        let rows =
            plan.analysis.limits.map { limit in
                (limit.name, limit.boundSeconds.map(Formatting.seconds) ?? "–", limit.relaxedMakespan)
            } + plan.analysis.sensitivities.map { ($0.name, "–", $0.makespan) }
        let shown = rows.filter { $0.2 < makespan * (1 - 1e-3) }.sorted { $0.2 < $1.2 }
        guard !shown.isEmpty else { return }
        page.heading("What a little more would help")
        page.table(
            ["", "No run is shorter than", "Ends after", "Sooner by"],
            rows: shown.prefix(Self.most).map { name, bound, relaxed in
                (
                    [
                        Formatting.shortened(name, to: 50), bound, Formatting.seconds(relaxed),
                        Formatting.percent(1 - relaxed / makespan),
                    ], false
                )
            })
    }

    func suggestions(_ page: inout HTMLPage) {
        page.heading("What to change")
        guard !plan.suggestions.isEmpty else { return page.paragraph("No change was found that helps.") }
        let recommended = Set(plan.recommended)
        page.paragraph(
            "Each was simulated alone; gains are over runs in which tasks take longer or shorter. "
                + (recommended.isEmpty ? "" : "Those that are recommended together stand out."))
        // Those that are recommended come first, so that none of them is left out.
        let sorted =
            plan.suggestions.filter { recommended.contains($0.id) }
            + plan.suggestions.filter { !recommended.contains($0.id) }
        let shown = sorted.prefix(max(Self.most, recommended.count))
        page.table(
            ["Suggestion", "Kind", "Tasks", "Gain", "p05", "p95", "Cost", "Risk"],
            rows: shown.map { suggestion in
                let gain = suggestion.gainSeconds
                return (
                    [
                        Formatting.shortened(suggestion.id, to: 40), suggestion.type, "\(suggestion.tasks.count)",
                        Formatting.seconds(gain.p50), Formatting.seconds(gain.p05), Formatting.seconds(gain.p95),
                        suggestion.cost == 0 ? "–" : Formatting.short(suggestion.cost),
                        Formatting.fixed(suggestion.risk, 2),
                    ], recommended.contains(suggestion.id)
                )
            }, texts: 2)
        if sorted.count > shown.count {
            page.paragraph("\(sorted.count - shown.count) more are not shown.", class: "soft")
        }
        page.definitions(shown.map { (Formatting.shortened($0.id, to: 60), Formatting.shortened($0.reason, to: 300)) })
    }

    func front(_ page: inout HTMLPage) {
        guard plan.pareto.count > 1 else { return }
        page.heading("What there is to choose")
        page.paragraph(
            "Sets of changes that no other set betters in makespan, cost, gigabyte-hours and quality at once.")
        typealias Figure = (label: String, of: (ResourceUse) -> Double)
        let figures: [Figure] = [("cost", \.cost), ("GB-hours", \.gigabyteHours), ("core-hours", \.coreHours)]
        let now = plan.analysis.before
        let plots = figures.filter { figure in
            let values = plan.pareto.map { figure.of($0.use) } + [figure.of(now)]
            return (values.max() ?? 0) - (values.min() ?? 0) > 1e-9 * (values.max() ?? 0)
        }.prefix(2).map { figure in
            func point(_ use: ResourceUse, _ name: String) -> FrontPlot.Point {
                .init(x: use.makespan, y: figure.of(use), name: name)
            }
            return (
                FrontPlot(
                    points: plan.pareto.map { point($0.use, Self.name(of: $0.suggestions)) },
                    now: point(now, "as it is"),
                    recommended: plan.recommended.isEmpty ? nil : point(plan.after, Self.name(of: plan.recommended)),
                    label: figure.label, format: Formatting.short
                ).svg(), "Further left and further down is better."
            )
        }
        if !plots.isEmpty { page.figures(Array(plots)) }
        let chosen = plan.recommended.sorted()
        page.table(
            ["Changes", "Ends after", "Cost", "GB-hours", "Quality"],
            rows: plan.pareto.prefix(Self.most).map { point in
                (
                    [
                        Formatting.shortened(Self.name(of: point.suggestions), to: 70),
                        Formatting.seconds(point.use.makespan), Formatting.short(point.use.cost),
                        Formatting.short(point.use.gigabyteHours), Formatting.fixed(point.quality, 2),
                    ], !chosen.isEmpty && point.suggestions.sorted() == chosen
                )
            })
        if plan.pareto.count > Self.most {
            page.paragraph("\(plan.pareto.count - Self.most) more are not shown.", class: "soft")
        }
    }

    private static func name(of set: [String]) -> String { set.isEmpty ? "none" : set.joined(separator: ", ") }
}

extension ResourceLimit {
    /// What it is, for a person.
    var name: String {
        if resource.hasPrefix("stage:") { return "\(resource.dropFirst("stage:".count)) takes no time" }
        return switch resource {
        case "transfer": "files need no time between nodes"
        case "overhead": "tasks start at once"
        case "memory": "as much memory as may be wanted"
        default: "as many \(resource) as may be wanted"
        }
    }
}

extension Sensitivity {
    /// What is better, for a person.
    var name: String {
        switch change {
        case .faster: "\(subject) a tenth faster"
        case .replica: "a replica of \(subject)"
        case .node: "one more node like \(subject)"
        }
    }
}
