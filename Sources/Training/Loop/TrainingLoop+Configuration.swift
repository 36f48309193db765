import Files
import Layers

extension TrainingLoop {
    /// All that decides what a run comes to, by name, for its log and its checkpoint: `identity`, and then what the loop
    /// knows by itself.
    func configuration<Model: Module>(
        _ identity: JSONObject, of model: Model, samples count: Int, seed: UInt64
    ) -> JSONObject {
        var fields = identity
        for (key, value) in ownFields(model, count, seed).members where fields[key] == nil { fields[key] = value }
        return fields
    }

    private func ownFields<Model: Module>(_ model: Model, _ count: Int, _ seed: UInt64) -> JSONObject {
        var fields = JSONObject([
            ("optimizer", .string(Rule.name)), ("learningRate", JSONValue(shortest: optimizer.learningRate)),
        ])
        for (name, value) in optimizer.settings { fields[name] = JSONValue(shortest: value) }
        fields["schedule"] = schedule.json
        fields["epochs"] = .integer(epochs)
        fields["batchSize"] = .integer(batchSize)
        fields["microBatchSize"] = .integer(microBatchSize ?? batchSize)
        fields["clipping"] = clipping.json
        fields["patience"] = .integer(patience)
        fields["explosionFactor"] = JSONValue(shortest: explosionFactor)
        fields["samples"] = .integer(count)
        fields["seed"] = .string("\(seed)")
        fields["parameters"] = .object(
            JSONObject(
                model.parameterShapes.map { ($0.name, .array($0.shape.axes.map(JSONValue.integer))) }))
        return fields
    }
}

extension JSONValue {
    /// `value` with as few digits as say which Float it is; null where it is not finite.
    init(shortest value: Float) {
        self = value.isFinite ? .number(Double("\(value)") ?? Double(value)) : .null
    }
}

extension Clipping {
    fileprivate var json: JSONValue {
        switch self {
        case .none: .string("none")
        case .value(let bound): .object(JSONObject([("value", JSONValue(shortest: bound))]))
        case .norm(let bound): .object(JSONObject([("norm", JSONValue(shortest: bound))]))
        }
    }
}

extension LearningRateSchedule {
    fileprivate var json: JSONValue {
        switch self {
        case .constant: .string("constant")
        case .step(let every, let factor):
            Self.object("step", [("every", every.json), ("factor", JSONValue(shortest: factor))])
        case .cosine(let over, let floor):
            Self.object("cosine", [("over", over.json), ("floor", JSONValue(shortest: floor))])
        case .warmUp(let over, let from, let then):
            Self.object("warmUp", [("over", over.json), ("from", JSONValue(shortest: from)), ("then", then.json)])
        case .reduceOnPlateau(let factor, let patience, let threshold, let cooldown, let floor):
            Self.object(
                "reduceOnPlateau",
                [
                    ("factor", JSONValue(shortest: factor)), ("patience", .integer(patience)),
                    ("threshold", JSONValue(shortest: threshold)), ("cooldown", .integer(cooldown)),
                    ("floor", JSONValue(shortest: floor)),
                ])
        }
    }

    private static func object(_ name: String, _ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject([(name, .object(JSONObject(members)))]))
    }
}

extension LearningRateSchedule.Length {
    fileprivate var json: JSONValue {
        switch self {
        case .updates(let count): .string("\(count) updates")
        case .epochs(let count): .string("\(count) epochs")
        }
    }
}
