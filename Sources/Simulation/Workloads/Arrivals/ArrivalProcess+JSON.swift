import Files

extension ArrivalProcess {
    /// Reads it as it stands in a file.
    ///
    /// - Throws: `InputError` that names the field.
    public init(_ field: JSONField) throws {
        let intensity = try Self.intensity(field)
        let own: Set = ["process", "meanGapSeconds", "load"]
        switch try field["process"].string() {
        case "poisson":
            try field.refuseUnknown(own)
            self.init(.poisson, intensity)
        case "diurnal":
            try field.refuseUnknown(own.union(["hours"]))
            let hours = try field["hours"].elements().map { try $0.amount() }
            guard hours.count == 24 else { throw field["hours"].failure("holds \(hours.count) rates, not 24") }
            let sum = hours.reduce(0, +)
            guard sum > 0, sum.isFinite else {
                throw field["hours"].failure("adds up to \(sum), not to a positive rate")
            }
            self.init(.diurnal(hours: hours), intensity)
        case "bursty":
            try field.refuseUnknown(own.union(["burstFactor", "burstShare", "burstSeconds"]))
            let share = try field["burstShare"].positive()
            guard share < 1 else { throw field["burstShare"].failure("is \(JSONValue.text(of: share)), not under 1") }
            let factor = try field["burstFactor"].positive()
            guard factor > 1, factor * share <= 1 + 1e-9 else {
                throw field["burstFactor"].failure(
                    "is \(JSONValue.text(of: factor)), not above 1 and up to 1 / burstShare, "
                        + JSONValue.text(of: 1 / share))
            }
            self.init(
                .bursty(Bursts(factor: factor, share: share, seconds: try field["burstSeconds"].positive())), intensity)
        case let word:
            throw field["process"].failure("\"\(word)\" is not known; there are poisson, diurnal, bursty")
        }
    }

    private static func intensity(_ field: JSONField) throws -> Intensity {
        if let gap = try field["meanGapSeconds"].ifPresent({ try $0.positive() }) {
            guard !field["load"].isPresent else { throw field["load"].failure("stands beside meanGapSeconds") }
            return .meanGap(seconds: gap)
        }
        guard field["load"].isPresent else { throw field.failure("has neither meanGapSeconds nor load") }
        return .load(try field["load"].positive())
    }

    /// It as it stands in a file.
    public var json: JSONValue {
        var object = JSONObject()
        switch rhythm {
        case .poisson: object["process"] = .string("poisson")
        case .diurnal(let hours):
            object["process"] = .string("diurnal")
            object["hours"] = .array(hours.map(JSONValue.number))
        case .bursty(let bursts):
            object["process"] = .string("bursty")
            object["burstFactor"] = .number(bursts.factor)
            object["burstShare"] = .number(bursts.share)
            object["burstSeconds"] = .number(bursts.seconds)
        }
        switch intensity {
        case .meanGap(let seconds): object["meanGapSeconds"] = .number(seconds)
        case .load(let load): object["load"] = .number(load)
        }
        return .object(object)
    }
}
