import Files

extension SizedQuantity {
    /// Reads a quantity: a distribution, or an object of `distribution`, with `inputExponent` and `referenceBytes` where it
    /// grows with a power of the input's size, or of `steps`, the last of them without `upToBytes`; and of `fit`.
    ///
    /// - Throws: `InputError` that names the field.
    public init(_ field: JSONField) throws {
        if field["steps"].isPresent {
            try field.refuseUnknown(["steps", "fit"])
            self = try Self.steps(field)
        } else if field["distribution"].isPresent {
            try field.refuseUnknown(["inputExponent", "referenceBytes", "distribution", "fit"])
            var dependence = Dependence.none
            if let exponent = try field["inputExponent"].ifPresent({ try $0.double() }) {
                dependence = .power(exponent: exponent, referenceBytes: try field["referenceBytes"].positive())
            } else if field["referenceBytes"].isPresent {
                throw field["inputExponent"].failure("is missing")
            }
            self.init(try Distribution(field["distribution"]), dependence)
        } else {
            self.init(try Distribution(field))
        }
        fit = try field["fit"].ifPresent { try GoodnessOfFit($0) }
    }

    private static func steps(_ field: JSONField) throws -> SizedQuantity {
        let steps = try field["steps"].elements()
        guard !steps.isEmpty else { throw field["steps"].failure("is empty") }
        var bounds: [Double] = []
        var distributions: [Distribution] = []
        for (place, step) in steps.enumerated() {
            try step.refuseUnknown(["upToBytes", "distribution"])
            distributions.append(try Distribution(step["distribution"]))
            if place == steps.count - 1 {
                guard !step["upToBytes"].isPresent else { throw step["upToBytes"].failure("stands in the last step") }
            } else {
                let bound = try step["upToBytes"].amount()
                if let last = bounds.last, bound <= last {
                    throw step["upToBytes"].failure("is not above that of the step before it")
                }
                bounds.append(bound)
            }
        }
        return SizedQuantity(distributions, .steps(upTo: bounds))
    }

    /// It as it stands in a file.
    public var json: JSONValue {
        var object = JSONObject()
        switch dependence {
        case .none:
            guard fit != nil else { return distributions[0].json }
            object["distribution"] = distributions[0].json
        case .power(let exponent, let reference):
            object["inputExponent"] = .number(exponent)
            object["referenceBytes"] = .number(reference)
            object["distribution"] = distributions[0].json
        case .steps(let bounds):
            object["steps"] = .array(
                distributions.enumerated().map { place, distribution in
                    var step = JSONObject()
                    if place < bounds.count { step["upToBytes"] = .number(bounds[place]) }
                    step["distribution"] = distribution.json
                    return .object(step)
                })
        }
        object["fit"] = fit?.json
        return .object(object)
    }
}

extension GoodnessOfFit {
    /// Reads it as it stands in a file.
    init(_ field: JSONField) throws {
        try field.refuseUnknown(["distance", "samples"])
        self.init(distance: try field["distance"].share(), samples: try field["samples"].int())
    }

    /// It as it stands in a file.
    var json: JSONValue { .object(JSONObject([("distance", .number(distance)), ("samples", .integer(samples))])) }
}
