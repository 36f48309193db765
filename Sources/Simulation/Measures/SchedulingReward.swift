import Files

/// What is wanted little of, as a weighted mix: what a scheduler is paid for from one choice to the next, and what whole streams
/// are compared by.
///
/// A comparison is relative, part by part, to another run of the same stream, so that seconds, money and counts are of one scale:
/// Σ w a / b over Σ w, where the one run comes to a and the other to b.
public struct SchedulingReward: Sendable, Hashable {
    /// What a mix is of.
    public enum Part: String, CaseIterable, Sendable {
        /// The time from a workflow's arrival to its end.
        case completion
        /// The time from the first arrival to the last end.
        case makespan
        /// The price of the time that nodes are on.
        case cost
        /// Workflows that missed a deadline.
        case missedDeadlines = "missed-deadlines"
        /// Cores that are there and not held, times seconds.
        case idleCores = "idle-cores"

        /// What is added before two runs are compared: deadlines are counted from 1, so that a run that misses none is something to
        /// compare with.
        public var offset: Double { self == .missedDeadlines ? 1 : 0 }

        /// Up to how much of it is as good as none: idle cores are the difference of large sums.
        var least: Double { self == .idleCores ? 1e-6 : 0 }
    }

    /// Weights of what is to be little: workflows that are there, times seconds, which add up to completion times; seconds
    /// until everything has ended; price; deadlines missed; and cores that are there and not held, times seconds.
    public var completion: Double
    /// Of the makespan.
    public var makespan: Double
    /// Of the cost.
    public var cost: Double
    /// Of missed deadlines.
    public var missedDeadlines: Double
    /// Of cores that are not held.
    public var idleCores: Double

    /// A mix; mean completion time unless something else is given.
    public init(
        completion: Double = 1, makespan: Double = 0, cost: Double = 0, missedDeadlines: Double = 0,
        idleCores: Double = 0
    ) {
        self.completion = completion
        self.makespan = makespan
        self.cost = cost
        self.missedDeadlines = missedDeadlines
        self.idleCores = idleCores
    }

    /// The weight of a part.
    public subscript(part: Part) -> Double {
        switch part {
        case .completion: completion
        case .makespan: makespan
        case .cost: cost
        case .missedDeadlines: missedDeadlines
        case .idleCores: idleCores
        }
    }

    /// The parts that weigh something, in the order of ``Part``.
    public var parts: [Part] { Part.allCases.filter { self[$0] > 0 } }

    /// The weight of a part over that of all.
    public func share(of part: Part) -> Double { self[part] / Part.allCases.reduce(0) { $0 + self[$1] } }

    /// The reward between two moments of one run, in which seconds are told in `unit`.
    public func callAsFunction(from past: SimulationTotals, to present: SimulationTotals, unit: Double) -> Float {
        let spent = present.since(past)
        return Float(-parts.reduce(0) { $0 + self[$1] * spent.amount(of: $1, unit: unit) })
    }

    /// What a run comes to beside another one of the same stream, by what each comes to in a part: 1 where they are the same,
    /// less where it comes to less. A part of which the other one has nothing, or of idle cores no more than rounding leaves, tells
    /// nothing.
    public func relative(of own: (Part) -> Double, to other: (Part) -> Double) -> Double {
        parts.reduce(0) { sum, part in
            let (own, other) = (own(part), other(part))
            return sum + share(of: part) * (other > part.least ? own / other : 1)
        }
    }

    /// The mix by which each part of a run that comes to `totals` adds up to its share of the completion times, which are told
    /// in `unit`: rewards of it are relative to that run, of the scale of completion whatever the weights add up to. A part of
    /// which it has nothing weighs nothing.
    public func relative(to totals: SimulationTotals, unit: Double) -> SchedulingReward {
        let completions = totals.amount(of: .completion, unit: unit)
        func weight(_ part: Part) -> Double {
            let amount = totals.amount(of: part, unit: unit) + part.offset
            return amount > part.least ? share(of: part) * completions / amount : 0
        }
        return SchedulingReward(
            completion: share(of: .completion), makespan: weight(.makespan), cost: weight(.cost),
            missedDeadlines: weight(.missedDeadlines), idleCores: weight(.idleCores))
    }
}

extension SchedulingReward: CustomStringConvertible {
    /// Reads a mix as ``description`` writes it: `completion=1,cost=0.2`; what is not named weighs nothing.
    ///
    /// - Throws: `InputError` about `field`: what is no part, stands twice, or states no weight from 0 to a million; weights that
    ///   are all 0.
    public init(parsing text: String, field: String) throws {
        var weights: [Part: Double] = [:]
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let part = Part(rawValue: String(sides[0])) else {
                let known = Part.allCases.map(\.rawValue).joined(separator: ", ")
                throw InputError("\"\(sides[0])\" is no part of a reward; there are \(known)", field: field)
            }
            guard sides.count == 2, let weight = Double(String(sides[1])), (0...1e6).contains(weight) else {
                throw InputError(
                    "\"\(item)\" states no weight between 0 and 1e6, as in \(part.rawValue)=1", field: field)
            }
            guard weights.updateValue(weight, forKey: part) == nil else {
                throw InputError("names \(part.rawValue) twice", field: field)
            }
        }
        guard weights.values.contains(where: { $0 > 0 }) else {
            throw InputError("\"\(text)\" weighs nothing: one weight must be above 0", field: field)
        }
        func weight(_ part: Part) -> Double { weights[part] ?? 0 }
        self.init(
            completion: weight(.completion), makespan: weight(.makespan), cost: weight(.cost),
            missedDeadlines: weight(.missedDeadlines), idleCores: weight(.idleCores))
    }

    /// The parts that weigh something: `completion=1,cost=0.2`
    public var description: String {
        parts.map { "\($0.rawValue)=\(JSONValue.text(of: self[$0]))" }.joined(separator: ",")
    }

    /// The weights that are not 0, by the names that settings of a model have: `rewardCompletion`.
    public var hyperparameters: [String: Double] {
        Dictionary(
            uniqueKeysWithValues: parts.map { part in
                let words = part.rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
                return ("reward" + words.joined(), self[part])
            })
    }
}

extension SimulationTotals {
    /// What has come since `past`.
    public func since(_ past: SimulationTotals) -> SimulationTotals {
        var totals = self
        totals.seconds -= past.seconds
        totals.workflowSeconds -= past.workflowSeconds
        totals.heldCoreSeconds -= past.heldCoreSeconds
        totals.availableCoreSeconds -= past.availableCoreSeconds
        totals.cost -= past.cost
        totals.missedDeadlines -= past.missedDeadlines
        return totals
    }

    /// How much of a part there is, seconds in `unit`.
    public func amount(of part: SchedulingReward.Part, unit: Double = 1) -> Double {
        switch part {
        case .completion: workflowSeconds / unit
        case .makespan: seconds / unit
        case .cost: cost
        case .missedDeadlines: Double(missedDeadlines)
        case .idleCores: (availableCoreSeconds - heldCoreSeconds) / unit
        }
    }
}

extension SimulationResult {
    /// How much of a part a whole stream comes to: seconds, price, core-seconds; with ``SchedulingReward/Part/offset``.
    public func amount(of part: SchedulingReward.Part) -> Double {
        switch part {
        case .completion: meanCompletion
        case .makespan: makespan
        case .cost: cost
        case .missedDeadlines: part.offset + Double(missedDeadlines)
        case .idleCores: availableCoreSeconds - coreSeconds
        }
    }
}
