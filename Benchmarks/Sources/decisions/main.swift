import Scheduling
import Workflows

/// How long one decision about ready tasks takes, by policy, number of ready tasks and cluster: the median and the 99th
/// percentile over different questions, in milliseconds.
///
/// `decisions [--rounds N] [POLICY...]`; a line is a policy, a column a number of tasks. A question has its own tasks
/// and its own room on the nodes, drawn by a generator of its number; building it is not measured. The portfolio has a
/// budget of 100 ms, and is asked about 100,000 tasks too. `decisions dqn` measures a learned scheduler alone, which chooses the
/// next of 64 tasks.

var rounds = 200
var policies = SchedulingPolicy.allCases
let sizes = [10, 100, 1000, 10_000]
var arguments = CommandLine.arguments.dropFirst()
if arguments.first == "--rounds" {
    rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? rounds
    arguments = arguments.dropFirst(2)
}
if arguments == ["dqn"] {
    let times = try measureLearnedChoices()
    print(
        "dqn, one of 64 tasks: p50 \(times.median.rounded(to: 3)), p99 \(times.p99.rounded(to: 3)) ms, \(times.count) choices"
    )
    policies = []
} else if !arguments.isEmpty {
    policies = try arguments.map { try SchedulingPolicy(named: $0) }
}

for cluster in QuestionCluster.allCases where !policies.isEmpty {
    print("\(cluster.title): p50 / p99 in ms, \(rounds) questions each (a tenth as many of 10,000 tasks and more)")
    print("policy".padded(to: 16) + sizes.map { "\($0)".padded(to: 18) }.joined())
    for policy in policies {
        var line = policy.rawValue.padded(to: 16)
        for size in sizes + (policy == .portfolio ? [100_000] : []) {
            let count = size < 10_000 ? rounds : max(rounds / 10, 10)
            let times = measure(policy, cluster, tasks: size, rounds: count)
            line += "\(times.median.rounded(to: 3)) / \(times.p99.rounded(to: 3))".padded(to: 18)
        }
        print(line)
    }
}
