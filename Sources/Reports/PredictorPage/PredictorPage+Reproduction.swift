import Evaluation
import Workflows

extension PredictorPage {
    func definitions(_ page: inout HTMLPage) {
        page.heading("What the figures mean")
        page.definitions([
            (
                "Accuracy",
                "1 - min(|forecast - measured| / measured, 1), averaged over the tasks of a type (five or more), then over the types of a workflow, then over workflows. The interval resamples types."
            ),
            (
                "Difference",
                "accuracy of ours minus that of the other kind, paired by type; better or worse is said where its interval lies on one side of zero."
            ),
            (
                "median, last, linear",
                "Baselines trained on the same rows: the median of the type, its last execution, and a line over what is known at submission."
            ),
            ("Cold", "Tasks of a type of which no completed execution was known."),
            (
                "p95 x 1.1, max x 1.1",
                "The type's quantile 0.95, or its largest value so far, and a tenth more; where nothing is known, ours."
            ),
            (
                "Used / allocated",
                "Gigabyte-hours used over gigabyte-hours allocated; a failed attempt wastes its allocation and is tried again with the double. The request is the recorded one, else the largest value of the type so far, rounded up to a power of two."
            ),
        ])
    }

    func reproduction(_ page: inout HTMLPage) {
        page.heading("How to make this page again")
        page.code(command)
        var items: [(term: String, text: String)] = []
        if let data = report.dataset {
            let words = Self.words(rows: data.rows, from: data.firstAt, to: data.lastAt, sha256: data.sha256)
            items.append(("Tested data", "\(dataset): \(words)"))
        }
        if let data = report.trainingDataset {
            items.append(
                ("Training data", Self.words(rows: data.rows, from: data.firstAt, to: data.lastAt, sha256: data.sha256))
            )
        }
        items.append(("Seed", "\(report.seed)"))
        if !version.isEmpty { items.append(("Program", "tactus \(version)")) }
        page.definitions(items)
    }

    private static func words(rows: Int, from first: Double?, to last: Double?, sha256: String) -> String {
        let span =
            if let first, let last {
                ", completed from \(Formatting.moment(first)) to \(Formatting.moment(last))"
            } else { "" }
        return "\(rows) executions\(span), SHA-256 \(sha256)"
    }
}
