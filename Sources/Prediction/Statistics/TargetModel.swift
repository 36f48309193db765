import Foundation
import Workflows

/// A rule that forecasts one target of a task from the completed executions of its type.
public enum ForecastRule: String, CaseIterable, Codable, Sendable {
    /// The median of all.
    case median
    /// The one that completed last.
    case last
    /// The median of the last five.
    case recent
    /// A line through the logarithms over what is known at submission.
    case linear

    /// How many of the last executions it looks at.
    var count: Int { self == .last ? 1 : 5 }

    /// The rule in words, for reasons.
    var words: String {
        switch self {
        case .median: "median"
        case .last: "the last"
        case .recent: "median of the last five"
        case .linear: "linear model"
        }
    }
}

/// One target of one task type: its values, the fitted line, and which rule has been the most accurate on held-out rows.
struct TargetModel: Sendable {
    /// One observed value with its moments of submission and completion (NaN for none) and the features of its task.
    struct Row: Sendable {
        var submitted: Double
        var moment: Double
        var value: Double
        var features: [Double]
    }

    private(set) var rows: [Row]
    private var sorted: [Double]
    private var line: LinearModel?
    private var extrapolation: SizeExtrapolation?
    /// The rule that answers.
    private(set) var rule: ForecastRule
    /// ln(actual / forecast) of held-out rows by that rule.
    private(set) var residuals: [Double] = []
    /// Their interval; nil where no row could be held out.
    private(set) var interval: ResidualInterval?

    var count: Int { rows.count }

    /// Learns from `rows`, in the order of completion; of several `rules` the best on held-out rows answers.
    init(
        _ rows: [Row], rules: [ForecastRule], isWord: [Bool], size: SizeColumn?, target: ResourceTarget
    ) {
        self.rows = rows
        sorted = rows.map(\.value).sorted()
        let features = rules.contains(.linear) ? rows.map(\.features) : []
        let values = rows.map(\.value)
        line = features.isEmpty ? nil : LinearModel(features, targets: values, isWord: isWord)
        if !features.isEmpty, rules.count > 1, let size {
            extrapolation = SizeExtrapolation(features, targets: values, of: target, size: size, isWord: isWord)
        }
        rule = rules[0]
        // Without moments the order says nothing of time, and what came last is no better than what came first.
        let hasMoments = !rows.contains { $0.moment.isNaN }
        let candidates = rules.filter { rule in
            switch rule {
            case .median: true
            case .linear: line != nil
            case .last, .recent: hasMoments || rules.count == 1
            }
        }
        let trials = candidates.map { (rule: $0, held: Self.heldOutResiduals(of: $0, rows, isWord: isWord)) }
        guard var best = trials.first else { return }
        // A later rule must be better by more than chance among few rows would make it.
        let margin = 0.1 / Double(max(rows.count, 1))
        for trial in trials.dropFirst() where Self.accuracy(trial.held) > Self.accuracy(best.held) + margin {
            best = trial
        }
        rule = best.rule
        residuals = best.held.shuffled + best.held.forward
        interval = ResidualInterval(residuals)
    }

