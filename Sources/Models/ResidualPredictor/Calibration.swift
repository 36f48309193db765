import Workflows

/// What was learned of one group of executions: how its numbers are measured, and how its forecasts must be moved.
struct GroupCalibration: Codable, Equatable, Sendable {
    var scale: TypeScale
    /// For a task in a run of which executions of the type are known.
    var known: ConformalCorrection
    /// For a task in another run; as `known` where nothing is known of how runs differ.
    var fresh: ConformalCorrection

    var isSound: Bool { scale.isSound && known.isSound && fresh.isSound }
}

/// What was learned of one task type beside the network's weights.
struct TypeCalibration: Codable, Equatable, Sendable {
    var group: GroupCalibration
    /// For each target.
    var gates: [ResidualGate]

    var isSound: Bool {
        group.isSound && gates.count == 3
            && gates.allSatisfy { $0.share.isFinite && $0.skill.isFinite && (0...1).contains($0.share) }
    }
}

/// What was learned of all types, and of the wider groups that stand in for a type which came later.
struct Calibrations: Codable, Equatable, Sendable {
    var types: [String: TypeCalibration] = [:]
    /// Of a process across workflows.
    var processes: [String: GroupCalibration] = [:]
    var workflows: [String: GroupCalibration] = [:]
    var all: GroupCalibration

    /// Of nothing.
    init() { all = GroupCalibration(scale: TypeScale([]), known: .none, fresh: .none) }

    var isSound: Bool {
        types.values.allSatisfy(\.isSound) && all.isSound
            && (Array(processes.values) + Array(workflows.values)).allSatisfy(\.isSound)
    }

    /// The narrowest group of `task` that something was learned of.
    func group(of task: TaskSpec) -> GroupCalibration {
        types[task.taskType]?.group ?? processes[task.process] ?? task.workflow.flatMap { workflows[$0] } ?? all
    }

    /// The scale of a type, or of all.
    func scale(ofType type: String) -> TypeScale { types[type]?.group.scale ?? all.scale }
}
