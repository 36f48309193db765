import Engine
import Files

extension PrometheusPage {
    /// What swaps came to, for each alias that is followed.
    mutating func addSwaps(_ served: [(alias: ServedAlias, figures: SwapFigures)]) {
        func labels(_ alias: ServedAlias, _ more: [String: String] = [:]) -> [String: String] {
            ["name": alias.name.description, "alias": alias.alias.description].merging(more) { $1 }
        }
        begin("tactus_model_swaps_total", "counter", "Versions that took over, and whether they were held ready.")
        for (alias, figures) in served {
            add(labels(alias, ["hot": "true"]), Double(figures.hotSwaps))
            add(labels(alias, ["hot": "false"]), Double(figures.swaps - figures.hotSwaps))
        }
        begin(
            "tactus_model_swap_failures_total", "counter", "Versions that could not take over, by the step that failed."
        )
        for (alias, figures) in served {
            for step in SwapStep.allCases {
                add(labels(alias, ["step": step.rawValue]), Double(figures.failures[step] ?? 0))
            }
        }
        begin(
            "tactus_model_fallen_behind_total", "counter",
            "Versions that served and did not learn outcomes in time, and were read anew.")
        for (alias, figures) in served { add(labels(alias), Double(figures.fallenBehind)) }
        begin("tactus_model_step_seconds", "summary", "Seconds of the steps that versions are taken through.")
        for (alias, figures) in served {
            for step in SwapStep.allCases {
                let times = figures.steps[step] ?? .init()
                add(labels(alias, ["step": step.rawValue]), times.seconds, suffix: "_sum")
                add(labels(alias, ["step": step.rawValue]), Double(times.count), suffix: "_count")
            }
        }
        begin("tactus_model_switch_seconds", "histogram", "Seconds of the switch itself.")
        for (alias, figures) in served { addSwitches(figures, labels(alias)) }
        begin("tactus_model_switch_longest_seconds", "gauge", "Seconds of the longest switch since the start.")
        for (alias, figures) in served { add(labels(alias), figures.longestSwitchSeconds) }
        begin("tactus_models_hot", "gauge", "Versions that answered before and are held ready.")
        for (alias, figures) in served { add(labels(alias), Double(figures.hot)) }
    }

    private mutating func addSwitches(_ figures: SwapFigures, _ labels: [String: String]) {
        var total = 0
        for (bound, count) in zip(SwapFigures.bounds.map(JSONValue.text(of:)) + ["+Inf"], figures.switches) {
            total += count
            add(labels.merging(["le": bound]) { $1 }, Double(total), suffix: "_bucket")
        }
        add(labels, figures.switchSeconds, suffix: "_sum")
        add(labels, Double(total), suffix: "_count")
    }
}
