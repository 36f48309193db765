/// What is free on one node over time, for planning into gaps.
package struct NodeTimeline: Sendable {
    /// What is free from a moment on, until the next step.
    private struct Step {
        var moment: Double
        var cores: Double
        var memory: Double
    }

    private var steps: [Step]
    private let coreSlack: Double
    private let memorySlack: Double
    private let least: (cores: Double, memory: Double)
    /// The first step with room for the least that is ever held; what lies before need not be looked at again.
    private var open = 0

    /// Whether the node holds one thing at a time, the least being more than half of it.
    package let isExclusive: Bool

    /// A node with nothing on it; no task will hold less than `least`.
    package init(cores: Double, memory: Double, least: (cores: Double, memory: Double) = (0, 0)) {
        steps = [Step(moment: 0, cores: cores, memory: memory)]
        self.least = least
        coreSlack = cores * 1e-12
        memorySlack = memory * 1e-12
        isExclusive = 2 * least.cores > cores + 2 * coreSlack || 2 * least.memory > memory + 2 * memorySlack
    }

    /// The first moment at which there is room for the least that is ever held: nothing of any length starts before.
    package var opening: Double { steps[open].moment }

    /// The moment from which on nothing is held.
    package var closing: Double { steps[steps.count - 1].moment }

    private func hasRoom(_ cores: Double, _ memory: Double, at place: Int) -> Bool {
        cores <= steps[place].cores + coreSlack && memory <= steps[place].memory + memorySlack
    }

    /// The last step whose moment is not after `moment`.
    private func place(of moment: Double) -> Int {
        var (low, high) = (0, steps.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if steps[middle].moment <= moment { low = middle } else { high = middle }
        }
        return low
    }

    /// The earliest start, not before `ready`, of something that holds `cores` and `memory` for `length` seconds; nil
    /// where it would be at `limit` or later.
    package func earliestStart(ready: Double, length: Double, cores: Double, memory: Double, before limit: Double)
        -> Double?
    {
        guard length > 0 else { return ready < limit ? ready : nil }
        var next = ready <= steps[open].moment ? open : place(of: ready)
        var start = max(ready, steps[next].moment)
        while start < limit {
            if hasRoom(cores, memory, at: next) {
                next += 1
                guard next < steps.count, steps[next].moment < start + length else { return start }
            } else {
                next += 1
                guard next < steps.count else { return nil }
                start = steps[next].moment
            }
        }
        return nil
    }

    /// The earliest moment, not before `ready`, from which on there is room for `cores` and `memory` for good: on a node
    /// that holds one thing at a time, the end of the last. Infinite where there never is.
    package func lastingRoom(ready: Double, cores: Double, memory: Double) -> Double {
        var place = steps.count - 1
        guard hasRoom(cores, memory, at: place) else { return .infinity }
        while place > 0, steps[place].moment > ready, hasRoom(cores, memory, at: place - 1) { place -= 1 }
        return max(ready, steps[place].moment)
    }

    /// Holds `cores` and `memory` from `start` for `length` seconds.
    package mutating func hold(from start: Double, length: Double, cores: Double, memory: Double) {
        guard length > 0 else { return }
        let first = split(at: start)
        let last = split(at: start + length)
        for place in first..<last {
            steps[place].cores -= cores
            steps[place].memory -= memory
        }
        while open + 1 < steps.count, !hasRoom(least.cores, least.memory, at: open) { open += 1 }
    }

    /// The step that begins at `moment`, made if there is none.
    private mutating func split(at moment: Double) -> Int {
        let place = place(of: moment)
        if steps[place].moment == moment { return place }
        var step = steps[place]
        step.moment = moment
        steps.insert(step, at: place + 1)
        return place + 1
    }
}
