import Workflows

extension SchedulingInstance: Hashable {
    /// Whether both are one workflow on one cluster, with the same seconds of each task and the same room for it: all else follows
    /// from these.
    public static func == (one: SchedulingInstance, other: SchedulingInstance) -> Bool {
        one.runtimes == other.runtimes && one.hasChoices == other.hasChoices && one.needOf == other.needOf
            && one.needs == other.needs && one.cluster == other.cluster && one.workflow == other.workflow
    }

    /// By the seconds of each task, in which workflows differ most.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(workflow)
        hasher.combine(runtimes)
    }
}
