import Files

extension Bottleneck {
    /// The bottleneck as it stands on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("task", .string(task)), ("probability", .number(probability)),
                ("expectedDelaySeconds", .number(expectedDelaySeconds)), ("delaySeconds", .number(delaySeconds)),
                ("resource", .string(resource)), ("reason", .string(reason)),
            ]))
    }
}

extension BottleneckEvidence {
    /// The evidence as it stands on the wire.
    var json: JSONValue {
        var object = JSONObject([("runs", .integer(runs))])
        guard let model else { return .object(object) }
        object["model"] = .string(model)
        object["modelRuns"] = .number(modelRuns)
        return .object(object)
    }
}

extension BottleneckAnalysis {
    /// The members that `bottlenecks` answers with.
    public var members: [(String, JSONValue)] {
        let analysis = JSONObject([
            ("policy", .string(policy)),
            ("evidence", evidence.json),
            ("criticalPath", .array(criticalPath.map(JSONValue.string))),
            ("criticalPathSeconds", .number(criticalPathSeconds)), ("meanParallelism", .number(meanParallelism)),
            ("parallelism", .array(parallelism.map(\.json))),
            ("slackSeconds", .array(slackSeconds.map(JSONValue.number))), ("structure", structure.json),
            ("limits", .array(limits.map(\.json))), ("sensitivities", .array(sensitivities.map(\.json))),
        ])
        return [("bottlenecks", .array(bottlenecks.map(\.json))), ("analysis", .object(analysis))]
    }
}

extension ParallelismStep {
    var json: JSONValue { .object(JSONObject([("at", .number(at)), ("tasks", .integer(tasks))])) }
}

extension WorkflowStructure {
    var json: JSONValue {
        func names(_ tasks: [String]) -> JSONValue { .array(tasks.map(JSONValue.string)) }
        func spots(_ spots: [HotSpot]) -> JSONValue {
            .array(spots.map { .object(JSONObject([("task", .string($0.task)), ("count", .integer($0.count))])) })
        }
        let edges = redundantEdges.map {
            JSONValue.object(JSONObject([("parent", .string($0.parent)), ("child", .string($0.child))]))
        }
        let chains = chains.map {
            JSONValue.object(JSONObject([("tasks", names($0.tasks)), ("seconds", .number($0.seconds))]))
        }
        return .object(
            JSONObject([
                ("nearCritical", names(nearCritical)), ("widths", .array(widths.map(JSONValue.integer))),
                ("profile", .array(profile.map(\.json))), ("transferShare", .number(transferShare)),
                ("redundantEdges", .array(edges)), ("undecidedEdges", .integer(undecidedEdges)),
                ("chains", .array(chains)), ("fanIn", spots(fanIn)), ("fanOut", spots(fanOut)),
            ]))
    }
}

extension ResourceLimit {
    var json: JSONValue {
        var object = JSONObject([("resource", .string(resource))])
        object["boundSeconds"] = boundSeconds.map(JSONValue.number)
        object["relaxedMakespan"] = .number(relaxedMakespan)
        return .object(object)
    }
}

extension Sensitivity {
    var json: JSONValue {
        .object(
            JSONObject([
                ("change", .string(change.rawValue)), ("subject", .string(subject)), ("makespan", .number(makespan)),
            ]))
    }
}
