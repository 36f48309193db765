/// What the tasks of one stage took when they were measured, by how many executors its job held and by what an executor did
/// before.
///
/// Executors that were idle or have just moved are slow at first (`fresh`), those that are new to the stage come next (`first`),
/// those whose last task was of the same stage are fast (`rest`). After Mao and others, "Learning scheduling algorithms for data
/// processing clusters", SIGCOMM 2019, section 6.2 and its measurements.
public struct SparkDurations: Sendable, Equatable {
    /// What an executor did before.
    public enum State: Int, Sendable, CaseIterable {
        /// It was idle, or has just moved.
        case idle
        /// Its last task was of the same stage.
        case sameStage
        /// Its last task was of another stage of the job.
        case otherStage
    }

    /// Numbers of executors at which was measured.
    public static let levels = [5, 10, 20, 40, 50, 60, 80, 100]
    /// What an idle executor needs more than measured, in seconds, where no fresh ones were measured.
    public static let warmUp = 1.0

    /// Values at one level and state.
    struct Part: Sendable, Equatable {
        var start: Int32
        var count: Int32
        var extra: Float
    }

    private(set) var values: [Double] = []
    private(set) var parts: [Part] = []
    /// The mean of all values that were given, in seconds: fresh ones count as such and in the first wave.
    public let mean: Double

    /// What was measured, in seconds by the number of executors.
    ///
    /// The values of `fresh` are among those of `first`, from which they are taken out one for one; where nothing is left, those
    /// of the next lower number count. A level that was not measured is that of the largest number.
    ///
    /// - Returns: nil where at a level nothing was measured.
    public init?(fresh: [Int: [Double]], first: [Int: [Double]], rest: [Int: [Double]]) {
        let all = [fresh, first, rest].flatMap { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
        guard !all.isEmpty, let most = first.keys.max() else { return nil }
        mean = all.reduce(0, +) / Double(all.count)
        var onlyFirst: [Int: [Double]] = [:]
        var below: [Double] = []
        for (level, values) in first.sorted(by: { $0.key < $1.key }) {
            let left = Self.difference(values, fresh[level] ?? [])
            if !left.isEmpty { below = left }
            onlyFirst[level] = below
        }
        for level in Self.levels.map({ first[$0] == nil ? most : $0 }) {
            let (fresh, first) = (fresh[level] ?? [], onlyFirst[level] ?? [])
            let (rest, other) = (rest[level] ?? [], first.isEmpty ? fresh : first)
            guard !other.isEmpty else { return nil }
            append(fresh.isEmpty ? first : fresh, extra: fresh.isEmpty ? Self.warmUp : 0)
            append(rest.isEmpty ? other : rest)
            append(other)
        }
    }

    /// Tasks that all take the same, but for an idle executor, which needs ``warmUp`` more.
    public init(constant seconds: Double) {
        mean = seconds
        for _ in Self.levels {
            append([seconds], extra: Self.warmUp)
            append([seconds])
            append([seconds])
        }
    }

    private mutating func append(_ measured: [Double], extra: Double = 0) {
        parts.append(Part(start: Int32(values.count), count: Int32(measured.count), extra: Float(extra)))
        // Sorted, so that the same draw is a like value at every level.
        values += measured.sorted()
    }

    private static func difference(_ values: [Double], _ taken: [Double]) -> [Double] {
        var counts: [Double: Int] = [:]
        for value in taken { counts[value, default: 0] += 1 }
        return values.filter { value in
            guard let count = counts[value], count > 0 else { return true }
            counts[value] = count - 1
            return false
        }
    }

    /// The places of the levels beside `held` executors, and the probability of the left one: (held - left) / (right - left), as
    /// the simulator has it.
    static func level(of held: Int) -> (left: Int, right: Int, share: Double) {
        guard let right = levels.firstIndex(where: { held <= $0 }) else {
            return (levels.count - 1, levels.count - 1, 1)
        }
        guard right > 0, held < levels[right] else { return (right, right, 1) }
        let left = levels[right - 1]
        return (right - 1, right, Double(held - left) / Double(levels[right] - left))
    }

    /// The mean seconds of an executor that is one of `held` and in `state`.
    public func mean(_ state: State, held: Int) -> Double {
        func mean(_ level: Int) -> Double {
            let part = parts[3 * level + state.rawValue]
            let range = Int(part.start)..<Int(part.start + part.count)
            return values[range].reduce(0, +) / Double(part.count) + Double(part.extra)
        }
        let level = Self.level(of: held)
        return level.share * mean(level.left) + (1 - level.share) * mean(level.right)
    }
}
