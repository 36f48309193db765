import Testing
import Training

@Test func stopsAfterItsPatience() {
    var stopping = EarlyStopping(patience: 2, minimumImprovement: 0.01)
    let verdicts = [1.0, 0.5, 0.495, 0.6].enumerated().map { stopping.judge(loss: Float($1), epoch: $0) }
    #expect(verdicts == [.best, .best, .worse, .stop])
    #expect(stopping.bestEpoch == 1)
    #expect(stopping.bestLoss == 0.5)
}

@Test func anEpochWithoutANumberIsNeverTheBest() {
    var stopping = EarlyStopping(patience: 1)
    #expect(stopping.judge(loss: .nan, epoch: 0) == .stop)
    #expect(stopping.bestLoss == .infinity)
}
