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

    /// Executions left out at random: by the fit on all of them, whose lines and trees know which rows they had not seen.
    static func among(_ rows: [TargetRow], _ rules: [ForecastRule], _ heldOut: HeldOutTrees) -> HeldOutForecasts {
        var found = HeldOutForecasts(rules: rules.count)
        let values = rows.map { log($0.value) }
        let medians = leaveOneOutMedians(rows.map(\.value))
        let hasMoments = !rows.contains { $0.moment.isNaN }
        for place in rows.indices where rows.count > 1 {
            var answers: [Double] = []
            for rule in rules {
                switch rule {
                case .median: answers.append(medians[place])
                case .last, .recent:
                    answers.append(
                        (hasMoments ? recent(rule == .last ? 1 : 5, before: place, in: rows) : nil) ?? medians[place])
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

    /// ln of the median of the last `count` that had completed when the row at `place` was submitted.
    private static func recent(_ count: Int, before place: Int, in rows: [TargetRow]) -> Double? {
        let submitted = rows[place].submitted
        var known: [Double] = []
        for earlier in (0..<place).reversed() where !(rows[earlier].moment > submitted) {
            known.append(rows[earlier].value)
            if known.count == count { break }
        }
        return known.isEmpty ? nil : log(median(ofSorted: known.sorted()))
    }

    /// Shares of the executions after which a fit is judged on the block that follows.
    private static let cuts = [0.4, 0.55, 0.7, 0.85, 1]

    /// Later executions, each block by a fit on what came before it; none without moments.
    static func ahead(_ rows: [TargetRow], _ rules: [ForecastRule], isWord: [Bool]) -> HeldOutForecasts {
        var found = HeldOutForecasts(rules: rules.count)
        guard rows.count >= 4, !rows.contains(where: { $0.moment.isNaN }) else { return found }
        let places = cuts.map { Int(($0 * Double(rows.count)).rounded()) }
        for (start, end) in zip(places, places.dropFirst()) where start >= 1 && end > start {
            found.judge(rows, rules, kept: Array(0..<start), held: Array(start..<end), isWord: isWord)
        }
        return found
    }

    /// What ``ahead(_:_:isWord:)`` found, with medians and last executions as they were known when each was submitted.
    static func next(_ ahead: HeldOutForecasts, _ rows: [TargetRow], _ rules: [ForecastRule]) -> HeldOutForecasts {
        var found = ahead
        for (place, rule) in rules.enumerated() {
            let count = rule == .last ? 1 : rule == .recent ? 5 : rule == .median ? Int.max : 0
            guard count > 0 else { continue }
            for (judge, row) in ahead.rows.enumerated() {
                guard let forecast = recent(count, before: row, in: rows) else { continue }
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

    /// Whole runs left out, in at most five folds; none where only one run is known.
    static func newRun(_ rows: [TargetRow], _ rules: [ForecastRule], isWord: [Bool]) -> HeldOutForecasts {
        var found = HeldOutForecasts(rules: rules.count)
        var runs: [String: [Int]] = [:]
        for (place, row) in rows.enumerated() { if let run = row.run { runs[run, default: []].append(place) } }
        guard runs.count >= 2 else { return found }
        // The largest runs first, each to the fold that has the fewest rows.
        var folds = [[Int]](repeating: [], count: min(5, runs.count))
        for (_, places) in runs.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            let smallest = folds.indices.min { (folds[$0].count, $0) < (folds[$1].count, $1) } ?? 0
            folds[smallest] += places
        }
        for fold in folds {
            let held = Set(fold)
            let kept = rows.indices.filter { !held.contains($0) }
            guard !kept.isEmpty else { continue }
            found.judge(rows, rules, kept: kept, held: fold.sorted(), isWord: isWord)
        }
        return found
    }

    private mutating func judge(
        _ rows: [TargetRow], _ rules: [ForecastRule], kept: [Int], held: [Int], isWord: [Bool]
    ) {
        let known = kept.map { rows[$0] }
        let members = ForecastMembers.fit(known, rules: rules, isWord: isWord, judges: false).members
        for place in held {
            let row = rows[place]
            let answers = members.logarithms(
                rules, of: row.features, at: row.submitted.isNaN ? nil : row.submitted, past: known[...])
            append(place, measured: log(row.value), answers)
        }
    }

    private mutating func append(_ place: Int, measured: Double, _ answers: [Double]) {
        rows.append(place)
        for (rule, answer) in answers.enumerated() { residuals[rule].append(measured - answer) }
    }
}
