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
    /// The rule that answers.
    private(set) var rule: ForecastRule
    /// ln(actual / forecast) of held-out rows by that rule.
    private(set) var residuals: [Double] = []
    /// ln of what that rule forecast for each row without it.
    private(set) var heldOut = HeldOut(shuffled: [], forward: [])
    /// Their interval; nil where no row could be held out.
    private(set) var interval: ResidualInterval?

    var count: Int { rows.count }

    /// Learns from `rows`, in the order of completion; of several `rules` the best on held-out rows answers.
    init(_ rows: [Row], rules: [ForecastRule]) {
        self.rows = rows
        sorted = rows.map(\.value).sorted()
        line = rules.contains(.linear) ? LinearModel(rows.map(\.features), targets: rows.map(\.value)) : nil
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
        let trials = candidates.map { (rule: $0, held: Self.heldOut(by: $0, rows)) }
        guard var best = trials.first else {
            // There is no line, and the median answers in its place.
            heldOut = Self.heldOut(by: .median, rows)
            return
        }
        // A later rule must be better by more than chance among few rows would make it.
        let margin = 0.1 / Double(max(rows.count, 1))
        for trial in trials.dropFirst() where Self.accuracy(trial.held, rows) > Self.accuracy(best.held, rows) + margin
        {
            best = trial
        }
        rule = best.rule
        heldOut = best.held
        residuals = Self.residuals(best.held.shuffled, rows) + Self.residuals(best.held.forward, rows)
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
    /// For each row the ln of a forecast that it had no part in; NaN where there is none.
    struct HeldOut: Sendable {
        /// Rows dealt out at random, each forecast from the other four fifths or, by the last ones, from what had
        /// completed when it was submitted.
        var shuffled: [Double]
        /// The later rows, each forecast from what came before its block.
        var forward: [Double]

        var forecasts: SizingEvidence.HeldOutForecasts { (shuffled, forward) }
    }

    /// Both ways of holding rows out: a rule must do well on either.
    static func heldOut(by rule: ForecastRule, _ rows: [Row]) -> HeldOut {
        let none = [Double](repeating: .nan, count: rows.count)
        var held = HeldOut(shuffled: none, forward: none)
        let places = SizingTrial.cuts.map { Int(($0 * Double(rows.count)).rounded()) }
        for (start, end) in zip(places, places.dropFirst()) where start >= 1 {
            forecast(Array(start..<end), by: rule, rows, from: Array(0..<start), into: &held.forward)
        }
        switch rule {
        case .last, .recent:
            for place in rows.indices.dropFirst() {
                let submitted = rows[place].submitted
                var known: [Double] = []
                for earlier in (0..<place).reversed() where !(rows[earlier].moment > submitted) {
                    known.append(rows[earlier].value)
                    if known.count == rule.count { break }
                }
                if !known.isEmpty { held.shuffled[place] = log(median(ofSorted: known.sorted())) }
            }
        case .median, .linear:
            for fold in 0..<5 {
                forecast(
                    rows.indices.filter { $0 % 5 == fold }, by: rule, rows,
                    from: rows.indices.filter { $0 % 5 != fold },
                    into: &held.shuffled)
            }
        }
        return held
    }

    private static func forecast(
        _ places: [Int], by rule: ForecastRule, _ rows: [Row], from kept: [Int], into forecasts: inout [Double]
    ) {
        guard !kept.isEmpty else { return }
        let values = kept.map { rows[$0].value }
        let line = rule == .linear ? LinearModel(kept.map { rows[$0].features }, targets: values) : nil
        let center =
            rule == .last || rule == .recent
            ? recent(rule.count, kept.suffix(rule.count).map { rows[$0] }[...]) : log(median(ofSorted: values.sorted()))
        for place in places { forecasts[place] = line?.logarithm(rows[place].features) ?? center }
    }

    /// ln(actual / forecast) where there is a forecast.
    static func residuals(_ forecasts: [Double], _ rows: [Row]) -> [Double] {
        zip(rows, forecasts).compactMap { $1.isNaN ? nil : log($0.value) - $1 }
    }

    /// Mean of 1 - min(|forecast / actual - 1|, 1), the mean of both ways of holding out.
    static func accuracy(_ held: HeldOut, _ rows: [Row]) -> Double {
        func mean(_ residuals: [Double]) -> Double? {
            residuals.isEmpty
                ? nil : residuals.reduce(0) { $0 + 1 - min(abs(exp(-$1) - 1), 1) } / Double(residuals.count)
        }
        let parts = [held.shuffled, held.forward].compactMap { mean(residuals($0, rows)) }
        return parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
    }
}