    /// Adds a value without a new fit.
    mutating func insert(_ row: Row) {
        var place = rows.count
        if !row.moment.isNaN { while place > 0, rows[place - 1].moment > row.moment { place -= 1 } }
        rows.insert(row, at: place)
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= row.value { low = middle + 1 } else { high = middle }
        }
        sorted.insert(row.value, at: low)
    }

    /// ln of the forecast for a task with `features` that is submitted at `moment`.
    func logarithm(of features: [Double], at moment: Double?) -> Double {
        switch rule {
        case .median: log(median(ofSorted: sorted))
        case .last, .recent: Self.recent(rule.count, rows[..<end(before: moment)])
        case .linear: line?.logarithm(features) ?? log(median(ofSorted: sorted))
        }
    }

    /// How far beyond the sizes that were seen the task lies; what is then to be said instead of what the rule says.
    func beyond(_ features: [Double], _ inside: Double) -> (logarithm: Double, widening: Double, isBeyond: Bool) {
        guard let extrapolation else { return (inside, 1, false) }
        let distance = extrapolation.distance(features)
        let share = extrapolation.share(at: distance)
        guard share > 0 else { return (inside, 1, false) }
        return (
            (1 - share) * inside + share * extrapolation.logarithm(features), extrapolation.widening(at: distance), true
        )
    }

    /// How many rows had completed at `moment`; one where none had, all where it is not known.
    private func end(before moment: Double?) -> Int {
        guard let moment, rows.last?.moment.isNaN == false else { return rows.count }
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].moment <= moment { low = middle + 1 } else { high = middle }
        }
        return max(low, 1)
    }

    private static func recent(_ count: Int, _ rows: ArraySlice<Row>) -> Double {
        log(median(ofSorted: rows.suffix(count).map(\.value).sorted()))
    }
}

extension TargetModel {
    /// Residuals of rows that had no part in their forecast.
    struct HeldOut {
        /// Rows dealt out at random, each forecast from the other four fifths or, by the last ones, from what had
        /// completed when it was submitted.
        var shuffled: [Double]
        /// The later rows, each forecast from what came before its block.
        var forward: [Double]
    }

    /// Where blocks of later rows begin, as shares of all.
    private static let cuts = [0.4, 0.55, 0.7, 0.85, 1]

    /// Both ways of holding rows out: a rule must do well on either.
    static func heldOutResiduals(of rule: ForecastRule, _ rows: [Row], isWord: [Bool]) -> HeldOut {
        let places = cuts.map { Int(($0 * Double(rows.count)).rounded()) }
        let forward = zip(places, places.dropFirst()).flatMap { start, end in
            start < 1
                ? [] : residuals(of: rule, rows, from: Array(0..<start), held: Array(start..<end), isWord: isWord)
        }
        let shuffled: [Double]
        switch rule {
        case .last, .recent:
            shuffled = rows.indices.dropFirst().compactMap { place in
                let submitted = rows[place].submitted
                var known: [Double] = []
                for earlier in (0..<place).reversed() where !(rows[earlier].moment > submitted) {
                    known.append(rows[earlier].value)
                    if known.count == rule.count { break }
                }
                return known.isEmpty ? nil : log(rows[place].value) - log(median(ofSorted: known.sorted()))
            }
        case .median, .linear:
            shuffled = (0..<5).flatMap { fold in
                residuals(
                    of: rule, rows, from: rows.indices.filter { $0 % 5 != fold },
                    held: rows.indices.filter { $0 % 5 == fold }, isWord: isWord)
            }
        }
        return HeldOut(shuffled: shuffled, forward: forward)
    }

    private static func residuals(
        of rule: ForecastRule, _ rows: [Row], from kept: [Int], held: [Int], isWord: [Bool]
    ) -> [Double] {
        guard !kept.isEmpty else { return [] }
        let values = kept.map { rows[$0].value }
        let line =
            rule == .linear ? LinearModel(kept.map { rows[$0].features }, targets: values, isWord: isWord) : nil
        let center =
            rule == .last || rule == .recent
            ? recent(rule.count, kept.suffix(rule.count).map { rows[$0] }[...]) : log(median(ofSorted: values.sorted()))
        return held.map { log(rows[$0].value) - (line?.logarithm(rows[$0].features) ?? center) }
    }

    /// Mean of 1 - min(|forecast / actual - 1|, 1), the mean of both ways of holding out.
    static func accuracy(_ held: HeldOut) -> Double {
        func mean(_ residuals: [Double]) -> Double? {
            residuals.isEmpty
                ? nil : residuals.reduce(0) { $0 + 1 - min(abs(exp(-$1) - 1), 1) } / Double(residuals.count)
        }
        let parts = [mean(held.shuffled), mean(held.forward)].compactMap { $0 }
        return parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
    }
}
