/// Puts many values in order a part at a time: a merge sort from the bottom up.
struct SteppedSort: Sendable {
    /// Two sorted runs while they become one.
    private struct Merge: Sendable {
        var one: [Double]
        var other: [Double]
        var (place, otherPlace) = (0, 0)
        var merged: [Double] = []

        init(_ one: [Double], _ other: [Double]) {
            (self.one, self.other) = (one, other)
            merged.reserveCapacity(one.count + other.count)
        }

        /// Takes up to `count` values over; whether all are.
        mutating func advance(_ count: Int) -> Bool {
            for _ in 0..<count {
                guard place < one.count, otherPlace < other.count else {
                    merged += one[place...]
                    merged += other[otherPlace...]
                    return true
                }
                if other[otherPlace] < one[place] {
                    merged.append(other[otherPlace])
                    otherPlace += 1
                } else {
                    merged.append(one[place])
                    place += 1
                }
            }
            return false
        }
    }

    /// Runs that are sorted, from `next` on; a run before that has been taken.
    private var runs: [[Double]] = []
    private var next = 0
    private var merge: Merge?

    /// Values that are sorted or merged in one step.
    private static let step = 2_000
    /// What it takes to sort and to merge a value, in units of ``FitWork``.
    private static let (sortUnits, mergeUnits) = (60, 8)

    /// Takes in some values.
    mutating func insert(_ values: [Double], _ work: inout FitWork) {
        for start in stride(from: 0, to: values.count, by: Self.step) {
            runs.append(values[start..<min(start + Self.step, values.count)].sorted())
        }
        work.spend(values.count * Self.sortUnits)
    }

    /// Goes on while there is `work` left; all values from the least on, once they are in order.
    mutating func advance(_ work: inout FitWork) -> [Double]? {
        while work.isLeft {
            if merge != nil {
                work.spend(Self.step * Self.mergeUnits)
                guard merge?.advance(Self.step) == true, let merged = merge?.merged else { continue }
                merge = nil
                runs.append(merged)
            } else if runs.count - next > 1 {
                merge = Merge(runs[next], runs[next + 1])
                (runs[next], runs[next + 1]) = ([], [])
                next += 2
            } else {
                return runs.last ?? []
            }
        }
        return nil
    }
}
