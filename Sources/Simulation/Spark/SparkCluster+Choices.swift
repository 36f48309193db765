/// What a rule sees, and what it decides.
extension SparkCluster {
    /// Goes on until something is to be decided.
    ///
    /// - Returns: whether there is; if not, all jobs have ended.
    public mutating func advanceToChoice() -> Bool {
        while true {
            if source != nil {
                if committable > 0, hasOpenStage { return true }
                endRound()
            }
            guard let moment = events.earliest else { return wake() }
            now = moment
            let event = events.pop()
            if event >= executorCount {
                arrive(event - executorCount)
            } else if executors[event].isExecuting {
                endTask(of: event)
            } else {
                endMove(of: event)
            }
            guard let pool = source else { continue }
            if committable > 0, hasOpenStage { return true }
            for executor in idle(in: pool) { leave(executor) }
            source = nil
        }
    }

    /// Runs to the end.
    public mutating func run(_ rule: some SparkRule) {
        while advanceToChoice() {
            if let choice = rule.choose(in: self) {
                commit(choice.executors, to: choice.stage)
            } else {
                leaveRest()
            }
        }
    }

    /// Executors that are to be committed.
    public var committable: Int {
        guard let source else { return 0 }
        var count = 0
        for executor in executors where executor.pool == source { count += 1 }
        for commitment in commitments where commitment.source == source { count -= commitment.count }
        return count
    }

    /// The job that they are in; nil where they are without one.
    public var sourceJob: Int? {
        guard let source, source != .common else { return nil }
        return source.code >= 0 ? facts[source.code].job : -3 - source.code
    }

    /// The stages that they can be committed to, job by job in the order in which jobs came.
    public var openStages: [Int] {
        activeJobs.flatMap { job in canTake(job) ? stages(of: job).filter { takesExecutors($0) } : [] }
    }

    /// The first stage of `job` whose parents have ended that they can be committed to, else the first one.
    public func firstOpenStage(of job: Int) -> Int? {
        guard canTake(job) else { return nil }
        var first: Int?
        for stage in stages(of: job) where takesExecutors(stage) {
            if stages[stage].waitingFor == 0 { return stage }
            if first == nil { first = stage }
        }
        return first
    }

    /// Commits `count` of them to `stage`, or as many as it can take.
    public mutating func commit(_ count: Int, to stage: Int) {
        let most = committable
        precondition(
            (1...max(most, 1)).contains(count) && takesExecutors(stage) && canTake(facts[stage].job),
            "\(count) of \(most) executors for stage \(stage), which takes none")
        guard let source else { preconditionFailure("nothing is to be decided") }
        let count = min(count, stages[stage].demand)
        stages[stage].chosenIn = round
        stages[stage].coming += count
        if facts[stage].job != sourceJob { jobs[facts[stage].job].coming += count }
        commitments.append(Commitment(source: source, stage: stage, count: count))
    }

    /// Commits none of those that are left; where nothing else is to come, they go to the first stage that takes any, so that
    /// all jobs end.
    public mutating func leaveRest() {
        precondition(source != nil, "nothing is to be decided")
        if events.isEmpty, commitments.isEmpty, let stage = firstOpenStage { commit(committable, to: stage) }
        endRound()
    }

    /// The stages of a job, by their numbers among those of all jobs.
    public func stages(of job: Int) -> Range<Int> { firstStage[job]..<firstStage[job + 1] }

    /// Begins a round for executors that were left and wait, where nothing else is to come.
    ///
    /// - Returns: whether there are any for which a stage is open.
    private mutating func wake() -> Bool {
        for executor in executors.indices where !activeJobs.isEmpty {
            source = executors[executor].pool
            if committable > 0, hasOpenStage { return true }
        }
        source = nil
        return false
    }

    private var hasOpenStage: Bool { firstOpenStage != nil }

    private var firstOpenStage: Int? {
        for job in activeJobs {
            if let stage = firstOpenStage(of: job) { return stage }
        }
        return nil
    }

    private func canTake(_ job: Int) -> Bool {
        job == sourceJob || jobs[job].held + jobs[job].coming < executorCount
    }

    /// Whether it can take executors, if its job can: it has not been chosen in this round, and every task of its parents has one.
    public func takesExecutors(_ stage: Int) -> Bool {
        guard stages[stage].demand > 0, stages[stage].chosenIn != round else { return false }
        let first = firstStage[facts[stage].job]
        for parent in stream.jobs.parents(of: facts[stage].table) where stages[first + parent].demand > 0 {
            return false
        }
        return true
    }
}
