import Evaluation
import Workflows

/// The evaluation of a predictor as a page and as text for a terminal.
public struct PredictorPage: Sendable {
    /// What is shown.
    public var evaluation: PredictorEvaluation
    /// What the data is called.
    public var dataset: String
    /// The command that makes the page again.
    public var command: String
    /// The version of the program that made it; empty where that is not known.
    public var version: String
    /// When it was made, in Unix seconds.
    public var moment: Double

    /// A page about `evaluation`.
    public init(
        _ evaluation: PredictorEvaluation, dataset: String, command: String, version: String = "", moment: Double
    ) {
        self.evaluation = evaluation
        self.dataset = dataset
        self.command = command
        self.version = version
        self.moment = moment
    }

    var report: PredictorReport { evaluation.report }

    /// The whole page.
    public var html: String {
        var page = HTMLPage(title: "How well \(report.kind) predicts CPU, memory and duration")
        page.paragraph(
            "\(dataset): \(report.usableRows) usable executions of \(report.rows), divided by the protocol "
                + "\(report.protocol.rawValue) (\(report.folds == 1 ? "one fold" : "\(report.folds) folds")), seed \(report.seed). "
                + Formatting.moment(moment), class: "soft")
        if report.shuffledLabels {
            page.paragraph(
                "Labels were shuffled within each task type before training: nothing can be learned but each type's distribution."
            )
        }
        guard !report.targets.isEmpty else {
            page.paragraph("No task type has five tested executions: there is nothing to score.", class: "verdict")
            return page.text
        }
        for target in report.targets { page.paragraph(Self.verdict(target, kind: report.kind), class: "verdict") }
        accuracy(&page)
        ablation(&page)
        calibration(&page)
        scatter(&page)
        allocation(&page)
        sizing(&page)
        types(&page)
        coldStart(&page)
        drift(&page)
        worst(&page)
        honesty(&page)
        definitions(&page)
        reproduction(&page)
        return page.text
    }

    /// What the comparison with the best baseline says, losses as plainly as gains, and of a tie why it is one.
    static func verdict(_ target: PredictorReport.Target, kind: String) -> String {
        let accuracy = Formatting.percent(target.ours.accuracy.value)
        let words =
            switch target.verdict {
            case .better: "better than the best baseline"
            case .tie: "a tie with the best baseline"
            case .worse: "worse than the best baseline"
            }
        let verdict =
            "\(Formatting.name(of: target.target)): accuracy \(accuracy), \(words), \(target.bestBaseline) "
            + "(difference \(interval(target.difference)))."
        return ([verdict] + (target.tie.map(reasons) ?? []) + [learned(target)].compactMap(\.self))
            .joined(separator: " ")
    }

    /// In how many types a learned model had a say, in a sentence; nil where that is not known.
    private static func learned(_ target: PredictorReport.Target) -> String? {
        target.learned.map { share in
            share.types == 0
                ? "No learned model had a say in any of \(share.of) task types: the forecasts are those of the statistics."
                : "A learned model had a say in \(share.types) of \(share.of) task types; where it had none, the forecasts are "
                    + "those of the statistics."
        }
    }

    /// Why two kinds are in a tie, in sentences.
    private static func reasons(_ tie: TieEvidence) -> [String] {
        var reasons: [String] = []
        if tie.isNearCeiling { reasons.append("Both are above 0.95: there is little left to gain.") }
        if tie.equalShare >= 0.25 {
            reasons.append(
                "The two forecasts differ by under 1 % on \(Formatting.percent(tie.equalShare, 0)) of the rows.")
        }
        reasons.append(
            "It is better on \(tie.betterTypes) of \(tie.types) types and worse on \(tie.worseTypes); the interval is "
                + "\(Formatting.fixed(tie.width, 3)) wide.")
        if let needed = tie.typesNeeded, needed > tie.types, needed <= 100_000 {
            reasons.append("To tell a difference of this size from none, about \(needed) such types would be needed.")
        } else if tie.typesNeeded == nil {
            reasons.append("The difference itself is under 0.001.")
        }
        return reasons
    }

    static func interval(_ estimate: Estimate) -> String {
        "\(Formatting.fixed(estimate.value, 3)) [\(Formatting.fixed(estimate.low, 3)), \(Formatting.fixed(estimate.high, 3))]"
    }

    static func tick(_ value: Double, of target: ResourceTarget) -> String {
        target == .cpu ? Formatting.short(value) : Formatting.value(value, of: target)
    }
}
