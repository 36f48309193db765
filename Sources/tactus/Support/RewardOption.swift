import ArgumentParser
import Files
import Settings
import Simulation
import Workflows

/// What schedulers are learned and compared by: the same for `train scheduler`, `evaluate learning` and `evaluate scheduler`.
struct RewardOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is wanted little of, as a weighted mix: \(SchedulingReward.Part.allCases.map(\.rawValue).joined(separator: ", ")). Each part counts over that of the rule, or policy, that it is compared with on the same stream. reward of the settings where something is learned, else completion=1.",
            valueName: "part=weight,..."))
    var reward: String?

    /// The mix, by the option, else by what is `stated` in the settings, else mean completion.
    ///
    /// - Throws: `InputError` that names the option, or the key with its line, and what is wrong; also where nothing on `cluster`
    ///   has a price and cost is wanted little, or nothing in `sources` a deadline and missed ones are.
    func mix(
        _ stated: Settings.Learning? = nil, on cluster: Cluster, of sources: [WorkloadSource]
    ) throws -> SchedulingReward {
        guard let text = reward ?? stated?.reward?.value else { return SchedulingReward() }
        do {
            let mix = try SchedulingReward(parsing: text, field: "--reward")
            guard mix.cost == 0 || cluster.nodes.contains(where: { $0.pricePerHour > 0 }) else {
                throw InputError("weighs cost, and no node of the cluster has a pricePerHour", field: "--reward")
            }
            guard mix.missedDeadlines == 0 || sources.contains(where: \.hasDeadlines) else {
                throw InputError(
                    "weighs missed-deadlines, and no workflow has a deadline, nor any of its tasks", field: "--reward")
            }
            return mix
        } catch let error as InputError where reward == nil {
            throw stated?.reward?.failure(error.problem) ?? error
        }
    }
}
