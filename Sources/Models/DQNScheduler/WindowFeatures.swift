import Kernels
import Reinforcement
import Simulation

/// What a network sees of a ``ReadyWindow``: numbers of the order of 1 that say the same of a stream of minutes and of one of
/// days. Seconds are told in the mean longest path of the workflows so far, T, core-seconds in their mean work, W, both as
/// logarithms where they range widely; cores in those of the cluster.
public enum WindowFeatures {
    /// The features of a candidate, in order: what each is, and its unit.
    public static let candidate: [(name: String, unit: String)] = [
        ("remainingWork", "ln of core-seconds over W"), ("unplacedWork", "ln of core-seconds over W"),
        ("path", "ln of seconds over T"), ("seconds", "ln of seconds over T"),
        ("deviation", "standard deviation of ln seconds, within 3; 0: none told"), ("cores", "part of a node's cores"),
        ("memory", "part of a node's memory"), ("waited", "ln of 1 + seconds over T"),
        ("age", "ln of 1 + seconds over T"), ("held", "part of the cluster's cores"),
        ("waitingTasks", "ln of 1 + tasks over cores"), ("unfinishedTasks", "ln of 1 + tasks"),
        ("children", "ln of 1 + tasks"), ("place", "part of the window"), ("isFirst", "0 or 1"),
        ("remainingWorkOverLeast", "ln of a ratio"), ("unplacedWorkOverLeast", "ln of a ratio"),
        ("pathOverLongest", "part"), ("secondsOverLongest", "part"), ("breadth", "ln of work over path and cores"),
        ("slack", "seconds over T, within 10; 0 without a deadline"), ("hasDeadline", "0 or 1"),
        ("spare", "seconds of the placed path over the own, in T, within 3"), ("isHidden", "0 or 1"),
        ("placedPath", "ln of seconds over T"), ("workToPlace", "part of the remaining work"),
        ("poolFree", "part of the pool's cores"), ("poolShare", "part of the cluster's cores"),
        ("priority", "part of the largest magnitude so far; 0: none stated"),
        ("overrun", "mean of ln of seconds taken over believed, of the workflow's ended tasks and two of 0; within 3"),
    ]
    /// Which of them are seen: what a version was never shown it does not see.
    public struct Sight: Sendable, Hashable {
        /// Whether the priority is among them; else there is one feature less.
        public var hasPriority = false
        /// Whether the deviation is seen, and the overrun is among them; else the former is 0, and there is one feature less.
        public var hasUncertainty = false

        /// All of them.
        public static let all = Sight(hasPriority: true, hasUncertainty: true)
        /// All that there is where durations are known.
        public static let certain = Sight(hasPriority: true)
        /// F, with all of them and without what a stream may have nothing of.
        public static let counts = Sight().count...all.count

        /// Without priority and uncertainty, unless they are asked for.
        public init(hasPriority: Bool = false, hasUncertainty: Bool = false) {
            (self.hasPriority, self.hasUncertainty) = (hasPriority, hasUncertainty)
        }

        /// F features, with the uncertainty or without; nil where there are no such.
        public init?(count: Int, hasUncertainty: Bool) {
            for hasPriority in [false, true] {
                self.init(hasPriority: hasPriority, hasUncertainty: hasUncertainty)
                if self.count == count { return }
            }
            return nil
        }

        /// What says all of a stream: the priority where some task states one, the uncertainty where one is told.
        public init(of arrivals: some Sequence<Arrival>) {
            for arrival in arrivals {
                hasPriority = hasPriority || arrival.instance.priorities.contains { $0 != 0 }
                hasUncertainty = hasUncertainty || arrival.deviations?.contains { $0 > 0 } == true
            }
        }

        /// F.
        public var count: Int { candidate.count - (hasPriority ? 0 : 1) - (hasUncertainty ? 0 : 1) }

        /// `weights` of the features that `other` sees as those of the ones that are seen here; 0 for each that it does not see.
        public func weights(_ weights: [Float], of other: Sight) -> [Float] {
            precondition(weights.count == other.count, "\(weights.count) weights of \(other.count) features")
            let known = Dictionary(uniqueKeysWithValues: zip(other.places, weights))
            return places.map { known[$0] ?? 0 }
        }

        /// Their places in ``WindowFeatures/candidate``.
        var places: [Int] {
            let whole = WindowFeatures.candidate.count
            return Array(0..<whole - 2) + (hasPriority ? [whole - 2] : []) + (hasUncertainty ? [whole - 1] : [])
        }

        /// All that it sees or `other` does.
        public func union(_ other: Sight) -> Sight {
            Sight(hasPriority: hasPriority || other.hasPriority, hasUncertainty: hasUncertainty || other.hasUncertainty)
        }
    }

    /// The place of the deviation among them.
    static let deviationPlace = 4

