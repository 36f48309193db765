import Kernels

/// What happens to jobs and executors.
extension SparkCluster {
    mutating func arrive(_ job: Int) {
        activeJobs.append(job)
        source = .common
    }

    /// An executor that moved is there.
    mutating func endMove(of executor: Int) {
        guard let stage = executors[executor].stage, let job = executors[executor].job else {
            preconditionFailure("executor \(executor) does not move")
        }
        stages[stage].coming -= 1
        jobs[job].coming -= 1
        jobs[job].held += 1
        executors[executor].stage = nil
        executors[executor].pool = .job(job)
        send(executor, to: stage)
    }

    mutating func endTask(of executor: Int) {
        guard let stage = executors[executor].stage else { preconditionFailure("executor \(executor) has no task") }
        executors[executor].isExecuting = false
        stages[stage].running -= 1
        if stages[stage].unstarted > 0 { return start(executor, stage) }
        let opensAnother = stages[stage].running == 0 && endStage(stage)
        let job = facts[stage].job
        let isCommitted = fulfil(executor, in: .stage(stage))
        if !isCommitted {
            executors[executor].stage = nil
            if opensAnother { leave(executor) }
        }
        if opensAnother { source = .job(job) } else if !isCommitted { source = .stage(stage) }
    }

    /// - Returns: whether other stages may begin by that.
    private mutating func endStage(_ stage: Int) -> Bool {
        let job = facts[stage].job
        let first = firstStage[job]
        var opensAnother = false
        for child in stream.jobs.children(of: facts[stage].table) {
            stages[first + child].waitingFor -= 1
            if stages[first + child].waitingFor == 0 { opensAnother = true }
        }
        jobs[job].unfinished -= 1
        if jobs[job].unfinished == 0 {
            for executor in idle(in: .job(job)) { leave(executor) }
            activeJobs.removeAll { $0 == job }
            completedAt[job] = now
        }
        return opensAnother
    }

    /// Sends those of the source that are idle where they are committed to; the others follow as they end their tasks.
    mutating func endRound() {
        guard let pool = source else { return }
        let left = committable
        if left > 0 { commitments.append(Commitment(source: pool, stage: nil, count: left)) }
        for executor in idle(in: pool) { _ = fulfil(executor, in: pool) }
        source = nil
        round += 1
    }

    /// Sends `executor` where the first commitment of its pool says.
    ///
    /// - Returns: whether there is one.
    private mutating func fulfil(_ executor: Int, in pool: Pool) -> Bool {
        guard let place = commitments.firstIndex(where: { $0.source == pool }) else { return false }
        let stage = commitments[place].stage
        commitments[place].count -= 1
        if commitments[place].count == 0 { commitments.remove(at: place) }
        guard let stage else {
            executors[executor].stage = nil
            leave(executor)
            return true
        }
        stages[stage].coming -= 1
        if executors[executor].job != facts[stage].job { jobs[facts[stage].job].coming -= 1 }
        send(executor, to: stage)
        return true
    }

    private mutating func send(_ executor: Int, to stage: Int) {
        let job = facts[stage].job
        if stages[stage].unstarted == 0 { return sendElsewhere(executor) }
        guard executors[executor].job == job, executors[executor].pool != .moving else {
            return move(executor, to: stage)
        }
        if stages[stage].waitingFor > 0 {
            executors[executor].stage = nil
            executors[executor].pool = .job(job)
        } else {
            executors[executor].pool = .stage(stage)
            start(executor, stage)
        }
    }

    /// Sends an executor whose stage needs it no more to the first open one of its job, else of the first other job.
    private mutating func sendElsewhere(_ executor: Int) {
        guard let own = executors[executor].job else { return }
        if let stage = stages(of: own).first(where: { takesExecutors($0) }) {
            return send(executor, to: stage)
        }
        for job in activeJobs where job != own && jobs[job].held + jobs[job].coming < executorCount {
            if let stage = stages(of: job).first(where: { takesExecutors($0) }) {
                return send(executor, to: stage)
            }
        }
        executors[executor].stage = nil
        leave(executor)
    }

    private mutating func move(_ executor: Int, to stage: Int) {
        let job = facts[stage].job
        if let old = executors[executor].job { jobs[old].held -= 1 }
        stages[stage].coming += 1
        jobs[job].coming += 1
        executors[executor] = ExecutorState(pool: .moving, job: job, stage: stage)
        events.insert(executor, at: now + movingSeconds)
        if keepsRecords { record(executor, job, nil, until: now + movingSeconds) }
    }

    private mutating func start(_ executor: Int, _ stage: Int) {
        let fact = facts[stage]
        let (job, last) = (fact.job, executors[executor].stage)
        let number = fact.firstTask + fact.tasks - stages[stage].unstarted
        stages[stage].unstarted -= 1
        stages[stage].running += 1
        if stages[stage].unstarted == 0 { jobs[job].unstarted -= 1 }
        jobs[job].work -= fact.mean
        // An own generator for each task: what others drew before does not matter.
        var generator = SeededGenerator(seed: fact.seed &+ UInt64(number) &* 0xD6E8_FEB8_6659_FD93)
        let seconds = stream.jobs.seconds(
            of: fact.table, last == nil ? .idle : last == stage ? .sameStage : .otherStage, held: jobs[job].held,
            bits: generator.next())
        executors[executor].stage = stage
        executors[executor].isExecuting = true
        events.insert(executor, at: now + seconds)
        if keepsRecords { record(executor, job, stage - firstStage[job], until: now + seconds) }
    }

    private mutating func record(_ executor: Int, _ job: Int, _ stage: Int?, until end: Double) {
        records.append(Record(executor: executor, job: job, stage: stage, start: now, end: end))
    }

    func idle(in pool: Pool) -> [Int] {
        executors.indices.filter { executors[$0].pool == pool && !executors[$0].isExecuting }
    }

    /// Lets an idle executor wait in its job, or without one where that has no task left to start.
    mutating func leave(_ executor: Int) {
        guard let job = executors[executor].job else { return }
        if jobs[job].unstarted > 0 {
            executors[executor].pool = .job(job)
        } else {
            jobs[job].held -= 1
            executors[executor] = ExecutorState()
        }
    }
}
