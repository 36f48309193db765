import Kernels
import Simulation

/// What a ``SparkScorer`` knows of a stage that executors can be committed to.
///
/// Times are in logarithms over constants that lie amid those of the measured TPC-H jobs.
public enum SparkFeatures {
    /// What a stage is scored by.
    public static let score: [(name: String, unit: String)] = [
        ("remainingWork", "ln of the job's executor-seconds over 300"), ("path", "ln of the job's seconds over 20"),
        ("own", "1: the executors are in the job"), ("waits", "1: parents of the stage have not ended"),
        ("stageWork", "ln of executor-seconds over 30"), ("stagePath", "ln of seconds over those of the job's path"),
        ("supply", "part of the executors that the job has"), ("ownWork", "own × remainingWork"),
        ("age", "ln of 1 + the job's seconds over 100"), ("seconds", "ln of a task's mean seconds"),
        ("unfinishedStages", "ln of the job's stages"), ("tasks", "ln of 1 + tasks that no executor comes for over 20"),
        ("ownWaits", "own × waits"), ("moving", "part of moving in the time that the executors serve there; 0 if own"),
    ]
    /// What its job's share of the executors is made from.
    public static let share: [(name: String, unit: String)] = [
        ("one", "1"), ("fairShare", "ln of the executors over active jobs"), score[0], score[1], score[11], score[2],
        ("workShare", "ln of the executors times the job's part of all work"),
        ("growth", "ln of a task's mean seconds at all executors over those at 5"),
    ]
    /// Numbers of a stage: those that it is scored by, then those that the share is made from.
    public static let count = score.count + share.count

    /// What is the same for all stages of a choice.
    struct Moment {
        let committable: Int
        let own: Int?
        let executors: Double
        let fairShare: Double
        let work: Double

        init(_ cluster: SparkCluster) {
            committable = cluster.committable
            own = cluster.sourceJob
            executors = Double(cluster.executorCount)
            fairShare = logarithm(executors / Double(max(cluster.activeJobs.count, 1)))
            work = cluster.activeJobs.reduce(0) { $0 + max(cluster.work(of: $1), 0.1) }
        }
    }

    /// What is the same for all stages of a job.
    struct Job {
        let isOwn: Bool
        let supply: Int
        let path: Double
        let remainingWork: Double
        let remainingPath: Double
        let age: Double
        let unfinished: Double
        let workShare: Double

        init(_ job: Int, in cluster: SparkCluster, _ moment: Moment) {
            isOwn = job == moment.own
            supply = cluster.supply(of: job)
            let work = max(cluster.work(of: job), 0.1)
            path = max(cluster.path(of: job), 0.01)
            remainingWork = logarithm(work / 300)
            remainingPath = logarithm(path / 20)
            age = logarithm(1 + (cluster.now - cluster.stream.arrivals[job].at) / 100)
            unfinished = logarithm(Double(cluster.unfinishedStages(of: job)))
            workShare = logarithm(moment.executors * work / moment.work)
        }
    }

    /// Writes the numbers of `stage` into `features`, which has room for ``count``.
    static func encode(
        _ stage: Int, _ job: Job, _ moment: Moment, of cluster: SparkCluster, into features: inout [Double]
    ) {
        let demand = Double(cluster.demand(of: stage))
        let seconds = max(cluster.meanSeconds(of: stage), 0.001)
        let own = job.isOwn ? 1.0 : 0
        let waits = cluster.waits(stage) ? 1.0 : 0
        let tasks = logarithm(1 + demand / 20)
        features[0] = job.remainingWork
        features[1] = job.remainingPath
        features[2] = own
        features[3] = waits
        features[4] = logarithm(0.01 + demand * seconds / 30)
        features[5] = logarithm(max(cluster.path(from: stage), 0.01) / job.path)
        features[6] = Double(job.supply) / moment.executors
        features[7] = own * job.remainingWork
        features[8] = job.age
        features[9] = logarithm(seconds)
        features[10] = job.unfinished
        features[11] = tasks
        features[12] = own * waits
        let served = demand * seconds / Double(max(moment.committable, 1))
        features[13] = (1 - own) * cluster.movingSeconds / max(cluster.movingSeconds + served, 0.001)
        features[14] = 1
        features[15] = moment.fairShare
        features[16] = job.remainingWork
        features[17] = job.remainingPath
        features[18] = tasks
        features[19] = own
        features[20] = job.workShare
        features[21] = cluster.growth(of: stage)
    }
}
