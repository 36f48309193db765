import Evaluation

extension OptimizerReport {
    /// The report for a person.
    public var text: String {
        ["Planted faults", detectionTable, "", "What is recommended, against first in, first out", gainTable, ""]
            .joined(separator: "\n") + promiseText + (searches.isEmpty ? "" : "\n\nSets of changes\n" + searchTable)
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
        "Planned on forecast durations and run on true ones, \(promise.promised.count) times: the gain is off by "
            + "\(Formatting.percent(promise.medianError)) of the makespan at the median, "
            + "\(Formatting.percent(promise.medianRelativeError)) of what was promised; the sign was right in "
            + "\(Formatting.percent(promise.signRight))."
    }

    private var searchTable: String {
        var table = TextTable(["search", "hypervolume", "simulations"])
        for search in searches {
            table.append([
                search.name, Formatting.fixed(search.meanHypervolume, 4), Formatting.short(search.simulations),
            ])
        }
        return table.text
    }
}
