import Foundation

/// What each rule forecast of executions that it had not seen.
struct HeldOutForecasts: Sendable {
    /// Places of the executions among those of the type and target; -1 for one that came later.
    var rows: [Int] = []
    /// ln(measured / forecast) of each rule [rules, rows].
    var residuals: [[Double]]

    init(rules: Int) {
        residuals = [[Double]](repeating: [], count: rules)
    }

    var count: Int { rows.count }

    /// What it takes to say what one rule forecast of one row, in units of ``FitWork``.
    static let units = 200

    /// Executions left out at random: by the fit on all of them, whose lines and trees know which rows they had not seen.
    static func among(_ rows: [TargetRow], _ rules: [ForecastRule], _ heldOut: HeldOutTrees) -> HeldOutForecasts {
        var found = HeldOutForecasts(rules: rules.count)
        let values = rows.map { log($0.value) }
        let medians = leaveOneOutMedians(rows.map(\.value))
        let earlier = rows.contains { $0.moment.isNaN } ? nil : EarlierRows(rows)
        for place in rows.indices where rows.count > 1 {
            var answers: [Double] = []
            for rule in rules {
                switch rule {
                case .median: answers.append(medians[place])
                case .last, .recent:
                    answers.append(earlier?.recent(rule == .last ? 1 : 5, before: place) ?? medians[place])
                case .linear: answers.append(heldOut.line[place])
                case .trees: answers.append(heldOut.line[place] + added(heldOut.trees, 0, place))
                case .smoothTrees: answers.append(heldOut.line[place] + added(heldOut.trees, 1, place))
                case .timedTrees: answers.append(heldOut.line[place] + added(heldOut.timedTrees, 0, place))
                case .smoothTimedTrees: answers.append(heldOut.line[place] + added(heldOut.timedTrees, 1, place))
                }
            }
            found.append(place, measured: values[place], answers)
        }
        return found
    }

    private static func added(_ answers: [[Float]], _ shrinkage: Int, _ place: Int) -> Double {
        guard shrinkage < answers.count, !answers[shrinkage][place].isNaN else { return 0 }
        return Double(answers[shrinkage][place])
    }

    /// ln of the median of all values but one, for each.
    private static func leaveOneOutMedians(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let sorted = order.map { values[$0] }
        var medians = [Double](repeating: 0, count: values.count)
        let last = values.count - 1
        guard last > 0 else { return medians }
        func other(_ place: Int, without gap: Int) -> Double { sorted[place < gap ? place : place + 1] }
        for (gap, row) in order.enumerated() {
            let middle = last / 2
            let upper = other(middle, without: gap)
            let value = last % 2 == 1 ? upper : (other(middle - 1, without: gap) + upper) / 2
            medians[row] = log(value)
        }
        return medians
    }

    /// Shares of the executions after which a fit is judged on the block that follows.
    private static let cuts = [0.4, 0.55, 0.7, 0.85, 1]

    /// Some rows that are held out, by their places, and those that are left to forecast them from.
    struct Fold: Sendable {
        var kept: [Int]
        var held: [Int]
    }

    /// Blocks of later executions, each with what came before it; none without moments.
    static func foldsAhead(_ rows: [TargetRow]) -> [Fold] {
        guard rows.count >= 4, !rows.contains(where: { $0.moment.isNaN }) else { return [] }
        let places = cuts.map { Int(($0 * Double(rows.count)).rounded()) }
        return zip(places, places.dropFirst()).filter { start, end in start >= 1 && end > start }
            .map { start, end in Fold(kept: Array(0..<start), held: Array(start..<end)) }
    }

    /// What was found `ahead`, with medians and last executions as they were known when each was submitted.
    static func next(_ ahead: HeldOutForecasts, _ rows: [TargetRow], _ rules: [ForecastRule]) -> HeldOutForecasts {
        var found = ahead
        let earlier = EarlierRows(rows)
        for (place, rule) in rules.enumerated() {
            let forecasts: [Double?]
            switch rule {
            case .median: forecasts = earlier.medians(before: ahead.rows)
            case .last: forecasts = ahead.rows.map { earlier.recent(1, before: $0) }
            case .recent: forecasts = ahead.rows.map { earlier.recent(5, before: $0) }
            default: continue
            }
            for (judge, row) in ahead.rows.enumerated() {
                guard let forecast = forecasts[judge] else { continue }
                found.residuals[place][judge] = log(rows[row].value) - forecast
            }
        }
        return found
    }

    /// Adds what the rules left of a new execution; the oldest of more than `capacity` go.
    mutating func append(_ residuals: [Double], capacity: Int) {
        rows.append(-1)
        for (rule, residual) in residuals.enumerated() { self.residuals[rule].append(residual) }
        let surplus = count - capacity
        // A quarter goes at once, so that it is seldom.
        guard surplus > capacity / 4 else { return }
        rows.removeFirst(surplus)
        for rule in self.residuals.indices { self.residuals[rule].removeFirst(surplus) }
    }

    /// Whole runs, in at most five folds, with all others; none where only one run is known.
    static func foldsOfRuns(_ rows: [TargetRow]) -> [Fold] {
        var runs: [String: [Int]] = [:]
        for (place, row) in rows.enumerated() { if let run = row.run { runs[run, default: []].append(place) } }
        guard runs.count >= 2 else { return [] }
        // The largest runs first, each to the fold that has the fewest rows.
        var folds = [[Int]](repeating: [], count: min(5, runs.count))
        for (_, places) in runs.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            let smallest = folds.indices.min { (folds[$0].count, $0) < (folds[$1].count, $1) } ?? 0
            folds[smallest] += places
        }
        return folds.compactMap { fold in
            let held = Set(fold)
            let kept = rows.indices.filter { !held.contains($0) }
            return kept.isEmpty ? nil : Fold(kept: kept, held: fold.sorted())
        }
    }

    /// Adds what the rules answered of the row at `place`, in ln.
    mutating func append(_ place: Int, measured: Double, _ answers: [Double]) {
        rows.append(place)
        for (rule, answer) in answers.enumerated() { residuals[rule].append(measured - answer) }
    }
}
