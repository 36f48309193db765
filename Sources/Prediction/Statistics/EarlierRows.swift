import Foundation

/// What had completed of the rows before each of them when it was submitted.
struct EarlierRows {
    private let rows: [TargetRow]
    /// Whether what had completed is always what stands first.
    private let isOrdered: Bool

    /// Of `rows`, in the order of completion as far as that is known.
    init(_ rows: [TargetRow]) {
        self.rows = rows
        isOrdered = zip(rows, rows.dropFirst()).allSatisfy { $0.moment <= $1.moment }
    }

    /// ln of the median of the last `count` that had completed when the row at `place` was submitted; nil for none.
    func recent(_ count: Int, before place: Int) -> Double? {
        var known: [Double] = []
        if isOrdered {
            known = rows[..<end(before: place)].suffix(count).map(\.value)
        } else {
            let submitted = rows[place].submitted
            for earlier in (0..<place).reversed() where !(rows[earlier].moment > submitted) {
                known.append(rows[earlier].value)
                if known.count == count { break }
            }
        }
        return known.isEmpty ? nil : log(median(ofSorted: known.sorted()))
    }

    /// The same of all that had completed, for each of `places`.
    func medians(before places: [Int]) -> [Double?] {
        guard isOrdered else { return places.map { recent(.max, before: $0) } }
        var (sorted, medians) = ([Double](), [Double?.none])
        for row in rows {
            insert(row.value, intoSorted: &sorted)
            medians.append(log(median(ofSorted: sorted)))
        }
        return places.map { medians[end(before: $0)] }
    }

    /// How many of the first ones had completed when the row at `place` was submitted; all before it where that is not known.
    private func end(before place: Int) -> Int {
        let submitted = rows[place].submitted
        var (low, high) = (0, place)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].moment > submitted { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
