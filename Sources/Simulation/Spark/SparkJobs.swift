import Files
import Kernels

/// The jobs that may come, with all that was measured of their stages in one table.
public struct SparkJobs: Sendable {
    /// The jobs.
    public let all: [SparkJob]
    /// Stages of all jobs are numbered through: those of job j are `firstStage[j]..<firstStage[j + 1]`.
    let firstStage: [Int]
    private var parentLists: [[Int]] = []
    private var childLists: [[Int]] = []
    private var values: [Double] = []
    /// Eight levels of three states for each stage.
    private var parts: [SparkDurations.Part] = []
    /// The mean at each level, where an executor's last task was of the same stage.
    private var means: [Double] = []
    /// For each number of executors the places of the levels beside it, and the probability of the left one.
    private let levels: [(left: Int, right: Int, share: Double)]

    /// The jobs that may come.
    public init(_ jobs: [SparkJob]) {
        all = jobs
        var first = [0]
        for job in jobs {
            for stage in job.stages {
                parentLists.append(stage.parents)
                childLists.append(stage.children)
                for part in stage.durations.parts {
                    var part = part
                    part.start += Int32(values.count)
                    parts.append(part)
                }
                values += stage.durations.values
                means += SparkDurations.levels.map { stage.durations.mean(.sameStage, held: $0) }
            }
            first.append(parentLists.count)
        }
        firstStage = first
        levels = (0...(SparkDurations.levels.last ?? 0)).map { SparkDurations.level(of: $0) }
    }

    /// The number of jobs.
    public var count: Int { all.count }

    /// SHA-256 over the stages of all jobs and all that was measured.
    public var digest: String {
        let lines = all.map { job in
            job.stages.map { "\($0.tasks) \($0.parents) \($0.durations.parts) \($0.durations.values)" }.joined(
                separator: ";")
        }
        return sha256(of: Array(lines.joined(separator: "\n").utf8))
    }

    subscript(job: Int) -> SparkJob { all[job] }
    func parents(of stage: Int) -> [Int] { parentLists[stage] }
    func children(of stage: Int) -> [Int] { childLists[stage] }

    /// The logarithm of the mean seconds of a task where a job holds `executors` over those where it holds five.
    func growth(of stage: Int, at executors: Int) -> Double {
        let count = SparkDurations.levels.count
        let means = means[count * stage..<count * (stage + 1)]
        let level = levels[min(executors, levels.count - 1)]
        let mean =
            level.share * means[means.startIndex + level.left]
            + (1 - level.share) * means[means.startIndex + level.right]
        let first = means[means.startIndex]
        return mean > 0 && first > 0 ? logarithm(mean / first) : 0
    }

    /// The seconds of a task of `stage` whose executor is one of `held` and in `state`, drawn by `bits`.
    func seconds(of stage: Int, _ state: SparkDurations.State, held: Int, bits: UInt64) -> Double {
        let level = levels[min(held, levels.count - 1)]
        let isLeft = Double(bits >> 40) * 0x1p-24 < level.share
        let part = parts[24 * stage + 3 * (isLeft ? level.left : level.right) + state.rawValue]
        let place = Int((UInt64(part.count) &* (bits & 0xFFFF_FFFF)) >> 32)
        return values[Int(part.start) + place] + Double(part.extra)
    }
}
