import Evaluation
import Workflows

extension PredictorPage {
    func honesty(_ page: inout HTMLPage) {
        guard let honesty = report.honesty else { return }
        page.heading("Honesty checks")
        page.paragraph(
            "Whether the figures above could come from something that is not known when a task is submitted.")
        page.cards(
            Self.checks(honesty).map { check in
                (
                    "\(check.name): \(check.verdict.rawValue)",
                    [("What was done", check.action), ("Found", check.finding)]
                )
            })
    }

    /// One check in words.
    struct Check {
        var name: String
        var verdict: HonestyReport.Verdict
        var action: String
        var finding: String
    }

    /// All checks, for the page and the terminal.
    static func checks(_ honesty: HonestyReport) -> [Check] {
        [shuffled(honesty.shuffledLabels), scrambled(honesty.scrambledOutcomes)]
            + (honesty.visibility.map { [visibility($0)] } ?? []) + [doubled(honesty.doubledInput)]
    }

    private static func shuffled(_ check: HonestyReport.ShuffledLabels) -> Check {
        let findings = check.targets.map { target in
            "\(Formatting.name(of: target.target)) \(Formatting.fixed(target.accuracy, 3)) beside "
                + "\(Formatting.fixed(target.medianAccuracy, 3)) of the median (difference \(interval(target.difference))) and "
                + "\(Formatting.fixed(target.constantAccuracy, 3)) of the constant (\(interval(target.constantDifference)))"
        }
        return Check(
            name: "Shuffled labels", verdict: check.verdict,
            action:
                "Trained on outcomes that were dealt out anew within each task type, and compared with the type's median "
                + "and with its most accurate constant, trained on the same: it should not be better than both. The constant "
                + "is there because a relative error is smaller below the median than above.",
            finding: check.reason ?? findings.joined(separator: "; ") + ".")
    }

    private static func scrambled(_ check: HonestyReport.ScrambledOutcomes) -> Check {
        Check(
            name: "Scrambled outcomes", verdict: check.verdict,
            action:
                "Everything that is measured of tested tasks was dealt out anew among them, and they were forecast again.",
            finding: check.reason ?? "\(check.changed) of \(check.tasks) forecasts changed.")
    }

    private static func visibility(_ check: HonestyReport.Visibility) -> Check {
        Check(
            name: "Nothing seen early", verdict: check.verdict,
            action:
                "A witness in the place of the predictor noted the latest completion that it had been shown before each "
                + "forecast.",
            finding: check.reason
                ?? "\(check.early) of \(check.forecasts) forecasts came after an execution that had not completed when the task was submitted."
        )
    }

    private static func doubled(_ check: HonestyReport.DoubledInput) -> Check {
        let rising = check.types.count { $0.ratio > 1 + 1e-9 }
        let ratios = check.types.map(\.ratio)
        let middle = ratios.isEmpty ? 1 : ratios[ratios.count / 2]
        var finding =
            "The forecast rises for \(rising) of \(check.types.count) types (\(Formatting.percent(check.share, 0))), "
            + "\(Formatting.short(middle)) × in the middle."
        let others = check.types.filter { $0.ratio <= 1 + 1e-9 }.prefix(5).map {
            "\(Formatting.shortened($0.taskType, to: 40)) (\($0.feature), \(Formatting.fixed($0.ratio, 3)) ×)"
        }
        if !others.isEmpty { finding += " It does not for " + others.joined(separator: ", ") + "." }
        return Check(
            name: "Doubled input", verdict: check.verdict,
            action:
                "Of each type whose duration grows with the size of its input on the training side (Spearman 0.5 or more, and "
                + "above zero outside of its interval), that size was doubled, and with it what goes with it there.",
            finding: check.reason ?? finding)
    }
}
