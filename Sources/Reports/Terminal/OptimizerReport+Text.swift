import Evaluation

extension OptimizerReport {
    /// The report for a person.
    public var text: String {
        var pieces: [String] = []
        if parts.contains(.faults) { pieces.append("Planted faults\n" + detectionTable) }
        if parts.contains(.gains) {
            pieces += ["What is recommended, against first in, first out\n" + gainTable, promiseText]
        }
        for (entries, name) in [
            (searches, "planted faults"), (choices, "choices between time, cost, memory and quality"),
        ]
        where !entries.isEmpty {
            pieces.append("Sets of changes of workflows with \(name)\n" + Self.table(of: entries))
        }
        if !orders.isEmpty { pieces.append("The first changes alone\n" + orderTable) }
        return pieces.joined(separator: "\n\n")
    }

    private var orderTable: String {
        var table = TextTable(["order", "changes simulated", "gain", "lost beside all", "simulations"])
        for order in orders {
            let loss = loss(of: order).map { estimate in
                "\(Formatting.percent(estimate.value)) "
                    + "[\(Formatting.percent(estimate.low)), \(Formatting.percent(estimate.high))]"
            }
            table.append([
                order.name, order.trials.map { "\($0)" } ?? "all", Formatting.percent(order.meanGain), loss ?? "–",
                Formatting.short(order.simulations),
            ])
        }
        return table.text
    }

    private var detectionTable: String {
        var table = TextTable(["kind", "part of the makespan", "planted", "found", "wrong", "precision", "recall"])
        for cell in detection {
            table.append([
                cell.kind.rawValue, cell.kind.costsTime ? Formatting.percent(cell.share) : "none", "\(cell.planted)",
                "\(cell.found)", "\(cell.wrong)", cell.precision.map { Formatting.fixed($0, 2) } ?? "–",
                cell.recall.map { Formatting.fixed($0, 2) } ?? "–",
            ])
        }
        return table.text
    }

    private var gainTable: String {
        var table = TextTable(["workflow", "tasks", "faults", "fifo", "heft", "with changes", "gain", "recommended"])
        for gain in planted + asTheyAre {
            table.append([
                Formatting.shortened(gain.workflow, to: 32), "\(gain.tasks)", Formatting.percent(gain.faultShare),
                Formatting.seconds(gain.fifo), Formatting.seconds(gain.heft), Formatting.seconds(gain.after),
                Formatting.percent(gain.gain), "\(gain.recommended) of \(gain.offered)",
            ])
        }
        func median(_ gains: [Gain], _ name: String) -> String {
            Self.medianGain(gains).map { "\nMedian gain of \(gains.count) \(name): \(Formatting.percent($0))." } ?? ""
        }
        return table.text + median(planted, "workflows with planted faults")
            + median(asTheyAre, "workflows as they are")
    }

    private var promiseText: String {
        "Planned on forecast durations and run on true ones, \(promise.rows.count) times: the gain is off by "
            + "\(Formatting.percent(promise.medianError)) of the makespan at the median, "
            + "\(Formatting.percent(promise.medianRelativeError)) of what was promised (in seconds "
            + "\(Formatting.percent(promise.medianSecondsError)) of the seconds promised); promised was "
            + "\(Formatting.percent(promise.medianExcess)) of the makespan too much; the sign was right in "
            + "\(Formatting.percent(promise.signRight)), and \(Formatting.percent(promise.coverage)) lie between the quantiles "
            + "0.05 and 0.95 that were promised."
    }

    private static func table(of searches: [Search]) -> String {
        var table = TextTable(["search", "hypervolume", "over the last", "simulations"])
        for search in searches {
            let advantage = Self.advantage(of: search, in: searches).map { estimate in
                "\(Formatting.fixed(estimate.value, 4)) "
                    + "[\(Formatting.fixed(estimate.low, 4)), \(Formatting.fixed(estimate.high, 4))]"
            }
            table.append([
                search.name, Formatting.fixed(search.meanHypervolume, 4), advantage ?? "–",
                Formatting.short(search.simulations),
            ])
        }
        return table.text
    }
}
