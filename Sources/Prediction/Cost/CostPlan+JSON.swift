import Files
import Workflows

extension CostPlan {
    /// The members that `cost` answers with.
    public var members: [(String, JSONValue)] {
        var object = JSONObject([
            ("nodes", .array(choices.map(\.json))), ("cost", .number(outcome.use.cost)),
            ("makespan", .number(outcome.use.makespan)), ("saved", .number(saved)),
            ("savedShare", .number(savedShare)), ("coreHours", .number(outcome.use.coreHours)),
            ("gigabyteHours", .number(outcome.use.gigabyteHours)), ("failureRate", .number(outcome.failureRate)),
        ])
        object["deadlineSeconds"] = deadlineSeconds.map(JSONValue.number)
        object["deadlineProbability"] = .number(outcome.deadlineProbability)
        object["policy"] = .string(outcome.policy)
        object["allocation"] = .string(outcome.allocation)
        object["tasks"] = .array(
            requests.map { request in
                .object(
                    JSONObject([
                        ("id", .string(request.task)), ("cores", .number(request.cores)),
                        ("memoryBytes", .number(request.memoryBytes)),
                    ]))
            })
        object["baseline"] = baseline.json
        object["lowerBound"] = .number(lowerBound)
        object["proven"] = .bool(isProven)
        object["iterations"] = .integer(iterations)
        object["samples"] = .integer(samples)
        object["front"] = .array(
            front.map { point in
                let nodes = point.counts.map {
                    JSONValue.object(JSONObject([("pool", .string($0.pool)), ("count", .integer($0.count))]))
                }
                return .object(
                    JSONObject([("nodes", .array(nodes))] + (point.outcome.json.object?.members ?? [])))
            })
        return object.members
    }
}

extension CostPlan.Choice {
    fileprivate var json: JSONValue {
        let node = nodes[0]
        var object = JSONObject([
            ("pool", .string(pool)), ("count", .integer(nodes.count)), ("cores", .number(node.cores)),
        ])
        object["memoryBytes"] = node.memoryBytes.map(JSONValue.number)
        object["speed"] = .number(node.speed)
        object["pricePerHour"] = .number(node.pricePerHour)
        object["names"] = .array(nodes.map { .string($0.name) })
        return .object(object)
    }
}

extension CostPlan.Point {
    /// Reads a point of the front as it stands on the wire.
    public init(_ field: JSONField) throws {
        counts = try field["nodes"].elements().map {
            CostPlan.Count(pool: try $0["pool"].string(), count: try $0["count"].int())
        }
        outcome = try CostPlan.Outcome(field)
    }
}

extension CostPlan.Outcome {
    /// Reads an outcome as it stands on the wire.
    public init(_ field: JSONField) throws {
        policy = try field["policy"].string()
        allocation = try field["allocation"].string()
        use = ResourceUse(
            makespan: try field["makespan"].double(), cost: try field["cost"].double(),
            coreHours: try field["coreHours"].double(), gigabyteHours: try field["gigabyteHours"].double())
        failureRate = try field["failureRate"].double()
        deadlineProbability = try field["deadlineProbability"].double()
    }

    /// The outcome as it stands on the wire.
    fileprivate var json: JSONValue {
        var object = JSONObject([("policy", .string(policy)), ("allocation", .string(allocation))])
        for (name, value) in use.json.object?.members ?? [] { object[name] = value }
        object["failureRate"] = .number(failureRate)
        object["deadlineProbability"] = .number(deadlineProbability)
        return .object(object)
    }
}
