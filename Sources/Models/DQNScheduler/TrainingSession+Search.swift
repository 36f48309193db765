import Training

extension TrainingSession {
    /// Tells how far the part of a training is of which nothing is kept, and asks whether to end there.
    ///
    /// - Parameter step: steps of the epoch that are done.
    /// - Throws: `TrainingInterruption` without a checkpoint where it is to end.
    func goOn(_ present: TrainingProgress, step: Int) throws {
        progress(present)
        if shouldStop(present) { throw TrainingInterruption(epoch: present.epoch, step: step, checkpoint: nil) }
    }
}

extension TrainingProgress {
    /// `done` of `total` steps of what has no losses; its epoch is a step of the search or a round of rollouts, from 1.
    init(search done: Int, of total: Int, epoch: Int) {
        self.init(
            updates: done, totalUpdates: total, epoch: epoch, trainingLoss: nil, validationLoss: nil,
            isFinished: done == total)
    }
}
