/// What is free on one node over time, for planning into gaps.
///
/// Piecewise constant: from `moments[i]` until the next moment, `cores[i]` and `memory[i]` are free.
package struct NodeTimeline: Sendable {
    private var moments: [Double] = [0]
    private var cores: [Double]
    private var memory: [Double]
    private let coreSlack: Double
    private let memorySlack: Double
    private let least: (cores: Double, memory: Double)
    /// The first place with room for the least that is ever held; what lies before need not be looked at again.
    private var open = 0

    /// A node with nothing on it; no task will hold less than `least`.
    package init(cores: Double, memory: Double, least: (cores: Double, memory: Double) = (0, 0)) {
        self.cores = [cores]
        self.memory = [memory]
        self.least = least
        coreSlack = cores * 1e-12
        memorySlack = memory * 1e-12
    }

    private func hasRoom(_ cores: Double, _ memory: Double, at place: Int) -> Bool {
        cores <= self.cores[place] + coreSlack && memory <= self.memory[place] + memorySlack
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
    package func earliestStart(ready: Double, length: Double, cores: Double, memory: Double, before limit: Double)
        -> Double?
    {
        guard length > 0 else { return ready < limit ? ready : nil }
        var next = max(place(of: ready), open)
        var start = max(ready, moments[next])
        while start < limit {
            if hasRoom(cores, memory, at: next) {
                next += 1
                guard next < moments.count, moments[next] < start + length else { return start }
            } else {
                next += 1
                guard next < moments.count else { return nil }
                start = moments[next]
            }
        }
        return nil
    }

    /// Holds `cores` and `memory` from `start` for `length` seconds.
    package mutating func hold(from start: Double, length: Double, cores: Double, memory: Double) {
        guard length > 0 else { return }
        let first = split(at: start)
        let last = split(at: start + length)
        for place in first..<last {
            self.cores[place] -= cores
            self.memory[place] -= memory
        }
        while open + 1 < moments.count, !hasRoom(least.cores, least.memory, at: open) { open += 1 }
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
