import Foundation
import Scheduling
import Simulation
import Workflows

/// What a repair came to beside right-shift and planning anew.
private struct Outcome {
    /// Time that is left, over that after planning anew.
    var shifted: Double
    var local: Double
    var chosen: Double
    /// Tasks that were moved, of those that had not started.
    var moved: Double
    var movedAnew: Double
    var milliseconds: Double
}

/// Prints how long is left after repairs of HEFT's plans, by kind of disruption.
func printRepairs(_ workflows: [Workflow], on cluster: Cluster) throws {
    let kinds = ["a node is lost", "a task fails", "a task takes three times as long"]
    var outcomes = [[Outcome]](repeating: [], count: kinds.count)
    for workflow in workflows {
        let instance = try SchedulingInstance(workflow, on: cluster)
        let timetable = SchedulingPolicy.heft.timetable(of: instance)
        let moment = timetable.makespan / 3
        let plan = RunningPlan(timetable, of: instance).advanced(to: moment, as: timetable)
        guard plan.progress.contains(where: { $0 == .planned }) else { continue }
        // The one that runs and would end last.
        let running = plan.progress.indices.filter { plan.progress[$0] == .running }
            .max { timetable.ends[$0] < timetable.ends[$1] }
        let length = running.map { timetable.ends[$0] - timetable.starts[$0] } ?? 0
        let disruptions: [PlanDisruption?] = [
            .nodeLost(0), running.map { .failed(task: $0) },
            running.map { .overrun(task: $0, expectedEnd: timetable.starts[$0] + 3 * length) },
        ]
        for (kind, disruption) in disruptions.enumerated() {
            guard let disruption, let outcome = try outcome(plan, disruption) else { continue }
            outcomes[kind].append(outcome)
        }
    }
    for (kind, found) in zip(kinds, outcomes) {
        func mean(_ value: (Outcome) -> Double) -> Double {
            exp(found.reduce(0) { $0 + log(value($1)) } / Double(max(1, found.count)))
        }
        func share(_ value: (Outcome) -> Double) -> Double {
            100 * found.reduce(0) { $0 + value($1) } / Double(max(1, found.count))
        }
        let times = found.map(\.milliseconds).sorted()
        print(
            String(
                format:
                    "  %@, %d: right-shift %.3f, local %.3f, chosen %.3f of planning anew; moved %.1f %%, anew %.1f %%; "
                    + "%.1f ms, at the most %.1f", kind, found.count, mean(\.shifted), mean(\.local), mean(\.chosen),
                share(\.moved), share(\.movedAnew), times.isEmpty ? 0 : times[times.count / 2], times.last ?? 0))
    }
}

private func outcome(_ plan: RunningPlan, _ disruption: PlanDisruption) throws -> Outcome? {
    let began = ContinuousClock.now
    let repair = try plan.repair(after: disruption)
    let took = ContinuousClock.now - began
    // Without any worth of stability.
    let anew = try plan.repair(after: disruption, tolerance: -1)
    guard let full = repair.fullMakespan, full > plan.now else { return nil }
    func left(_ makespan: Double) -> Double { (makespan - plan.now) / (full - plan.now) }
    let open = Double(max(1, plan.progress.count { $0 == .planned }))
    return Outcome(
        shifted: left(repair.rightShiftMakespan), local: left(repair.localMakespan), chosen: left(repair.plan.makespan),
        moved: Double(repair.edited.count) / open, movedAnew: Double(anew.edited.count) / open,
        milliseconds: took / .milliseconds(1))
}
