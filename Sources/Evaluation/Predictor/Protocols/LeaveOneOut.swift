import Files
import Workflows

extension EvaluationProtocol {
    /// One fold for each value of `feature` (or each node, for `node`): it is tested, everything else is learned from.
    /// Executions without a value are always learned from.
    static func leaveOneOut(_ executions: [TaskExecution], _ usable: [Int], feature: String?) throws -> [Fold] {
        guard let feature else {
            throw InputError("protocol leave-out needs the feature whose values are left out (--feature)")
        }
        var members: [String: [Int]] = [:]
        for place in usable {
            if let value = executions[place].task.machine(by: feature) { members[value, default: []].append(place) }
        }
        guard members.count >= 2 else {
            throw InputError(
                "protocol leave-out needs two values of \(feature) or more; the history has \(members.count)",
                field: "feature")
        }
        return members.sorted { $0.key < $1.key }.map { value, tested in
            Fold(training: usable.filter { executions[$0].task.machine(by: feature) != value }, tested: tested)
        }
    }
}