    /// S: what holds for all candidates: the cluster in 8 numbers, up to 8 pools in 8 each, the least, mean and most of 16
    /// features of the candidates, and how their workflows' work is spread, in 8 parts.
    public static let stateCount = 128
    /// Pools that are told apart.
    public static let poolCount = 8

    private static let summarised = 16

    /// What is seen of `window`, in arrays of its own; with a `pool` what the agent of that pool sees.
    public static func observation(
        of window: ReadyWindow, pool: Int? = nil, sight: Sight = .certain
    ) -> Observation {
        var (state, features): ([Float], [Float]) = ([], [])
        encode(window, pool: pool, sight: sight, state: &state, features: &features)
        return Observation(
            state: state, actions: features, isValid: [Bool](repeating: true, count: features.count / sight.count))
    }

    /// Writes the state, [S], and the features of the candidates, [n · F], over what is there.
    ///
    /// - Parameters:
    ///   - pool: the pool whose agent sees it: its candidates alone, and of the cluster that pool, as if there were no other;
    ///     nil where one agent sees all of them.
    ///   - sight: what is seen of them; the state does not tell the priority and the overrun.
    public static func encode(
        _ window: ReadyWindow, pool: Int? = nil, sight: Sight = .certain, state: inout [Float],
        features: inout [Float]
    ) {
        features.removeAll(keepingCapacity: true)
        let scale = Scale(window, pool)
        var place = 0
        for candidate in window.candidates where candidate.isSeen(by: pool) {
            append(candidate, place, window, scale, sight, to: &features)
            if sight.hasPriority {
                features.append(
                    window.largestPriority > 0 ? Float(candidate.priority / window.largestPriority) : 0)
            }
            if sight.hasUncertainty { features.append(Float(min(max(candidate.overrun, -3), 3))) }
            place += 1
        }
        state.removeAll(keepingCapacity: true)
        appendCluster(window, scale, to: &state)
        appendPools(window, scale, to: &state)
        appendSummary(of: features, width: sight.count, to: &state)
        appendSpread(of: features, width: sight.count, to: &state)
    }

    /// What numbers are told in.
    private struct Scale {
        var seconds: Double
        var work: Double
        var cores = 0.0
        /// The pool that is seen alone.
        var pool: Int?
        /// Candidates that are seen.
        var count = 0
        var leastRemaining = Double.infinity
        var leastUnplaced = Double.infinity
        var longestPath = 1e-9
        var longestSeconds = 1e-9

        init(_ window: ReadyWindow, _ pool: Int?) {
            seconds = max(window.meanPathSeconds, 1e-6)
            work = max(window.meanCoreSeconds, 1e-6)
            self.pool = pool
            for place in window.pools.indices where pool ?? place == place { cores += window.pools[place].cores }
            cores = max(cores, 1e-6)
            for candidate in window.candidates where candidate.isSeen(by: pool) {
                count += 1
                leastRemaining = min(leastRemaining, candidate.workflow.remainingCoreSeconds)
                leastUnplaced = min(leastUnplaced, candidate.unplacedCoreSeconds)
                longestPath = max(longestPath, candidate.pathSeconds)
                longestSeconds = max(longestSeconds, candidate.seconds)
            }
        }
    }

    /// ln(x + 0.001), which tells small parts apart and is finite at 0.
    private static func logarithm(_ part: Double) -> Float { naturalLogarithm(Float(part) + 0.001) }

    private static func logarithm(of count: Double) -> Float { naturalLogarithm(1 + Float(count)) }

