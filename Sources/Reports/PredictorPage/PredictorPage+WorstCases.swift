import Evaluation
import Workflows

extension PredictorPage {
    func worst(_ page: inout HTMLPage) {
        page.heading("The worst forecasts")
        page.paragraph(
            "For each target the forecasts that were furthest too low and too high as a ratio, one for each type and "
                + "direction, with what they were made from.")
        for target in report.targets {
            let cases = report.worstCases.filter { $0.target == target.target }
            guard !cases.isEmpty else { continue }
            page.subheading(Formatting.name(of: target.target))
            page.cards(cases.map { (Formatting.shortened($0.taskType, to: 48), Self.lines($0)) })
        }
    }

    private static func lines(_ worst: WorstCase) -> [(term: String, text: String)] {
        func value(_ number: Double) -> String { Formatting.value(number, of: worst.target) }
        let ratio = worst.p50 / worst.actual
        let off = ratio < 1 ? "\(Formatting.short(1 / ratio)) × too low" : "\(Formatting.short(ratio)) × too high"
        let inputs = worst.inputs.sorted { $0.key < $1.key }.map {
            "\($0.key) \(Formatting.shortened($0.value, to: 32))"
        }
        return [
            ("Measured", value(worst.actual)), ("Forecast", "\(value(worst.p50)), \(off)"),
            ("0.05 to 0.95", "\(value(worst.p05)) to \(value(worst.p95))"), ("Asked for", value(worst.allocation)),
            ("Because", worst.reason), ("Known before", "\(worst.known) executions of the type"),
            (
                "Task",
                Formatting.shortened(worst.run.isEmpty ? worst.taskID : "\(worst.taskID) of \(worst.run)", to: 60)
            ),
            ("Inputs", inputs.isEmpty ? "none" : inputs.joined(separator: ", ")),
        ]
    }
}
