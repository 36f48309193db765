// Beside what is counted, what it comes to.

extension OptimizerReport {
    private enum Key: String, CodingKey {
        case parts, detection, planted, plantedMedianGain, asTheyAre, asTheyAreMedianGain, promise, searches, choices,
            orders
    }

    /// The parts in one order, each with the figures that are derived from it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(parts, forKey: .parts)
        try container.encode(detection, forKey: .detection)
        try container.encode(planted, forKey: .planted)
        try container.encodeIfPresent(Self.medianGain(planted), forKey: .plantedMedianGain)
        try container.encode(asTheyAre, forKey: .asTheyAre)
        try container.encodeIfPresent(Self.medianGain(asTheyAre), forKey: .asTheyAreMedianGain)
        try container.encode(promise, forKey: .promise)
        try container.encode(Self.compared(searches), forKey: .searches)
        try container.encode(Self.compared(choices), forKey: .choices)
        try container.encode(orders.map { ComparedOrder(order: $0, loss: loss(of: $0)) }, forKey: .orders)
    }

    /// By how much the hypervolume of `search` is larger than that of the last of `searches`, what the others are compared with; nil
    /// without workflows.
    public static func advantage(of search: Search, in searches: [Search]) -> Estimate? {
        searches.last.flatMap(search.advantage)
    }

    /// How much of what the first of ``orders`` gains, which simulates all, is lost in `order`; nil without workflows.
    public func loss(of order: Order) -> Estimate? { orders.first.flatMap(order.loss) }

    private static func compared(_ searches: [Search]) -> [ComparedSearch] {
        searches.map { ComparedSearch(search: $0, advantage: advantage(of: $0, in: searches)) }
    }

    /// A search beside the last one.
    private struct ComparedSearch: Encodable {
        let search: Search
        let advantage: Estimate?

        private enum Key: String, CodingKey { case name, hypervolumes, meanHypervolume, advantage, simulations }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(search.name, forKey: .name)
            try container.encode(search.hypervolumes, forKey: .hypervolumes)
            try container.encode(search.meanHypervolume, forKey: .meanHypervolume)
            try container.encodeIfPresent(advantage, forKey: .advantage)
            try container.encode(search.simulations, forKey: .simulations)
        }
    }

    /// An order beside the first one.
    private struct ComparedOrder: Encodable {
        let order: Order
        let loss: Estimate?

        private enum Key: String, CodingKey { case name, trials, gains, meanGain, loss, simulations }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(order.name, forKey: .name)
            try container.encodeIfPresent(order.trials, forKey: .trials)
            try container.encode(order.gains, forKey: .gains)
            try container.encode(order.meanGain, forKey: .meanGain)
            try container.encodeIfPresent(loss, forKey: .loss)
            try container.encode(order.simulations, forKey: .simulations)
        }
    }
}

extension OptimizerReport.Gain {
    private enum Key: String, CodingKey {
        case workflow, tasks, faultShare, fifo, heft, after, gain, offered, recommended
    }

    /// The runs, and the part of the makespan that is gained.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(workflow, forKey: .workflow)
        try container.encode(tasks, forKey: .tasks)
        try container.encode(faultShare, forKey: .faultShare)
        try container.encode(fifo, forKey: .fifo)
        try container.encode(heft, forKey: .heft)
        try container.encode(after, forKey: .after)
        try container.encode(gain, forKey: .gain)
        try container.encode(offered, forKey: .offered)
        try container.encode(recommended, forKey: .recommended)
    }
}

extension OptimizerReport.Detection {
    private enum Key: String, CodingKey { case kind, share, planted, found, wrong, precision, recall }

    /// The counts with precision and recall, where there are any.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(share, forKey: .share)
        try container.encode(planted, forKey: .planted)
        try container.encode(found, forKey: .found)
        try container.encode(wrong, forKey: .wrong)
        try container.encodeIfPresent(precision, forKey: .precision)
        try container.encodeIfPresent(recall, forKey: .recall)
    }
}

extension OptimizerReport.Promise {
    private enum Key: String, CodingKey {
        case rows, medianError, medianRelativeError, medianSecondsError, medianExcess, coverage, signRight
    }

    /// The gains, and how far they lie apart.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rows, forKey: .rows)
        try container.encode(medianError, forKey: .medianError)
        try container.encode(medianRelativeError, forKey: .medianRelativeError)
        try container.encode(medianSecondsError, forKey: .medianSecondsError)
        try container.encode(medianExcess, forKey: .medianExcess)
        try container.encode(coverage, forKey: .coverage)
        try container.encode(signRight, forKey: .signRight)
    }
}