    private static func append(
        _ candidate: ReadyWindow.Candidate, _ place: Int, _ window: ReadyWindow, _ scale: Scale,
        _ sight: Sight, to features: inout [Float]
    ) {
        let (pool, workflow) = (window.pools[candidate.pool], candidate.workflow)
        let nodes = Double(max(pool.nodeCount, 1))
        let slack = candidate.deadline - window.now - candidate.pathSeconds
        let hasDeadline = candidate.deadline < .infinity
        features.append(logarithm(workflow.remainingCoreSeconds / scale.work))
        features.append(logarithm(candidate.unplacedCoreSeconds / scale.work))
        features.append(logarithm(candidate.pathSeconds / scale.seconds))
        features.append(logarithm(candidate.seconds / scale.seconds))
        features.append(sight.hasUncertainty ? Float(min(candidate.deviation, 3)) : 0)
        features.append(Float(candidate.cores / max(pool.cores / nodes, 1e-6)))
        features.append(pool.memory > 0 ? Float(candidate.memory / (pool.memory / nodes)) : 0)
        features.append(logarithm(of: candidate.waited / scale.seconds))
        features.append(logarithm(of: (window.now - workflow.arrived) / scale.seconds))
        features.append(Float(workflow.coresHeld / scale.cores))
        features.append(logarithm(of: Double(candidate.waitingCount) / scale.cores))
        features.append(logarithm(of: Double(candidate.unfinishedCount)))
        features.append(logarithm(of: Double(candidate.childCount)))
        features.append(Float(place) / Float(scale.count))
        features.append(place == 0 ? 1 : 0)
        features.append(
            logarithm(workflow.remainingCoreSeconds / scale.work) - logarithm(scale.leastRemaining / scale.work))
        features.append(
            logarithm(candidate.unplacedCoreSeconds / scale.work) - logarithm(scale.leastUnplaced / scale.work))
        features.append(Float(candidate.pathSeconds / scale.longestPath))
        features.append(Float(candidate.seconds / scale.longestSeconds))
        features.append(logarithm(candidate.unplacedCoreSeconds / scale.cores / max(candidate.pathSeconds, 1e-6)))
        features.append(hasDeadline ? Float(min(max(slack / scale.seconds, -10), 10)) : 0)
        features.append(hasDeadline ? 1 : 0)
        let spare = candidate.placedPathSeconds - candidate.pathSeconds
        features.append(Float(min(max(spare / scale.seconds, -3), 3)))
        features.append(spare > 0 ? 1 : 0)
        features.append(logarithm(candidate.placedPathSeconds / scale.seconds))
        features.append(Float(candidate.unplacedCoreSeconds / max(workflow.remainingCoreSeconds, 1e-6)))
        features.append(Float(pool.freeCores / max(pool.cores, 1e-6)))
        features.append(Float(pool.cores / scale.cores))
    }

    private static func appendCluster(_ window: ReadyWindow, _ scale: Scale, to state: inout [Float]) {
        let elapsed = max(window.now - window.began, 1e-6)
        let load = scale.work * Double(window.arrivalCount) / elapsed / scale.cores
        var free = 0.0
        for place in window.pools.indices where scale.pool ?? place == place { free += window.pools[place].freeCores }
        state.append(logarithm(of: Double(window.waitingCount) / scale.cores))
        state.append(logarithm(of: window.waitingCores / scale.cores))
        state.append(logarithm(of: Double(window.aliveCount)))
        state.append(Float(min(load, 3)))
        state.append(Float(free / scale.cores))
        state.append(logarithm(of: Double(window.arrivalCount)) / 5)
        state.append(Float(scale.count) / 64)
        state.append(logarithm(of: elapsed / scale.seconds) / 5)
    }

    private static func appendPools(_ window: ReadyWindow, _ scale: Scale, to state: inout [Float]) {
        var shown = 0
        for (place, pool) in window.pools.enumerated()
        where pool.nodeCount > 0 && shown < poolCount && scale.pool ?? place == place {
            shown += 1
            state.append(1)
            state.append(Float(pool.cores / scale.cores))
            state.append(Float(pool.freeCores / max(pool.cores, 1e-6)))
            state.append(pool.memory > 0 ? Float(pool.freeMemory / pool.memory) : 1)
            state.append(logarithm(of: Double(pool.runningCount) / max(pool.cores, 1e-6)))
            state.append(logarithm(of: Double(pool.nodeCount)) / 5)
            let candidates = window.candidates.count { $0.pool == place }
            state.append(Float(candidates) / Float(scale.count))
            state.append(Float(pool.freeCores / scale.cores))
        }
        state.append(contentsOf: repeatElement(0, count: 8 * (poolCount - shown)))
    }

    private static func appendSummary(of features: [Float], width: Int, to state: inout [Float]) {
        let count = features.count / width
        for feature in 0..<summarised {
            var (least, most, sum) = (Float.infinity, -Float.infinity, Float(0))
            for candidate in 0..<count {
                let value = features[candidate * width + feature]
                least = min(least, value)
                most = max(most, value)
                sum += value
            }
            state.append(least)
            state.append(sum / Float(count))
            state.append(most)
        }
    }

    /// The part of the candidates whose remaining work lies in each of eight parts of the logarithm's range.
    private static func appendSpread(of features: [Float], width: Int, to state: inout [Float]) {
        let count = features.count / width
        let start = state.count
        state.append(contentsOf: repeatElement(0, count: 8))
        for candidate in 0..<count {
            let part = min(max(Int(features[candidate * width] + 5), 0), 7)
            state[start + part] += 1 / Float(count)
        }
    }
}

extension ReadyWindow.Candidate {
    /// Whether the agent of `pool` sees it; nil is that of all pools.
    func isSeen(by pool: Int?) -> Bool { pool ?? self.pool == self.pool }
}

extension ReadyWindow {
    /// The place among all candidates of the one at `place` among those that the agent of `pool` sees.
    func place(_ place: Int, ofPool pool: Int?) -> Int {
        guard let pool else { return place }
        var left = place
        for (number, candidate) in candidates.enumerated() where candidate.pool == pool {
            if left == 0 { return number }
            left -= 1
        }
        preconditionFailure("the candidate \(place) of the pool \(pool)")
    }
}
