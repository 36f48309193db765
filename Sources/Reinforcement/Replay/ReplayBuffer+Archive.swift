import Files
import Layers

/// The transitions as arrays: numbers of all observations behind each other, with the counts that part them.
extension ReplayBuffer {
    func write(to archive: inout WeightArchive) {
        func set(_ name: String, _ values: [Float]) {
            archive.set("replay.\(name)", shape: [values.count], .float32(values))
        }
        func set(_ name: String, _ values: [Int]) {
            archive.set("replay.\(name)", shape: [values.count], .int64(values.map(Int64.init)))
        }
        set("rewards", transitions.map(\.reward))
        set("discounts", transitions.map(\.discount))
        set("actions", transitions.map(\.action))
        set("demonstrations", transitions.map { $0.isDemonstration ? 1 : 0 })
        set("staying", stayingPlaces)
        let observations = transitions.flatMap { [$0.observation] + ($0.next.map { [$0] } ?? []) }
        set("hasNext", transitions.map { $0.next == nil ? 0 : 1 })
        set("stateCounts", observations.map(\.state.count))
        set("actionCounts", observations.map(\.actionCount))
        set("featureCounts", observations.map(\.featureCount))
        set("states", observations.flatMap(\.state))
        set("features", observations.flatMap(\.actions))
        set("validity", observations.flatMap { $0.isValid.map { $0 ? 1 : 0 } })
        archive.set("replay.priorities", shape: [count], .float64(priorities))
        archive.set("replay.place", shape: [2], .float64([Double(next), largestPriority]))
    }

    /// Takes the transitions from what ``write(to:)`` wrote of a buffer of the same capacities and sampling, of observations
    /// that `network` takes.
    ///
    /// - Throws: `InputError` that names the array that is missing or whose numbers cannot be.
    mutating func read(from archive: WeightArchive, for network: some ActionValueNetwork) throws {
        func numbers(_ name: String, count: Int) throws -> [Float] {
            try archive.floats("replay.\(name)", shape: [count])
        }
        func integers(_ name: String, _ range: ClosedRange<Int>, count: Int? = nil) throws -> [Int] {
            let values = try archive.integers("replay.\(name)").map { Int(truncatingIfNeeded: $0) }
            guard count.map({ $0 == values.count }) ?? true, values.allSatisfy(range.contains) else {
                throw InputError("holds what it cannot", field: "replay.\(name)")
            }
            return values
        }
        let actions = try integers("actions", 0...Self.most)
        let total = actions.count
        guard total <= capacity else { throw InputError("has \(total) transitions", field: "replay.actions") }
        let hasNext = try integers("hasNext", 0...1, count: total)
        var observations = try Observations(archive, count: total + hasNext.reduce(0, +), numbers, integers)
        try observations.check(against: network)
        let rewards = try numbers("rewards", count: total)
        let discounts = try numbers("discounts", count: total)
        let demonstrations = try integers("demonstrations", 0...1, count: total)
        let read = try (0..<total).map { place in
            let observation = try observations.next()
            guard actions[place] < observation.actionCount, observation.isValid[actions[place]],
                discounts[place] == 0 || hasNext[place] == 1
            else { throw InputError("holds what it cannot", field: "replay.actions") }
            return Transition(
                observation: observation, action: actions[place], reward: rewards[place], discount: discounts[place],
                next: hasNext[place] == 1 ? try observations.next() : nil,
                isDemonstration: demonstrations[place] == 1)
        }
        let staying = try integers("staying", 0...Self.most)
        // The first demonstrations stay, for as long as there is room for that.
        guard staying.count == min(demonstrationCapacity, demonstrations.count { $0 == 1 }),
            zip(staying, staying.dropFirst()).allSatisfy(<),
            staying.allSatisfy({ $0 < total && demonstrations[$0] == 1 })
        else { throw InputError("holds what it cannot", field: "replay.staying") }
        let (weights, place) = (try archive.doubles("replay.priorities"), try archive.doubles("replay.place"))
        guard weights.count == total, weights.allSatisfy({ (hasFloor ? $0 > 0 : $0 >= 0) && $0.isFinite }),
            place.count == 2, let next = Int(exactly: place[0]), place[1] > 0, place[1].isFinite,
            // Until it is full, the next one goes behind the last.
            total < capacity ? next == total : (0..<capacity).contains(next) && !staying.contains(next)
        else { throw InputError("holds what it cannot", field: "replay.priorities") }
        self = ReplayBuffer(capacity: capacity, sampling: sampling, demonstrationCapacity: demonstrationCapacity)
        transitions = read
        priorities = weights
        stayingPlaces = staying
        (self.next, largestPriority) = (next, place[1])
    }

    /// Whether every priority is above 0; without a floor that of an error of 0 is 0.
    private var hasFloor: Bool {
        if case .prioritised(_, _, let floor, _) = sampling { floor > 0 } else { true }
    }

    /// Actions, states and features of one observation, at the most.
    static let most = 1 << 24

    /// Observations behind each other.
    private struct Observations {
        private let counts: (states: [Int], actions: [Int], features: [Int])
        private let (states, features, validity): ([Float], [Float], [Int])
        private var place = 0
        private var start = (state: 0, feature: 0, action: 0)

        init(
            _ archive: WeightArchive, count: Int, _ numbers: (String, Int) throws -> [Float],
            _ integers: (String, ClosedRange<Int>, Int?) throws -> [Int]
        ) throws {
            counts = (
                try integers("stateCounts", 0...ReplayBuffer.most, count),
                try integers("actionCounts", 1...ReplayBuffer.most, count),
                try integers("featureCounts", 0...ReplayBuffer.most, count)
            )
            for (name, widths) in [("stateCounts", counts.states), ("featureCounts", counts.features)]
            where widths.contains(where: { $0 != widths[0] }) {
                throw InputError("holds widths that differ", field: "replay.\(name)")
            }
            states = try numbers("states", counts.states.reduce(0, +))
            var size = 0
            for (actions, width) in zip(counts.actions, counts.features) {
                // Each is at most 2^24.
                let (sum, isTooLarge) = size.addingReportingOverflow(actions * width)
                guard !isTooLarge else { throw InputError("holds what it cannot", field: "replay.featureCounts") }
                size = sum
            }
            features = try numbers("features", size)
            validity = try integers("validity", 0...1, counts.actions.reduce(0, +))
        }

        /// - Throws: `InputError` where `network` takes observations of other widths.
        func check(against network: some ActionValueNetwork) throws {
            for (name, found, wanted) in [
                ("stateCounts", counts.states, network.stateCount),
                ("featureCounts", counts.features, network.featureCount),
                ("actionCounts", counts.actions, network.actionCount),
            ] {
                guard let wanted, let other = found.first(where: { $0 != wanted }) else { continue }
                throw InputError("holds a width of \(other), not \(wanted) as the network", field: "replay.\(name)")
            }
        }

        mutating func next() throws -> Observation {
            let width = counts.actions[place] * counts.features[place]
            let isValid = validity[start.action..<start.action + counts.actions[place]].map { $0 == 1 }
            guard isValid.contains(true) else {
                throw InputError("has an observation without a valid action", field: "replay.validity")
            }
            defer {
                start.state += counts.states[place]
                start.feature += width
                start.action += counts.actions[place]
                place += 1
            }
            return Observation(
                state: Array(states[start.state..<start.state + counts.states[place]]),
                actions: Array(features[start.feature..<start.feature + width]), isValid: isValid)
        }
    }
}
