/// What is free on one node over time, for planning into gaps.
///
/// Piecewise constant: from `moments[i]` until the next moment, `cores[i]` and `memory[i]` are free.
struct NodeTimeline {
    private var moments: [Double] = [0]
    private var cores: [Double]
    private var memory: [Double]
    private let slack: Double

    init(cores: Double, memory: Double) {
        self.cores = [cores]
        self.memory = [memory]
        slack = cores * 1e-12
    }

    /// The last place whose moment is not after `moment`.
    private func place(of moment: Double) -> Int {
        var (low, high) = (0, moments.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle } else { high = middle }
        }
        return low
    }

    /// The earliest start, not before `ready`, of something that holds `cores` and `memory` for `length` seconds; nil
    /// where it would be at `limit` or later.
    func earliestStart(ready: Double, length: Double, cores: Double, memory: Double, before limit: Double) -> Double? {
        guard length > 0 else { return ready < limit ? ready : nil }
        var start = ready
        var next = place(of: ready)
        while next < moments.count, moments[next] < start + length {
            if cores > self.cores[next] + slack || memory > self.memory[next] {
                guard next + 1 < moments.count, moments[next + 1] < limit else { return nil }
                start = moments[next + 1]
            }
            next += 1
        }
        return start < limit ? start : nil
    }

    /// Holds `cores` and `memory` from `start` for `length` seconds.
    mutating func hold(from start: Double, length: Double, cores: Double, memory: Double) {
        guard length > 0 else { return }
        let first = split(at: start)
        let last = split(at: start + length)
        for place in first..<last {
            self.cores[place] -= cores
            self.memory[place] -= memory
        }
    }

    /// The place that begins at `moment`, made if there is none.
    private mutating func split(at moment: Double) -> Int {
        let place = place(of: moment)
        if moments[place] == moment { return place }
        moments.insert(moment, at: place + 1)
        cores.insert(cores[place], at: place + 1)
        memory.insert(memory[place], at: place + 1)
        return place + 1
    }
}
