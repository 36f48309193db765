import Files
import Kernels
import Workflows

/// How executions are divided into those that are learned from and those that are tested.
public enum EvaluationProtocol: String, CaseIterable, Codable, Sendable {
    /// From nothing, in the order of time: an execution is learned from when it has completed, not before.
    case online
    /// Five folds over samples (the tag) or, without tags, over runs: no sample or run stands on both sides.
    case groups
    /// The first 70 % of each type by submission train, the rest is tested.
    case time
    /// 70 % of each type, drawn at random, train.
    case random
    /// One history trains, another one is tested.
    case fixed
    /// One value of a feature, such as a kind of node, after the other is tested, the others train.
    case leaveOut = "leave-out"
    /// The smaller half by size of input trains, the largest tenth is tested.
    case larger
}

/// One division: places in the history, in its order.
public struct Fold: Hashable, Sendable {
    /// What is learned from.
    public var training: [Int]
    /// What is tested.
    public var tested: [Int]
}

extension EvaluationProtocol {
    /// The folds over the usable ones of `executions`; `online` and `fixed` have none, as they do not divide.
    ///
    /// - Parameter feature: whose values are left out, for `leaveOut`.
    /// - Throws: `InputError` where the executions lack what the protocol needs.
    public func folds(of executions: [TaskExecution], seed: UInt64, feature: String? = nil) throws -> [Fold] {
        let usable = executions.indices.filter { executions[$0].isUsable }
        guard !usable.isEmpty else {
            throw InputError("the history has no usable execution: none completed with a duration")
        }
        switch self {
        case .online, .fixed: return []
        case .leaveOut: return try Self.leaveOneOut(executions, usable, feature: feature)
        case .larger: return [try Self.larger(executions, usable)]
        case .groups: return try Self.groups(executions, usable, seed: seed)
        case .time:
            try Self.requireMoments(executions, usable, for: "time")
            return [
                Self.split(executions, usable) { rows in
                    let sorted = rows.sorted {
                        (executions[$0].task.submittedAt ?? 0, $0) < (executions[$1].task.submittedAt ?? 0, $1)
                    }
                    return Array(sorted.prefix(Self.trainingCount(rows.count)))
                }
            ]
        case .random:
            var generator = SeededGenerator(seed: seed)
            return [
                Self.split(executions, usable) { rows in
                    Array(rows.shuffled(using: &generator).prefix(Self.trainingCount(rows.count)))
                }
            ]
        }
    }

    /// 70 %, rounded up: a type with one execution trains.
    private static func trainingCount(_ count: Int) -> Int { (count * 7 + 9) / 10 }

    /// Divides each type by itself; `choose` picks its training rows.
    private static func split(
        _ executions: [TaskExecution], _ usable: [Int], choose: ([Int]) -> [Int]
    ) -> Fold {
        var types: [String: [Int]] = [:]
        for place in usable { types[executions[place].task.taskType, default: []].append(place) }
        let training = Set(types.sorted { $0.key < $1.key }.flatMap { choose($0.value) })
        return Fold(
            training: usable.filter(training.contains), tested: usable.filter { !training.contains($0) })
    }

    private static func groups(_ executions: [TaskExecution], _ usable: [Int], seed: UInt64) throws -> [Fold] {
        let hasSamples = usable.contains { executions[$0].sample != nil }
        // A row without a sample or run is a group of its own.
        func group(_ place: Int) -> String {
            let name = hasSamples ? executions[place].sample : executions[place].task.run
            return name.map { "=" + $0 } ?? "#\(place)"
        }
        var members: [String: [Int]] = [:]
        for place in usable { members[group(place), default: []].append(place) }
        guard members.count >= 5 else {
            throw InputError(
                "protocol groups needs five \(hasSamples ? "samples" : "runs") or more; the history has \(members.count)"
            )
        }
        var generator = SeededGenerator(seed: seed)
        let names = members.keys.sorted().shuffled(using: &generator)
        return (0..<5).map { fold in
            let held = Set(names.enumerated().filter { $0.offset % 5 == fold }.map(\.element))
            return Fold(
                training: usable.filter { !held.contains(group($0)) },
                tested: usable.filter { held.contains(group($0)) })
        }
    }

    static func requireMoments(_ executions: [TaskExecution], _ usable: [Int], for name: String) throws {
        if let place = usable.first(where: {
            executions[$0].task.submittedAt == nil || executions[$0].completedAt == nil
        }) {
            throw InputError(
                "protocol \(name) needs moments of submission and completion, which task \(executions[place].taskID) lacks; use groups or random",
                row: place)
        }
    }
}
