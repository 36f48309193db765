import Scheduling
import Workflows

/// The times of `rounds` decisions, one per question, in milliseconds.
func measure(_ policy: SchedulingPolicy, _ cluster: QuestionCluster, tasks: Int, rounds: Int) -> (
    median: Double, p99: Double
) {
    let clock = ContinuousClock()
    let scheduler = HeuristicScheduler(policy)
    var decided = 0
    // The first is not counted.
    var times = (0...rounds).map { round in
        let question = question(tasks, on: cluster, seed: round)
        let time = clock.measure { decided += scheduler.choose(question.ready, in: question.state).assignments.count }
        return time / .milliseconds(1)
    }
    precondition(decided > 0, "nothing was placed")
    times.removeFirst()
    times.sort()
    return (times[times.count / 2], times[min(times.count - 1, times.count * 99 / 100)])
}

extension Double {
    func rounded(to places: Int) -> String {
        let scale = [1.0, 10, 100, 1000][places]
        return "\((self * scale).rounded() / scale)"
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
