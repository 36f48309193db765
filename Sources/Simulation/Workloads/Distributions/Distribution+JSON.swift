import Files

extension Distribution {
    /// Reads a distribution as it stands in a file: a number, or an object with `name` and the parameters of that name.
    ///
    /// - Parameter least: no value may lie below it.
    /// - Throws: `InputError` that names the field.
    public init(_ field: JSONField, atLeast least: Double = 0) throws {
        if field.value?.double != nil {
            self = .constant(try field.double(atLeast: least))
            return
        }
        switch try field["name"].string() {
        case "constant":
            try field.refuseUnknown(["name", "value"])
            self = .constant(try field["value"].double())
        case "uniform":
            try field.refuseUnknown(["name", "from", "to"])
            let from = try field["from"].double()
            self = .uniform(from: from, to: try field["to"].double(atLeast: from))
        case "exponential":
            try field.refuseUnknown(["name", "mean"])
            self = .exponential(mean: try field["mean"].positive())
        case "lognormal":
            try field.refuseUnknown(["name", "logMean", "logDeviation"])
            self = .lognormal(
                logMean: try field["logMean"].double(), logDeviation: try field["logDeviation"].positive())
        case "gamma":
            try field.refuseUnknown(["name", "shape", "scale"])
            self = .gamma(shape: try field["shape"].positive(), scale: try field["scale"].positive())
        case "weibull":
            try field.refuseUnknown(["name", "shape", "scale"])
            self = .weibull(shape: try field["shape"].positive(), scale: try field["scale"].positive())
        case "choice": self = try Self.choice(field)
        case "quantiles": self = try Self.quantiles(field)
        case let name: throw field["name"].failure("\"\(name)\" is no distribution that is known")
        }
        guard lowest >= least else {
            throw field.failure("has values under \(JSONValue.text(of: least)): \(JSONValue.text(of: lowest))")
        }
    }

    private static func choice(_ field: JSONField) throws -> Distribution {
        try field.refuseUnknown(["name", "values", "weights"])
        let values = try field["values"].elements().map { try $0.double() }
        guard !values.isEmpty else { throw field["values"].failure("is empty") }
        let weights =
            try field["weights"].ifPresent { try $0.elements().map { try $0.amount() } }
            ?? [Double](repeating: 1, count: values.count)
        guard weights.count == values.count else {
            throw field["weights"].failure("holds \(weights.count) weights for \(values.count) values")
        }
        let sum = weights.reduce(0, +)
        guard sum > 0, sum.isFinite else {
            throw field["weights"].failure("adds up to \(sum), not to a positive number")
        }
        return .choice(values: values, weights: weights)
    }

    private static func quantiles(_ field: JSONField) throws -> Distribution {
        try field.refuseUnknown(["name", "values"])
        let values = try field["values"].elements()
        guard !values.isEmpty else { throw field["values"].failure("is empty") }
        var quantiles: [Double] = []
        for value in values {
            let quantile = try value.double()
            if let last = quantiles.last, quantile < last { throw value.failure("is less than the one before it") }
            quantiles.append(quantile)
        }
        return .quantiles(quantiles)
    }

    /// The least value that may be drawn.
    var lowest: Double {
        switch self {
        case .constant(let value): value
        case .uniform(let from, _): from
        case .exponential, .lognormal, .gamma, .weibull: 0
        case .choice(let values, let weights):
            zip(values, weights).reduce(.infinity) { $1.1 > 0 ? min($0, $1.0) : $0 }
        case .quantiles(let quantiles): quantiles[0]
        }
    }

    /// It as it stands in a file.
    public var json: JSONValue {
        let parameters: [(String, JSONValue)] =
            switch self {
            case .constant(let value): [("value", .number(value))]
            case .uniform(let from, let to): [("from", .number(from)), ("to", .number(to))]
            case .exponential(let mean): [("mean", .number(mean))]
            case .lognormal(let mean, let deviation):
                [("logMean", .number(mean)), ("logDeviation", .number(deviation))]
            case .gamma(let shape, let scale), .weibull(let shape, let scale):
                [("shape", .number(shape)), ("scale", .number(scale))]
            case .choice(let values, let weights):
                [("values", .array(values.map(JSONValue.number))), ("weights", .array(weights.map(JSONValue.number)))]
            case .quantiles(let values): [("values", .array(values.map(JSONValue.number)))]
            }
        if case .constant(let value) = self { return .number(value) }
        return .object(JSONObject([("name", .string(name))] + parameters))
    }
}
