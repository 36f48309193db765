import Foundation
import Prediction
import Workflows

/// What to ask for, for every task of a process: configuration holds for all of them, whatever their input.
public struct ProcessSizing: Codable, Hashable, Sendable {
    /// The workflow, where one is known.
    public var workflow: String?
    /// The process.
    public var process: String
    /// Both, as statistics are kept.
    public var taskType: String
    /// Whole cores; absent where no use of cores was measured.
    public var cores: Double?
    /// Memory in bytes; absent where none was measured.
    public var memoryBytes: Double?
    /// Time limit in seconds.
    public var seconds: Double
    /// What the memory rests on.
    public var memorySizing: SizingBasis?
    /// What the time limit rests on.
    public var durationSizing: SizingBasis?
    /// Completed executions.
    public var samples: Int
    /// Median of the cores in use; absent where no use of cores was measured.
    public var medianCores: Double?
    /// Median of the memory in use, in bytes; absent where none was measured.
    public var medianMemoryBytes: Double?
    /// Median of the durations in seconds.
    public var medianSeconds: Double
    /// What it would have saved; absent where no execution could be held out.
    public var savings: SizingSavings?

    /// Takes the larger of each size: what is enough for the tasks of both.
    public mutating func widen(to other: ProcessSizing) {
        cores = [cores, other.cores].compactMap { $0 }.max()
        if other.memoryBytes ?? 0 > memoryBytes ?? 0 {
            (memoryBytes, memorySizing) = (other.memoryBytes, other.memorySizing)
        }
        if other.seconds > seconds { (seconds, durationSizing) = (other.seconds, other.durationSizing) }
    }
}

/// Recommendations for every process of a history, with what they would have saved.
public struct SizingPlan: Codable, Hashable, Sendable {
    /// The processes, sorted by their type.
    public var processes: [ProcessSizing]
    /// What all of them would have saved together.
    public var savings: SizingSavings
    /// How executions were held out: `time` or `random`.
    public var division: EvaluationProtocol
    /// What cannot be exceeded.
    public var largestMemoryBytes: Double?

    /// Sizes every process from all its executions by the values of its type alone, and says what sizes from 70 % of them
    /// would have saved on the rest.
    ///
    /// - Parameters:
    ///   - limits: the largest node.
    ///   - isShared: whether a process has the same sizes in all workflows, the largest of them: configuration of a workflow
    ///     system knows it by its name alone.
    ///   - seed: decides which are held out, where there are no moments.
    /// - Throws: `InputError` where no execution is usable.
    public init(
        _ executions: [TaskExecution], limits: SizingLimits, sharedByName isShared: Bool = false, seed: UInt64
    ) throws {
        let usable = executions.filter(\.isUsable)
        let hasMoments = usable.allSatisfy { $0.task.submittedAt != nil && $0.completedAt != nil }
        division = hasMoments ? .time : .random
        let folds = try division.folds(of: executions, seed: seed)
        var saved: [String: SizingSavings] = [:]
        if let fold = folds.first {
            let sizes = Self.sizes(
                from: fold.training.map { executions[$0] }, limits: limits, sharedByName: isShared)
            var known = SizingBaselines()
            for place in fold.training { known.observe(executions[place]) }
            for place in fold.tested {
                guard let size = sizes[executions[place].task.taskType] else { continue }
                saved[size.taskType, default: SizingSavings()].add(executions[place], sizedBy: size, known: known)
            }
        }
        let sizes = Self.sizes(from: executions, limits: limits, sharedByName: isShared)
        processes = sizes.sorted { $0.key < $1.key }.map {
            var size = $0.value
            size.savings = saved[$0.key]
            return size
        }
        savings = saved.sorted { $0.key < $1.key }.reduce(into: SizingSavings()) { $0.add($1.value) }
        largestMemoryBytes = limits.memoryBytes
    }

    /// The size of each type; with `isShared` the largest of each process.
    private static func sizes(
        from executions: [TaskExecution], limits: SizingLimits, sharedByName isShared: Bool
    ) -> [String: ProcessSizing] {
        var sizes = ownSizes(from: executions, limits: limits)
        guard isShared else { return sizes }
        let types = Dictionary(grouping: sizes.values.sorted { $0.taskType < $1.taskType }, by: \.process)
        for (type, size) in sizes {
            for other in types[size.process] ?? [] { sizes[type]?.widen(to: other) }
        }
        return sizes
    }

    /// The size of each type, from the median rule: its forecast is the same for all tasks of the type.
    private static func ownSizes(from executions: [TaskExecution], limits: SizingLimits) -> [String: ProcessSizing] {
        let predictor = StatisticsPredictor(rules: [.median], executions: executions)
        var measured: [String: Set<ResourceTarget>] = [:]
        var used: [String: [(cores: Double, seconds: Double)]] = [:]
        var tasks: [String: TaskSpec] = [:]
        for execution in executions where execution.isUsable {
            let type = execution.task.taskType
            tasks[type] = TaskSpec(workflow: execution.task.workflow, process: execution.task.process)
            for target in ResourceTarget.allCases where execution[target] != nil {
                measured[type, default: []].insert(target)
            }
            if let cores = execution[.cpu], let seconds = execution[.duration] {
                used[type, default: []].append((cores, seconds))
            }
        }
        let types = tasks.sorted { $0.key < $1.key }
        return Dictionary(
            uniqueKeysWithValues: zip(types, predictor.predict(types.map(\.value))).map { entry, answer in
                var answer = answer
                limits.apply(to: &answer)
                let has = measured[entry.key] ?? []
                return (
                    entry.key,
                    ProcessSizing(
                        workflow: entry.value.workflow, process: entry.value.process, taskType: entry.key,
                        cores: has.contains(.cpu)
                            ? wholeCores(used[entry.key] ?? [], atMost: answer.cpu.allocation, limits) : nil,
                        memoryBytes: has.contains(.memory) ? answer.memory.allocation : nil,
                        seconds: answer.duration.allocation,
                        memorySizing: has.contains(.memory) ? answer.memory.sizing : nil,
                        durationSizing: answer.duration.sizing, samples: answer.samples,
                        medianCores: has.contains(.cpu) ? answer.cpu.p50 : nil,
                        medianMemoryBytes: has.contains(.memory) ? answer.memory.p50 : nil,
                        medianSeconds: answer.duration.p50)
                )
            })
    }

    /// The fewest whole cores with which the executions that `used` some would have taken ``CoreSizing/tolerance`` longer together
    /// at the most, in the worst case (``CoreSizing``); no more than `most`, of which a tenth of a core is noise of the measurement.
    private static func wholeCores(
        _ used: [(cores: Double, seconds: Double)], atMost most: Double, _ limits: SizingLimits
    ) -> Double {
        let most = min(max((most - 0.1).rounded(.up), 1), max(limits.cores ?? .infinity, 1))
        let seconds = used.reduce(0) { $0 + $1.seconds }
        func isEnough(_ cores: Double) -> Bool {
            let longer = used.reduce(0) {
                $0 + $1.seconds * CoreSizing.slowdown(used: max(0, $1.cores - 0.1), cores: cores, asked: most)
            }
            return longer <= seconds * (1 + CoreSizing.tolerance)
        }
        // More cores never prolong: halving finds the fewest in as many steps as the number has bits, however large it is.
        var (tooFew, enough) = (0.0, most)
        while enough - tooFew > 1 {
            let middle = (tooFew + (enough - tooFew) / 2).rounded(.up)
            guard middle > tooFew, middle < enough else { break }
            if isEnough(middle) { enough = middle } else { tooFew = middle }
        }
        return enough
    }
}
