import Files
import Simulation

extension StreamRun {
    /// The run as `tactus simulate run` prints it.
    ///
    /// - Parameters:
    ///   - wallSeconds: how long it took to simulate.
    ///   - tasks: whether every task is listed, where records were kept.
    public func json(seed: UInt64, wallSeconds: Double, tasks: Bool) -> JSONObject {
        let workflows = zip(members, result.workflows).map { member, workflow in
            var object = JSONObject([
                ("workflow", .string(member.application)), ("arrived", .number(workflow.arrived)),
                ("completed", workflow.completed.map(JSONValue.number) ?? .null),
            ])
            if workflow.missedDeadline { object["missedDeadline"] = .bool(true) }
            return JSONValue.object(object)
        }
        var object = JSONObject([
            ("policy", .string(variant.policy.name)), ("seed", .integer(Int(clamping: seed))),
            ("workflows", .array(workflows)), ("meanCompletion", .number(result.meanCompletion)),
            ("p95Completion", .number(result.p95Completion)), ("makespan", .number(result.makespan)),
            ("failures", .integer(result.failures)), ("missedDeadlines", .integer(result.missedDeadlines)),
            ("coreHours", .number(result.coreHours)), ("gigabyteHours", .number(result.gigabyteHours)),
            ("cost", .number(result.cost)), ("utilisation", .number(result.utilisation)),
            ("load", .number(load)), ("taskEvents", .integer(result.taskEvents)), ("wallSeconds", .number(wallSeconds)),
        ])
        if !choices.isEmpty {
            object["choices"] = .array(
                choices.map {
                    .object(JSONObject([("member", .string($0.member)), ("arrivals", .integer($0.arrivals))]))
                })
        }
        if tasks {
            let completed = result.records.filter { $0.outcome == .completed }
            object["tasks"] = .array(completed.map { .object(JSONObject(row($0))) })
            let failed = result.records.filter { $0.outcome != .completed }
            object["failedAttempts"] = .array(
                failed.map { record in
                    .object(
                        JSONObject(
                            row(record) + [
                                ("attempt", .integer(record.attempt)), ("outcome", .string("\(record.outcome)")),
                                ("memoryBytes", .number(record.memory)),
                            ]))
                })
        }
        return object
    }

    private func row(_ record: TaskRecord) -> [(String, JSONValue)] {
        [
            ("arrival", .integer(members[record.arrival].place)),
            ("id", .string(members[record.arrival].taskIDs[record.task])),
            ("node", .string(variant.cluster.nodes[record.node].name)), ("start", .number(record.start)),
            ("end", .number(record.end)),
        ]
    }
}
