import Foundation

/// What each rule forecast of executions that it had not seen.
struct HeldOutForecasts: Sendable {
    /// Places of the executions among those of the type and target; -1 for one that came later.
    var rows: [Int] = []
    /// Of each a number for the run, or the block of later ones, that it was held out with.
    var groups: [Int] = []
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
                case .sizeLine: answers.append(heldOut.sizeLine[place])
                case .linear: answers.append(heldOut.line[place])
                case .trees: answers.append(heldOut.line[place] + added(heldOut.trees, 0, place))
                case .smoothTrees: answers.append(heldOut.line[place] + added(heldOut.trees, 1, place))
                case .timedTrees: answers.append(heldOut.line[place] + added(heldOut.timedTrees, 0, place))
                case .smoothTimedTrees: answers.append(heldOut.line[place] + added(heldOut.timedTrees, 1, place))
                }
            }
            found.append(place, group: 0, measured: values[place], answers)
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
        /// Of each that is held out a number for the run or block that it belongs to.
        var groups: [Int]
    }

    /// Blocks of later executions, each with what came before it; none without moments.
    static func foldsAhead(_ rows: [TargetRow]) -> [Fold] {
        guard rows.count >= 4, !rows.contains(where: { $0.moment.isNaN }) else { return [] }
        let places = cuts.map { Int(($0 * Double(rows.count)).rounded()) }
        return zip(places, places.dropFirst()).enumerated().filter { $1.0 >= 1 && $1.1 > $1.0 }.map { block, ends in
            Fold(
                kept: Array(0..<ends.0), held: Array(ends.0..<ends.1),
                groups: [Int](repeating: block, count: ends.1 - ends.0))
        }
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
        groups.append(-1)
        for (rule, residual) in residuals.enumerated() { self.residuals[rule].append(residual) }
        let surplus = count - capacity
        // A quarter goes at once, so that it is seldom.
        guard surplus > capacity / 4 else { return }
        rows.removeFirst(surplus)
        groups.removeFirst(surplus)
        for rule in self.residuals.indices { self.residuals[rule].removeFirst(surplus) }
    }

    /// Whole runs, in at most five folds, with all others; none where only one run is known.
    static func foldsOfRuns(_ rows: [TargetRow]) -> [Fold] {
        let (folds, groups) = foldsOfRuns(rows.map(\.run))
        guard let last = folds.max(), last > 0 else { return [] }
        return (0...last).compactMap { fold in
            let kept = rows.indices.filter { folds[$0] != fold }
            let held = rows.indices.filter { folds[$0] == fold }
            return kept.isEmpty ? nil : Fold(kept: kept, held: held, groups: held.map { groups[$0] })
        }
    }

    /// The fold that the run of each row is dealt to, from 0 to one below ``SizingTrial/folds``, and a number for the run; -1 for a
    /// row without one.
    static func foldsOfRuns(_ rows: [String?]) -> (folds: [Int], groups: [Int]) {
        var runs: [String: [Int]] = [:]
        for (place, run) in rows.enumerated() { if let run { runs[run, default: []].append(place) } }
        var (folds, groups) = ([Int](repeating: -1, count: rows.count), [Int](repeating: -1, count: rows.count))
        // The largest runs first, each to the fold that has the fewest rows.
        var counts = [Int](repeating: 0, count: min(SizingTrial.folds, runs.count))
        let largestFirst = runs.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        for (group, places) in largestFirst.map(\.value).enumerated() {
            let smallest = counts.indices.min { (counts[$0], $0) < (counts[$1], $1) } ?? 0
            counts[smallest] += places.count
            for place in places { (folds[place], groups[place]) = (smallest, group) }
        }
        return (folds, groups)
    }

    /// Adds what the rules answered of the row at `place`, in ln.
    mutating func append(_ place: Int, group: Int, measured: Double, _ answers: [Double]) {
        rows.append(place)
        groups.append(group)
        for (rule, answer) in answers.enumerated() { residuals[rule].append(measured - answer) }
    }
}
